/**
 * Sends events to the log: what comes while a send is under way goes along with the next one, so that many small
 * publications become few large batches. Order per topic is the order of the calls.
 */
import {
  type Client,
  KafkaError,
  type Producer,
  type RecordToSend,
  bytesCodec,
  stringCodec
} from '@naru/client'
import { PUBLISH_BYTES_MAX, PUBLISH_EVENTS_MAX, PUBLISH_TOPICS_MAX } from '../limits.ts'
import type { OutgoingEvent } from '../ports.ts'

/** A record on its way; `value` and `headers` may be those of a record that somebody else wrote. */
export interface Outgoing {
  readonly topic: string
  readonly key: string | Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: ReadonlyArray<readonly [name: string, value: Uint8Array | string | null]>
  readonly partition?: number | undefined
}

interface Waiting {
  readonly record: RecordToSend<Uint8Array, Uint8Array>
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface TopicQueue {
  readonly producer: Producer
  waiting: Waiting[]
  isSending: boolean
}

const RECORD_OVERHEAD_BYTES = 200

export class Publisher {
  readonly #client: Pick<Client, 'producer'>
  readonly #queues = new Map<string, TopicQueue>()
  #events = 0
  #bytes = 0
  #roomWaiters: Array<() => void> = []

  constructor(client: Pick<Client, 'producer'>) {
    this.#client = client
  }

  /** Events that the log has not acknowledged yet. */
  get pending(): number {
    return this.#events
  }

  /** Resolves when the log has acknowledged the record; rejects when it refuses it or is away for too long. */
  async publish(outgoing: Outgoing): Promise<void> {
    while (this.#events >= PUBLISH_EVENTS_MAX || this.#bytes >= PUBLISH_BYTES_MAX) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve))
    }
    const { topic, key, value, headers, partition } = outgoing
    const bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.byteLength ?? 0)
    const record = {
      key: typeof key === 'string' ? stringCodec.encode(key) : key,
      value,
      headers,
      ...(partition === undefined ? {} : { partition })
    }
    const queue = this.#queue(topic)
    this.#events++
    this.#bytes += bytes
    const sent = new Promise<void>((resolve, reject) =>
      queue.waiting.push({ record, bytes, resolve, reject })
    )
    if (!queue.isSending) {
      queue.isSending = true
      // After this turn's calls, so that they go together.
      queueMicrotask(() => void this.#drain(topic, queue).catch(() => undefined))
    }
    return sent
  }

  /** Resolves when all are acknowledged; in the order of the events. */
  async publishAll(events: readonly OutgoingEvent[]): Promise<void> {
    await Promise.all(events.map((event) => this.publish(event)))
  }

  /** Resolves when nothing waits any more, whatever became of it. */
  async flush(): Promise<void> {
    while (this.#events > 0) await new Promise<void>((resolve) => this.#roomWaiters.push(resolve))
  }

  #queue(topic: string): TopicQueue {
    const known = this.#queues.get(topic)
    if (known !== undefined) return known
    if (this.#queues.size >= PUBLISH_TOPICS_MAX) this.#forgetIdle()
    const producer = this.#client.producer({ key: bytesCodec, value: bytesCodec })
    const queue = { producer, waiting: [], isSending: false }
    this.#queues.set(topic, queue)
    return queue
  }

  /** Who answers requests publishes to a topic of every client that ever asked. */
  #forgetIdle(): void {
    for (const [topic, { isSending, waiting }] of this.#queues) {
      if (!isSending && waiting.length === 0) this.#queues.delete(topic)
    }
  }

  async #drain(topic: string, queue: TopicQueue): Promise<void> {
    try {
      while (queue.waiting.length > 0) {
        const batch = queue.waiting
        queue.waiting = []
        await this.#send(topic, queue.producer, batch)
      }
    } finally {
      queue.isSending = false
    }
  }

  /** One record that is refused must not take its neighbours along: they are sent again in smaller groups. */
  async #send(topic: string, producer: Producer, batch: readonly Waiting[]): Promise<void> {
    try {
      await producer.send(
        topic,
        batch.map(({ record }) => record)
      )
      for (const waiting of batch) waiting.resolve()
    } catch (error) {
      const half = Math.ceil(batch.length / 2)
      if (batch.length > 1 && isAboutOneRecord(error)) {
        await this.#send(topic, producer, batch.slice(0, half))
        await this.#send(topic, producer, batch.slice(half))
        return
      }
      for (const waiting of batch) waiting.reject(error)
    }
    this.#settled(batch)
  }

  #settled(batch: readonly Waiting[]): void {
    this.#events -= batch.length
    for (const { bytes } of batch) this.#bytes -= bytes
    for (const waiter of this.#roomWaiters.splice(0)) waiter()
  }
}

function isAboutOneRecord(error: unknown): boolean {
  return (
    error instanceof KafkaError && (error.code === 'MESSAGE_TOO_LARGE' || error.code === 'INVALID_RECORD')
  )
}
