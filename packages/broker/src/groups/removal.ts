/** Everything that takes offsets or groups away: on request, with their topic, or because nobody needs them. */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import type { CommittedOffset, OffsetKey } from './offsets.ts'
import { nameOf } from './pending-offsets.ts'
import type { OffsetsResult, TopicErrors } from './results.ts'
import type { SlotState } from './state.ts'
import type { Step } from './step.ts'

export interface UnwantedOffsets {
  readonly topic: string
  readonly partitions: readonly number[]
}

/** OffsetDelete: a topic that members read keeps its offsets. */
export function deleteOffsets(
  step: Step,
  group: ClassicGroup,
  state: SlotState,
  unwanted: readonly UnwantedOffsets[]
): OffsetsResult {
  if (group.state !== GroupState.empty && !group.usesConsumerProtocol) {
    return { error: ErrorCode.NON_EMPTY_GROUP, topics: [] }
  }
  const { groupId } = group
  const topics: TopicErrors[] = []
  for (const { topic, partitions } of unwanted) {
    const isRead = group.isSubscribedTo(topic)
    const error = isRead ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE
    topics.push({ topic, partitions: partitions.map((partition) => ({ partition, error })) })
    if (isRead) continue
    for (const partition of new Set(partitions)) {
      const key = { groupId, topic, partition }
      if (state.offsets.get(key) === undefined && !state.pending.has(key)) continue
      step.append({ kind: 'offset', groupId, topic, partition, value: null })
    }
  }
  return { error: ErrorCode.NONE, topics }
}

/** DeleteGroups: only a group without members goes, with all that it committed. */
export function deleteGroup(step: Step, group: ClassicGroup, state: SlotState): ErrorCode {
  if (group.state !== GroupState.empty) return ErrorCode.NON_EMPTY_GROUP
  const { groupId } = group
  for (const [topic, partitions] of state.offsets.ofGroup(groupId) ?? []) {
    for (const partition of partitions.keys()) {
      step.append({ kind: 'offset', groupId, topic, partition, value: null })
    }
  }
  removePending(step, state, (key) => key.groupId === groupId)
  step.append({ kind: 'group', groupId, value: null })
  return ErrorCode.NONE
}

export interface RemovedTopic {
  readonly name: string
  readonly topicId: Uuid
}

/** The offsets of a deleted topic; those that name a newer topic of the same name stay. */
export function removeTopicOffsets(step: Step, state: SlotState, removed: RemovedTopic): void {
  for (const [groupId, topics] of state.offsets.groups) {
    for (const [partition, { topicId }] of topics.get(removed.name) ?? []) {
      if (topicId !== ZERO_UUID && topicId !== removed.topicId) continue
      step.append({ kind: 'offset', groupId, topic: removed.name, partition, value: null })
    }
  }
  // Transactions name topics by name only.
  removePending(step, state, ({ topic }) => topic === removed.name)
}

/** Takes pending offsets away, except for those whose committed ones have just got a tombstone, which takes both. */
function removePending(step: Step, state: SlotState, isUnwanted: (key: OffsetKey) => boolean): void {
  const seen = new Set<string>()
  for (const [, { key }] of state.pending.all()) {
    const name = nameOf(key)
    if (!isUnwanted(key) || state.offsets.get(key) !== undefined || seen.has(name)) continue
    seen.add(name)
    step.append({ kind: 'offset', ...key, value: null })
  }
}

/** Offsets of topics that do not exist. */
export function removeUnknownTopicOffsets(
  step: Step,
  state: SlotState,
  isKnown: (topic: string) => boolean
): void {
  removePending(step, state, ({ topic }) => !isKnown(topic))
  for (const [groupId, topics] of state.offsets.groups) {
    for (const [topic, partitions] of topics) {
      if (isKnown(topic)) continue
      for (const partition of partitions.keys()) {
        step.append({ kind: 'offset', groupId, topic, partition, value: null })
      }
    }
  }
}

/**
 * The rules of KIP-211: while a group has members, only topics that none of them reads lose their offsets, a
 * retention after the last commit; when it is empty, all of them a retention after it became so; of consumers
 * without membership a retention after the commit. A group of which nothing is left goes too.
 */
export function expireOffsets(step: Step, group: ClassicGroup, state: SlotState): void {
  const baseOf = baseTimestampOf(group)
  const { groupId } = group
  const ofGroup = state.offsets.ofGroup(groupId)
  let nothingLeft = !state.pending.hasGroup(groupId)
  if (ofGroup !== undefined) {
    if (baseOf === undefined) return
    for (const [topic, partitions] of ofGroup) {
      const isRead = group.isSubscribedTo(topic)
      for (const [partition, committed] of partitions) {
        const isWanted = isRead || state.pending.has({ groupId, topic, partition })
        if (isWanted || !isExpired(step, committed, baseOf(committed))) nothingLeft = false
        else step.append({ kind: 'offset', groupId, topic, partition, value: null })
      }
    }
  }
  if (!nothingLeft || group.state !== GroupState.empty) return
  step.append({ kind: 'group', groupId, value: null })
}

/** From when on the retention of an offset counts; undefined when the offsets of the group do not expire. */
function baseTimestampOf(group: ClassicGroup): ((committed: CommittedOffset) => number) | undefined {
  const sinceCommit = (committed: CommittedOffset): number => committed.commitTimestampMs
  if (group.protocolType === null) return sinceCommit
  if (group.state === GroupState.empty) {
    const { stateSinceMs } = group
    return stateSinceMs === -1 ? sinceCommit : () => stateSinceMs
  }
  const knowsTopics = group.usesConsumerProtocol && group.subscribedTopics !== undefined
  return knowsTopics && group.state === GroupState.stable ? sinceCommit : undefined
}

function isExpired(step: Step, committed: CommittedOffset, baseMs: number): boolean {
  const { wallMs } = step.now
  if (committed.expireTimestampMs !== -1) return wallMs >= committed.expireTimestampMs
  return wallMs - baseMs >= step.settings.offsetsRetentionMs
}
