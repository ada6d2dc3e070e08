/**
 * SyncGroup: the leader brings the assignment, every member takes its part.
 *
 * - The answer comes when the assignment is durable. Members that the leader left out get an empty one.
 * - A member that does not ask within the rebalance timeout is put out.
 * - From version 3 members may be static. Version 5 has to name protocol type and name, which must be those of
 *   the group (INCONSISTENT_GROUP_PROTOCOL).
 */
import { ErrorCode } from '@naru/protocol'
import {
  SYNC_GROUP,
  type SyncGroupRequest,
  type SyncGroupResponse
} from '@naru/protocol/messages/14-sync-group'
import { groupsOf } from '../groups/index.ts'
import { syncError, type SyncResult } from '../groups/results.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const PROTOCOL_FROM = 5

export const handler: ApiHandler<SyncGroupRequest, SyncGroupResponse> = {
  message: SYNC_GROUP,
  permission: 'group:read',
  handle
}

function handle(
  context: RequestContext,
  request: SyncGroupRequest
): SyncGroupResponse | Promise<SyncGroupResponse> {
  const { protocolType, protocolName } = request
  if (context.version >= PROTOCOL_FROM && (protocolType === null || protocolName === null)) {
    return answer(syncError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL))
  }
  // The request is a view of the receive buffer, which the group must not hold on to.
  const assignments = new Map(
    request.assignments.map(({ memberId, assignment }) => [memberId, new Uint8Array(assignment)])
  )
  const result = groupsOf(context.broker).sync({ ...request, assignments })
  return result instanceof Promise ? result.then(answer) : answer(result)
}

function answer({ error, ...result }: SyncResult): SyncGroupResponse {
  return { throttleTimeMs: 0, errorCode: error, ...result }
}
