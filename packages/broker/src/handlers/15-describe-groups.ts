/**
 * DescribeGroups: state and members of groups.
 *
 * - Metadata of the members and the protocol are told of a stable group only.
 * - A group that does not exist is one in state Dead, without an error up to version 5, GROUP_ID_NOT_FOUND from
 *   version 6 (KIP-1043).
 * - From version 3 the allowed operations are told to who asks for them.
 */
import { ErrorCode } from '@naru/protocol'
import {
  DESCRIBE_GROUPS,
  type DescribedGroup as DescribedGroupResponse,
  type DescribeGroupsRequest,
  type DescribeGroupsResponse
} from '@naru/protocol/messages/15-describe-groups'
import { GROUP_OPERATIONS, NO_OPERATIONS } from '../authorized-operations.ts'
import { groupsOf } from '../groups/index.ts'
import type { DescribedGroup } from '../groups/results.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const NOT_FOUND_FROM = 6

export const handler: ApiHandler<DescribeGroupsRequest, DescribeGroupsResponse> = {
  message: DESCRIBE_GROUPS,
  permission: 'group:describe',
  handle
}

async function handle(
  context: RequestContext,
  request: DescribeGroupsRequest
): Promise<DescribeGroupsResponse> {
  const groups = await Promise.all(
    request.groups.map(async (groupId) => groupsOf(context.broker).describe(groupId))
  )
  const operations = request.includeAuthorizedOperations ? GROUP_OPERATIONS : NO_OPERATIONS
  return { throttleTimeMs: 0, groups: groups.map((group) => answer(group, context.version, operations)) }
}

function answer(group: DescribedGroup, version: number, operations: number): DescribedGroupResponse {
  const isUnknown = group.error === ErrorCode.GROUP_ID_NOT_FOUND
  const errorCode = isUnknown && version < NOT_FOUND_FROM ? ErrorCode.NONE : group.error
  return {
    errorCode,
    errorMessage: isUnknown && version >= NOT_FOUND_FROM ? `Group ${group.groupId} not found.` : null,
    groupId: group.groupId,
    groupState: group.state,
    protocolType: group.protocolType,
    protocolData: group.protocolData,
    members: group.members.map(({ metadata, assignment, ...member }) => ({
      ...member,
      memberMetadata: metadata,
      memberAssignment: assignment
    })),
    authorizedOperations: errorCode === ErrorCode.NONE ? operations : NO_OPERATIONS
  }
}
