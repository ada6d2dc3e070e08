/**
 * How a group gets from one generation to the next: everybody is asked to join again, and when all have, or
 * time is up, the members are told the new generation and its leader.
 */
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import { IDLE_REBALANCE_MS_MIN } from './limits.ts'
import { NO_BYTES, type Member } from './member.ts'
import { joinError, syncError, type JoinResult } from './results.ts'
import type { Step } from './step.ts'

/** Begins a rebalance, or goes on with the one that is under way when this was all it waited for. */
export function rebalanceOrCompleteJoin(step: Step, group: ClassicGroup, reason: string): void {
  if (group.canRebalance) prepareRebalance(step, group, reason)
  else maybeCompleteJoin(step, group)
}

export function prepareRebalance(step: Step, group: ClassicGroup, reason: string): void {
  if (group.state === GroupState.completingRebalance) failSync(step, group, ErrorCode.REBALANCE_IN_PROGRESS)
  group.pendingSync.clear()
  group.deadlines.clearSync()
  const isInitial = group.state === GroupState.empty
  group.transition(GroupState.preparingRebalance, step.now.wallMs)
  step.logger.log('info', 'group-rebalance', {
    group: group.groupId,
    generation: group.generationId,
    members: group.members.size,
    reason
  })
  if (isInitial) waitForMembers(step, group)
  else if (group.hasAllMembersJoined) completeJoin(step, group)
  else setJoinDeadline(step, group)
}

/** An empty group gives its first members time to arrive together, so that they share one rebalance. */
function waitForMembers(step: Step, group: ClassicGroup): void {
  const delayMs = step.settings.initialRebalanceDelayMs
  if (delayMs === 0) return completeJoin(step, group)
  const remainingMs = Math.max(group.rebalanceTimeoutMs - delayMs, 0)
  group.deadlines.setJoin({ atMs: step.now.monotonicMs + delayMs, initial: { delayMs, remainingMs } })
}

/** The wait is prolonged while members come, up to the rebalance timeout in total. */
export function joinDeadlineReached(step: Step, group: ClassicGroup): void {
  const initial = group.deadlines.join?.initial
  group.deadlines.join = undefined
  if (group.state !== GroupState.preparingRebalance) return
  if (initial === undefined || !group.newMemberAdded || initial.remainingMs === 0) {
    return completeJoin(step, group)
  }
  group.newMemberAdded = false
  const delayMs = Math.min(step.settings.initialRebalanceDelayMs, initial.remainingMs)
  const remainingMs = Math.max(initial.remainingMs - initial.delayMs, 0)
  group.deadlines.setJoin({ atMs: step.now.monotonicMs + delayMs, initial: { delayMs, remainingMs } })
}

function setJoinDeadline(step: Step, group: ClassicGroup, delayMsMin = 0): void {
  const delayMs = Math.max(group.rebalanceTimeoutMs, delayMsMin)
  group.deadlines.setJoin({ atMs: step.now.monotonicMs + delayMs, initial: undefined })
}

/** Ends the join phase early when nobody is missing; the first one of an empty group waits for its delay. */
export function maybeCompleteJoin(step: Step, group: ClassicGroup): void {
  if (group.state !== GroupState.preparingRebalance) return
  if (group.previousState === GroupState.empty || !group.hasAllMembersJoined) return
  completeJoin(step, group)
}

/** Goes on with those who have joined. Static members may be late: they keep their place until their session ends. */
export function completeJoin(step: Step, group: ClassicGroup): void {
  group.deadlines.join = undefined
  for (const member of group.members.values()) {
    if (member.awaitingJoin === undefined && !member.isStatic) group.remove(member.memberId)
  }
  if (!group.electJoinedLeader() && group.members.size > 0) {
    return setJoinDeadline(step, group, IDLE_REBALANCE_MS_MIN)
  }
  group.nextGeneration(step.now.wallMs)
  const { groupId, generationId } = group
  step.logger.log('info', 'group-generation', {
    group: groupId,
    generation: generationId,
    members: group.members.size
  })
  if (group.members.size === 0) {
    step.append({ kind: 'group', groupId, value: group.toValue(() => NO_BYTES) })
    return
  }
  for (const member of group.members.values()) startGeneration(step, group, member)
  group.deadlines.setSync(step.now.monotonicMs + group.rebalanceTimeoutMs)
}

function startGeneration(step: Step, group: ClassicGroup, member: Member): void {
  answerJoin(step, group, member, generationOf(group, member))
  keepAlive(step, group, member)
  member.isNew = false
  group.pendingSync.add(member.memberId)
}

/** The current generation as this member is told it. */
export function generationOf(group: ClassicGroup, member: Member): JoinResult {
  return {
    error: ErrorCode.NONE,
    memberId: member.memberId,
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    skipAssignment: false,
    members: group.leaderId === member.memberId ? group.membersForLeader() : []
  }
}

/** Answers a parked join; without one nothing happens. */
export function answerJoin(step: Step, group: ClassicGroup, member: Member, result: JoinResult): void {
  const settle = group.parkJoin(member, undefined)
  if (settle !== undefined) step.answer(settle, result)
}

/** Tells everybody who waits for an assignment that there is none; assignments made so far are void. */
export function failSync(step: Step, group: ClassicGroup, error: ErrorCode): void {
  for (const member of group.members.values()) {
    member.assignment = NO_BYTES
    if (member.awaitingSync === undefined) continue
    step.answer(member.awaitingSync, syncError(error))
    member.awaitingSync = undefined
    keepAlive(step, group, member)
  }
}

/** The member's session begins anew. */
export function keepAlive(
  step: Step,
  group: ClassicGroup,
  member: Member,
  timeoutMs: number = member.sessionTimeoutMs
): void {
  member.sessionDeadlineMs = step.now.monotonicMs + timeoutMs
  group.deadlines.note(member.sessionDeadlineMs)
}

/** Takes out a member that left or was lost; its parked join is told to begin anew. */
export function dropMember(step: Step, group: ClassicGroup, member: Member): void {
  answerJoin(step, group, member, joinError(ErrorCode.UNKNOWN_MEMBER_ID, ''))
  if (member.awaitingSync !== undefined) {
    step.answer(member.awaitingSync, syncError(ErrorCode.UNKNOWN_MEMBER_ID))
    member.awaitingSync = undefined
  }
  group.remove(member.memberId)
}

/** After somebody has gone: the others share the work anew, or no longer have to wait for them. */
export function memberGone(step: Step, group: ClassicGroup, reason: string): void {
  if (group.state === GroupState.stable || group.state === GroupState.completingRebalance) {
    prepareRebalance(step, group, reason)
  } else if (group.state === GroupState.preparingRebalance && group.hasAllMembersJoined) {
    completeJoin(step, group)
  }
}
