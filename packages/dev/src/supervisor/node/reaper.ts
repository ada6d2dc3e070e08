/** The supervisor's side of the process that ends what it would leave behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { extname, join } from 'node:path'

export class Reaper {
  readonly #processes = new Map<number, string>()
  #child: ChildProcess | undefined
  #closed = false

  constructor() {
    this.#start()
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  add(pid: number, signal: string): void {
    this.#processes.set(pid, signal)
    this.#tell(`+${pid} ${signal}\n`)
  }

  remove(pid: number): void {
    this.#processes.delete(pid)
    this.#tell(`-${pid}\n`)
  }

  /** What is still on the list is stopped then. */
  close(): void {
    this.#closed = true
    this.#child?.stdin?.end()
  }

  /** One that was killed is replaced, and told again what there is. */
  #start(): void {
    // A `.ts` file in the repository, a `.js` file in the published package, as this one.
    const script = join(import.meta.dirname, `reaper-process${extname(import.meta.filename)}`)
    // In a session of its own: what ends the supervisor's terminal or group must not end this one before it.
    const child = spawn(process.execPath, ['--title=naru:reaper', script], {
      stdio: ['pipe', 'ignore', 'inherit'],
      detached: true
    })
    child.stdin?.on('error', () => undefined)
    child.on('error', () => undefined)
    child.once('exit', () => {
      if (!this.#closed) this.#start()
    })
    child.unref()
    this.#child = child
    for (const [pid, signal] of this.#processes) this.#tell(`+${pid} ${signal}\n`)
  }

  #tell(line: string): void {
    this.#child?.stdin?.write(line)
  }
}
