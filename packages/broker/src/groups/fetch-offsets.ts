/**
 * OffsetFetch: what is committed. A group, topic or partition without a commit is no error: it answers -1, and
 * the consumer begins where its own setting says.
 */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { CommittedOffset, CommittedOffsets, PartitionOffsets } from './offsets.ts'
import type { SlotState } from './state.ts'
import type { FetchedOffset, FetchedTopic, FetchOffsetsResult } from './results.ts'

export interface WantedOffsets {
  readonly topic: string
  /** `ZERO_UUID` when the client asks by name. */
  readonly topicId: Uuid
  readonly partitions: readonly number[]
}

export interface FetchOffsetsCommand {
  readonly groupId: string
  /** Null stands for everything that the group has committed. */
  readonly wanted: readonly WantedOffsets[] | null
  /** An offset that a transaction is about to change is no answer then (KIP-447). */
  readonly requireStable: boolean
}

export function fetchOffsets(state: SlotState, command: FetchOffsetsCommand): FetchOffsetsResult {
  const { groupId, wanted, requireStable } = command
  const topics =
    wanted === null ? allOffsets(state.offsets, groupId) : wantedOffsets(state.offsets, groupId, wanted)
  if (!requireStable || !state.pending.hasGroup(groupId)) return { error: ErrorCode.NONE, topics }
  return { error: ErrorCode.NONE, topics: topics.map((topic) => onlyStable(state, groupId, topic)) }
}

function onlyStable(state: SlotState, groupId: string, { topic, partitions }: FetchedTopic): FetchedTopic {
  const unstable = { ...fetched(-1, undefined), error: ErrorCode.UNSTABLE_OFFSET_COMMIT }
  return {
    topic,
    partitions: partitions.map((one) => {
      const { partition } = one
      return state.pending.has({ groupId, topic, partition }) ? { ...unstable, partition } : one
    })
  }
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
  if (committed === undefined)
    return { partition, offset: -1, leaderEpoch: -1, metadata: '', error: ErrorCode.NONE }
  return {
    partition,
    offset: committed.offset,
    leaderEpoch: committed.leaderEpoch,
    metadata: committed.metadata,
    error: ErrorCode.NONE
  }
}
