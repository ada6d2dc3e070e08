/**
 * A proxy in front of a broker that treats the requests of transactional producers as a bad network and dying
 * connections would: it delays them, sends a copy later on another connection, or cuts the connection and delivers the
 * request afterwards on another one, when its producer has long asked again or gone on.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { SeededRandom } from '@naru/simulator'
import { Frames, requestHeader } from './frames.ts'

export interface UnrulyOptions {
  readonly target: { readonly host: string; readonly port: number }
  readonly port: number
  readonly random: SeededRandom
  /** One request of so many is disturbed. */
  readonly every: number
  /**
   * Whether the producer's epoch rises with each transaction (KIP-890). Before that, EndTxn and TxnOffsetCommit say nothing
   * by which a coordinator, Kafka's or ours, could tell that they are not about the next one: these are delayed only.
   */
  readonly epochRises: boolean
}

const CONTROL_REQUESTS: ReadonlyMap<number, string> = new Map([
  [0, 'Produce'],
  [24, 'AddPartitionsToTxn'],
  [25, 'AddOffsetsToTxn'],
  [26, 'EndTxn'],
  [28, 'TxnOffsetCommit']
])
const BOUND_TO_EPOCH: ReadonlySet<number> = new Set([26, 28])
const KINDS = ['delayed', 'duplicated', 'reordered'] as const
type Kind = (typeof KINDS)[number]
/** Longer than several transactions take. */
const LATE_MS_MAX = 800
const DELAY_MS_MAX = 200
/** An answer to nobody is waited for so long. */
const STRAY_MS_MAX = 5_000

export class UnrulyProxy implements AsyncDisposable {
  /** What was disturbed, by kind and request. */
  readonly counts: Record<string, number> = {}
  readonly #options: UnrulyOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(options: UnrulyOptions) {
    this.#options = options
    this.#server = createServer((client) => this.#serve(client))
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0)
  }

  async listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.on('error', reject)
    this.#server.listen(this.#options.port, '127.0.0.1', resolve)
    await promise
  }

  #serve(client: Socket): void {
    const broker = connect(this.#options.target)
    const close = (): void => {
      for (const socket of [client, broker]) {
        socket.destroy()
        this.#sockets.delete(socket)
      }
    }
    for (const socket of [client, broker]) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', close)
      socket.on('close', close)
    }
    broker.on('data', (chunk: Buffer) => client.write(chunk))
    const frames = new Frames()
    // A connection keeps its order: what comes behind a delayed request waits with it.
    let turn = Promise.resolve()
    client.on('data', (chunk: Buffer) => {
      for (const frame of frames.push(chunk)) {
        turn = turn.then(() => this.#pass(frame, broker, close))
      }
    })
  }

  async #pass(frame: Buffer, broker: Socket, close: () => void): Promise<void> {
    if (broker.destroyed) return
    switch (this.#kindFor(frame)) {
      case undefined:
        break
      case 'delayed':
        await this.#wait(this.#options.random.below(DELAY_MS_MAX))
        break
      case 'duplicated':
        this.#later(frame)
        break
      case 'reordered':
        close()
        this.#later(frame)
        return
    }
    broker.write(frame)
  }

  /** What happens to this request, and counts it. */
  #kindFor(frame: Buffer): Kind | undefined {
    const { random, every, epochRises } = this.#options
    const { key } = requestHeader(frame)
    const name = CONTROL_REQUESTS.get(key)
    if (name === undefined || !random.oneIn(every)) return undefined
    const kind = BOUND_TO_EPOCH.has(key) && !epochRises ? 'delayed' : random.pick(KINDS)
    if (kind === undefined) return undefined
    const what = `${kind} ${name}`
    this.counts[what] = (this.counts[what] ?? 0) + 1
    return kind
  }

  /** Sends the request on a connection of its own, after a while. */
  #later(frame: Buffer): void {
    this.#after(this.#options.random.below(LATE_MS_MAX), () => {
      const stray = connect(this.#options.target)
      this.#sockets.add(stray)
      const end = (): void => {
        stray.destroy()
        this.#sockets.delete(stray)
      }
      stray.setTimeout(STRAY_MS_MAX, end)
      stray.on('error', end)
      stray.on('close', end)
      stray.on('data', end)
      stray.write(frame)
    })
  }

  #wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#after(ms, resolve)
    return promise
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      then()
    }, ms)
    this.#timers.add(timer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#sockets) socket.destroy()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    await promise
  }
}
