/**
 * ListGroups: the groups that this broker coordinates.
 *
 * - From version 4 filtered by state, from version 5 by type; case does not matter, what nobody knows matches
 *   nothing. All groups are of the type classic until the others are served.
 * - Groups that only hold offsets are in state Empty and have no protocol type.
 */
import {
  LIST_GROUPS,
  type ListGroupsRequest,
  type ListGroupsResponse
} from '@naru/protocol/messages/16-list-groups'
import { groupsOf } from '../groups/index.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<ListGroupsRequest, ListGroupsResponse> = {
  message: LIST_GROUPS,
  permission: 'group:describe',
  handle
}

async function handle(context: RequestContext, request: ListGroupsRequest): Promise<ListGroupsResponse> {
  const { statesFilter: states, typesFilter: types } = request
  const { error, groups } = await groupsOf(context.broker).list({ states, types })
  return {
    throttleTimeMs: 0,
    errorCode: error,
    groups: groups.map(({ groupId, protocolType, state, type }) => ({
      groupId,
      protocolType,
      groupState: state,
      groupType: type
    }))
  }
}
