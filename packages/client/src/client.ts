/** The way in: one client per cluster, which makes the admin, producers and consumers. */
import type { Clock, Timers } from '@naru/base'
import { nodeClock, nodeTimers } from '@naru/base/node'
import { Admin } from './admin/admin.ts'
import type { ConsumerOptions } from './consumer/consumer-options.ts'
import { Consumer } from './consumer/consumer.ts'
import { CLIENT_DEFAULTS } from './defaults.ts'
import { checkOptions, withDefaults } from './options/check-options.ts'
import { GroupReader, type GroupReaderEvents, type GroupReaderOptions } from './group/group-reader.ts'
import { Producer, type ProducerOptions } from './producer/producer.ts'
import {
  TransactionalProducer,
  type TransactionalProducerOptions
} from './producer/transactional-producer.ts'
import { Cluster } from './wire/cluster.ts'
import { Wire } from './wire/wire.ts'

export interface ClientOptions {
  /** `host:port`, several separated by commas or as a list. */
  readonly bootstrap?: string | readonly string[] | undefined
  readonly clientId?: string | undefined
  readonly connectTimeoutMs?: number | undefined
  /** Bounds every call with all its retries. */
  readonly requestTimeoutMs?: number | undefined
  readonly retryBackoffMs?: number | undefined
  readonly retryBackoffMsMax?: number | undefined
  readonly metadataAgeMsMax?: number | undefined
  readonly clock?: Clock | undefined
  readonly timers?: Timers | undefined
}

const OPTION_NAMES = [...Object.keys(CLIENT_DEFAULTS), 'clock', 'timers']

export class Client implements AsyncDisposable {
  readonly admin: Admin
  readonly #wire: Wire
  readonly #cluster: Cluster
  readonly #metadataAgeMsMax: number
  readonly #consumers = new Set<AsyncDisposable>()

  constructor(options: ClientOptions = {}) {
    checkOptions('createClient', options, OPTION_NAMES)
    const defaults = { ...CLIENT_DEFAULTS, clock: nodeClock, timers: nodeTimers }
    const settings = withDefaults(defaults, options) as Required<{
      readonly [Name in keyof ClientOptions]: Exclude<ClientOptions[Name], undefined>
    }>
    this.#wire = new Wire(settings)
    this.#metadataAgeMsMax = settings.metadataAgeMsMax
    this.#cluster = new Cluster(this.#wire, settings.metadataAgeMsMax)
    this.admin = new Admin(this.#wire, this.#cluster)
  }

  /** A producer; it needs no closing of its own. */
  producer<K = Uint8Array, V = Uint8Array>(options: ProducerOptions<K, V> = {}): Producer<K, V> {
    return new Producer(this.#wire, this.#cluster, options)
  }

  /** A producer of transactions: what one of them writes is seen as a whole, or not at all. */
  transactionalProducer(options: TransactionalProducerOptions): TransactionalProducer {
    return new TransactionalProducer(this.#wire, this.#cluster, options)
  }

  /** A consumer; it disconnects when its loop ends or when it is closed. */
  consumer<K = Uint8Array, V = Uint8Array>(options: ConsumerOptions<K, V>): Consumer<K, V> {
    const consumer = new Consumer(this.#wire, this.#metadataAgeMsMax, options)
    this.#consumers.add(consumer)
    return consumer
  }

  /** A reader in a group that drains, pauses and commits as its user decides; it is closed by `close()` of its own. */
  groupReader(options: GroupReaderOptions, events: GroupReaderEvents): GroupReader {
    return new GroupReader(this.#wire, this.#metadataAgeMsMax, options, events)
  }

  /** Disconnects everything that this client made. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer[Symbol.asyncDispose]()))
    await this.#wire.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/**
 * A client for any Kafka; it connects when it is first used. Throws INVALID_OPTION for options that do not exist.
 *
 * ```ts
 * await using client = createClient({ bootstrap: '127.0.0.1:9092' })
 * await client.admin.createTopic('orders', { partitions: 4 })
 * await client.producer({ key: stringCodec, value: jsonCodec() }).send('orders', [{ key: 'o-1', value: { sum: 300 } }])
 * for await (const record of client.consumer({ topics: 'orders', from: 'earliest', to: 'end' }).records()) {
 *   console.log(record.offset, record.value)
 * }
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  return new Client(options)
}
