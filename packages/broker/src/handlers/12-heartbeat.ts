/**
 * Heartbeat: keeps a member's session alive.
 *
 * - REBALANCE_IN_PROGRESS tells a member to join again. While the assignment is awaited all is well, and so it is
 *   while the slot of the group is loading: a member is not put out because of a restart.
 * - From version 3 static members are fenced by their instance id (FENCED_INSTANCE_ID).
 */
import type { ErrorCode } from '@naru/protocol'
import {
  HEARTBEAT,
  type HeartbeatRequest,
  type HeartbeatResponse
} from '@naru/protocol/messages/12-heartbeat'
import { groupsOf } from '../groups/index.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<HeartbeatRequest, HeartbeatResponse> = {
  message: HEARTBEAT,
  permission: 'group:read',
  handle
}

function handle(
  context: RequestContext,
  request: HeartbeatRequest
): HeartbeatResponse | Promise<HeartbeatResponse> {
  const error = groupsOf(context.broker).heartbeat(request)
  return error instanceof Promise ? error.then(answer) : answer(error)
}

function answer(errorCode: ErrorCode): HeartbeatResponse {
  return { throttleTimeMs: 0, errorCode }
}
