/** Reads the partitions of one fetch in turn, whole batches, within one budget of bytes. */
import { ErrorCode } from '@naru/protocol'
import type { AbortedTransaction, LogStore, PartitionState, ReadResult } from '@naru/storage'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import type { FetchPartition } from './sessions.ts'

export interface PartitionRead {
  readonly partition: FetchPartition
  readonly error: ErrorCode
  readonly state: PartitionState | undefined
  readonly chunks: readonly Uint8Array[]
  readonly bytes: number
  readonly abortedTransactions: readonly AbortedTransaction[]
  /** Set when the client's last epoch ends below its offset (KIP-595). */
  readonly divergingEpoch: { readonly epoch: number; readonly endOffset: number } | undefined
  /** Gives the memory of the chunks back. */
  readonly release: (() => void) | undefined
}

export interface ReadPlan {
  readonly partitions: readonly FetchPartition[]
  readonly usesTopicIds: boolean
  readonly bytesMax: number
  readonly isolation: 'read-uncommitted' | 'read-committed'
}

export interface ReadRound {
  readonly reads: readonly PartitionRead[]
  readonly bytes: number
  /** A partition that exists has an error, or its epochs part ways: the client has to act at once. */
  readonly failed: boolean
  /** Partitions that do not exist. */
  readonly missing: number
}

export class PartitionReader {
  readonly #log: LogStore
  readonly #topics: TopicCatalog

  constructor(log: LogStore, topics: TopicCatalog) {
    this.#log = log
    this.#topics = topics
  }

  async read(plan: ReadPlan): Promise<ReadRound> {
    const reads: PartitionRead[] = []
    let bytes = 0
    let failed = false
    let missing = 0
    for (const partition of plan.partitions) {
      const maxBytes = Math.min(partition.maxBytes, plan.bytesMax - bytes)
      const read = this.#readOne(plan, partition, { maxBytes, first: bytes === 0 })
      const settled = read instanceof Promise ? await read : read
      reads.push(settled)
      bytes += settled.bytes
      if (isMissing(settled)) missing++
      else failed ||= settled.error !== ErrorCode.NONE || settled.divergingEpoch !== undefined
    }
    return { reads, bytes, failed, missing }
  }

  #readOne(
    plan: ReadPlan,
    partition: FetchPartition,
    limit: { maxBytes: number; first: boolean }
  ): PartitionRead | Promise<PartitionRead> {
    const topic = plan.usesTopicIds
      ? this.#topics.byId(partition.topicId)
      : this.#topics.byName(partition.topicName)
    const state = topic && this.#log.state(topic.topicId, partition.partition)
    if (topic === undefined || state === undefined) {
      const unknownId = plan.usesTopicIds && topic === undefined
      return failedRead(
        partition,
        unknownId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      )
    }
    const fenced = epochError(partition, state)
    if (fenced !== ErrorCode.NONE) return failedRead(partition, fenced)
    const diverging = this.#divergingEpoch(topic.topicId, partition)
    if (diverging === 'unknown-epoch') return failedRead(partition, ErrorCode.OFFSET_OUT_OF_RANGE, state)
    if (diverging !== undefined)
      return { ...failedRead(partition, ErrorCode.NONE, state), divergingEpoch: diverging }
    const result = this.#log.read({
      topicId: topic.topicId,
      partition: partition.partition,
      offset: partition.fetchOffset,
      maxBytes: Math.max(0, limit.maxBytes),
      minOneBatch: limit.first,
      isolation: plan.isolation
    })
    return result instanceof Promise
      ? result.then((late) => outcome(partition, late))
      : outcome(partition, result)
  }

  #divergingEpoch(
    topicId: FetchPartition['topicId'],
    partition: FetchPartition
  ): { epoch: number; endOffset: number } | 'unknown-epoch' | undefined {
    if (partition.lastFetchedEpoch < 0) return undefined
    const end = this.#log.epochEnd(topicId, partition.partition, partition.lastFetchedEpoch)
    if (end === undefined || end.leaderEpoch < 0 || end.endOffset < 0) return 'unknown-epoch'
    if (end.leaderEpoch === partition.lastFetchedEpoch && end.endOffset >= partition.fetchOffset)
      return undefined
    return { epoch: end.leaderEpoch, endOffset: end.endOffset }
  }
}

/** KIP-320: a client that knows an older epoch is told to refresh, one that knows a newer one to wait. */
export function epochError(
  request: { readonly currentLeaderEpoch: number },
  state: PartitionState
): typeof ErrorCode.NONE | typeof ErrorCode.FENCED_LEADER_EPOCH | typeof ErrorCode.UNKNOWN_LEADER_EPOCH {
  const epoch = request.currentLeaderEpoch
  if (epoch < 0 || epoch === state.leaderEpoch) return ErrorCode.NONE
  return epoch < state.leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH
}

function isMissing({ error }: PartitionRead): boolean {
  return error === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || error === ErrorCode.UNKNOWN_TOPIC_ID
}

function failedRead(partition: FetchPartition, error: ErrorCode, state?: PartitionState): PartitionRead {
  return {
    partition,
    error,
    state,
    chunks: [],
    bytes: 0,
    abortedTransactions: [],
    divergingEpoch: undefined,
    release: undefined
  }
}

function outcome(partition: FetchPartition, result: ReadResult): PartitionRead {
  switch (result.kind) {
    case 'records': {
      const { state, chunks, bytes, abortedTransactions, release } = result
      return {
        partition,
        error: ErrorCode.NONE,
        state,
        chunks,
        bytes,
        abortedTransactions,
        divergingEpoch: undefined,
        release
      }
    }
    case 'out-of-range':
      return failedRead(partition, ErrorCode.OFFSET_OUT_OF_RANGE, result.state)
    case 'unknown-partition':
      return failedRead(partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    case 'corrupt':
      return failedRead(partition, ErrorCode.CORRUPT_MESSAGE, result.state)
    case 'storage-error':
      return failedRead(partition, ErrorCode.KAFKA_STORAGE_ERROR)
  }
}
