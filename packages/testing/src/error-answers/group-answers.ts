/** Errors of the APIs of consumer groups. */
import { ApiKey } from '@naru/protocol'
import type { OffsetCommitRequest, OffsetCommitResponse } from '@naru/protocol/messages/08-offset-commit'
import type { OffsetFetchRequest, OffsetFetchResponse } from '@naru/protocol/messages/09-offset-fetch'
import type {
  FindCoordinatorRequest,
  FindCoordinatorResponse
} from '@naru/protocol/messages/10-find-coordinator'
import type { JoinGroupRequest, JoinGroupResponse } from '@naru/protocol/messages/11-join-group'
import type { HeartbeatResponse } from '@naru/protocol/messages/12-heartbeat'
import type { LeaveGroupResponse } from '@naru/protocol/messages/13-leave-group'
import type { SyncGroupResponse } from '@naru/protocol/messages/14-sync-group'
import type {
  DescribeGroupsRequest,
  DescribeGroupsResponse
} from '@naru/protocol/messages/15-describe-groups'
import type { ListGroupsResponse } from '@naru/protocol/messages/16-list-groups'
import type { DeleteGroupsRequest, DeleteGroupsResponse } from '@naru/protocol/messages/42-delete-groups'
import type { OffsetDeleteResponse } from '@naru/protocol/messages/47-offset-delete'
import { NO_OPERATIONS, type Answer } from './answer.ts'

export const groupAnswers: readonly (readonly [number, Answer])[] = [
  [ApiKey.OffsetCommit, offsetCommit],
  [ApiKey.OffsetFetch, offsetFetch],
  [ApiKey.FindCoordinator, findCoordinator],
  [ApiKey.JoinGroup, joinGroup],
  [ApiKey.Heartbeat, heartbeat],
  [ApiKey.LeaveGroup, leaveGroup],
  [ApiKey.SyncGroup, syncGroup],
  [ApiKey.DescribeGroups, describeGroups],
  [ApiKey.ListGroups, listGroups],
  [ApiKey.DeleteGroups, deleteGroups],
  [ApiKey.OffsetDelete, offsetDelete]
]

type Version = { readonly version: number }

function offsetCommit(request: OffsetCommitRequest, errorCode: number): OffsetCommitResponse {
  const topics = request.topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode }))
  }))
  return { throttleTimeMs: 0, topics }
}

const OFFSET_FETCH_ERROR_FROM = 2
const OFFSET_FETCH_GROUPS_FROM = 8

/** Version 1 has room for errors at partitions only, later ones for one of the group. */
function offsetFetch(
  request: OffsetFetchRequest,
  errorCode: number,
  { version }: Version
): OffsetFetchResponse {
  const response = { throttleTimeMs: 0, topics: [], errorCode: 0, groups: [] }
  if (version >= OFFSET_FETCH_GROUPS_FROM) {
    const groups = request.groups.map(({ groupId }) => ({ groupId, topics: [], errorCode }))
    return { ...response, groups }
  }
  if (version >= OFFSET_FETCH_ERROR_FROM) return { ...response, errorCode }
  const unknown = { committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode }
  const topics = (request.topics ?? []).map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, ...unknown }))
  }))
  return { ...response, topics }
}

const FIND_COORDINATOR_BATCH_FROM = 4

function findCoordinator(
  request: FindCoordinatorRequest,
  errorCode: number,
  { version }: Version
): FindCoordinatorResponse {
  const nowhere = { nodeId: -1, host: '', port: -1, errorMessage: null, errorCode }
  if (version < FIND_COORDINATOR_BATCH_FROM) return { throttleTimeMs: 0, ...nowhere, coordinators: [] }
  const coordinators = request.coordinatorKeys.map((key) => ({ key, ...nowhere }))
  const absent = { nodeId: 0, host: '', port: 0, errorMessage: '', errorCode: 0 }
  return { throttleTimeMs: 0, ...absent, coordinators }
}

/** The member id comes back, as from a real coordinator. */
function joinGroup(request: JoinGroupRequest, errorCode: number): JoinGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    generationId: -1,
    protocolType: null,
    protocolName: '',
    leader: '',
    skipAssignment: false,
    memberId: request.memberId,
    members: []
  }
}

function heartbeat(_request: unknown, errorCode: number): HeartbeatResponse {
  return { throttleTimeMs: 0, errorCode }
}

function leaveGroup(_request: unknown, errorCode: number): LeaveGroupResponse {
  return { throttleTimeMs: 0, errorCode, members: [] }
}

function syncGroup(_request: unknown, errorCode: number): SyncGroupResponse {
  const assignment = new Uint8Array()
  return { throttleTimeMs: 0, errorCode, protocolType: null, protocolName: null, assignment }
}

function describeGroups(request: DescribeGroupsRequest, errorCode: number): DescribeGroupsResponse {
  const groups = request.groups.map((groupId) => ({
    errorCode,
    errorMessage: null,
    groupId,
    groupState: '',
    protocolType: '',
    protocolData: '',
    members: [],
    authorizedOperations: NO_OPERATIONS
  }))
  return { throttleTimeMs: 0, groups }
}

function listGroups(_request: unknown, errorCode: number): ListGroupsResponse {
  return { throttleTimeMs: 0, errorCode, groups: [] }
}

function deleteGroups(request: DeleteGroupsRequest, errorCode: number): DeleteGroupsResponse {
  const results = request.groupsNames.map((groupId) => ({ groupId, errorCode }))
  return { throttleTimeMs: 0, results }
}

function offsetDelete(_request: unknown, errorCode: number): OffsetDeleteResponse {
  return { errorCode, throttleTimeMs: 0, topics: [] }
}
