/** The processes of a copy in transactions: a copier that may be killed at any moment, and readers. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cached } from '../cache.ts'
import { atExit } from '../crash/harness/at-exit.ts'
import { kafkaClasspath, loggingOptions } from '../kafka/index.ts'
import { fingerprint, runOrThrow } from '../process.ts'
import type { CopyEvent, Seen } from './judge.ts'

/** franz-go with version 2 of transactions or with version 1, the Java client, or our own, which knows version 1. */
export const CARRIERS = ['franz-go', 'franz-go v1', 'java', 'naru'] as const
export type Carrier = (typeof CARRIERS)[number]

export interface CopyPlace {
  readonly bootstrap: string
  readonly source: string
  readonly target: string
  /** Empty for none. */
  readonly ledger: string
  readonly partitions: number
  readonly group: string
}

export interface CopierOptions {
  readonly place: CopyPlace
  readonly carrier: Carrier
  readonly transactionalId: string
  readonly perTransaction: number
  readonly abortEvery: number
  readonly timeoutMs: number
  readonly history: string
  /** Copies values as they are, instead of with their place and transaction; not by our own client. */
  readonly plain?: boolean
  /** Ends when so many are committed. */
  readonly count?: number
}

export interface Settled {
  readonly ms: number
  /** Whether a transaction was open when it was looked first. */
  readonly hung: boolean
  readonly offsets: Readonly<Record<string, number>>
}

type Flags = Readonly<Record<string, string | number | boolean>>

export async function exactlyOnceTool(): Promise<string> {
  const folder = join(import.meta.dirname, 'go')
  const sources = (await readdir(folder)).toSorted().map((name) => join(folder, name))
  const target = await cached(`exactly-once-${await fingerprint(sources)}`, async (built) => {
    await runOrThrow('go', ['build', '-trimpath', '-o', join(built, 'exactly-once'), '.'], { cwd: folder })
  })
  return join(target, 'exactly-once')
}

async function javaCopier(): Promise<string> {
  const source = join(import.meta.dirname, 'java/Copier.java')
  const classpath = await kafkaClasspath()
  return cached(`exactly-once-java-${await fingerprint([source], classpath)}`, async (built) => {
    await runOrThrow('javac', ['-nowarn', '-d', built, '-cp', classpath, source])
  })
}

const argumentsOf = (flags: Flags, dashes: string): string[] =>
  Object.entries(flags).map(([name, value]) => `${dashes}${name}=${String(value)}`)

function started(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin?.on('error', () => undefined)
  child.once(
    'exit',
    atExit(() => child.kill('SIGKILL'))
  )
  return child
}

/** Runs a mode of the tool to its end and gives its lines. */
async function linesOf(mode: string, flags: Flags): Promise<string[]> {
  const child = started(await exactlyOnceTool(), [mode, ...argumentsOf(flags, '-')])
  const ended = once(child, 'exit')
  const lines: string[] = []
  if (child.stdout !== null) for await (const line of createInterface(child.stdout)) lines.push(line)
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`${mode} ended with ${code}`)
  return lines
}

/** Writes the source. */
export async function fill(place: CopyPlace, count: number): Promise<void> {
  const { bootstrap, source, partitions } = place
  await linesOf('fill', { bootstrap, source, partitions, count })
}

/** Everything that a reader of committed records is given. */
export async function dump({ bootstrap, target, ledger, partitions }: CopyPlace): Promise<Seen[]> {
  const lines = await linesOf('dump', { bootstrap, target, ledger, partitions })
  return lines.map((line) => JSON.parse(line) as Seen)
}

/** Count and checksum of what a reader of committed records is given, a line for each partition. */
export async function checksums(place: CopyPlace, topic: string): Promise<readonly string[]> {
  const { bootstrap, partitions } = place
  return linesOf('checksum', { bootstrap, target: topic, partitions, patience: '10m' })
}

/** Records of the source that the group has passed. */
export async function passed({ bootstrap, source, group }: CopyPlace): Promise<number> {
  const [line = '{}'] = await linesOf('positions', { bootstrap, source, group })
  const { offsets = {} } = JSON.parse(line) as Partial<Settled>
  return Object.values(offsets).reduce((sum, offset) => sum + offset, 0)
}

/** Waits until no transaction hangs; throws when one does after `patienceMs`. */
export async function settled(place: CopyPlace, patienceMs: number): Promise<Settled> {
  const { bootstrap, source, target, ledger, partitions, group } = place
  const patience = `${patienceMs}ms`
  const flags = { bootstrap, source, target, ledger, partitions, group, patience }
  const [line = '{}'] = await linesOf('settled', flags)
  return JSON.parse(line) as Settled
}

export class Copier {
  readonly #options: CopierOptions
  #child: ChildProcess | undefined

  constructor(options: CopierOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { place, carrier, transactionalId, perTransaction, abortEvery, timeoutMs, history } = this.#options
    const { plain = false, count = 0 } = this.#options
    const shared = {
      ...place,
      id: transactionalId,
      'per-transaction': perTransaction,
      'abort-every': abortEvery,
      history
    }
    switch (carrier) {
      case 'naru': {
        const own = join(import.meta.dirname, 'own-copier.ts')
        const args = argumentsOf({ ...shared, 'timeout-ms': timeoutMs }, '--')
        this.#child = started(process.execPath, [own, ...args])
        return
      }
      case 'java': {
        const classpath = `${await javaCopier()}:${await kafkaClasspath()}`
        const flags = { ...shared, plain, count, 'timeout-ms': timeoutMs }
        const args = ['-Xmx512m', ...loggingOptions('OFF'), '-cp', classpath, 'Copier']
        this.#child = started('java', [...args, ...argumentsOf(flags, '-')])
        return
      }
      default: {
        const isOld = carrier === 'franz-go v1'
        const flags = { ...shared, plain, count, timeout: `${timeoutMs}ms`, 'old-protocol': isOld }
        this.#child = started(await exactlyOnceTool(), ['copy', ...argumentsOf(flags, '-')])
      }
    }
  }

  /** Whether it has ended by itself. */
  get hasEnded(): boolean {
    return this.#child !== undefined && (this.#child.exitCode !== null || this.#child.signalCode !== null)
  }

  /** As a crash of its machine would. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async events(): Promise<CopyEvent[]> {
    return readLines<CopyEvent>(this.#options.history)
  }
}

/** Reads along what is committed. */
export class Follower {
  readonly #child: ChildProcess
  readonly #history: string

  private constructor(child: ChildProcess, history: string) {
    this.#child = child
    this.#history = history
  }

  static async start(
    { bootstrap, target, ledger, partitions }: CopyPlace,
    history: string
  ): Promise<Follower> {
    const flags = { bootstrap, target, ledger, partitions, history }
    return new Follower(started(await exactlyOnceTool(), ['follow', ...argumentsOf(flags, '-')]), history)
  }

  /** Ends the reading and gives what was read. */
  async stop(): Promise<Seen[]> {
    const ended = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await ended
    return readLines<Seen>(this.#history)
  }
}

async function readLines<Line>(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  // A process that was killed may leave half a line.
  return text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Line] : []))
}
