/**
 * The result file of a long run: one line of JSON per block of seeds, so that a run that was stopped goes on where it
 * was, and several sessions add up.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { Totals, type BlockTotals } from './totals.ts'

export interface ResultLine extends BlockTotals {
  readonly from: number
  readonly date: string
  /** What was tested: lines of several commits may stand in one file. */
  readonly commit: string
  readonly node: string
  readonly cpu: string
}

export class ResultFile {
  readonly #path: string
  readonly #done = new Map<number, ResultLine>()

  constructor(path: string) {
    this.#path = path
    if (!existsSync(path)) return
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      // The last line is incomplete when the run was killed.
      if (!line.endsWith('}')) continue
      const result = JSON.parse(line) as ResultLine
      this.#done.set(result.from, result)
    }
  }

  has(from: number): boolean {
    return this.#done.has(from)
  }

  add(from: number, totals: Totals): void {
    const line: ResultLine = {
      from,
      date: new Date().toISOString(),
      commit: commitOf(),
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      ...totals.toRecord()
    }
    this.#done.set(from, line)
    mkdirSync(dirname(this.#path), { recursive: true })
    appendFileSync(this.#path, `\n${JSON.stringify(line)}`)
  }

  /** Everything that the file holds. */
  totals(faultNames: readonly string[]): Totals {
    const totals = new Totals(faultNames)
    for (const line of this.#done.values()) totals.add(line)
    return totals
  }
}

function commitOf(): string {
  return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8'
  }).trim()
}
