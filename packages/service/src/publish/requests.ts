/**
 * Requests over topics: each process has a reply topic of its own, made for the first request and deleted at the end.
 * A reply that nobody waits for any more is dropped.
 */
import { NaruError, type Random, type Timer, type Timers } from '@naru/base'
import { type Client, bytesCodec } from '@naru/client'
import { ServiceError, asError } from '../errors.ts'
import type { AnySchema, EventDefinition } from '../event/define-event.ts'
import { randomId } from '../event/encode-event.ts'
import { HeaderName, headerText } from '../event/headers.ts'
import { validate } from '../event/validate.ts'
import { REQUESTS_WAITING_MAX } from '../limits.ts'
import { ensureTopic } from '../runtime/topic-setup.ts'

export interface RequestsOptions {
  readonly client: Client
  readonly timers: Timers
  readonly random: Random
  readonly replyTopic: string
  readonly onTrouble: (error: Error) => void
}

interface Waiting {
  readonly reply: EventDefinition<AnySchema>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly timer: Timer
}

/** What a request carries, so that the answer finds its way. */
export type RequestHeaders = ReadonlyArray<readonly [name: string, value: string]>

/** Replies of a process that died are deleted after this time. */
const REPLY_RETENTION_MS = 3_600_000

export class Requests {
  readonly #options: RequestsOptions
  readonly #waiting = new Map<string, Waiting>()
  readonly #stop = new AbortController()
  #ready: Promise<void> | undefined
  #reading: Promise<void> | undefined

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  /** Sends by `send`, and resolves to the checked payload of the reply. */
  async request(
    reply: EventDefinition<AnySchema>,
    timeoutMs: number,
    send: (headers: RequestHeaders) => Promise<unknown>
  ): Promise<unknown> {
    if (this.#waiting.size >= REQUESTS_WAITING_MAX) {
      throw new ServiceError('TOO_MANY_REQUESTS', 'too many requests wait for a reply', { retriable: true })
    }
    await this.#start()
    const { timers, random, replyTopic } = this.#options
    const correlationId = randomId(random)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    // It may be over before the sending is, when nobody looks at it yet.
    promise.catch(() => undefined)
    const timer = timers.after(timeoutMs, () => {
      this.#waiting.delete(correlationId)
      const message = `no ${reply.name} within ${timeoutMs} ms`
      reject(new ServiceError('REQUEST_TIMED_OUT', message, { retriable: true }))
    })
    this.#waiting.set(correlationId, { reply, resolve, reject, timer })
    try {
      await send([
        [HeaderName.correlationId, correlationId],
        [HeaderName.replyTopic, replyTopic]
      ])
    } catch (error) {
      this.#take(correlationId)
      throw error
    }
    return promise
  }

  /** Fails what waits, and deletes the topic. */
  async close(options: { readonly keepTopic?: boolean } = {}): Promise<void> {
    const closed = new NaruError('CLOSED', 'the service stops')
    this.#stop.abort(closed)
    for (const correlationId of this.#waiting.keys()) this.#take(correlationId)?.reject(closed)
    await this.#reading
    if (this.#ready === undefined || options.keepTopic === true) return
    const { client, replyTopic } = this.#options
    await client.admin.deleteTopics([replyTopic], { timeoutMs: 1_000 }).catch(() => undefined)
  }

  #start(): Promise<void> {
    this.#ready ??= this.#open()
    this.#ready.catch(() => {
      this.#ready = undefined
    })
    return this.#ready
  }

  async #open(): Promise<void> {
    const { client, replyTopic } = this.#options
    const configs = { 'retention.ms': String(REPLY_RETENTION_MS) }
    await ensureTopic(client.admin, { topic: replyTopic, partitions: 1, configs }, true, {})
    this.#reading = this.#read().catch((error: unknown) => {
      if (this.#stop.signal.aborted) return
      // The next request makes the topic anew, if that is what was missing, and reads again.
      this.#ready = undefined
      this.#options.onTrouble(asError(error))
    })
  }

  async #read(): Promise<void> {
    const { client, replyTopic } = this.#options
    const consumer = client.consumer({
      topics: replyTopic,
      from: 'earliest',
      key: bytesCodec,
      value: bytesCodec,
      signal: this.#stop.signal
    })
    for await (const { headers, value } of consumer.records()) {
      const waiting = this.#take(headerText(headers, HeaderName.correlationId) ?? '')
      if (waiting === undefined) continue
      const failure = headerText(headers, HeaderName.replyError)
      if (failure === undefined && value !== null) {
        await settle(waiting, value)
        continue
      }
      waiting.reject(new ServiceError('REQUEST_FAILED', failure ?? 'the reply is empty'))
    }
  }

  #take(correlationId: string): Waiting | undefined {
    const waiting = this.#waiting.get(correlationId)
    waiting?.timer.cancel()
    this.#waiting.delete(correlationId)
    return waiting
  }
}

async function settle({ reply, resolve, reject }: Waiting, value: Uint8Array): Promise<void> {
  try {
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
    resolve(await validate(reply, JSON.parse(text)))
  } catch (error) {
    reject(asError(error))
  }
}
