// What the cases of transactions do and look at: one request each, and what readers and the coordinator's log hold after it.

import { setTimeout as sleep } from 'node:timers/promises'
import { buildBatch, lastOffsetOf, readRecordsSync, splitBatches } from '@naru/protocol'
import { Reader } from '@naru/base'
import { TRANSACTION_LOG } from '@naru/protocol/internal-records/transaction-log'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { FETCH } from '@naru/protocol/messages/01-fetch'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { INIT_PRODUCER_ID, type InitProducerIdRequest } from '@naru/protocol/messages/22-init-producer-id'
import { ADD_PARTITIONS_TO_TXN } from '@naru/protocol/messages/24-add-partitions-to-txn'
import { ADD_OFFSETS_TO_TXN } from '@naru/protocol/messages/25-add-offsets-to-txn'
import { END_TXN } from '@naru/protocol/messages/26-end-txn'
import { TXN_OFFSET_COMMIT, type TxnOffsetCommitRequest } from '@naru/protocol/messages/28-txn-offset-commit'
import {
  DESCRIBE_TRANSACTIONS,
  type DescribeTransactionsResponse
} from '@naru/protocol/messages/65-describe-transactions'
import { LIST_TRANSACTIONS } from '@naru/protocol/messages/66-list-transactions'
import type { Part } from '../defaults.ts'
import type { Session } from '../session.ts'
import { coordinatorReady } from './groups.ts'

export const PRODUCE_V1 = 11
export const PRODUCE_V2 = 12
export const END_V1 = 4
export const END_V2 = 5
const READ_COMMITTED = 1
const TRANSACTION_KEY = 1
/** `transaction.state.log.num.partitions` of both brokers. */
const TRANSACTION_SLOTS = 50

/** A transactional producer; what it may be told is compared, what it was told it uses. */
export class Producer {
  readonly id: string
  producerId = -1
  producerEpoch = -1
  readonly #session: Session
  #sequence = 0

  constructor(session: Session, suffix: string) {
    this.#session = session
    this.id = `${session.prefix}-${suffix}`
  }

  get identity(): { readonly producerId: number; readonly producerEpoch: number } {
    return { producerId: this.producerId, producerEpoch: this.producerEpoch }
  }

  async init(label: string, part: Part<InitProducerIdRequest> = {}, version = 5): Promise<void> {
    const request = { transactionalId: this.id, transactionTimeoutMs: 60_000, ...part }
    const answer = await this.#session.ask(`${this.id} ${label}`, INIT_PRODUCER_ID, request, { version })
    if (answer?.errorCode === 0) this.become(answer)
  }

  become({ producerId, producerEpoch }: { producerId: number; producerEpoch: number }): void {
    if (producerId !== this.producerId || producerEpoch !== this.producerEpoch) this.#sequence = 0
    this.producerId = producerId
    this.producerEpoch = producerEpoch
  }

