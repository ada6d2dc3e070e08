// The driver's side of an adapter: a child process that takes commands and tells events.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { OperationName, Operations, WireAnswer, WireError, WireEvent, WireRecord } from './wire.ts'

export interface AdapterCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** What a client answered instead of doing what it was told; `code` is Kafka's when the broker refused. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: number

  constructor(operation: string, { code, message }: WireError) {
    super(`${operation}: ${message}${code === -1000 ? '' : ` (error code ${code})`}`)
    this.code = code
  }
}

interface Pending {
  readonly operation: string
  readonly resolve: (value: Record<string, unknown>) => void
  readonly reject: (error: Error) => void
}

const answerMsMax = 90_000

/** Everything that a session told so far, and a way to wait for more. */
export class SessionLog {
  readonly assignments: (readonly number[])[] = []
  readonly records: WireRecord[] = []
  readonly failures: string[] = []
  seen = 0
  readonly #watchers = new Set<() => void>()

  take(event: WireEvent): void {
    if (event.event === 'assigned') this.assignments.push(event.partitions)
    else if (event.event === 'records') this.records.push(...event.records)
    else if (event.event === 'failed') this.failures.push(event.message)
    else this.seen = event.seen
    for (const watcher of this.#watchers) watcher()
  }

  /** The partitions that the member holds now. */
  get assigned(): readonly number[] {
    return this.assignments.at(-1) ?? []
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}

/** Waits until `met` holds for what the sessions told; throws with `describe()` when it does not in time. */
export async function waitFor(
  logs: readonly SessionLog[],
  met: () => boolean,
  describe: () => string,
  timeoutMs = 30_000
): Promise<void> {
  if (met()) return
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error(`not within ${timeoutMs} ms: ${describe()}`)), timeoutMs)
  const stops = logs.map((log) => log.watch(() => met() && resolve()))
  try {
    await promise
  } finally {
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}

const living = new Set<AdapterProcess>()
// An interrupted run must not leave adapters behind.
process.on('exit', () => {
  for (const adapter of living) adapter.signal()
})

/** One running adapter. */
export class AdapterProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, Pending>()
  readonly #sessions = new Map<string, SessionLog>()
  #nextId = 1
  #stderr = ''

  constructor({ command, args, env }: AdapterCommand) {
    // A group of its own, so that `kill` also ends what the adapter started (kcat is a child of its adapter).
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe', detached: true })
    const { stdout, stderr, stdin } = this.#child
    if (stdout === null || stderr === null || stdin === null) throw new Error('an adapter has no pipes')
    stderr.on('data', (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk.toString()).slice(-2000)))
    stdin.on('error', () => undefined)
    createInterface({ input: stdout }).on('line', (line) => this.#read(line))
    this.#child.on('error', (error) => this.#failAll(error.message))
    this.#child.on('exit', (code, signal) => {
      living.delete(this)
      this.#failAll(`the adapter ended with ${code ?? signal}`)
    })
    living.add(this)
  }

  #read(line: string): void {
    const message = JSON.parse(line) as WireAnswer | WireEvent
    if ('event' in message) {
      this.session(message.session).take(message)
      return
    }
    const pending = this.#pending.get(message.id)
    this.#pending.delete(message.id)
    if ('ok' in message) pending?.resolve(message.ok)
    else pending?.reject(new ClientError(pending.operation, message.error))
  }

  #failAll(reason: string): void {
    const error = new Error(`${reason} ${this.#stderr}`.trim())
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }

  /** What the session of this name told so far; the log exists from the first mention on. */
  session(name: string): SessionLog {
    const log = this.#sessions.get(name) ?? new SessionLog()
    this.#sessions.set(name, log)
    return log
  }

  /** Sends any command and waits for its answer. */
  async request(
    op: string,
    command: object,
    timeoutMs: number = answerMsMax
  ): Promise<Record<string, unknown>> {
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>()
    this.#pending.set(id, { operation: op, resolve, reject })
    this.#child.stdin?.write(`${JSON.stringify({ id, op, ...command })}\n`)
    const timer = setTimeout(() => reject(new Error(`${op}: no answer within ${timeoutMs} ms`)), timeoutMs)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#pending.delete(id)
    }
  }

  /** Sends one of the operations that every adapter has. */
  async call<Name extends OperationName>(
    op: Name,
    command: Parameters<Operations[Name]>[0],
    timeoutMs?: number
  ): Promise<Awaited<ReturnType<Operations[Name]>>> {
    return (await this.request(op, command, timeoutMs)) as Awaited<ReturnType<Operations[Name]>>
  }

  /** Sends SIGKILL to the adapter and what it started, without waiting. */
  signal(): void {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null)
      return
    try {
      process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // The group ended between the question and the signal.
    }
  }

  /** Ends the adapter and everything in it with SIGKILL, as a machine that loses power would. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.signal()
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}
