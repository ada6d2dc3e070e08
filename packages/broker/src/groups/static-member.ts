/**
 * A static member (KIP-345) that came back without its member id: it takes the place of its former self, keeps
 * the assignment, and in a stable group nobody else notices. The old id is fenced from then on, after a restart
 * too, since the change is in the group's record before the member hears of its new id.
 */
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import { reasonOf, updateMember, type JoinCommand } from './join-command.ts'
import type { Member } from './member.ts'
import { answerJoin, generationOf, keepAlive, maybeCompleteJoin, prepareRebalance } from './rebalance.ts'
import { joinError, syncError, type JoinResult } from './results.ts'
import type { Step } from './step.ts'

export function replaceStaticMember(
  step: Step,
  group: ClassicGroup,
  old: Member,
  command: JoinCommand
): void {
  const previousLeader = group.leaderId
  fence(step, group, old)
  const member = group.replaceStatic(old, command.newMemberId)
  keepAlive(step, group, member)
  updateMember(step, group, member, command)
  if (group.state === GroupState.completingRebalance) {
    // The leader may be assigning to the old id at this moment; the new one would come away empty.
    return prepareRebalance(step, group, reasonOf(command, `static member ${member.memberId} came back`))
  }
  if (group.state !== GroupState.stable) return maybeCompleteJoin(step, group)
  if (group.selectProtocol() !== group.protocolName) {
    return prepareRebalance(
      step,
      group,
      reasonOf(command, `static member ${member.memberId} changes the protocol`)
    )
  }
  step.append({ kind: 'group', groupId: group.groupId, value: group.toValue((each) => each.assignment) })
  step.whenDurable.push((later) => answerReplaced(later, { group, member, previousLeader, command }))
}

/** Whoever waits under the old id is a second process with the same instance id. */
function fence(step: Step, group: ClassicGroup, old: Member): void {
  answerJoin(step, group, old, {
    ...joinError(ErrorCode.FENCED_INSTANCE_ID, old.memberId),
    protocolName: null
  })
  if (old.awaitingSync !== undefined) step.answer(old.awaitingSync, syncError(ErrorCode.FENCED_INSTANCE_ID))
  old.awaitingSync = undefined
  group.pendingSync.delete(old.memberId)
}

interface Replaced {
  readonly group: ClassicGroup
  readonly member: Member
  readonly previousLeader: string | null
  readonly command: JoinCommand
}

function answerReplaced(step: Step, replaced: Replaced): void {
  const { group, member, previousLeader, command } = replaced
  // A rebalance that began meanwhile answers this join like every other.
  if (group.state !== GroupState.stable || group.members.get(member.memberId) !== member) return
  answerJoin(step, group, member, replacedResult(group, member, previousLeader, command.skipsAssignment))
}

/**
 * Clients before KIP-814 are told the old leader, so that none of them computes an assignment that nobody asked
 * for; newer ones may know that they lead, and are told to keep the assignment.
 */
function replacedResult(
  group: ClassicGroup,
  member: Member,
  previousLeader: string | null,
  skipsAssignment: boolean
): JoinResult {
  const result = generationOf(group, member)
  if (!skipsAssignment) return { ...result, leader: previousLeader ?? '', members: [] }
  return { ...result, skipAssignment: group.leaderId === member.memberId }
}
