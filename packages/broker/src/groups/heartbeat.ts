/** Heartbeat: keeps a member's session alive, and is how members hear that they have to join again. */
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import { keepAlive } from './rebalance.ts'
import type { Step } from './step.ts'
import { generationError } from './validation.ts'

export interface HeartbeatCommand {
  readonly groupId: string
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly generationId: number
}

/**
 * Members that have the new generation and wait for their assignment beat already: they are told that all is
 * well, since joining again is not what they shall do.
 */
export function heartbeat(step: Step, group: ClassicGroup, command: HeartbeatCommand): ErrorCode {
  const error = generationError(group, command)
  const member = group.members.get(command.memberId)
  if (error !== undefined || member === undefined) return error ?? ErrorCode.UNKNOWN_MEMBER_ID
  keepAlive(step, group, member)
  return group.state === GroupState.preparingRebalance ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE
}
