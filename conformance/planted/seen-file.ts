/** Which mistakes were seen, and by what: one line of JSON each, so that a run that was stopped goes on. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

interface Line {
  readonly name: string
  readonly by: string
  readonly commit: string
  readonly date: string
}

export class SeenFile {
  readonly #path: string
  readonly #commit: string
  readonly #seen = new Set<string>()

  constructor(path: string, commit: string) {
    this.#path = path
    this.#commit = commit
    if (!existsSync(path)) return
    for (const text of readFileSync(path, 'utf8').split('\n')) {
      // The last line is incomplete when the run was killed.
      if (!text.endsWith('}')) continue
      const line = JSON.parse(text) as Line
      if (line.commit === commit) this.#seen.add(line.name)
    }
  }

  has(name: string): boolean {
    return this.#seen.has(name)
  }

  add(name: string, by: string): void {
    this.#seen.add(name)
    const line: Line = { name, by, commit: this.#commit, date: new Date().toISOString() }
    mkdirSync(dirname(this.#path), { recursive: true })
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`)
  }
}