  /** Up to version 3; `as` speaks for another producer. */
  add(label: string, topic: string, options: Partial<AddOptions> = {}) {
    const { partitions = [0], version = 3, as = this.identity, id = this.id } = options
    const request = {
      v3AndBelowTransactionalId: id,
      v3AndBelowProducerId: as.producerId,
      v3AndBelowProducerEpoch: as.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions }]
    }
    return this.#session.ask(`${this.id} ${label}`, ADD_PARTITIONS_TO_TXN, request, { version })
  }

  async produce(label: string, topic: string, options: Partial<ProduceOptions> = {}): Promise<void> {
    const { version = PRODUCE_V1, partition = 0, as = this.identity, baseSequence = this.#sequence } = options
    const { transactional = true, transactionalId = this.id } = options
    const records = buildBatch({
      ...as,
      baseSequence,
      transactional,
      records: [{ key: null, value: Buffer.from(label), timestamp: 1_760_000_000_000 }]
    })
    const code = await this.send(label, topic, { version, partition, transactionalId, records })
    if (code === 0 && options.as === undefined) this.#sequence = baseSequence + 1
  }

  async send(
    label: string,
    topic: string,
    { version, partition, transactionalId, records }: SendOptions
  ): Promise<number | undefined> {
    const topicData = [{ name: topic, partitionData: [{ index: partition, records }] }]
    const request = { transactionalId, acks: -1, timeoutMs: 5000, topicData }
    const answer = await this.#session.ask(`${this.id} ${label}`, PRODUCE, request, { version })
    return answer?.responses[0]?.partitionResponses[0]?.errorCode
  }

  /** Ends the transaction, and waits until it has ended everywhere. */
  async end(label: string, committed: boolean, options: Partial<EndOptions> = {}): Promise<void> {
    const { version = END_V1, as = this.identity } = options
    const request = { transactionalId: this.id, ...as, committed }
    const answer = await this.#session.ask(`${this.id} ${label}`, END_TXN, request, { version })
    if (answer?.errorCode === 0 && version >= END_V2) this.become(answer)
    await this.settled()
  }

  /** Kafka writes markers after the answer: what follows is compared when they are in. */
  async settled(): Promise<void> {
    for (;;) {
      const request = { transactionalIds: [this.id] }
      const [state] = (await this.#session.quietly(DESCRIBE_TRANSACTIONS, request)).transactionStates
      if (state?.transactionState.startsWith('Prepare') !== true) return
      await sleep(20)
    }
  }

  describe(label: string) {
    const request = { transactionalIds: [this.id] }
    return this.#session.ask(`${this.id} ${label}`, DESCRIBE_TRANSACTIONS, request, { only: inOrder })
  }

  addOffsets(label: string, groupId: string, version = 4, as = this.identity) {
    const request = { transactionalId: this.id, ...as, groupId }
    return this.#session.ask(`${this.id} ${label}`, ADD_OFFSETS_TO_TXN, request, { version })
  }

  commitOffsets(
    label: string,
    topic: string,
    options: { version: number; part?: Part<TxnOffsetCommitRequest>; partition?: number; offset?: number }
  ) {
    const { version, part = {}, partition = 0, offset = 5 } = options
    const partitions = [
      {
        partitionIndex: partition,
        committedOffset: offset,
        committedMetadata: 'note',
        committedLeaderEpoch: -1
      }
    ]
    const topics = [{ name: topic, partitions }]
    const request = { transactionalId: this.id, ...this.identity, groupId: 'offsets', topics, ...part }
    return this.#session.ask(`${this.id} ${label}`, TXN_OFFSET_COMMIT, request, { version })
  }
}

/** Kafka keeps partitions in a set, whose order means nothing. */
function inOrder({ transactionStates }: DescribeTransactionsResponse): unknown {
  return transactionStates.map((state) => ({
    ...state,
    topics: state.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.toSorted((a, b) => a - b)
    }))
  }))
}

interface AddOptions {
  readonly partitions: readonly number[]
  readonly version: number
  readonly as: { readonly producerId: number; readonly producerEpoch: number }
  readonly id: string
}

interface ProduceOptions extends AddOptions {
  readonly partition: number
  readonly baseSequence: number
  readonly transactional: boolean
  readonly transactionalId: string | null
}

interface SendOptions {
  readonly version: number
  readonly partition: number
  readonly transactionalId: string | null
  readonly records: Uint8Array
}

type EndOptions = Pick<AddOptions, 'version' | 'as'>

/** The coordinator's topic has to be there, and loaded, before anything is compared. */
export async function transactionsReady(session: Session): Promise<void> {
  await coordinatorReady(session)
  for (;;) {
    const keys = { keyType: TRANSACTION_KEY, coordinatorKeys: ['warm'] }
    const { coordinators } = await session.quietly(FIND_COORDINATOR, keys, { version: 4 })
    const request = { transactionalId: `${session.prefix}-warm`, transactionTimeoutMs: 1000 }
    const { errorCode } = await session.quietly(INIT_PRODUCER_ID, request, { version: 5 })
    const { errorCode: listed } = await session.quietly(LIST_TRANSACTIONS, {})
    if (coordinators[0]?.errorCode === 0 && errorCode === 0 && listed === 0) return
    await sleep(100)
  }
}

