/**
 * LeaveGroup: members go, and the others share their work at once.
 *
 * - Up to version 2 one member leaves, and its error is that of the answer. From version 3 several may be named,
 *   static ones by instance id alone (an administrator's way), each with its own error.
 * - Version 5 brings reasons, which are logged.
 */
import { ErrorCode } from '@naru/protocol'
import {
  LEAVE_GROUP,
  type LeaveGroupRequest,
  type LeaveGroupResponse
} from '@naru/protocol/messages/13-leave-group'
import { groupsOf } from '../groups/index.ts'
import type { LeaveResult } from '../groups/results.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const MEMBERS_FROM = 3

export const handler: ApiHandler<LeaveGroupRequest, LeaveGroupResponse> = {
  message: LEAVE_GROUP,
  permission: 'group:read',
  handle
}

async function handle(context: RequestContext, request: LeaveGroupRequest): Promise<LeaveGroupResponse> {
  const { groupId, memberId } = request
  const single = [{ memberId, groupInstanceId: null, reason: null }]
  const members = context.version < MEMBERS_FROM ? single : request.members
  const result = await groupsOf(context.broker).leave({ groupId, members })
  return context.version < MEMBERS_FROM ? answerOne(result) : answerAll(result)
}

function answerOne({ error, members }: LeaveResult): LeaveGroupResponse {
  const own = members[0]?.error ?? ErrorCode.NONE
  return { throttleTimeMs: 0, errorCode: error === ErrorCode.NONE ? own : error, members: [] }
}

function answerAll({ error, members }: LeaveResult): LeaveGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode: error,
    members: members.map(({ memberId, groupInstanceId, error: errorCode }) => ({
      memberId,
      groupInstanceId,
      errorCode
    }))
  }
}
