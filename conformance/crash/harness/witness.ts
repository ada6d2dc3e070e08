/** The load: a process that writes, reads along and leaves a history, so that nothing it saw can be taken back. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { cached } from '../../cache.ts'
import { fingerprint, runOrThrow } from '../../process.ts'
import { atExit } from './at-exit.ts'
import { judge, readHistory, type Judgement } from './judge.ts'
import { evidenceFolder } from './results.ts'

/** What the witness has counted so far. */
export interface Count {
  readonly acknowledged: number
  readonly unanswered: number
  readonly read: number
  readonly commits: number
  readonly errors: Readonly<Record<string, number>>
  /** Milliseconds since 1970. */
  readonly lastAckMs: number
}

export interface WitnessOptions {
  readonly bootstrap: string
  /** File for the history. */
  readonly history: string
  readonly client?: WitnessClient
  /** By name, as `go/main.go` lists them. */
  readonly flags?: WitnessFlags
}

export type WitnessFlags = Readonly<Record<string, string | number>>

/** Whose client carries the load. */
export type WitnessClient = 'franz-go' | 'naru'

const GO_FILES = [
  'main.go',
  'history.go',
  'payload.go',
  'producer.go',
  'reader.go',
  'group.go',
  'go.mod',
  'go.sum'
]

export class Witness {
  readonly #child: ChildProcess
  readonly #history: string
  readonly #lines: AsyncIterator<string>
  readonly #ended: Promise<unknown>

  constructor(child: ChildProcess, history: string) {
    this.#child = child
    this.#history = history
    this.#ended = once(child, 'exit')
    if (child.stdout === null) throw new Error('the witness has no output')
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  async count(): Promise<Count> {
    this.#child.stdin?.write('count\n')
    return this.#nextCount()
  }

  async #nextCount(): Promise<Count> {
    const next = await this.#lines.next()
    if (next.done === true) throw new Error('the witness has ended before its time')
    return JSON.parse(next.value) as Count
  }

  /** Ends the load, lets the witness read everything, and has its history judged. */
  async stop(): Promise<Judgement & { readonly count: Count }> {
    this.#child.stdin?.end('stop\n')
    const count = await this.#nextCount()
    await this.#ended
    const judgement = judge(await readHistory(this.#history))
    if (judgement.problems.length > 0) await keep(this.#history)
    return { ...judgement, count }
  }

  /** The same, without a judgement: for a history that goes on in another process. */
  async stopUnjudged(): Promise<void> {
    this.#child.stdin?.end('stop\n')
    await this.#ended
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

/** A history that shows something is worth more than the folder that it lies in. */
async function keep(history: string): Promise<void> {
  const folder = join(evidenceFolder, 'findings')
  await mkdir(folder, { recursive: true })
  await copyFile(
    history,
    join(folder, `${new Date().toISOString().replaceAll(':', '-')}-${basename(history)}`)
  )
}

async function goWitness(): Promise<string> {
  const folder = join(import.meta.dirname, '../go')
  const sources = GO_FILES.map((name) => join(folder, name))
  const target = await cached(`crash-witness-${await fingerprint(sources)}`, async (built) => {
    await runOrThrow('go', ['build', '-trimpath', '-o', join(built, 'witness'), '.'], { cwd: folder })
  })
  return join(target, 'witness')
}

export async function startWitness(options: WitnessOptions): Promise<Witness> {
  const flags = Object.entries({ bootstrap: options.bootstrap, history: options.history, ...options.flags })
  const isGo = (options.client ?? 'franz-go') === 'franz-go'
  const dashes = isGo ? '-' : '--'
  const args = flags.map(([name, value]) => `${dashes}${name}=${value}`)
  const own = join(import.meta.dirname, '../own-witness.ts')
  const [command, ...first] = isGo ? [await goWitness()] : [process.execPath, own]
  const child = spawn(command ?? '', [...first, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.once(
    'exit',
    atExit(() => child.kill('SIGKILL'))
  )
  return new Witness(child, options.history)
}
