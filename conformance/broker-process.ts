// A broker as a child process: start, readiness, stop, kill and restart are the same for every broker, and
// only the command differs.

import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntilReady, type BrokerKind, type BrokerOptions, type RunningBroker } from './broker.ts'

export interface BrokerCommand {
  readonly kind: BrokerKind
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly host: string
  readonly port: number
  /** Where the segments are. */
  readonly dataDir: string
  /** Folder for the log file, removed with `close` when `temporary`. */
  readonly workDir: string
  readonly temporary: boolean
}

const stopMsMax = 30_000
/** Apache Kafka reads every log again after a kill, which takes minutes with ten thousand of them. */
const readyMsMax = 300_000
const logTailChars = 4000

/** The work folder of one broker: the caller's, or a new temporary one. */
export async function workFolder(options: BrokerOptions, prefix: string) {
  if (options.dataDir === undefined)
    return { workDir: await mkdtemp(join(tmpdir(), `naru-${prefix}-`)), temporary: true }
  await mkdir(options.dataDir, { recursive: true })
  return { workDir: options.dataDir, temporary: false }
}

const living = new Set<ChildProcess>()
// A suite that is interrupted must not leave brokers behind.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

class BrokerProcess implements RunningBroker {
  readonly #spec: BrokerCommand
  #child: ChildProcess | undefined
  #startMs = 0

  constructor(spec: BrokerCommand) {
    this.#spec = spec
  }

  get kind(): BrokerKind {
    return this.#spec.kind
  }
  get host(): string {
    return this.#spec.host
  }
  get port(): number {
    return this.#spec.port
  }
  get bootstrap(): string {
    return `${this.#spec.host}:${this.#spec.port}`
  }
  get dataDir(): string {
    return this.#spec.dataDir
  }
  get pid(): number {
    return this.#child?.pid ?? 0
  }
  get startMs(): number {
    return this.#startMs
  }

  async restart(): Promise<void> {
    if (this.#child !== undefined) throw new Error('the broker is still running')
    const logFile = join(this.#spec.workDir, `${this.#spec.kind}.log`)
    const output = openSync(logFile, 'a')
    const begin = performance.now()
    const child = spawn(this.#spec.command, [...this.#spec.args], {
      env: { ...process.env, ...this.#spec.env },
      stdio: ['ignore', output, output]
    })
    closeSync(output)
    living.add(child)
    child.once('exit', () => living.delete(child))
    this.#child = child
    try {
      await waitUntilReady(this.#spec.host, this.#spec.port, child, readyMsMax)
    } catch (cause) {
      await this.kill()
      const log = await readFile(logFile, 'utf8').catch(() => '')
      throw new Error(`${this.#spec.kind} did not start:\n${log.slice(-logTailChars)}`, { cause })
    }
    this.#startMs = performance.now() - begin
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
    await ended
    clearTimeout(timer)
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async close(): Promise<void> {
    await this.stop()
    if (this.#spec.temporary) await rm(this.#spec.workDir, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** Starts the process and waits until it answers. */
export async function startBrokerProcess(spec: BrokerCommand): Promise<RunningBroker> {
  const broker = new BrokerProcess(spec)
  await broker.restart()
  return broker
}
