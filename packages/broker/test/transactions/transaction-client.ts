/** A transactional producer that speaks in single requests, for tests that look at each answer. */
import { ZERO_UUID } from '@naru/base'
import {
  buildBatch,
  ControlRecordType,
  controlTypeOf,
  ErrorCode,
  isControl,
  readRecordsSync,
  splitBatches
} from '@naru/protocol'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { FETCH } from '@naru/protocol/messages/01-fetch'
import { OFFSET_FETCH } from '@naru/protocol/messages/09-offset-fetch'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { ADD_PARTITIONS_TO_TXN } from '@naru/protocol/messages/24-add-partitions-to-txn'
import { ADD_OFFSETS_TO_TXN } from '@naru/protocol/messages/25-add-offsets-to-txn'
import { END_TXN } from '@naru/protocol/messages/26-end-txn'
import { TXN_OFFSET_COMMIT } from '@naru/protocol/messages/28-txn-offset-commit'
import {
  DESCRIBE_TRANSACTIONS,
  type TransactionState
} from '@naru/protocol/messages/65-describe-transactions'
import type { RawClient } from '../raw-client.ts'
import { fetchRequest } from '../requests.ts'

/** The versions that clients of version 1 and of version 2 of transactions send. */
export const V1 = { produce: 11, end: 4, offsetCommit: 4 } as const
export const V2 = { produce: 12, end: 5, offsetCommit: 5 } as const
export type Versions = typeof V1 | typeof V2

export interface Commit {
  readonly topic: string
  readonly offset: number
  readonly memberId?: string
  readonly generationId?: number
  readonly groupInstanceId?: string | null
}

export class TransactionClient {
  readonly transactionalId: string
  producerId = -1
  producerEpoch = -1
  readonly #client: RawClient
  readonly #versions: Versions
  readonly #sequences = new Map<string, number>()

  constructor(client: RawClient, transactionalId: string, versions: Versions) {
    this.#client = client
    this.transactionalId = transactionalId
    this.#versions = versions
  }

  /** Takes the id over; `expected` goes on with the identity that the producer has. */
  async init(options: { expected?: boolean; timeoutMs?: number; version?: number } = {}): Promise<ErrorCode> {
    const isExpected = options.expected === true
    const request = {
      transactionalId: this.transactionalId,
      transactionTimeoutMs: options.timeoutMs ?? 60_000,
      producerId: isExpected ? this.producerId : -1,
      producerEpoch: isExpected ? this.producerEpoch : -1,
      enable2Pc: false,
      keepPreparedTxn: false
    }
    const answer = await this.#client.send(INIT_PRODUCER_ID, request, options.version ?? 5)
    if (answer.errorCode === ErrorCode.NONE) this.#become(answer)
    return answer.errorCode as ErrorCode
  }

  /** Asks again while the coordinator is busy with the last transaction. */
  async initialized(): Promise<this> {
    for (;;) {
      const error = await this.init()
      if (error === ErrorCode.NONE) return this
      if (error !== ErrorCode.CONCURRENT_TRANSACTIONS) throw new Error(`the producer got error ${error}`)
    }
  }

