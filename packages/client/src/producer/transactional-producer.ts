/**
 * Transactions of one producer, one after another (KIP-98, in the form that brokers before `transaction.version` 2 know
 * too): partitions are announced, written to, and committed or aborted together with offsets of a group.
 *
 * After an abort the epoch is raised (KIP-360), so that nothing that is still on its way counts any more. A commit whose
 * answer is lost is asked for again; when nobody answers until the deadline, its outcome is unknown, and the error
 * says so.
 */
import { type PositionToCommit, topicsToCommit } from '../admin/groups.ts'
import { TRANSACTION_DEFAULTS } from '../defaults.ts'
import { KafkaError, brokerError, toKafkaError } from '../errors.ts'
import type { GroupIdentity } from '../group/group-member.ts'
import { checkOptions, withDefaults } from '../options/check-options.ts'
import type { Cluster } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'
import { type Identity, Producer, type SentBatch } from './producer.ts'
import type { RecordToSend } from './record-to-send.ts'

export interface TransactionalProducerOptions {
  /** Of two producers with one id, the older one is fenced. */
  readonly transactionalId: string
  readonly transactionTimeoutMs?: number | undefined
}

/** What can be done within a transaction. */
export interface TransactionTools {
  readonly send: (
    topic: string,
    records: ReadonlyArray<RecordToSend<Uint8Array, Uint8Array>>
  ) => Promise<readonly SentBatch[]>
  /** Makes positions of a group part of the transaction. */
  readonly sendOffsets: (group: GroupIdentity, offsets: readonly PositionToCommit[]) => Promise<void>
}

/** The commit was asked for, and nobody has said what became of it. */
const OUTCOME_UNKNOWN = 'TRANSACTION_OUTCOME_UNKNOWN'

const FIRST: Identity = { producerId: -1n, producerEpoch: -1 }

