/**
 * The coordinator of one slot as a machine: requests and time go in, records, answers and parked answers come
 * out. It does no I/O and reads no clock; `coordinator/shard.ts` drives it.
 *
 * It has two halves. `state` is what the records add up to and changes by them alone. `#groups` is what goes on
 * around it: members that are joining, parked requests, deadlines. `load` makes the second from the first, as a
 * start or a fail-over does: members of a stable group are still members, and have one session to show up.
 */
import type { Logger } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { Capacity } from '../coordinator/capacity.ts'
import type { Marker } from '../coordinator/slot-log.ts'
import type { SlotMachine } from '../coordinator/slot-machine.ts'
import { Step } from '../coordinator/step.ts'
import { commit, commitError, commitKeepsAlive, type CommitCommand } from './commit.ts'
import { describe, list, type ListFilter } from './describe.ts'
import { expireGroup } from './expiry.ts'
import { fetchOffsets, type FetchOffsetsCommand } from './fetch-offsets.ts'
import { ClassicGroup, GroupState } from './group.ts'
import { heartbeat, type HeartbeatCommand } from './heartbeat.ts'
import type { JoinCommand } from './join-command.ts'
import { join, joinProblem } from './join.ts'
import { leave, type LeaveCommand } from './leave.ts'
import { PENDING_OFFSETS_MAX } from './limits.ts'
import { keepAlive, prepareRebalance } from './rebalance.ts'
import {
  deleteGroup,
  deleteOffsets,
  expireOffsets,
  removeTopicOffsets,
  removeUnknownTopicOffsets,
  type Removal,
  type RemovedTopic,
  type TopicIdOf,
  type UnwantedOffsets
} from './removal.ts'
import {
  describeError,
  joinError,
  syncError,
  type DeletedGroup,
  type DescribedGroup,
  type FetchOffsetsResult,
  type LeaveResult,
  type ListedGroup,
  type OffsetsResult
} from './results.ts'
import type { GroupSettings } from './settings.ts'
import { SlotState, type GroupRecord } from './state.ts'
import type { Now, Settle } from './step.ts'
import { sync, type SyncCommand } from './sync.ts'
import {
  commitInTransaction,
  endInSlot,
  transactionalCommitError,
  UndecidedOffsets,
  type TransactionalCommitCommand
} from './transactional-commit.ts'

type GroupStep = Step<GroupRecord, GroupSettings>

export class GroupMachine implements SlotMachine<GroupRecord, SlotState, GroupSettings> {
  readonly state: SlotState
  readonly #groups = new Map<string, ClassicGroup>()
  readonly #settings: () => GroupSettings
  readonly #capacity: Capacity
  readonly #logger: Logger
  readonly #undecided = new UndecidedOffsets()
  #wakeMs = Infinity

  /** Begins with a state that was read from the log, or an empty one. */
  constructor(options: {
    state?: SlotState
    settings: () => GroupSettings
    capacity: Capacity
    logger: Logger
  }) {
    this.state = options.state ?? new SlotState()
    this.#settings = options.settings
    this.#capacity = options.capacity
    this.#logger = options.logger
  }

  get groups(): ReadonlyMap<string, ClassicGroup> {
    return this.#groups
  }

  /** Monotonic time before which nothing is due. */
  get wakeMs(): number {
    return this.#wakeMs
  }

  /** Runs one step; what it appended is part of the state when this returns, durable or not. */
  step(now: Now, act: (step: GroupStep) => void): GroupStep {
    const step = new Step<GroupRecord, GroupSettings>({
      now,
      settings: this.#settings(),
      logger: this.#logger
    })
    act(step)
    for (const record of step.records) this.#apply(record)
    return step
  }

  /** Brings the groups of the state to life. */
  load(step: GroupStep): void {
    for (const [groupId, value] of this.state.groups) {
      const group = ClassicGroup.fromValue(groupId, value)
      this.#add(group)
      for (const member of group.members.values()) keepAlive(step, group, member)
      if (group.members.size > step.settings.groupSizeMax) {
        prepareRebalance(step, group, 'the group was read from the log and is larger than group.max.size')
      }
      this.#touch(group)
    }
    for (const groupId of this.state.offsets.groups.keys()) {
      this.#simpleGroup(groupId, step.now.wallMs)
    }
    for (const [, { key }] of this.state.pending.all()) this.#simpleGroup(key.groupId, step.now.wallMs)
  }

