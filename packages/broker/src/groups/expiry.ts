/** What happens in a group because time has passed: lost members, joins and syncs that do not come. */
import { assert } from '@naru/base'
import { GroupState, type ClassicGroup } from './group.ts'
import { completeJoin, dropMember, joinDeadlineReached, memberGone, prepareRebalance } from './rebalance.ts'
import type { Step } from './step.ts'

/** Handles what is due, once each, and sets the bound for the next look at the group. */
export function expireGroup(step: Step, group: ClassicGroup): void {
  const nowMs = step.now.monotonicMs
  expireSessions(step, group, nowMs)
  expirePendingMembers(step, group, nowMs)
  if ((group.deadlines.join?.atMs ?? Infinity) <= nowMs) joinDeadlineReached(step, group)
  if (group.deadlines.syncMs <= nowMs) syncDeadlineReached(step, group)
  group.deadlines.wakeMs = nextDeadline(group)
}

function expireSessions(step: Step, group: ClassicGroup, nowMs: number): void {
  const due = [...group.members.values()].filter((member) => member.sessionDeadlineMs <= nowMs)
  due.sort((a, b) => a.sessionDeadlineMs - b.sessionDeadlineMs)
  for (const member of due) {
    if (group.members.get(member.memberId) !== member || member.sessionDeadlineMs > nowMs) continue
    // Whoever is kept waiting by us cannot beat; the session begins anew with the answer.
    member.sessionDeadlineMs = Infinity
    if (member.isExcused) continue
    dropMember(step, group, member)
    memberGone(step, group, `the session of member ${member.memberId} ran out`)
  }
}

function expirePendingMembers(step: Step, group: ClassicGroup, nowMs: number): void {
  for (const [memberId, deadlineMs] of group.pendingMembers) {
    if (deadlineMs > nowMs || !group.pendingMembers.has(memberId)) continue
    group.remove(memberId)
    if (group.state === GroupState.preparingRebalance && group.hasAllMembersJoined) completeJoin(step, group)
  }
}

function syncDeadlineReached(step: Step, group: ClassicGroup): void {
  group.deadlines.clearSync()
  const late = [...group.pendingSync]
  if (late.length === 0) return
  assert(
    group.state === GroupState.completingRebalance || group.state === GroupState.stable,
    'members owe a sync only between two rebalances'
  )
  for (const memberId of late) {
    const member = group.members.get(memberId)
    if (member !== undefined) dropMember(step, group, member)
  }
  prepareRebalance(step, group, `${late.length} members did not ask for their assignment`)
}

function nextDeadline(group: ClassicGroup): number {
  let next = Math.min(group.deadlines.join?.atMs ?? Infinity, group.deadlines.syncMs)
  for (const member of group.members.values()) next = Math.min(next, member.sessionDeadlineMs)
  for (const deadlineMs of group.pendingMembers.values()) next = Math.min(next, deadlineMs)
  return next
}
