/**
 * Publications and progress in one transaction of the log. Handlers only stage what they publish; it is written here,
 * at the commit, with the offsets of the records that it came from. So a transaction is as short as a commit, and a
 * handler may take as long as it likes.
 */
import {
  type Client,
  type CommitOutcome,
  type GroupIdentity,
  KafkaError,
  type PositionToCommit,
  type RecordToSend,
  type TransactionalProducer,
  type TransactionalProducerOptions,
  stringCodec
} from '@naru/client'
import type { Outgoing } from '../publish/publisher.ts'

/** What a group says when this member's view of it is over; nothing of the transaction counts then. */
const LOST = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID'])
/** Nobody knows what became of the transaction, or it was ended by its time-out. */
const UNDECIDED = new Set(['TRANSACTION_OUTCOME_UNKNOWN', 'PRODUCER_FENCED'])

export class ExactlyOnce {
  readonly #client: Client
  readonly #options: TransactionalProducerOptions
  readonly #prepare: (event: Outgoing) => Promise<void>
  #producer: TransactionalProducer | undefined
  #isUndecided = false

  constructor(
    client: Client,
    options: TransactionalProducerOptions,
    prepare: (event: Outgoing) => Promise<void>
  ) {
    this.#client = client
    this.#options = options
    this.#prepare = prepare
  }

  async commit(
    identity: GroupIdentity,
    positions: readonly PositionToCommit[],
    events: readonly Outgoing[]
  ): Promise<CommitOutcome> {
    if (identity.memberId === '' || identity.generation < 0) return 'lost'
    if (this.#isUndecided && (await this.#wasCommitted(identity.group, positions))) return 'done'
    for (const event of events) await this.#prepare(event)
    this.#producer ??= this.#client.transactionalProducer(this.#options)
    try {
      await this.#producer.transaction(async ({ send, sendOffsets }) => {
        for (const [topic, group] of Map.groupBy(events, (event) => event.topic)) {
          await send(topic, group.map(recordOf))
        }
        await sendOffsets(identity, positions)
      })
      return 'done'
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      if (LOST.has(error.code)) return 'lost'
      if (error.code === 'REBALANCE_IN_PROGRESS') return 'later'
      if (UNDECIDED.has(error.code)) {
        this.#isUndecided = true
        this.#producer = undefined
      }
      throw error
    }
  }

  /** The offsets tell: they were part of the transaction. The new epoch has decided it before they are read. */
  async #wasCommitted(group: string, positions: readonly PositionToCommit[]): Promise<boolean> {
    const producer = this.#client.transactionalProducer(this.#options)
    await producer.transaction(() => Promise.resolve())
    this.#producer = producer
    const committed = await this.#client.admin.listGroupOffsets(group)
    this.#isUndecided = false
    return positions.every(({ topic, partition, offset, metadata = '' }) =>
      committed.some(
        (found) =>
          found.topic === topic &&
          found.partition === partition &&
          found.offset === offset &&
          (found.metadata ?? '') === metadata
      )
    )
  }
}

function recordOf({ key, value, headers, partition }: Outgoing): RecordToSend<Uint8Array, Uint8Array> {
  return {
    key: typeof key === 'string' ? stringCodec.encode(key) : key,
    value,
    headers,
    ...(partition === undefined ? {} : { partition })
  }
}