export class TransactionalProducer {
  readonly #wire: Wire
  readonly #settings: { readonly transactionalId: string; readonly transactionTimeoutMs: number }
  readonly #producer: Producer
  #identity: Identity = FIRST
  #isReady = false
  #announced = new Set<string>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(wire: Wire, cluster: Cluster, options: TransactionalProducerOptions) {
    checkOptions('transactionalProducer', options, ['transactionalId', 'transactionTimeoutMs'])
    this.#wire = wire
    this.#settings = withDefaults(TRANSACTION_DEFAULTS, options)
    this.#producer = new Producer(
      wire,
      cluster,
      {},
      {
        transactionalId: options.transactionalId,
        identity: () => this.#identity,
        beforeWrite: (topic, partitions, call) => this.#announce(topic, partitions, call)
      }
    )
  }

  /**
   * Runs `work` in a transaction and commits it; when `work` or the commit fails, everything in it is void, and the
   * error is thrown. Only TRANSACTION_OUTCOME_UNKNOWN leaves open what happened. PRODUCER_FENCED is for good.
   */
  transaction<T>(work: (tools: TransactionTools) => Promise<T>, options: CallOptions = {}): Promise<T> {
    const done = this.#last.then(() => this.#transaction(work, options))
    this.#last = done.catch(() => undefined)
    return done
  }

  async #transaction<T>(work: (tools: TransactionTools) => Promise<T>, options: CallOptions): Promise<T> {
    if (!this.#isReady) await this.#initialise(options)
    this.#announced = new Set()
    let result: T
    try {
      result = await work({
        send: (topic, records) => this.#producer.send(topic, records, options),
        sendOffsets: (group, offsets) => this.#sendOffsets(group, offsets, options)
      })
    } catch (error) {
      await this.#abort(options)
      throw error
    }
    if (this.#announced.size > 0) await this.#commit(options)
    return result
  }

  /** Gets an id and epoch; whatever an earlier producer of this id left open is aborted by that. */
  async #initialise(options: CallOptions): Promise<void> {
    const { transactionalId, transactionTimeoutMs } = this.#settings
    const { producerId, producerEpoch } = this.#identity
    const response = await this.#wire.call(
      this.#coordinator(),
      'InitProducerId',
      [transactionalId, transactionTimeoutMs, producerId, producerEpoch],
      { ...options, failure: ({ errorCode }) => transactionError(errorCode) }
    )
    this.#identity = { producerId: response.producerId, producerEpoch: response.producerEpoch }
    this.#producer.resetSequences()
    this.#isReady = true
  }

  async #announce(topic: string, partitions: readonly number[], options: CallOptions): Promise<void> {
    const unknown = partitions.filter((partition) => !this.#announced.has(`${topic}:${partition}`))
    if (unknown.length === 0) return
    const { transactionalId } = this.#settings
    const request = {
      transactionalId,
      ...this.#identity,
      verifyOnly: false,
      topics: [{ name: topic, partitions: unknown }]
    }
    await this.#wire.call(this.#coordinator(), 'AddPartitionsToTxn', [[request]], {
      ...options,
      failure: ({ errorCode, resultsByTransaction }) => {
        const results = resultsByTransaction.flatMap(({ topicResults }) =>
          topicResults.flatMap(({ resultsByPartition }) => resultsByPartition)
        )
        const failed = results.find(({ partitionErrorCode }) => partitionErrorCode !== 0)
        return transactionError(errorCode || (failed?.partitionErrorCode ?? 0))
      }
    })
    for (const partition of unknown) this.#announced.add(`${topic}:${partition}`)
  }

  async #sendOffsets(
    { group, generation, memberId }: GroupIdentity,
    offsets: readonly PositionToCommit[],
    options: CallOptions
  ): Promise<void> {
    const { transactionalId } = this.#settings
    const { producerId, producerEpoch } = this.#identity
    await this.#wire.call(
      this.#coordinator(),
      'AddOffsetsToTxn',
      [transactionalId, producerId, producerEpoch, group],
      { ...options, failure: ({ errorCode }) => transactionError(errorCode) }
    )
    this.#announced.add(`group ${group}`)
    await this.#wire.call(
      { kind: 'group', group },
      'TxnOffsetCommit',
      [
        transactionalId,
        group,
        producerId,
        producerEpoch,
        generation,
        memberId,
        null,
        topicsToCommit(offsets)
      ],
      {
        ...options,
        failure: ({ topics }) => {
          const codes = topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
          return transactionError(codes.find((code) => code !== 0) ?? 0)
        }
      }
    )
  }

  async #commit(options: CallOptions): Promise<void> {
    try {
      await this.#end(true, options)
    } catch (error) {
      // The next transaction begins with a new epoch, which decides this one if nobody has.
      this.#isReady = false
      const failure = toKafkaError(error)
      if (!failure.retriable) throw failure
      throw new KafkaError(OUTCOME_UNKNOWN, `nobody said what became of a commit: ${failure.message}`, {
        cause: error
      })
    }
  }

  async #abort(options: CallOptions): Promise<void> {
    this.#isReady = false
    if (this.#announced.size === 0) return
    // What cannot be aborted now is aborted by the next epoch, or by its time-out.
    await this.#end(false, options).catch(() => undefined)
  }

  async #end(isCommit: boolean, options: CallOptions): Promise<void> {
    const { transactionalId } = this.#settings
    const { producerId, producerEpoch } = this.#identity
    await this.#wire.call(
      this.#coordinator(),
      'EndTxn',
      [transactionalId, producerId, producerEpoch, isCommit],
      {
        ...options,
        failure: ({ errorCode }) => transactionError(errorCode)
      }
    )
  }

  #coordinator(): { readonly kind: 'transaction'; readonly transactionalId: string } {
    return { kind: 'transaction', transactionalId: this.#settings.transactionalId }
  }
}

const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING'])

/** All errors end a call; those that may heal are tried again by whoever calls. */
function transactionError(errorCode: number): KafkaError | undefined {
  const error = brokerError(errorCode)
  if (error === undefined) return undefined
  if (FENCED.has(error.code)) return new KafkaError('PRODUCER_FENCED', error.message, { cause: error })
  // The transaction before is still being written to its partitions.
  if (error.code === 'CONCURRENT_TRANSACTIONS') {
    return new KafkaError(error.code, error.message, { retriable: true })
  }
  return error
}
