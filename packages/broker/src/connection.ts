/**
 * One client's connection: cuts frames, starts requests in order, answers in order, slows the peer down.
 *
 * Requests run one after another, as on Apache Kafka, except those whose handlers say `pipelined` (Produce):
 * several of them may be on their way to the disk at once, since the order of their appends was decided when
 * they started. The socket is paused while too much waits here or in the whole broker, so that a fast sender
 * meets the TCP window and not our memory.
 */
import type { Connection, Timer, Timers } from '@naru/base'
import type { BrokerContext } from './context.ts'
import { FrameAssembler } from './frame-assembler.ts'
import type { ClientInfo } from './handler.ts'
import type { HeldBytes, Holder } from './held-bytes.ts'
import {
  FRAME_MS_MAX,
  REQUESTS_PER_CONNECTION_MAX,
  REQUEST_HEADER_BYTES_MIN,
  UNSENT_BYTES_SOFT_MAX
} from './limits.ts'
import type { RequestBudget } from './request-budget.ts'
import type { ParsedRequest, RequestDispatcher, Reply } from './request-dispatcher.ts'

/** A request that was started; its answer is sent when those before it were. */
interface Slot {
  readonly key: number
  readonly frameBytes: number
  readonly startedMs: number
  reply: Reply | undefined
}

export class ClientConnection implements ClientInfo, Holder {
  readonly connectionId: number
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number

  readonly #socket: Connection
  readonly #broker: BrokerContext
  readonly #dispatcher: RequestDispatcher
  readonly #budget: RequestBudget
  readonly #frames: FrameAssembler
  /** Of all connections. */
  readonly #begun: HeldBytes
  readonly #waiting: ParsedRequest[] = []
  readonly #running: Slot[] = []
  /** Ends long polls: nobody will read their answer, or the broker stops. */
  readonly #draining = new AbortController()
  readonly #onClosed: () => void
  #runningPipelined = true
  #paused = false
  #awaitsLog = false
  #awaitsBudget = false
  /** When it was answered last, or began to wait for an answer. */
  #progressMs: number
  #ended = false
  /** Drops what arrives, since the broker stops. */
  #deaf = false
  #gone = false
  #lastActiveMs: number
  #frameStartedMs: number | undefined
  #watchdog: Timer | undefined