interface Read {
  readonly records: Buffer
  readonly abortedTransactions: readonly { readonly producerId: number; readonly firstOffset: number }[]
}

/** A whole partition; Kafka may give it in several answers. */
async function readAll(
  session: Session,
  topic: string,
  partition: number,
  isolationLevel: number
): Promise<Read> {
  const chunks: Uint8Array[] = []
  const aborted = new Map<string, Read['abortedTransactions'][number]>()
  for (let fetchOffset = 0, isMore = true; isMore;) {
    const partitions = [{ partition, fetchOffset, partitionMaxBytes: 1_000_000 }]
    const request = { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, isolationLevel, sessionEpoch: -1 }
    const topics = [{ topic, partitions }]
    const answer = await session.quietly(FETCH, { ...request, topics }, { version: 12 })
    const { records, abortedTransactions } = answer.responses[0]!.partitions[0]!
    const bytes = Buffer.concat(records instanceof Uint8Array ? [records] : [...(records ?? [])])
    const last = splitBatches(bytes).batches.at(-1)?.header
    isMore = last !== undefined
    fetchOffset = last === undefined ? fetchOffset : lastOffsetOf(last) + 1
    chunks.push(bytes)
    for (const one of abortedTransactions ?? []) aborted.set(`${one.producerId}-${one.firstOffset}`, one)
  }
  return { records: Buffer.concat(chunks), abortedTransactions: [...aborted.values()] }
}

/** What readers of committed, and of all, records get of a partition. */
export async function read(session: Session, label: string, topic: string): Promise<void> {
  for (const isolationLevel of [0, READ_COMMITTED]) {
    const seen = await readAll(session, topic, 0, isolationLevel)
    session.note(`Fetch ${label} isolation ${isolationLevel}`, withoutTimes(seen))
  }
}

/** What the coordinator has written down about a transactional id, record by record. */
export async function readLog(session: Session, transactionalId: string): Promise<void> {
  let hash = 0
  for (const unit of Buffer.from(transactionalId, 'ascii')) hash = (Math.imul(hash, 31) + unit) | 0
  const { records } = await readAll(session, '__transaction_state', Math.abs(hash) % TRANSACTION_SLOTS, 0)
  const written: unknown[] = []
  for (const { at } of splitBatches(records).batches) {
    for (const { key, value } of readRecordsSync(records, at)) {
      if (!Buffer.from(key ?? []).includes(transactionalId)) continue
      const reader = new Reader(value ?? new Uint8Array())
      const version = reader.int16()
      const decoded = TRANSACTION_LOG.value.read(reader, version)
      const partitions = decoded.transactionPartitions?.map((one) => ({
        ...one,
        partitionIds: [...one.partitionIds].toSorted((a, b) => a - b)
      }))
      written.push({
        key: Buffer.from(key ?? []).toString('hex'),
        version,
        ...decoded,
        transactionPartitions: partitions ?? null
      })
    }
  }
  if (written.length === 0) throw new Error(`nothing is written down about ${transactionalId}`)
  // Wrapped one by one, since lists of objects are sorted before they are compared.
  for (const [at, one] of written.entries()) session.note(`record ${at} of ${transactionalId}`, one)
}

/** Markers bear the time at which they were written, also inside, and so have different contents at two brokers. */
function withoutTimes(seen: Read): unknown {
  const described = splitBatches(seen.records).batches.map(({ at, header }) => {
    const values = readRecordsSync(seen.records, at).map(({ key, value }) => ({ key, value }))
    const { baseOffset, attributes, producerId, producerEpoch, baseSequence } = header
    return { baseOffset, attributes, producerId, producerEpoch, baseSequence, values }
  })
  return { ...seen, records: described }
}
