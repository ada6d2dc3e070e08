/**
 * The group coordinator as handlers see it: checks what needs no group, finds the shard, and answers in terms
 * of errors when there is none. Answers are given at once where nothing has to be waited for.
 */
import type { Random } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { Owner, TopicMetadata } from '@naru/storage'
import type { Act } from '../coordinator/shard.ts'
import type { Marker } from '../coordinator/slot-log.ts'
import type { CommitCommand } from './commit.ts'
import type { ListFilter } from './describe.ts'
import type { FetchOffsetsCommand } from './fetch-offsets.ts'
import type { HeartbeatCommand } from './heartbeat.ts'
import type { JoinCommand } from './join-command.ts'
import type { LeaveCommand } from './leave.ts'
import type { UnwantedOffsets } from './removal.ts'
import {
  describeError,
  joinError,
  syncError,
  type DeletedGroup,
  type DescribedGroup,
  type FetchOffsetsResult,
  type JoinResult,
  type LeaveResult,
  type ListResult,
  type OffsetsResult,
  type SyncResult
} from './results.ts'
import type { GroupSettings } from './settings.ts'
import type { GroupMachine } from './machine.ts'
import type { GroupShards } from './shards.ts'
import type { Step } from './step.ts'
import type { SyncCommand } from './sync.ts'
import type { TransactionalCommitCommand } from './transactional-commit.ts'
import { groupIdError } from './validation.ts'

type Answer<Result> = Result | Promise<Result>

export type JoinInput = Omit<JoinCommand, 'settle' | 'newMemberId'>
export type SyncInput = Omit<SyncCommand, 'settle'>

export class GroupService {
  readonly #shards: GroupShards
  readonly #settings: () => GroupSettings
  readonly #random: Random

  constructor(options: { shards: GroupShards; settings: () => GroupSettings; random: Random }) {
    this.#shards = options.shards
    this.#settings = options.settings
    this.#random = options.random
  }

  /** Whoever coordinates this group, undefined when nobody does right now. */
  owner(groupId: string): Promise<Owner | undefined> {
    return this.#shards.owner(groupId)
  }

  /** The partition of `__consumer_offsets` that keeps this group; undefined when there is none and none can be made. */
  partitionOf(groupId: string): Promise<{ topic: TopicMetadata; partition: number } | undefined> {
    return this.#shards.partitionOf(groupId)
  }

