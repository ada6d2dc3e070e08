/**
 * ListOffsets: the offset that belongs to a point in time.
 *
 * - A timestamp of 0 or above: the first record at or after it. -1 latest (the high watermark, or the last stable
 *   offset with read_committed), -2 earliest, -3 the record with the largest timestamp (v7, KIP-734), -4 earliest
 *   local (v8), -5 latest tiered (v9), -6 earliest pending upload (v11).
 * - Without tiered storage -4 equals -2, and -5 and -6 find nothing (offset -1), as on Apache Kafka.
 * - A special timestamp that the version does not know gets UNSUPPORTED_VERSION; a partition that is named twice
 *   INVALID_REQUEST.
 */
import { ErrorCode } from '@naru/protocol'
import {
  LIST_OFFSETS,
  type ListOffsetsRequest,
  type ListOffsetsResponse
} from '@naru/protocol/messages/02-list-offsets'
import type { PartitionState, TimestampQuery, TopicMetadata } from '@naru/storage'
import { epochError } from '../fetch/partition-reader.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

type RequestPartition = ListOffsetsRequest['topics'][number]['partitions'][number]
type PartitionResponse = ListOffsetsResponse['topics'][number]['partitions'][number]

const SpecialTimestamp = {
  latest: -1,
  earliest: -2,
  max: -3,
  earliestLocal: -4,
  latestTiered: -5,
  earliestPendingUpload: -6
} as const

/** Version from which a special timestamp is understood. */
const understoodFrom = new Map<number, number>([
  [SpecialTimestamp.latest, 0],
  [SpecialTimestamp.earliest, 0],
  [SpecialTimestamp.max, 7],
  [SpecialTimestamp.earliestLocal, 8],
  [SpecialTimestamp.latestTiered, 9],
  [SpecialTimestamp.earliestPendingUpload, 11]
])

const READ_COMMITTED = 1
const LEADER_EPOCH_FROM = 4

export const handler: ApiHandler<ListOffsetsRequest, ListOffsetsResponse> = {
  message: LIST_OFFSETS,
  permission: 'topic:describe',
  handle
}

async function handle(context: RequestContext, request: ListOffsetsRequest): Promise<ListOffsetsResponse> {
  const topics: ListOffsetsResponse['topics'][number][] = []
  const committed = request.isolationLevel === READ_COMMITTED
  for (const { name, partitions } of request.topics) {
    const topic = context.broker.topics.byName(name)
    const twice = namedTwice(partitions)
    const answers: PartitionResponse[] = []
    for (const partition of partitions) {
      if (twice.has(partition.partitionIndex)) answers.push(failed(partition, ErrorCode.INVALID_REQUEST))
      else answers.push(await lookUp({ context, topic, partition, committed }))
    }
    topics.push({ name, partitions: answers })
  }
  return { throttleTimeMs: 0, topics }
}

interface LookUp {
  readonly context: RequestContext
  readonly topic: TopicMetadata | undefined
  readonly partition: RequestPartition
  readonly committed: boolean
}

async function lookUp({ context, topic, partition, committed }: LookUp): Promise<PartitionResponse> {
  const { log } = context.broker.storage
  const { timestamp } = partition
  if (timestamp < 0 && context.version < (understoodFrom.get(timestamp) ?? Infinity)) {
    return failed(partition, ErrorCode.UNSUPPORTED_VERSION)
  }
  const state = topic && log.state(topic.topicId, partition.partitionIndex)
  if (topic === undefined || state === undefined) {
    return failed(partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
  const fenced = epochError(partition, state)
  if (fenced !== ErrorCode.NONE) return failed(partition, fenced)
  const fixed = fixedOffset(timestamp, state, committed)
  const epoch = context.version >= LEADER_EPOCH_FROM ? state.leaderEpoch : -1
  if (fixed !== undefined) return found(partition, fixed, -1, fixed < 0 ? -1 : epoch)
  const query: TimestampQuery =
    timestamp === SpecialTimestamp.max ? { kind: 'max' } : { kind: 'at-or-after', timestampMs: timestamp }
  const result = await log.offsetForTimestamp(topic.topicId, partition.partitionIndex, query)
  const end = committed ? state.lastStableOffset : state.highWatermark
  if (result === undefined || result.offset >= end) return found(partition, -1, -1, -1)
  return found(partition, result.offset, result.timestampMs, epoch)
}

/** Offsets that need no look at the records. */
function fixedOffset(timestamp: number, state: PartitionState, committed: boolean): number | undefined {
  switch (timestamp) {
    case SpecialTimestamp.latest:
      return committed ? state.lastStableOffset : state.highWatermark
    case SpecialTimestamp.earliest:
    case SpecialTimestamp.earliestLocal:
      return state.logStartOffset
    case SpecialTimestamp.latestTiered:
    case SpecialTimestamp.earliestPendingUpload:
      return -1
    default:
      return undefined
  }
}

function namedTwice(partitions: readonly RequestPartition[]): ReadonlySet<number> {
  const seen = new Set<number>()
  const twice = new Set<number>()
  for (const { partitionIndex } of partitions) {
    if (seen.has(partitionIndex)) twice.add(partitionIndex)
    seen.add(partitionIndex)
  }
  return twice
}

function found(
  partition: RequestPartition,
  offset: number,
  timestamp: number,
  leaderEpoch: number
): PartitionResponse {
  const { partitionIndex } = partition
  return { partitionIndex, errorCode: ErrorCode.NONE, timestamp, offset, leaderEpoch }
}

function failed(partition: RequestPartition, errorCode: ErrorCode): PartitionResponse {
  return { ...found(partition, -1, -1, -1), errorCode }
}
