/** What a JoinGroup request asks, and what it changes of a member that is known already. */
import { ErrorCode } from '@naru/protocol'
import type { ClassicGroup } from './group.ts'
import type { Member, MemberProtocol } from './member.ts'
import { joinError, type JoinResult } from './results.ts'
import type { Settle, Step } from './step.ts'

export interface JoinCommand {
  readonly groupId: string
  /** '' for a client that has none yet. */
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly MemberProtocol[]
  readonly reason: string | null
  /** The id that a new member gets; drawn by the caller, so that this is a function of its arguments. */
  readonly newMemberId: string
  /** KIP-394, from version 4. */
  readonly requiresMemberId: boolean
  /** KIP-814, from version 9. */
  readonly skipsAssignment: boolean
  readonly settle: Settle<JoinResult>
}

/** Takes over what a member tells when it joins again, and parks its request; an older one of it is released. */
export function updateMember(step: Step, group: ClassicGroup, member: Member, command: JoinCommand): void {
  group.setProtocols(member, command.protocols)
  member.rebalanceTimeoutMs = command.rebalanceTimeoutMs
  member.sessionTimeoutMs = command.sessionTimeoutMs
  const superseded = group.parkJoin(member, command.settle)
  if (superseded === undefined) return
  step.answer(superseded, joinError(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId))
}

export function reasonOf(command: JoinCommand, what: string): string {
  return command.reason === null || command.reason === '' ? what : `${what}: ${command.reason}`
}