  /** Lets go of everything; parked requests are the driver's to answer. */
  unload(): void {
    this.#capacity.give(this.#groups.size)
    for (const group of this.#groups.values()) group.transition(GroupState.dead, group.stateSinceMs)
    this.#groups.clear()
    this.#wakeMs = Infinity
  }

  join(step: GroupStep, command: JoinCommand): void {
    const { groupId, memberId, settle } = command
    const existing = this.#groups.get(groupId)
    const problem =
      joinProblem(command) ?? (existing === undefined ? this.#newGroupProblem(command) : undefined)
    if (problem !== undefined) return step.answer(settle, joinError(problem, memberId))
    const group = existing ?? this.#add(new ClassicGroup(groupId, step.now.wallMs))
    join(step, group, command)
    if (existing === undefined && step.records.length === 0) {
      step.append({ kind: 'group', groupId, value: group.toEmptyValue() })
    }
    this.#touch(group)
  }

  /** A member id makes sense only in a group that exists. */
  #newGroupProblem(command: JoinCommand): ErrorCode | undefined {
    if (command.memberId !== '') return ErrorCode.UNKNOWN_MEMBER_ID
    return this.#capacity.hasRoom ? undefined : ErrorCode.GROUP_MAX_SIZE_REACHED
  }

  sync(step: GroupStep, command: SyncCommand): void {
    const group = this.#groups.get(command.groupId)
    if (group === undefined) return step.answer(command.settle, syncError(ErrorCode.UNKNOWN_MEMBER_ID))
    sync(step, group, command)
    this.#touch(group)
  }

  heartbeat(step: GroupStep, command: HeartbeatCommand): ErrorCode {
    const group = this.#groups.get(command.groupId)
    if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
    const error = heartbeat(step, group, command)
    this.#touch(group)
    return error
  }

  leave(step: GroupStep, command: LeaveCommand): LeaveResult {
    const group = this.#groups.get(command.groupId)
    if (group === undefined) {
      const error = ErrorCode.UNKNOWN_MEMBER_ID
      const members = command.members.map(({ memberId, groupInstanceId }) => ({
        memberId,
        groupInstanceId,
        error
      }))
      return { error: ErrorCode.NONE, members }
    }
    const result = leave(step, group, command)
    this.#touch(group)
    return result
  }

  commit(step: GroupStep, command: CommitCommand): OffsetsResult {
    const group = this.#groups.get(command.groupId)
    const error = commitError(group, command)
    if (error !== undefined) return { error, topics: [] }
    if (group === undefined && !this.#capacity.hasRoom)
      return { error: ErrorCode.POLICY_VIOLATION, topics: [] }
    if (group !== undefined) {
      commitKeepsAlive(step, group, command)
      this.#touch(group)
    }
    return commit(step, command)
  }

  commitInTransaction(
    step: GroupStep,
    command: TransactionalCommitCommand,
    settle: Settle<OffsetsResult>
  ): void {
    const group = this.#groups.get(command.groupId)
    const hasNoRoom = group === undefined && !this.#capacity.hasRoom
    const isFull = hasNoRoom || this.state.pending.size >= PENDING_OFFSETS_MAX
    const error =
      transactionalCommitError(group, command) ?? (isFull ? ErrorCode.POLICY_VIOLATION : undefined)
    if (error !== undefined) return step.answer(settle, { error, topics: [] })
    const pending = (): void => this.#simpleGroup(command.groupId, -1)
    const { state } = this
    commitInTransaction({ step, state, undecided: this.#undecided, command, pending, settle })
  }

  /** A transaction of this producer ends in this slot; answered when that is durable. */
  endTransaction(step: GroupStep, marker: Marker, settle: Settle<ErrorCode>): void {
    endInSlot(step, this.state, marker, settle)
  }

  fetchOffsets(command: FetchOffsetsCommand): FetchOffsetsResult {
    return fetchOffsets(this.state, command)
  }

  deleteOffsets(step: GroupStep, groupId: string, unwanted: readonly UnwantedOffsets[]): OffsetsResult {
    const group = this.#groups.get(groupId)
    if (group === undefined) return { error: ErrorCode.GROUP_ID_NOT_FOUND, topics: [] }
    return deleteOffsets(this.#removal(step), group, unwanted)
  }

  deleteGroup(step: GroupStep, groupId: string): DeletedGroup {
    const group = this.#groups.get(groupId)
    if (group === undefined) return { groupId, error: ErrorCode.GROUP_ID_NOT_FOUND }
    return { groupId, error: deleteGroup(this.#removal(step), group) }
  }

  describe(groupId: string): DescribedGroup {
    const group = this.#groups.get(groupId)
    return group === undefined ? describeError(ErrorCode.GROUP_ID_NOT_FOUND, groupId) : describe(group)
  }

  list(filter: ListFilter): ListedGroup[] {
    return list(this.#groups.values(), filter)
  }

  removeTopic(step: GroupStep, removed: RemovedTopic): void {
    removeTopicOffsets(this.#removal(step), removed)
  }

  /** Topics that went away while nobody looked (a crash between the deletion and its traces here). */
  removeUnknownTopics(step: GroupStep, topicIdOf: TopicIdOf): void {
    removeUnknownTopicOffsets(this.#removal(step), topicIdOf)
  }

  /** `nowMs` is the time that retention goes by. */
  expireOffsets(step: GroupStep, nowMs: number): void {
    const removal = this.#removal(step)
    for (const group of this.#groups.values()) expireOffsets(removal, group, nowMs)
  }

  #removal(step: GroupStep): Removal {
    return { step, state: this.state, undecided: this.#undecided }
  }

  /** Handles what is due. */
  expire(step: GroupStep): void {
    let next = Infinity
    for (const group of this.#groups.values()) {
      if (group.deadlines.wakeMs <= step.now.monotonicMs) expireGroup(step, group)
      next = Math.min(next, group.deadlines.wakeMs)
    }
    this.#wakeMs = next
  }

  /** A group of which only offsets are known. */
  #simpleGroup(groupId: string, stateSinceMs: number): void {
    if (!this.#groups.has(groupId)) this.#add(new ClassicGroup(groupId, stateSinceMs))
  }

  #add(group: ClassicGroup): ClassicGroup {
    this.#capacity.take()
    this.#groups.set(group.groupId, group)
    return group
  }

  #touch(group: ClassicGroup): void {
    if (group.deadlines.wakeMs < this.#wakeMs) this.#wakeMs = group.deadlines.wakeMs
  }

  /** Groups that only store offsets come and go with their records; the others are ahead of theirs. */
  #apply(record: GroupRecord): void {
    this.state.apply(record)
    this.#undecided.noteRecord(record, this.state)
    const group = this.#groups.get(record.groupId)
    if (record.value === null) {
      if (record.kind !== 'group' || group === undefined) return
      group.transition(GroupState.dead, group.stateSinceMs)
      this.#groups.delete(record.groupId)
      this.#capacity.give()
    } else if (group === undefined) {
      this.#add(new ClassicGroup(record.groupId, -1))
    }
  }
}
