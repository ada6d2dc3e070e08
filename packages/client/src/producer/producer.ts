/**
 * Sends records and says where they went.
 *
 * Sends of one producer run one after another, so that order per partition and the sequence numbers of
 * idempotence hold without bookkeeping; a retry repeats the same batch with the same numbers, which the broker
 * recognises. For throughput hand over many records at once.
 */
import type { produceV11 } from '@platformatic/kafka'
import { type Codec, bytesCodec } from '../codec.ts'
import { PRODUCER_DEFAULTS } from '../defaults.ts'
import { KafkaError, brokerError } from '../errors.ts'
import { safeNumber } from '../int64.ts'
import { OptionError, checkOptions, withDefaults } from '../options/check-options.ts'
import type { Cluster, TopicInfo } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'
import { type Batch, planBatches } from './batches.ts'
import { type RecordToSend, encodeRecord, wireRecord } from './record-to-send.ts'

export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type Compression = (typeof COMPRESSIONS)[number]

/** `all` waits for every in-sync replica, 1 for the leader, 0 for nothing: then losses stay unseen. */
export type Acks = 'all' | 0 | 1

export interface ProducerOptions<K, V> {
  readonly key?: Codec<K> | undefined
  readonly value?: Codec<V> | undefined
  readonly acks?: Acks | undefined
  readonly compression?: Compression | undefined
  /** Needs `acks: 'all'`; off when acks is 0 or 1. */
  readonly idempotent?: boolean | undefined
  readonly batchBytesMax?: number | undefined
  /** Lets the broker create a topic that is not there, if it is configured to. */
  readonly autoCreate?: boolean | undefined
}

const OPTION_NAMES = [
  'key',
  'value',
  'acks',
  'compression',
  'idempotent',
  'batchBytesMax',
  'autoCreate'
] as const

/** Where one batch went. */
export interface SentBatch {
  readonly topic: string
  readonly partition: number
  readonly count: number
  /** Of its first record; undefined with acks 0. */
  readonly baseOffset: number | undefined
}

/** What became of one batch in one attempt. */
interface BatchOutcome {
  readonly sent: SentBatch
  readonly error: KafkaError | undefined
}

interface SequencedBatch extends Batch {
  readonly sequence: number
}

export interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** What makes the batches of a producer part of a transaction. */
export interface TransactionScope {
  readonly transactionalId: string
  /** Who writes, in the transaction that is open. */
  identity(): Identity
  /** Tells the coordinator of partitions before they are first written to. */
  beforeWrite(topic: string, partitions: readonly number[], options: CallOptions): Promise<void>
}

const NO_IDENTITY: Identity = { producerId: -1n, producerEpoch: -1 }
/** The broker has this batch already: a retry whose first answer was lost. */
const DUPLICATE_SEQUENCE_NUMBER = 46
const SEQUENCE_MASK = 0x7fffffff

