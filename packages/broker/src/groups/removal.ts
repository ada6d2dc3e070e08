/** Everything that takes offsets or groups away: on request, with their topic, or because nobody needs them. */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import type { CommittedOffset, OffsetKey } from './offsets.ts'
import { nameOf } from './pending-offsets.ts'
import type { OffsetsResult, TopicErrors } from './results.ts'
import type { SlotState } from './state.ts'
import type { Step } from './step.ts'
import type { UndecidedOffsets } from './transactional-commit.ts'

export interface UnwantedOffsets {
  readonly topic: string
  readonly partitions: readonly number[]
}

/** What offsets are taken from: what the log says, and what it may be about to take. */
export interface Removal {
  readonly step: Step
  readonly state: SlotState
  readonly undecided: UndecidedOffsets
}

/** OffsetDelete: a topic that members read keeps its offsets. */
export function deleteOffsets(
  { step, state, undecided }: Removal,
  group: ClassicGroup,
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
      if (state.offsets.get(key) === undefined && !state.pending.has(key) && !undecided.has(key)) continue
      step.append({ kind: 'offset', groupId, topic, partition, value: null })
    }
  }
  return { error: ErrorCode.NONE, topics }
}

/** DeleteGroups: only a group without members goes, with all that it committed, in open transactions, too. */
export function deleteGroup(removal: Removal, group: ClassicGroup): ErrorCode {
  const { step, state } = removal
  if (group.state !== GroupState.empty) return ErrorCode.NON_EMPTY_GROUP
  const { groupId } = group
  for (const [topic, partitions] of state.offsets.ofGroup(groupId) ?? []) {
    for (const partition of partitions.keys()) {
      step.append({ kind: 'offset', groupId, topic, partition, value: null })
    }
  }
  removePending(removal, (key) => key.groupId === groupId)
  step.append({ kind: 'group', groupId, value: null })
  return ErrorCode.NONE
}

export interface RemovedTopic {
  readonly name: string
  readonly topicId: Uuid
}

/** The offsets of a deleted topic; those that name a newer topic of the same name stay. */
export function removeTopicOffsets(removal: Removal, removed: RemovedTopic): void {
  const { step, state } = removal
  const isNewer = ({ topicId }: CommittedOffset): boolean =>
    topicId !== ZERO_UUID && topicId !== removed.topicId
  const staying = new Set<string>()
  for (const [, { key, value }] of state.pending.all()) if (isNewer(value)) staying.add(nameOf(key))
  for (const [groupId, topics] of state.offsets.groups) {
    for (const [partition, committed] of topics.get(removed.name) ?? []) {
      if (isNewer(committed)) continue
      step.append({ kind: 'offset', groupId, topic: removed.name, partition, value: null })
    }
  }
  removePending(removal, (key) => key.topic === removed.name && !staying.has(nameOf(key)))
}

/** Takes pending offsets away, except for those whose committed ones have just got a tombstone, which takes both. */
function removePending({ step, state, undecided }: Removal, isUnwanted: (key: OffsetKey) => boolean): void {
  const seen = new Set<string>()
  const remove = (key: OffsetKey): void => {
    const name = nameOf(key)
    if (!isUnwanted(key) || state.offsets.get(key) !== undefined || seen.has(name)) return
    seen.add(name)
    step.append({ kind: 'offset', ...key, value: null })
  }
  for (const [, { key }] of state.pending.all()) remove(key)
  for (const key of undecided.keys()) remove(key)
}

/** The id of the topic that has this name now. */
export type TopicIdOf = (topic: string) => Uuid | undefined

/** Offsets of topics that do not exist, or that had the name before the one that has it now. */
export function removeUnknownTopicOffsets(removal: Removal, topicIdOf: TopicIdOf): void {
  const { step, state } = removal
  const isGone = (topic: string, topicId: Uuid): boolean => {
    const known = topicIdOf(topic)
    return known === undefined || (topicId !== ZERO_UUID && topicId !== known)
  }
  const gone = new Set<string>()
  for (const [, { key, value }] of state.pending.all()) {
    if (isGone(key.topic, value.topicId)) gone.add(nameOf(key))
  }
  removePending(removal, (key) => gone.has(nameOf(key)))
  for (const [groupId, topics] of state.offsets.groups) {
    for (const [topic, partitions] of topics) {
      for (const [partition, { topicId }] of partitions) {
        if (isGone(topic, topicId)) step.append({ kind: 'offset', groupId, topic, partition, value: null })
      }
    }
  }
}

/**
 * The rules of KIP-211: while a group has members, only topics that none of them reads lose their offsets, a
 * retention after the last commit; when it is empty, all of them a retention after it became so; of consumers
 * without membership a retention after the commit. A group of which nothing is left goes too. `nowMs` is the time that
 * retention goes by, which does not jump ahead with the wall clock.
 */
export function expireOffsets({ step, state, undecided }: Removal, group: ClassicGroup, nowMs: number): void {
  const baseOf = baseTimestampOf(group)
  const { groupId } = group
  const ofGroup = state.offsets.ofGroup(groupId)
  let nothingLeft = !state.pending.hasGroup(groupId) && !undecided.hasGroup(groupId)
  if (ofGroup !== undefined) {
    if (baseOf === undefined) return
    for (const [topic, partitions] of ofGroup) {
      const isRead = group.isSubscribedTo(topic)
      for (const [partition, committed] of partitions) {
        const key = { groupId, topic, partition }
        const isWanted = isRead || state.pending.has(key) || undecided.has(key)
        if (isWanted || !isExpired(step, committed, baseOf(committed), nowMs)) nothingLeft = false
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

function isExpired(step: Step, committed: CommittedOffset, baseMs: number, nowMs: number): boolean {
  if (committed.expireTimestampMs !== -1) return nowMs >= committed.expireTimestampMs
  return nowMs - baseMs >= step.settings.offsetsRetentionMs
}
