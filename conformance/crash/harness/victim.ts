/** The broker to which it happens: a process group of its own that can be killed at any moment, its start included. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntilReady } from '../../broker.ts'
import { cacheRoot, repositoryRoot } from '../../cache.ts'
import { startKafka } from '../../kafka/index.ts'
import { freePorts, runOrThrow } from '../../process.ts'
import { atExit } from './at-exit.ts'

/** What can be done to every broker. */
export interface Victim extends AsyncDisposable {
  readonly bootstrap: string
  readonly pid: number
  /** Of the last start that came to its end. */
  readonly startMs: number
  restart(): Promise<void>
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface VictimOptions {
  /** Folder for the data. */
  readonly data: string
  /** Folder for the log, which is to survive what happens to the data. */
  readonly logs: string
  readonly env?: Readonly<Record<string, string>>
  readonly properties?: Readonly<Record<string, string>>
  /** Script that serves instead of ours, with the arguments of `naru serve`. */
  readonly entry?: string
}

const naruCommand = join(repositoryRoot, 'packages/cli/bin/naru.js')
const logTailChars = 3000

function killGroup(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended by itself.
  }
}

function nameOfExit([code, signal]: readonly unknown[]): number | string {
  return typeof code === 'number' ? code : String(signal)
}

export class NaruVictim implements Victim {
  readonly #options: VictimOptions
  readonly #port: number
  #child: ChildProcess | undefined
  #env: Readonly<Record<string, string>>
  #exit: Promise<number | string> = Promise.resolve('never started')
  startMs = 0

  constructor(options: VictimOptions, port: number) {
    this.#options = options
    this.#port = port
    this.#env = options.env ?? {}
  }

  get bootstrap(): string {
    return `127.0.0.1:${this.#port}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get logFile(): string {
    return join(this.#options.logs, 'naru.log')
  }

  /** Environment from the next start on. */
  set env(env: Readonly<Record<string, string>>) {
    this.#env = env
  }

  async restart(): Promise<void> {
    if (this.#child !== undefined) throw new Error('the broker is still running')
    const output = openSync(this.logFile, 'a')
    const properties = Object.entries(this.#options.properties ?? {}).flatMap(([key, value]) => [
      '-X',
      `${key}=${value}`
    ])
    const args = [
      this.#options.entry ?? naruCommand,
      'serve',
      '--listen',
      this.bootstrap,
      '--data',
      this.#options.data,
      ...properties
    ]
    const begun = performance.now()
    const child = spawn(process.execPath, args, {
      detached: true,
      // `naru` sees to its compile cache itself.
      env: { ...process.env, NODE_COMPILE_CACHE: join(cacheRoot, 'compile-cache'), ...this.#env },
      stdio: ['ignore', output, output]
    })
    closeSync(output)
    this.#child = child
    this.#exit = once(child, 'exit').then(nameOfExit)
    const { pid } = child
    if (pid !== undefined)
      child.once(
        'exit',
        atExit(() => killGroup(pid))
      )
    try {
      await waitUntilReady('127.0.0.1', this.#port, child)
    } catch (cause) {
      await this.kill()
      const log = await readFile(this.logFile, 'utf8').catch(() => '')
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`naru did not start, ${why}:\n${log.slice(-logTailChars)}`, { cause })
    }
    this.startMs = performance.now() - begun
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid !== 0) killGroup(this.pid, signal)
  }

  /** Exit code or signal when the process ended by itself within the time, also while it was starting. */
  async endsWithin(ms: number): Promise<number | string | undefined> {
    const ended = await Promise.race([this.#exit, sleep(ms, undefined, { ref: false })])
    if (ended !== undefined) this.#child = undefined
    return ended
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    killGroup(child.pid, signal)
    await this.#exit
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}

async function startNaruVictim(options: VictimOptions): Promise<NaruVictim> {
  const [port = 0] = await freePorts(1)
  const victim = new NaruVictim(options, port)
  await victim.restart()
  return victim
}

/** How often Kafka reports to its controller: after a kill, its default makes the restart wait for 9 seconds. */
const kafkaSession = { 'broker.session.timeout.ms': '1500', 'broker.heartbeat.interval.ms': '300' }

/** `naru`, `kafka` as it comes, or `kafka-flush`, which syncs after every message. */
export async function startVictim(broker: string, options: VictimOptions): Promise<Victim> {
  if (broker === 'naru') return startNaruVictim(options)
  const flush = broker === 'kafka-flush' ? { 'log.flush.interval.messages': '1' } : {}
  if (broker !== 'kafka' && broker !== 'kafka-flush') {
    throw new Error(`--broker takes naru, kafka or kafka-flush, not ${broker}`)
  }
  return startKafka({
    dataDir: options.data,
    properties: { ...kafkaSession, ...flush, ...options.properties }
  })
}

export async function createTopic(bootstrap: string, topic = 'crash', partitions = 4): Promise<void> {
  const args = ['topic', 'create', topic, '--partitions', String(partitions), '--bootstrap', bootstrap]
  await runOrThrow(process.execPath, [naruCommand, ...args])
}

/** Kills the broker while it starts; a start that is quicker than the kill is as good. */
export async function killInRecovery(victim: Victim, afterMs: number): Promise<void> {
  const started = victim.restart().catch(() => undefined)
  await sleep(afterMs)
  await victim.kill()
  await started
}
