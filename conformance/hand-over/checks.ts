// What a hand-over has to keep, line by line.

import { keepResult } from '../report/results.ts'

export class Checks {
  #passed = 0
  #failed = 0

  note(what: string, isRight: boolean, seen: string): void {
    if (isRight) this.#passed++
    else this.#failed++
    console.log(`${isRight ? 'ok    ' : 'FAILED'} ${what}${isRight ? '' : `: ${seen}`}`)
  }

  /** The same lines, in whatever order. */
  equal(what: string, theirs: readonly string[], ours: readonly string[]): void {
    const there = new Set(theirs)
    const here = new Set(ours)
    const missing = ours.filter((line) => !there.has(line))
    const added = theirs.filter((line) => !here.has(line))
    const isRight = missing.length === 0 && added.length === 0 && ours.length > 0
    this.note(`${what}: ${ours.length}`, isRight, `${missing.length} missing and ${added.length} added there`)
    if (isRight) return
    for (const line of missing.slice(0, 5)) console.log(`  here:  ${line}`)
    for (const line of added.slice(0, 5)) console.log(`  there: ${line}`)
  }

  /** Says the sum, keeps it for the report card, and sets the exit code. */
  async end(subject: 'export' | 'import', note: string): Promise<void> {
    console.log(`${this.#passed} passed, ${this.#failed} failed`)
    await keepResult({
      subject,
      broker: 'naru',
      passed: this.#passed,
      failed: this.#failed,
      skipped: 0,
      note
    })
    process.exitCode = this.#failed === 0 && this.#passed > 0 ? 0 : 1
  }
}
