/**
 * DeleteGroups: takes groups away with all they have committed, durable when answered.
 *
 * - Only groups without members go (NON_EMPTY_GROUP); an unknown one is GROUP_ID_NOT_FOUND. A group that is named
 *   twice is answered once.
 */
import {
  DELETE_GROUPS,
  type DeleteGroupsRequest,
  type DeleteGroupsResponse
} from '@naru/protocol/messages/42-delete-groups'
import { groupsOf } from '../groups/index.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<DeleteGroupsRequest, DeleteGroupsResponse> = {
  message: DELETE_GROUPS,
  permission: 'group:delete',
  handle
}

async function handle(context: RequestContext, request: DeleteGroupsRequest): Promise<DeleteGroupsResponse> {
  const groupIds = [...new Set(request.groupsNames)]
  const deleted = await Promise.all(
    groupIds.map(async (groupId) => groupsOf(context.broker).deleteGroup(groupId))
  )
  return {
    throttleTimeMs: 0,
    results: deleted.map(({ groupId, error }) => ({ groupId, errorCode: error }))
  }
}
