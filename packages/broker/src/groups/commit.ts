/**
 * OffsetCommit: writes down how far a consumer got. Members commit with the generation that they work in, so
 * that one which was put out cannot overwrite its successor; consumers without membership, and administrators,
 * commit to groups that have no members.
 */
import type { Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import { keepAlive } from './rebalance.ts'
import type { OffsetsResult, PartitionError, TopicErrors } from './results.ts'
import type { GroupRecord } from './state.ts'
import type { Step } from './step.ts'
import { fitsRecord, generationError } from './validation.ts'

export interface CommitPartition {
  readonly partition: number
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string | null
}

export interface CommitTopic {
  readonly topic: string
  readonly topicId: Uuid
  readonly partitions: readonly CommitPartition[]
}

export interface CommitCommand {
  readonly groupId: string
  /** '' and -1 for consumers that are no members. */
  readonly memberId: string
  readonly generationId: number
  readonly groupInstanceId: string | null
  /** -1 unless the client chose how long its offsets are kept (up to version 4). */
  readonly retentionMs: number
  readonly topics: readonly CommitTopic[]
  /** From version 9; older clients are told ILLEGAL_GENERATION when the group is gone. */
  readonly knowsGroupIdNotFound: boolean
}

/** Why the whole commit is refused. `group` is undefined when there is none of this name. */
export function commitError(group: ClassicGroup | undefined, command: CommitCommand): ErrorCode | undefined {
  const { generationId, memberId, groupInstanceId } = command
  if (group === undefined) {
    if (generationId < 0) return undefined
    return command.knowsGroupIdNotFound ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.ILLEGAL_GENERATION
  }
  const isEmpty = group.state === GroupState.empty
  if (generationId < 0 && isEmpty) return undefined
  if (generationId >= 0 || memberId !== '' || groupInstanceId !== null) {
    const error = generationError(group, command)
    if (error !== undefined) return error
  } else if (!isEmpty) {
    return ErrorCode.UNKNOWN_MEMBER_ID
  }
  // The member has the new generation and not yet its partitions: it has nothing to commit in it.
  return group.state === GroupState.completingRebalance ? ErrorCode.REBALANCE_IN_PROGRESS : undefined
}

/** In a group that works or is about to rebalance, a commit is a sign of life. */
export function commitKeepsAlive(step: Step, group: ClassicGroup, command: CommitCommand): void {
  if (group.state !== GroupState.stable && group.state !== GroupState.preparingRebalance) return
  const member = group.members.get(command.memberId)
  if (member !== undefined) keepAlive(step, group, member)
}

export function commit(step: Step, command: CommitCommand): OffsetsResult {
  const { result, records } = commitRecords(step, command)
  for (const record of records) step.append(record)
  return result
}

/** What is committed, and what the client is told when that is durable. */
export function commitRecords(
  step: Step,
  command: Pick<CommitCommand, 'groupId' | 'retentionMs' | 'topics'>
): { readonly result: OffsetsResult; readonly records: GroupRecord[] } {
  const records: GroupRecord[] = []
  const topics: TopicErrors[] = []
  for (const { topic, topicId, partitions } of command.topics) {
    const results: PartitionError[] = []
    for (const each of partitions) {
      const record = recordOf(step, command, { topic, topicId }, each)
      if (record !== undefined) records.push(record)
      const error = record === undefined ? ErrorCode.OFFSET_METADATA_TOO_LARGE : ErrorCode.NONE
      results.push({ partition: each.partition, error })
    }
    topics.push({ topic, partitions: results })
  }
  return { result: { error: ErrorCode.NONE, topics }, records }
}

/** Undefined when the metadata is too long. */
function recordOf(
  step: Step,
  command: Pick<CommitCommand, 'groupId' | 'retentionMs'>,
  of: { readonly topic: string; readonly topicId: Uuid },
  committed: CommitPartition
): GroupRecord | undefined {
  const { partition, offset, leaderEpoch } = committed
  const metadata = committed.metadata ?? ''
  if (metadata.length > step.settings.offsetMetadataLengthMax || !fitsRecord(metadata)) return undefined
  const commitTimestampMs = step.now.wallMs
  const expireTimestampMs = expiryOf(command, commitTimestampMs)
  const value = {
    offset,
    leaderEpoch: leaderEpoch < 0 ? -1 : leaderEpoch,
    metadata,
    commitTimestampMs,
    expireTimestampMs,
    topicId: of.topicId
  }
  return { kind: 'offset', groupId: command.groupId, topic: of.topic, partition, value }
}

/** -1 when the setting of the broker counts. */
function expiryOf({ retentionMs }: Pick<CommitCommand, 'retentionMs'>, commitTimestampMs: number): number {
  if (retentionMs === -1) return -1
  return Math.min(Math.max(commitTimestampMs + retentionMs, 0), Number.MAX_SAFE_INTEGER)
}
