/**
 * JoinGroup: lets a member in, or tells it where the group stands.
 *
 * A dynamic member is given its id first and has to come back with it (KIP-394), so that a client that gave up
 * waiting leaves no ghost behind. A static member (KIP-345) that comes back without an id takes the place of its
 * former self: see `static-member.ts`.
 */
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import { reasonOf, updateMember, type JoinCommand } from './join-command.ts'
import { MEMBER_METADATA_BYTES_MAX, MEMBER_PROTOCOLS_MAX, NEW_MEMBER_JOIN_MS_MAX } from './limits.ts'
import { Member, NO_BYTES } from './member.ts'
import { generationOf, keepAlive, rebalanceOrCompleteJoin } from './rebalance.ts'
import { joinError } from './results.ts'
import { replaceStaticMember } from './static-member.ts'
import type { Step } from './step.ts'
import { fitsRecord, memberError } from './validation.ts'

/** Why a join is refused whatever its group looks like. */
export function joinProblem(command: JoinCommand): ErrorCode | undefined {
  const { protocols } = command
  // The new member id begins with the client id or the instance id, and so is the longest of them.
  const texts = [command.newMemberId, command.protocolType, ...protocols.map(({ name }) => name)]
  if (!texts.every(fitsRecord)) return ErrorCode.INVALID_REQUEST
  if (protocols.length > MEMBER_PROTOCOLS_MAX) return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
  let bytes = 0
  for (const protocol of protocols) bytes += protocol.metadata.byteLength
  return bytes > MEMBER_METADATA_BYTES_MAX ? ErrorCode.MESSAGE_TOO_LARGE : undefined
}

export function join(step: Step, group: ClassicGroup, command: JoinCommand): void {
  const { memberId } = command
  if (!accepts(group, memberId, step.settings.groupSizeMax)) {
    group.remove(memberId)
    return step.answer(command.settle, joinError(ErrorCode.GROUP_MAX_SIZE_REACHED, ''))
  }
  if (!group.supports(command.protocolType, command.protocols)) {
    return step.answer(command.settle, joinError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId))
  }
  if (memberId === '') joinNew(step, group, command)
  else joinKnown(step, group, command, memberId)
}

/** While a group rebalances, those count who have joined: of a group that is too large the last ones stay out. */
function accepts(group: ClassicGroup, memberId: string, sizeMax: number): boolean {
  const member = group.members.get(memberId)
  switch (group.state) {
    case GroupState.empty:
    case GroupState.dead:
      return true
    case GroupState.preparingRebalance:
      return member?.awaitingJoin !== undefined || group.awaitingJoinCount < sizeMax
    case GroupState.completingRebalance:
    case GroupState.stable:
      return member !== undefined || group.members.size < sizeMax
  }
}

function joinNew(step: Step, group: ClassicGroup, command: JoinCommand): void {
  const { groupInstanceId, newMemberId } = command
  if (groupInstanceId !== null) {
    const oldId = group.staticMembers.get(groupInstanceId)
    const old = oldId === undefined ? undefined : group.members.get(oldId)
    if (old !== undefined) return replaceStaticMember(step, group, old, command)
  } else if (command.requiresMemberId) {
    const deadlineMs = step.now.monotonicMs + command.sessionTimeoutMs
    group.pendingMembers.set(newMemberId, deadlineMs)
    group.deadlines.note(deadlineMs)
    return step.answer(command.settle, joinError(ErrorCode.MEMBER_ID_REQUIRED, newMemberId))
  }
  addMember(step, group, command, newMemberId)
}

function joinKnown(step: Step, group: ClassicGroup, command: JoinCommand, memberId: string): void {
  if (group.pendingMembers.has(memberId)) {
    if (command.groupInstanceId === null) return addMember(step, group, command, memberId)
    return step.answer(command.settle, joinError(ErrorCode.UNKNOWN_MEMBER_ID, memberId))
  }
  const error = memberError(group, memberId, command.groupInstanceId)
  const member = group.members.get(memberId)
  if (error !== undefined || member === undefined || group.state === GroupState.empty) {
    return step.answer(command.settle, joinError(error ?? ErrorCode.UNKNOWN_MEMBER_ID, memberId))
  }
  if (isRepeated(group, member, command)) return step.answer(command.settle, generationOf(group, member))
  updateMember(step, group, member, command)
  rebalanceOrCompleteJoin(step, group, reasonOf(command, `member ${memberId} joins again`))
}

/**
 * A join that changes nothing, from a client that missed the answer to its last one. Of the leader of a stable
 * group it is a wish for a rebalance: only the leader sees changes that no member's metadata shows.
 */
function isRepeated(group: ClassicGroup, member: Member, command: JoinCommand): boolean {
  if (group.state === GroupState.preparingRebalance || !member.matches(command.protocols)) return false
  return group.state === GroupState.completingRebalance || group.leaderId !== member.memberId
}

function addMember(step: Step, group: ClassicGroup, command: JoinCommand, memberId: string): void {
  const member = new Member({ ...command, memberId, assignment: NO_BYTES, isNew: true })
  if (group.state === GroupState.preparingRebalance && group.previousState === GroupState.empty) {
    group.newMemberAdded = true
  }
  group.add(member, command.protocolType)
  group.parkJoin(member, command.settle)
  // It cannot send heartbeats before it has its answer, but a client that went away must not hold up the others.
  keepAlive(step, group, member, NEW_MEMBER_JOIN_MS_MAX)
  rebalanceOrCompleteJoin(step, group, reasonOf(command, `new member ${memberId}`))
}