export class Producer<K = Uint8Array, V = Uint8Array> {
  readonly #wire: Wire
  readonly #cluster: Cluster
  readonly #codecs: { readonly key: Codec<K>; readonly value: Codec<V> }
  readonly #acks: Acks
  readonly #compression: Compression
  readonly #idempotent: boolean
  readonly #batchBytesMax: number
  readonly #autoCreate: boolean
  readonly #scope: TransactionScope | undefined
  readonly #sequences = new Map<string, number>()
  readonly #keyless = new Map<string, number>()
  #identity: Identity | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(wire: Wire, cluster: Cluster, options: ProducerOptions<K, V> = {}, scope?: TransactionScope) {
    checkOptions('producer', options, OPTION_NAMES)
    const { acks, compression, idempotent, batchBytesMax } = withDefaults(
      { ...PRODUCER_DEFAULTS, idempotent: options.acks === undefined || options.acks === 'all' },
      options
    )
    if (!COMPRESSIONS.includes(compression)) {
      throw new OptionError(
        'compression',
        `compression is one of ${COMPRESSIONS.join(', ')}, not "${compression}"`
      )
    }
    if (idempotent && acks !== 'all') {
      throw new OptionError('idempotent', 'an idempotent producer needs acks "all"')
    }
    this.#wire = wire
    this.#cluster = cluster
    // Without codecs K and V are bytes, which the signature's defaults say and the compiler cannot see here.
    this.#codecs = {
      key: options.key ?? (bytesCodec as unknown as Codec<K>),
      value: options.value ?? (bytesCodec as unknown as Codec<V>)
    }
    this.#acks = acks
    this.#compression = compression
    this.#idempotent = idempotent
    this.#batchBytesMax = batchBytesMax
    this.#autoCreate = options.autoCreate ?? false
    this.#scope = scope
  }

  /**
   * Resolves when the broker has acknowledged all records, to one entry per batch. Throws a KafkaError with topic
   * and partition when one was refused (MESSAGE_TOO_LARGE, UNKNOWN_TOPIC_OR_PARTITION, ...); batches before it
   * are written then.
   */
  send(
    topic: string,
    records: ReadonlyArray<RecordToSend<K, V>>,
    options: CallOptions = {}
  ): Promise<readonly SentBatch[]> {
    const sent = this.#last.then(() => this.#send(topic, records, options))
    this.#last = sent.catch(() => undefined)
    return sent
  }

  /** Begins the numbers anew, after the epoch has changed. */
  resetSequences(): void {
    this.#sequences.clear()
  }

  async #send(
    topic: string,
    records: ReadonlyArray<RecordToSend<K, V>>,
    options: CallOptions
  ): Promise<readonly SentBatch[]> {
    options.signal?.throwIfAborted()
    const nowMs = this.#wire.options.clock.wallMs()
    const encoded = records.map((record) => encodeRecord(record, this.#codecs, nowMs))
    const info = await this.#topic(topic, encoded, options)
    const plan = planBatches(encoded, {
      partitionCount: info.partitions.length,
      batchBytesMax: this.#batchBytesMax,
      keylessPartition: this.#keyless.get(topic) ?? 0
    })
    this.#keyless.set(topic, plan.keylessPartition)
    const sent: SentBatch[] = []
    const queues = [...plan.queues.values()]
    for (let round = 0; queues.some((queue) => queue[round] !== undefined); round++) {
      const batches = queues.flatMap((queue) => queue[round] ?? [])
      sent.push(...(await this.#deliver(topic, batches, options)))
    }
    return sent
  }

  /** The topic with its partitions, looked up again when a record names one that was not there. */
  async #topic(
    topic: string,
    records: ReadonlyArray<{ readonly partition: number | undefined }>,
    options: CallOptions
  ): Promise<TopicInfo> {
    const lookup = { ...options, autoCreate: this.#autoCreate }
    const missing = (info: TopicInfo): number | undefined =>
      records.find(({ partition }) => partition !== undefined && !(partition in info.partitions))?.partition
    let info = await this.#cluster.topic(topic, lookup)
    if (missing(info) !== undefined) {
      this.#cluster.forget(topic)
      info = await this.#cluster.topic(topic, lookup)
    }
    const partition = missing(info)
    if (partition === undefined) return info
    const message = `topic ${topic} has ${info.partitions.length} partitions, there is no partition ${partition}`
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message, { topic, partition })
  }

  /** One batch per partition, repeated until each is acknowledged. */
  async #deliver(
    topic: string,
    batches: readonly Batch[],
    options: CallOptions
  ): Promise<readonly SentBatch[]> {
    const identity = await this.#identify(options)
    await this.#scope?.beforeWrite(
      topic,
      batches.map(({ partition }) => partition),
      options
    )
    const sequenced = batches.map((batch) => this.#sequence(topic, batch))
    const sent = new Map<number, SentBatch>()
    try {
      await this.#wire.retrying(`producing to ${topic}`, options, async () => {
        const open = sequenced.filter(({ partition }) => !sent.has(partition))
        const outcomes = await this.#attempt(topic, open, identity, options)
        for (const outcome of outcomes) {
          if (outcome.error === undefined) sent.set(outcome.sent.partition, outcome.sent)
        }
        const failed = outcomes.find(({ error }) => error !== undefined)
        if (failed?.error !== undefined) throw failed.error
      })
    } catch (error) {
      // What arrived is unknown now, so these numbers must not be continued.
      this.#identity = undefined
      this.#sequences.clear()
      throw error
    }
    return batches.flatMap(({ partition }) => sent.get(partition) ?? [])
  }

  /** Sends each batch to its leader once. */
  async #attempt(
    topic: string,
    batches: readonly SequencedBatch[],
    identity: Identity,
    options: CallOptions
  ): Promise<readonly BatchOutcome[]> {
    const info = await this.#cluster.topic(topic, options)
    const leaderOf = ({ partition }: Batch): number => info.partitions[partition]?.leader ?? -1
    try {
      const answers = await Promise.all(
        [...Map.groupBy(batches, leaderOf)].map(([nodeId, group]) =>
          this.#toLeader(nodeId, topic, group, identity)
        )
      )
      const outcomes = answers.flat()
      if (outcomes.some(({ error }) => error?.retriable === true)) this.#cluster.forget(topic)
      return outcomes
    } catch (error) {
      this.#cluster.forget(topic)
      throw error
    }
  }

  async #toLeader(
    nodeId: number,
    topic: string,
    batches: readonly SequencedBatch[],
    identity: Identity
  ): Promise<readonly BatchOutcome[]> {
    const sequences = new Map(batches.map(({ partition, sequence }) => [`${topic}:${partition}`, sequence]))
    const response = await this.#wire.once({ kind: 'node', nodeId }, 'Produce', [
      this.#acks === 'all' ? -1 : this.#acks,
      this.#wire.options.requestTimeoutMs,
      batches.flatMap(({ partition, records }) =>
        records.map((record) => wireRecord(record, topic, partition))
      ),
      {
        compression: this.#compression,
        ...identity,
        ...(this.#scope === undefined ? {} : { transactionalId: this.#scope.transactionalId }),
        // All that the encoder asks of its map of sequences is this lookup.
        sequences: { getWithDefault: (key: string) => sequences.get(key) ?? -1 } as never
      }
    ])
    const answers = typeof response === 'boolean' ? new Map() : partitionAnswers(response)
    return batches.map(({ partition, records }) => {
      const answer = answers.get(partition) as produceV11.ProduceResponsePartition | undefined
      const code = answer?.errorCode === DUPLICATE_SEQUENCE_NUMBER ? 0 : (answer?.errorCode ?? 0)
      const offset =
        answer === undefined || answer.baseOffset < 0n ? undefined : safeNumber(answer.baseOffset)
      const error = brokerError(code, answer?.errorMessage, { topic, partition })
      return { sent: { topic, partition, count: records.length, baseOffset: offset }, error }
    })
  }

  async #identify(options: CallOptions): Promise<Identity> {
    if (!this.#idempotent) return NO_IDENTITY
    if (this.#scope !== undefined) return this.#scope.identity()
    if (this.#identity !== undefined) return this.#identity
    const response = await this.#wire.call({ kind: 'any' }, 'InitProducerId', [null, 0, -1n, -1], {
      ...options,
      failure: ({ errorCode }) => brokerError(errorCode)
    })
    this.#identity = { producerId: response.producerId, producerEpoch: response.producerEpoch }
    return this.#identity
  }

  #sequence(topic: string, batch: Batch): SequencedBatch {
    if (!this.#idempotent) return { ...batch, sequence: -1 }
    const key = `${topic}:${batch.partition}`
    const sequence = this.#sequences.get(key) ?? 0
    this.#sequences.set(key, (sequence + batch.records.length) & SEQUENCE_MASK)
    return { ...batch, sequence }
  }
}

function partitionAnswers(
  response: produceV11.ProduceResponse
): Map<number, produceV11.ProduceResponsePartition> {
  const answers = response.responses.flatMap(({ partitionResponses }) => partitionResponses)
  return new Map(answers.map((answer) => [answer.index, answer]))
}