  constructor(options: {
    connectionId: number
    socket: Connection
    broker: BrokerContext
    dispatcher: RequestDispatcher
    budget: RequestBudget
    begun: HeldBytes
    onClosed: () => void
  }) {
    const { socket, broker } = options
    this.connectionId = options.connectionId
    this.localAddress = socket.localAddress
    this.localPort = socket.localPort
    this.remoteAddress = socket.remoteAddress
    this.remotePort = socket.remotePort
    this.#socket = socket
    this.#broker = broker
    this.#dispatcher = options.dispatcher
    this.#budget = options.budget
    this.#begun = options.begun
    this.#onClosed = options.onClosed
    this.#frames = new FrameAssembler({
      frameBytesMin: REQUEST_HEADER_BYTES_MIN,
      frameBytesMax: broker.config.number('socket.request.max.bytes'),
      memory: broker.receiveMemory
    })
    this.#lastActiveMs = broker.clock.monotonicMs()
    this.#progressMs = this.#lastActiveMs
    this.#armWatchdog(broker.timers, broker.config.number('connections.max.idle.ms'))
  }

  get closed(): AbortSignal {
    return this.#draining.signal
  }

  /** Requests that were received and not answered yet. */
  get pending(): number {
    return this.#waiting.length + this.#running.length
  }

  /** Bytes of requests that wait although nothing went out since `sinceMs`, unless it is the log that lets them wait. */
  stuckBytes(sinceMs: number): number {
    if (this.#progressMs > sinceMs || this.#awaitsLog) return 0
    let bytes = 0
    for (const { frameBytes } of this.#waiting) bytes += frameBytes
    for (const { frameBytes } of this.#running) bytes += frameBytes
    return bytes
  }

  /** Ends because others need the memory that it holds. */
  giveWay(): void {
    this.#refuse('it holds memory that others need')
  }

  start(): void {
    this.#socket.start({
      onData: (chunk) => this.#onData(chunk),
      nextPlace: () => (this.#gone || this.#deaf ? undefined : this.#frames.place()),
      onPlaced: (count) => this.#onPlaced(count),
      onDrain: () => this.#onDrain(),
      onEnd: () => this.#onEnd(),
      onClose: () => this.#onClose()
    })
  }

  /**
   * Takes no further requests, answers those that have started, then ends. What still arrives is read and dropped:
   * an end that leaves bytes unread would reset the connection, and the peer would lose answers on their way.
   */
  drain(): void {
    if (this.#gone) return
    this.#ended = true
    this.#deaf = true
    if (this.#paused) this.#socket.resume()
    for (const request of this.#waiting.splice(0)) this.#budget.give(request.frameBytes)
    this.#draining.abort()
    this.#pump()
  }

  /** Ends at once; what was started is abandoned. */
  destroy(): void {
    this.#socket.destroy()
  }

  #onData(chunk: Uint8Array): void {
    if (this.#gone || this.#deaf) return
    this.#frames.push(chunk)
    this.#onArrived()
  }

  #onPlaced(count: number): void {
    if (this.#gone || this.#deaf) return
    this.#frames.placed(count)
    this.#onArrived()
  }

  #onArrived(): void {
    this.#lastActiveMs = this.#broker.clock.monotonicMs()
    this.#readFrames()
    this.#pump()
  }

  #readFrames(): void {
    for (;;) {
      const frame = this.#frames.next()
      if (frame === undefined) break
      if (frame.kind !== 'frame') return this.#refuse(`frame ${frame.kind}: ${frame.length} bytes`)
      const request = this.#dispatcher.parse(frame)
      if (request.kind === 'refused') return this.#refuse(request.reason)
      this.#broker.metrics.request(request.key, frame.bytes.byteLength)
      if (this.pending === 0) this.#progressMs = this.#lastActiveMs
      this.#waiting.push(request)
      this.#budget.take(request.frameBytes)
      this.#begun.set(this, 0)
      this.#frameStartedMs = undefined
    }
    this.#begun.set(this, this.#frames.heldBytes)
    if (this.#frames.buffered > 0) this.#frameStartedMs ??= this.#lastActiveMs
    else this.#frameStartedMs = undefined
  }

  /** Starts what may start, then pauses or resumes the socket. */
  #pump(): void {
    while (!this.#gone) {
      const next = this.#waiting[0]
      if (next === undefined || !this.#mayStart(next)) break
      this.#waiting.shift()
      this.#run(next)
    }
    if (this.#gone) return
    this.#throttle()
    if (this.#ended && this.pending === 0) this.#socket.end()
  }

  #mayStart(request: ParsedRequest): boolean {
    if (this.#socket.unsentBytes > UNSENT_BYTES_SOFT_MAX) return false
    if (this.#running.length === 0) return this.#mayAppend(request)
    // A request that a test holds back must not be overtaken by those behind it.
    if (this.#broker.interceptor !== undefined) return false
    return request.pipelined && this.#runningPipelined && this.#mayAppend(request)
  }

  /** A produce request waits outside of the log while that is at its limit. */
  #mayAppend(request: ParsedRequest): boolean {
    const { log } = this.#broker.storage
    if (!request.pipelined || log.accepting) return true
    if (this.#awaitsLog) return false
    this.#awaitsLog = true
    log.whenAccepting().then(() => {
      this.#awaitsLog = false
      this.#pump()
    }, this.#fail)
    return false
  }

  #run(request: ParsedRequest): void {
    const startedMs = this.#broker.clock.monotonicMs()
    const slot: Slot = { key: request.key, frameBytes: request.frameBytes, startedMs, reply: undefined }
    this.#runningPipelined = request.pipelined
    this.#running.push(slot)
    const reply = this.#dispatcher.run(request, this)
    if (reply instanceof Promise) {
      reply.then((settled) => {
        slot.reply = settled
        this.#flush()
        this.#pump()
      }, this.#fail)
      return
    }
    slot.reply = reply
    this.#flush()
  }

  /** Sends the answers that are next in order. */
  #flush(): void {
    while (!this.#gone) {
      const slot = this.#running[0]
      if (slot?.reply === undefined) break
      this.#running.shift()
      this.#budget.give(slot.frameBytes)
      const { reply } = slot
      if (reply.kind === 'close') return this.#refuse(reply.reason)
      this.#progressMs = this.#broker.clock.monotonicMs()
      const latencyMs = this.#progressMs - slot.startedMs
      this.#broker.metrics.response(slot.key, reply.bytes, latencyMs)
      if (reply.kind === 'send') this.#socket.write(reply.chunks, reply.onLeft)
    }
    if (!this.#gone) this.#reportUnsent()
  }

  #onDrain(): void {
    if (this.#gone) return
    this.#reportUnsent()
    this.#pump()
  }

  #reportUnsent(): void {
    this.#broker.sendBudget.report(this, this.#socket.unsentBytes)
  }

  #throttle(): void {
    if (this.#deaf) return
    if (!this.#budget.open) this.#awaitBudget()
    const full = this.#waiting.length >= REQUESTS_PER_CONNECTION_MAX || !this.#budget.open
    if (full === this.#paused) return
    this.#paused = full
    if (full) this.#socket.pause()
    else this.#socket.resume()
  }

  /** Also when it is paused already for its own requests: nothing else would wake it when those are answered. */
  #awaitBudget(): void {
    if (this.#awaitsBudget) return
    this.#awaitsBudget = true
    this.#budget.whenOpen().then(() => {
      this.#awaitsBudget = false
      this.#pump()
    }, this.#fail)
  }

  /** For what never rejects: a bug then costs one connection and is seen. */
  readonly #fail = (error: unknown): void => this.#refuse(`an internal error: ${String(error)}`)

  #refuse(reason: string): void {
    if (this.#gone) return
    this.#broker.metrics.protocolErrors++
    const peer = `${this.remoteAddress}:${this.remotePort}`
    this.#broker.logger.log('warn', 'connection-refused', { peer, connection: this.connectionId, reason })
    this.#socket.destroy()
    this.#onClose()
  }

  /** Who sends no more may still read what was asked for, but most often is gone: nothing waits for it. */
  #onEnd(): void {
    this.#ended = true
    this.#draining.abort()
    this.#pump()
  }

  #onClose(): void {
    if (this.#gone) return
    this.#gone = true
    this.#watchdog?.cancel()
    this.#broker.sendBudget.report(this, 0)
    this.#begun.set(this, 0)
    for (const request of this.#waiting.splice(0)) this.#budget.give(request.frameBytes)
    for (const slot of this.#running.splice(0)) this.#budget.give(slot.frameBytes)
    this.#draining.abort()
    this.#onClosed()
  }

  /** One timer that looks at the time of the last activity, instead of one that every chunk arms anew. */
  #armWatchdog(timers: Timers, idleMsMax: number): void {
    const delayMs = idleMsMax > 0 ? Math.min(FRAME_MS_MAX, idleMsMax) : FRAME_MS_MAX
    this.#watchdog = timers.after(delayMs, () => this.#watch(timers, idleMsMax), { background: true })
  }

  #watch(timers: Timers, idleMsMax: number): void {
    const nowMs = this.#broker.clock.monotonicMs()
    if (this.#frameStartedMs !== undefined && nowMs - this.#frameStartedMs >= FRAME_MS_MAX && !this.#paused) {
      return this.#refuse('a frame took too long to arrive')
    }
    const idle = idleMsMax > 0 && nowMs - this.#lastActiveMs >= idleMsMax && this.pending === 0
    if (idle) return this.#socket.destroy()
    this.#armWatchdog(timers, idleMsMax)
  }
}
