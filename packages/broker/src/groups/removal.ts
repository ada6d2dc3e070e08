/** Everything that takes offsets or groups away: on request, with their topic, or because nobody needs them. */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import type { CommittedOffset, CommittedOffsets } from './offsets.ts'
import type { OffsetsResult, TopicErrors } from './results.ts'
import type { Step } from './step.ts'

export interface UnwantedOffsets {
  readonly topic: string
  readonly partitions: readonly number[]
}

/** OffsetDelete: a topic that members read keeps its offsets. */
export function deleteOffsets(
  step: Step,
  group: ClassicGroup,
  offsets: CommittedOffsets,
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
      if (offsets.get({ groupId, topic, partition }) === undefined) continue
      step.append({ kind: 'offset', groupId, topic, partition, value: null })
    }
  }
  return { error: ErrorCode.NONE, topics }
}

/** DeleteGroups: only a group without members goes, with all that it committed. */
export function deleteGroup(step: Step, group: ClassicGroup, offsets: CommittedOffsets): ErrorCode {
  if (group.state !== GroupState.empty) return ErrorCode.NON_EMPTY_GROUP
  const { groupId } = group
  for (const [topic, partitions] of offsets.ofGroup(groupId) ?? []) {
    for (const partition of partitions.keys()) {
      step.append({ kind: 'offset', groupId, topic, partition, value: null })
    }
  }
  step.append({ kind: 'group', groupId, value: null })
  return ErrorCode.NONE
}

export interface RemovedTopic {
  readonly name: string
  readonly topicId: Uuid
}

/** The offsets of a deleted topic; those that name a newer topic of the same name stay. */
export function removeTopicOffsets(step: Step, offsets: CommittedOffsets, removed: RemovedTopic): void {
  for (const [groupId, topics] of offsets.groups) {
    for (const [partition, { topicId }] of topics.get(removed.name) ?? []) {
      if (topicId !== ZERO_UUID && topicId !== removed.topicId) continue
      step.append({ kind: 'offset', groupId, topic: removed.name, partition, value: null })
    }
  }
}

/** Offsets of topics that do not exist. */
export function removeUnknownTopicOffsets(
  step: Step,
  offsets: CommittedOffsets,
  isKnown: (topic: string) => boolean
): void {
  for (const [groupId, topics] of offsets.groups) {
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
export function expireOffsets(step: Step, group: ClassicGroup, offsets: CommittedOffsets): void {
  const baseOf = baseTimestampOf(group)
  const ofGroup = offsets.ofGroup(group.groupId)
  let nothingLeft = true
  if (ofGroup !== undefined) {
    if (baseOf === undefined) return
    for (const [topic, partitions] of ofGroup) {
      const isRead = group.isSubscribedTo(topic)
      for (const [partition, committed] of partitions) {
        if (isRead || !isExpired(step, committed, baseOf(committed))) nothingLeft = false
        else step.append({ kind: 'offset', groupId: group.groupId, topic, partition, value: null })
      }
    }
  }
  if (!nothingLeft || group.state !== GroupState.empty) return
  step.append({ kind: 'group', groupId: group.groupId, value: null })
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
