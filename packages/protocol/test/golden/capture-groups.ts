// The capture's second half: coordinators, the life of two groups, one in the lowest versions of every API and
// one in the highest.

import type { Uuid } from '@naru/base'
import { OFFSET_COMMIT, defaultOffsetCommitRequest } from '../../src/messages/08-offset-commit.ts'
import { OFFSET_FETCH, defaultOffsetFetchRequest } from '../../src/messages/09-offset-fetch.ts'
import { FIND_COORDINATOR, defaultFindCoordinatorRequest } from '../../src/messages/10-find-coordinator.ts'
import { JOIN_GROUP, defaultJoinGroupRequest } from '../../src/messages/11-join-group.ts'
import { HEARTBEAT, defaultHeartbeatRequest } from '../../src/messages/12-heartbeat.ts'
import { LEAVE_GROUP, defaultLeaveGroupRequest } from '../../src/messages/13-leave-group.ts'
import { SYNC_GROUP, defaultSyncGroupRequest } from '../../src/messages/14-sync-group.ts'
import { DESCRIBE_GROUPS, defaultDescribeGroupsRequest } from '../../src/messages/15-describe-groups.ts'
import { LIST_GROUPS, defaultListGroupsRequest } from '../../src/messages/16-list-groups.ts'
import { DELETE_GROUPS } from '../../src/messages/42-delete-groups.ts'
import { OFFSET_DELETE } from '../../src/messages/47-offset-delete.ts'
import { settled, type CaptureConnection } from './capture-connection.ts'
import { high, low } from './capture-topics.ts'

const lowGroup = 'golden-group-low'
const highGroup = 'golden-group-high'
const noGroup = 'no-such-group'

/** ConsumerProtocolSubscription v0 for the topic `golden-high`, as a consumer sends it. */
const subscription = Buffer.concat([
  Buffer.from('000000000001000b', 'hex'),
  Buffer.from(high),
  Buffer.from('ffffffff', 'hex')
])
/** ConsumerProtocolAssignment v0 of both partitions of that topic. */
const assignment = Buffer.concat([
  Buffer.from('000000000001000b', 'hex'),
  Buffer.from(high),
  Buffer.from('000000020000000000000001ffffffff', 'hex')
])

/** The first question creates __consumer_offsets, and its coordinators load before they answer. */
async function coordinatorsReady(connection: CaptureConnection): Promise<void> {
  await settled(async () => {
    const request = { ...defaultFindCoordinatorRequest(), key: lowGroup }
    return (await connection.send(FIND_COORDINATOR, 0, request, false)).errorCode
  })
  for (const group of [lowGroup, highGroup, noGroup])
    await settled(async () => {
      const request = { ...defaultDescribeGroupsRequest(), groups: [group] }
      return (await connection.send(DESCRIBE_GROUPS, 0, request, false)).groups[0]?.errorCode ?? 0
    })
}

export async function captureFindCoordinator(connection: CaptureConnection): Promise<void> {
  await coordinatorsReady(connection)
  const request = { ...defaultFindCoordinatorRequest(), key: lowGroup }
  await connection.send(FIND_COORDINATOR, 0, request)
  const keys = { coordinatorKeys: [lowGroup, highGroup] }
  await connection.send(FIND_COORDINATOR, 6, { ...defaultFindCoordinatorRequest(), ...keys })
}

const joining = {
  ...defaultJoinGroupRequest(),
  sessionTimeoutMs: 30_000,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: subscription }]
}

export async function captureLowGroup(connection: CaptureConnection): Promise<void> {
  const groupId = lowGroup
  const join = { ...joining, groupId }
  const { memberId, generationId } = await connection.send(JOIN_GROUP, 0, join)
  const assignments = [{ memberId, assignment }]
  const member = { groupId, memberId, generationId }
  await connection.send(SYNC_GROUP, 0, { ...defaultSyncGroupRequest(), ...member, assignments })
  await connection.send(HEARTBEAT, 0, { ...defaultHeartbeatRequest(), ...member })
  const partitions = [
    { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: 'noted' },
    { partitionIndex: 1, committedOffset: 0, committedLeaderEpoch: -1, committedMetadata: '' }
  ]
  await connection.send(OFFSET_COMMIT, 2, {
    ...defaultOffsetCommitRequest(),
    ...{ groupId, memberId, generationIdOrMemberEpoch: generationId },
    topics: [{ name: low, topicId: zeroId, partitions }]
  })
  const topics = [{ name: low, partitionIndexes: [0, 1] }]
  await connection.send(OFFSET_FETCH, 1, { ...defaultOffsetFetchRequest(), groupId, topics })
  await connection.send(DESCRIBE_GROUPS, 0, { ...defaultDescribeGroupsRequest(), groups: [groupId] })
  await connection.send(LIST_GROUPS, 0, defaultListGroupsRequest())
  await connection.send(LEAVE_GROUP, 0, { ...defaultLeaveGroupRequest(), groupId, memberId })
  const deleted = [{ name: low, partitions: [{ partitionIndex: 1 }] }]
  await connection.send(OFFSET_DELETE, 0, { groupId, topics: deleted })
  await connection.send(DELETE_GROUPS, 0, { groupsNames: [groupId] })
}

const zeroId: Uuid = 'AAAAAAAAAAAAAAAAAAAAAA' as Uuid

export async function captureHighGroup(connection: CaptureConnection, topicId: Uuid): Promise<void> {
  const groupId = highGroup
  const groupInstanceId = 'golden-instance'
  const join = { ...joining, groupId, groupInstanceId, rebalanceTimeoutMs: 30_000, reason: 'golden' }
  const { memberId, generationId } = await connection.send(JOIN_GROUP, 9, join)
  const member = { groupId, memberId, generationId, groupInstanceId }
  await connection.send(SYNC_GROUP, 5, {
    ...{ ...member, protocolType: 'consumer', protocolName: 'range' },
    assignments: [{ memberId, assignment }]
  })
  await connection.send(HEARTBEAT, 4, member)
  const partitions = [{ partitionIndex: 0, committedOffset: 2, committedLeaderEpoch: 0, committedMetadata: null }]
  await connection.send(OFFSET_COMMIT, 10, {
    ...defaultOffsetCommitRequest(),
    ...{ groupId, memberId, groupInstanceId, generationIdOrMemberEpoch: generationId },
    topics: [{ name: '', topicId, partitions }]
  })
  const topics = [{ name: '', topicId, partitionIndexes: [0, 1] }]
  const fetched = [{ groupId, memberId: null, memberEpoch: -1, topics }]
  await connection.send(OFFSET_FETCH, 10, { ...defaultOffsetFetchRequest(), groups: fetched, requireStable: true })
  const groups = [groupId, noGroup]
  await connection.send(DESCRIBE_GROUPS, 6, { groups, includeAuthorizedOperations: true })
  await connection.send(LIST_GROUPS, 5, { statesFilter: ['Stable'], typesFilter: ['classic'] })
  const leaving = [{ memberId, groupInstanceId, reason: 'golden' }]
  await connection.send(LEAVE_GROUP, 5, { ...defaultLeaveGroupRequest(), groupId, members: leaving })
  await connection.send(DELETE_GROUPS, 2, { groupsNames: [groupId, noGroup] })
}
