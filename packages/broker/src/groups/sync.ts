/**
 * SyncGroup: the leader brings the assignment, everybody takes their part of it. The assignment is in the
 * group's record, and durable, before anybody hears of it.
 */
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import { NO_BYTES, type Member } from './member.ts'
import { failSync, keepAlive, prepareRebalance } from './rebalance.ts'
import { syncError, type SyncResult } from './results.ts'
import type { GroupValue } from './state.ts'
import type { Settle, Step } from './step.ts'
import { generationError } from './validation.ts'

export interface SyncCommand {
  readonly groupId: string
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly generationId: number
  /** Null where the version does not tell it. */
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** By member id; empty for all but the leader. */
  readonly assignments: ReadonlyMap<string, Uint8Array>
  readonly settle: Settle<SyncResult>
}

export function sync(step: Step, group: ClassicGroup, command: SyncCommand): void {
  const member = group.members.get(command.memberId)
  const error = syncProblem(group, command)
  if (error !== undefined || member === undefined) {
    return step.answer(command.settle, syncError(error ?? ErrorCode.UNKNOWN_MEMBER_ID))
  }
  switch (group.state) {
    case GroupState.preparingRebalance:
      return step.answer(command.settle, syncError(ErrorCode.REBALANCE_IN_PROGRESS))
    case GroupState.completingRebalance:
      parkSync(step, member, command.settle)
      hasSynced(group, member)
      if (group.leaderId === member.memberId) storeAssignments(step, group, command)
      return
    case GroupState.stable:
      hasSynced(group, member)
      return step.answer(command.settle, assignmentOf(group, member))
    case GroupState.empty:
    case GroupState.dead:
      return step.answer(command.settle, syncError(ErrorCode.UNKNOWN_MEMBER_ID))
  }
}

function syncProblem(group: ClassicGroup, command: SyncCommand): ErrorCode | undefined {
  if (group.state === GroupState.empty) return ErrorCode.UNKNOWN_MEMBER_ID
  const error = generationError(group, command)
  if (error !== undefined) return error
  const differs =
    isInconsistent(command.protocolType, group.protocolType) ||
    isInconsistent(command.protocolName, group.protocolName)
  return differs ? ErrorCode.INCONSISTENT_GROUP_PROTOCOL : undefined
}

function isInconsistent(told: string | null, own: string | null): boolean {
  return told !== null && own !== null && told !== own
}

function parkSync(step: Step, member: Member, settle: Settle<SyncResult>): void {
  const superseded = member.awaitingSync
  member.awaitingSync = settle
  if (superseded !== undefined) step.answer(superseded, syncError(ErrorCode.REBALANCE_IN_PROGRESS))
}

function hasSynced(group: ClassicGroup, member: Member): void {
  group.pendingSync.delete(member.memberId)
  if (group.pendingSync.size === 0) group.deadlines.clearSync()
}

function storeAssignments(step: Step, group: ClassicGroup, command: SyncCommand): void {
  const assigned = (member: Member): Uint8Array => command.assignments.get(member.memberId) ?? NO_BYTES
  const value = group.toValue(assigned)
  if (recordBytes(value) > step.settings.recordBytesMax) {
    step.logger.log('error', 'group-record-too-large', { group: group.groupId, members: group.members.size })
    failSync(step, group, ErrorCode.UNKNOWN_SERVER_ERROR)
    return prepareRebalance(step, group, 'the assignment does not fit a record')
  }
  step.append({ kind: 'group', groupId: group.groupId, value })
  const { generationId } = command
  step.whenDurable.push((later) => {
    // Somebody may have joined or left while the record was on its way; the next generation will be another.
    if (group.state !== GroupState.completingRebalance || group.generationId !== generationId) return
    assign(later, group, assigned)
  })
}

function assign(step: Step, group: ClassicGroup, assigned: (member: Member) => Uint8Array): void {
  group.transition(GroupState.stable, step.now.wallMs)
  for (const member of group.members.values()) {
    member.assignment = assigned(member)
    if (member.awaitingSync === undefined) continue
    step.answer(member.awaitingSync, assignmentOf(group, member))
    member.awaitingSync = undefined
    keepAlive(step, group, member)
  }
}

function assignmentOf(group: ClassicGroup, member: Member): SyncResult {
  const { protocolType, protocolName } = group
  return { error: ErrorCode.NONE, protocolType, protocolName, assignment: member.assignment }
}

/** Fields of fixed size and the lengths of the others, per member and in front; a little more than it comes to. */
const MEMBER_OVERHEAD_BYTES = 32
const GROUP_OVERHEAD_BYTES = 160

/** An upper bound of what the record takes on disk, its batch included. */
function recordBytes(value: GroupValue): number {
  let bytes = GROUP_OVERHEAD_BYTES
  for (const member of value.members) {
    bytes += MEMBER_OVERHEAD_BYTES + member.subscription.byteLength + member.assignment.byteLength
    bytes +=
      Buffer.byteLength(member.memberId) + Buffer.byteLength(member.clientId) + member.clientHost.length
    bytes += Buffer.byteLength(member.groupInstanceId ?? '')
  }
  return bytes
}
