/**
 * LeaveGroup: members go, several at once if an administrator says so. Static members are named by their
 * instance id alone there, since nobody outside knows the member id (KIP-345).
 */
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import { dropMember, maybeCompleteJoin, prepareRebalance } from './rebalance.ts'
import type { LeaveResult, LeaveResultMember } from './results.ts'
import type { Step } from './step.ts'
import { memberError } from './validation.ts'

export interface LeavingMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly reason: string | null
}

export interface LeaveCommand {
  readonly groupId: string
  readonly members: readonly LeavingMember[]
}

export function leave(step: Step, group: ClassicGroup, command: LeaveCommand): LeaveResult {
  const members: LeaveResultMember[] = []
  let gone = 0
  for (const leaving of command.members) {
    const error = leaveOne(step, group, leaving)
    const { memberId, groupInstanceId } = leaving
    members.push({ memberId, groupInstanceId, error })
    if (error === ErrorCode.NONE) gone++
  }
  if (gone > 0) shareAnew(step, group, reasonOf(command))
  return { error: ErrorCode.NONE, members }
}

function leaveOne(step: Step, group: ClassicGroup, leaving: LeavingMember): ErrorCode {
  const { memberId, groupInstanceId } = leaving
  if (memberId !== '' && group.pendingMembers.has(memberId)) {
    group.remove(memberId)
    return ErrorCode.NONE
  }
  const currentId = memberId === '' ? group.staticMembers.get(groupInstanceId ?? '') : memberId
  if (currentId === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  const error = memberError(group, currentId, groupInstanceId)
  const member = group.members.get(currentId)
  if (error !== undefined || member === undefined) return error ?? ErrorCode.UNKNOWN_MEMBER_ID
  dropMember(step, group, member)
  return ErrorCode.NONE
}

function shareAnew(step: Step, group: ClassicGroup, reason: string): void {
  if (group.state === GroupState.stable || group.state === GroupState.completingRebalance) {
    prepareRebalance(step, group, reason)
  } else {
    maybeCompleteJoin(step, group)
  }
}

function reasonOf(command: LeaveCommand): string {
  const first = command.members[0]
  const told = first?.reason ?? ''
  const what = command.members.length === 1 ? `member ${first?.memberId ?? ''} left` : `members left`
  return told === '' ? what : `${what}: ${told}`
}