  join(input: JoinInput): Answer<JoinResult> {
    const failed = (error: ErrorCode): JoinResult => joinError(error, input.memberId)
    const { sessionTimeoutMs } = input
    const { sessionTimeoutMsMin, sessionTimeoutMsMax } = this.#settings()
    const idError = groupIdError(input.groupId, false)
    if (idError !== undefined) return failed(idError)
    if (sessionTimeoutMs < sessionTimeoutMsMin || sessionTimeoutMs > sessionTimeoutMsMax) {
      return failed(ErrorCode.INVALID_SESSION_TIMEOUT)
    }
    const newMemberId = `${input.groupInstanceId ?? input.clientId}-${this.#uuid()}`
    return this.#request(
      input.groupId,
      (machine, step, settle) => machine.join(step, { ...input, newMemberId, settle }),
      failed
    )
  }

  sync(input: SyncInput): Answer<SyncResult> {
    const idError = groupIdError(input.groupId, false)
    if (idError !== undefined) return syncError(idError)
    return this.#request(
      input.groupId,
      (machine, step, settle) => machine.sync(step, { ...input, settle }),
      syncError
    )
  }

  /** A slot that is still loading knows nothing against the member: it is told that all is well. */
  heartbeat(command: HeartbeatCommand): Answer<ErrorCode> {
    const idError = groupIdError(command.groupId, false)
    if (idError !== undefined) return idError
    return this.#request<ErrorCode>(
      command.groupId,
      (machine, step, settle) => step.answer(settle, machine.heartbeat(step, command)),
      (error) => (error === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : error)
    )
  }

  leave(command: LeaveCommand): Answer<LeaveResult> {
    const failed = (error: ErrorCode): LeaveResult => ({ error, members: [] })
    const idError = groupIdError(command.groupId, false)
    if (idError !== undefined) return failed(idError)
    return this.#request(
      command.groupId,
      (machine, step, settle) => step.answerWhenDurable(settle, machine.leave(step, command)),
      failed
    )
  }

  commit(command: CommitCommand): Answer<OffsetsResult> {
    const failed = (error: ErrorCode): OffsetsResult => ({ error, topics: [] })
    const idError = groupIdError(command.groupId, true)
    if (idError !== undefined) return failed(idError)
    return this.#request(
      command.groupId,
      (machine, step, settle) => step.answerWhenDurable(settle, machine.commit(step, command)),
      failed
    )
  }

  /** `unguarded` and guards as the log port wants them. */
  commitInTransaction(command: TransactionalCommitCommand): Answer<OffsetsResult> {
    const failed = (error: ErrorCode): OffsetsResult => ({ error, topics: [] })
    const idError = groupIdError(command.groupId, false)
    if (idError !== undefined) return failed(idError)
    return this.#request(
      command.groupId,
      (machine, step, settle) => machine.commitInTransaction(step, command, settle),
      failed
    )
  }

  /** Ends a producer's transaction in a slot; NOT_COORDINATOR when the slot is none of ours. */
  endTransaction(topicId: string, slot: number, marker: Marker): Answer<ErrorCode> {
    const shard = this.#shards.at(topicId, slot)
    if (shard === undefined) return ErrorCode.NOT_COORDINATOR
    return shard.request<ErrorCode>(
      (machine, step, settle) => machine.endTransaction(step, marker, settle),
      (error) => error
    )
  }

  fetchOffsets(command: FetchOffsetsCommand): Answer<FetchOffsetsResult> {
    return this.#request<FetchOffsetsResult>(
      command.groupId,
      (machine, step, settle) => step.answerWhenDurable(settle, machine.fetchOffsets(command)),
      (error) => ({ error, topics: [] })
    )
  }

  deleteOffsets(groupId: string, unwanted: readonly UnwantedOffsets[]): Answer<OffsetsResult> {
    const failed = (error: ErrorCode): OffsetsResult => ({ error, topics: [] })
    const idError = groupIdError(groupId, false)
    if (idError !== undefined) return failed(idError)
    return this.#request(
      groupId,
      (machine, step, settle) =>
        step.answerWhenDurable(settle, machine.deleteOffsets(step, groupId, unwanted)),
      failed
    )
  }

  deleteGroup(groupId: string): Answer<DeletedGroup> {
    return this.#request<DeletedGroup>(
      groupId,
      (machine, step, settle) => step.answerWhenDurable(settle, machine.deleteGroup(step, groupId)),
      (error) => ({ groupId, error })
    )
  }

  describe(groupId: string): Answer<DescribedGroup> {
    return this.#request<DescribedGroup>(
      groupId,
      (machine, step, settle) => step.answerWhenDurable(settle, machine.describe(groupId)),
      (error) => describeError(error, groupId)
    )
  }

  /** All groups of the slots that are ours; one that cannot be read is an error for the whole list. */
  async list(filter: ListFilter): Promise<ListResult> {
    const lists = await Promise.all(
      this.#shards.all().map(async (shard) =>
        shard.request<ListResult>(
          (machine, step, settle) => {
            step.answerWhenDurable(settle, { error: ErrorCode.NONE, groups: machine.list(filter) })
          },
          (error) => ({ error, groups: [] })
        )
      )
    )
    const failed = lists.find((list) => list.error !== ErrorCode.NONE)
    return failed ?? { error: ErrorCode.NONE, groups: lists.flatMap((list) => list.groups) }
  }

  /** Answers everybody who waits with NOT_COORDINATOR, so that a stop has nothing to wait for. */
  release(): void {
    this.#shards.release()
  }

  /** Waits for what was appended, leaves snapshots, and answers no more. */
  close(): Promise<void> {
    return this.#shards.close()
  }

  /** Forgets everything in memory, as a crash would. */
  abort(): void {
    this.#shards.abort()
  }

  #request<Result>(
    groupId: string,
    act: Act<GroupMachine, Step, Result>,
    failed: (error: ErrorCode) => Result
  ): Answer<Result> {
    const shard = this.#shards.find(groupId)
    if (shard instanceof Promise) {
      return shard.then((found) => (typeof found === 'number' ? failed(found) : found.request(act, failed)))
    }
    return typeof shard === 'number' ? failed(shard) : shard.request(act, failed)
  }

  /** In the form in which Kafka prints it in member ids. */
  #uuid(): string {
    const bytes = this.#random.bytes(16)
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = Buffer.from(bytes).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }
}