  async add(topic: string, partitions: readonly number[] = [0], version = 3): Promise<ErrorCode[]> {
    const { transactionalId, producerId, producerEpoch } = this
    const answer = await this.#client.send(
      ADD_PARTITIONS_TO_TXN,
      {
        transactions: [],
        v3AndBelowTransactionalId: transactionalId,
        v3AndBelowProducerId: producerId,
        v3AndBelowProducerEpoch: producerEpoch,
        v3AndBelowTopics: [{ name: topic, partitions }]
      },
      version
    )
    return answer.resultsByTopicV3AndBelow.flatMap(({ resultsByPartition }) =>
      resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode as ErrorCode)
    )
  }

  async addOffsets(groupId: string): Promise<ErrorCode> {
    const { transactionalId, producerId, producerEpoch } = this
    const request = { transactionalId, producerId, producerEpoch, groupId }
    return (await this.#client.send(ADD_OFFSETS_TO_TXN, request, 3)).errorCode as ErrorCode
  }

  async produce(topic: string, value: string, partition = 0): Promise<ErrorCode> {
    const place = `${topic}-${partition}`
    const baseSequence = this.#sequences.get(place) ?? 0
    const { producerId, producerEpoch } = this
    const records = buildBatch({
      producerId,
      producerEpoch,
      baseSequence,
      transactional: true,
      records: [{ key: null, value: Buffer.from(value), timestamp: 1_000 }]
    })
    const error = await this.produceBatch(topic, records, partition)
    if (error === ErrorCode.NONE) this.#sequences.set(place, baseSequence + 1)
    return error
  }

  async produceBatch(topic: string, records: Uint8Array, partition = 0): Promise<ErrorCode> {
    const request = {
      transactionalId: this.transactionalId,
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: topic, topicId: ZERO_UUID, partitionData: [{ index: partition, records }] }]
    }
    const answer = await this.#client.send(PRODUCE, request, this.#versions.produce)
    return (answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1) as ErrorCode
  }

  async commitOffsets(groupId: string, commit: Commit): Promise<ErrorCode> {
    const { transactionalId, producerId, producerEpoch } = this
    const partition = {
      partitionIndex: 0,
      committedOffset: commit.offset,
      committedLeaderEpoch: -1,
      committedMetadata: ''
    }
    const answer = await this.#client.send(
      TXN_OFFSET_COMMIT,
      {
        transactionalId,
        groupId,
        producerId,
        producerEpoch,
        generationId: commit.generationId ?? -1,
        memberId: commit.memberId ?? '',
        groupInstanceId: commit.groupInstanceId ?? null,
        topics: [{ name: commit.topic, partitions: [partition] }]
      },
      this.#versions.offsetCommit
    )
    return (answer.topics[0]?.partitions[0]?.errorCode ?? -1) as ErrorCode
  }

  /** Ends the transaction; with version 2 the producer goes on with the identity that it is given. */
  async end(isCommit: boolean, options: { version?: number } = {}): Promise<ErrorCode> {
    const { transactionalId, producerId, producerEpoch } = this
    const request = { transactionalId, producerId, producerEpoch, committed: isCommit }
    const version = options.version ?? this.#versions.end
    const answer = await this.#client.send(END_TXN, request, version)
    if (answer.errorCode === ErrorCode.NONE && version >= V2.end) this.#become(answer)
    return answer.errorCode as ErrorCode
  }

  async describe(): Promise<TransactionState> {
    const request = { transactionalIds: [this.transactionalId] }
    const [state] = (await this.#client.send(DESCRIBE_TRANSACTIONS, request)).transactionStates
    if (state === undefined) throw new Error('the broker describes nothing')
    return state
  }

  /** Waits until the coordinator says that the transaction is in this state. */
  async reaches(state: string): Promise<void> {
    for (;;) {
      const { transactionState, errorCode } = await this.describe()
      if (transactionState === state) return
      if (errorCode !== ErrorCode.NONE && errorCode !== ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
        throw new Error(`the transaction cannot be described: ${errorCode}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  #become({ producerId, producerEpoch }: { producerId: number; producerEpoch: number }): void {
    if (producerId !== this.producerId || producerEpoch !== this.producerEpoch) this.#sequences.clear()
    this.producerId = producerId
    this.producerEpoch = producerEpoch
  }
}

/** What a consumer of committed records sees in a partition. */
export async function readCommitted(client: RawClient, topic: string, partition = 0): Promise<string[]> {
  const request = { ...fetchRequest({ wanted: [{ topic, partition, offset: 0 }] }), isolationLevel: 1 }
  const found = (await client.send(FETCH, request, 12)).responses[0]?.partitions[0]
  if (found === undefined || found.errorCode !== 0) throw new Error(`fetch failed: ${found?.errorCode}`)
  const { records } = found
  const bytes = records instanceof Uint8Array ? Buffer.from(records) : Buffer.concat([...(records ?? [])])
  const aborted = new Map((found.abortedTransactions ?? []).map((one) => [one.producerId, one.firstOffset]))
  const values: string[] = []
  for (const { at, header } of splitBatches(bytes).batches) {
    if (isControl(header.attributes)) {
      const [marker] = readRecordsSync(bytes, at)
      // One aborted transaction per producer is all that these tests have in one answer.
      if (controlTypeOf(marker?.key ?? null) === ControlRecordType.abort) aborted.delete(header.producerId)
      continue
    }
    if ((aborted.get(header.producerId) ?? Infinity) <= header.baseOffset) continue
    for (const { value } of readRecordsSync(bytes, at)) values.push(Buffer.from(value ?? []).toString())
  }
  return values
}

/** The committed offset of a group, -1 when there is none; the error when it is unstable. */
export async function committedOffset(
  client: RawClient,
  groupId: string,
  topic: string,
  requireStable: boolean
): Promise<{ readonly offset: number; readonly error: ErrorCode }> {
  const groups = [
    {
      groupId,
      memberId: null,
      memberEpoch: -1,
      topics: [{ name: topic, topicId: ZERO_UUID, partitionIndexes: [0] }]
    }
  ]
  const answer = await client.send(OFFSET_FETCH, { groupId: '', topics: [], groups, requireStable }, 9)
  const found = answer.groups[0]?.topics[0]?.partitions[0]
  return { offset: found?.committedOffset ?? -2, error: (found?.errorCode ?? -1) as ErrorCode }
}
