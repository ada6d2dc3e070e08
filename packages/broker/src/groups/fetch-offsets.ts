/**
 * OffsetFetch: what is committed. A group, topic or partition without a commit is no error: it answers -1, and
 * the consumer begins where its own setting says.
 */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { CommittedOffset, CommittedOffsets, PartitionOffsets } from './offsets.ts'
import type { FetchedOffset, FetchedTopic, FetchOffsetsResult } from './results.ts'

export interface WantedOffsets {
  readonly topic: string
  /** `ZERO_UUID` when the client asks by name. */
  readonly topicId: Uuid
  readonly partitions: readonly number[]
}

/** Null stands for everything that the group has committed. */
export function fetchOffsets(
  offsets: CommittedOffsets,
  groupId: string,
  wanted: readonly WantedOffsets[] | null
): FetchOffsetsResult {
  const topics = wanted === null ? allOffsets(offsets, groupId) : wantedOffsets(offsets, groupId, wanted)
  return { error: ErrorCode.NONE, topics }
}

function allOffsets(offsets: CommittedOffsets, groupId: string): FetchedTopic[] {
  return [...(offsets.ofGroup(groupId) ?? [])].map(([topic, partitions]) => ({
    topic,
    partitions: [...partitions].map(([partition, committed]) => fetched(partition, committed))
  }))
}

function wantedOffsets(
  offsets: CommittedOffsets,
  groupId: string,
  wanted: readonly WantedOffsets[]
): FetchedTopic[] {
  const ofGroup = offsets.ofGroup(groupId)
  return wanted.map(({ topic, topicId, partitions }) => {
    const ofTopic = ofGroup?.get(topic)
    return { topic, partitions: partitions.map((partition) => lookUp(ofTopic, topicId, partition)) }
  })
}

/** An offset of another topic that had the same name before is none of this one's. */
function lookUp(ofTopic: PartitionOffsets | undefined, topicId: Uuid, partition: number): FetchedOffset {
  const committed = ofTopic?.get(partition)
  if (committed === undefined) return fetched(partition, undefined)
  const isOther = topicId !== ZERO_UUID && committed.topicId !== ZERO_UUID && topicId !== committed.topicId
  return fetched(partition, isOther ? undefined : committed)
}

function fetched(partition: number, committed: CommittedOffset | undefined): FetchedOffset {
  if (committed === undefined) return { partition, offset: -1, leaderEpoch: -1, metadata: '' }
  return {
    partition,
    offset: committed.offset,
    leaderEpoch: committed.leaderEpoch,
    metadata: committed.metadata
  }
}
