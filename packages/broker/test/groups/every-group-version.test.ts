/** Every version of the group requests, through a real socket. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { OFFSET_COMMIT, type OffsetCommitResponse } from '@naru/protocol/messages/08-offset-commit'
import { OFFSET_FETCH } from '@naru/protocol/messages/09-offset-fetch'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import {
  JOIN_GROUP,
  type JoinGroupRequest,
  type JoinGroupResponse
} from '@naru/protocol/messages/11-join-group'
import { HEARTBEAT } from '@naru/protocol/messages/12-heartbeat'
import { LEAVE_GROUP, type LeaveGroupResponse } from '@naru/protocol/messages/13-leave-group'
import { SYNC_GROUP } from '@naru/protocol/messages/14-sync-group'
import { DESCRIBE_GROUPS } from '@naru/protocol/messages/15-describe-groups'
import { LIST_GROUPS } from '@naru/protocol/messages/16-list-groups'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DELETE_GROUPS } from '@naru/protocol/messages/42-delete-groups'
import { OFFSET_DELETE } from '@naru/protocol/messages/47-offset-delete'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from '../in-process-broker.ts'
import { RawClient } from '../raw-client.ts'
import { subscription } from './machine-driver.ts'
import { versionsOf } from '../versions.ts'

const TOPIC = 'every-group-version'

describe('every version of the group requests', () => {
  let broker: RunningBroker
  let client: RawClient
  let topicId: Uuid
  let groups = 0

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    const topic = { name: TOPIC, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
    const created = await client.send(CREATE_TOPICS, {
      topics: [topic],
      timeoutMs: 1000,
      validateOnly: false
    })
    topicId = created.topics[0]?.topicId ?? ZERO_UUID
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  const newGroup = (): string => `group-${++groups}`

  async function join(groupId: string, version: number, memberId = ''): Promise<JoinGroupResponse> {
    const request: JoinGroupRequest = {
      groupId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription('other') }],
      reason: version >= 8 ? 'test' : null
    }
    const response = await client.send(JOIN_GROUP, request, version)
    if (response.errorCode !== ErrorCode.MEMBER_ID_REQUIRED) return response
    assert.ok(version >= 4)
    return join(groupId, version, response.memberId)
  }

  async function sync(groupId: string, joined: JoinGroupResponse, version = 5): Promise<string> {
    const { memberId, generationId } = joined
    const response = await client.send(
      SYNC_GROUP,
      {
        groupId,
        generationId,
        memberId,
        groupInstanceId: null,
        protocolType: version >= 5 ? 'consumer' : null,
        protocolName: version >= 5 ? 'range' : null,
        assignments: [{ memberId, assignment: Buffer.from('all') }]
      },
      version
    )
    assert.equal(response.errorCode, 0)
    if (version >= 5) assert.equal(response.protocolName, 'range')
    return Buffer.from(response.assignment).toString()
  }

  async function commit(groupId: string, offset: number, version = 9): Promise<OffsetCommitResponse> {
    const byId = version >= 10
    const partition = { partitionIndex: 1, committedOffset: offset, committedLeaderEpoch: -1 }
    const topic = {
      name: byId ? '' : TOPIC,
      topicId: byId ? topicId : ZERO_UUID,
      partitions: [
        { ...partition, committedMetadata: '메모' },
        { ...partition, partitionIndex: 9, committedMetadata: null }
      ]
    }
    const request = {
      groupId,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics: [topic]
    }
    return client.send(OFFSET_COMMIT, request, version)
  }

  for (const version of versionsOf(FIND_COORDINATOR)) {
    test(`FindCoordinator v${version} names this broker`, async () => {
      const keys = version >= 4
      const request = { key: keys ? '' : 'g', keyType: 0, coordinatorKeys: keys ? ['g', 'h'] : [] }
      const response = await client.send(FIND_COORDINATOR, request, version)
      const found = keys ? response.coordinators : [response]
      assert.equal(found.length, keys ? 2 : 1)
      for (const { errorCode, host, port, nodeId } of found) {
        assert.deepEqual([errorCode, host, port, nodeId], [0, broker.host, broker.port, 0])
      }
    })
  }

  test('FindCoordinator refuses key types that are not served', async () => {
    const request = { key: '', keyType: 2, coordinatorKeys: ['g:id:0'] }
    const response = await client.send(FIND_COORDINATOR, request)
    assert.equal(response.coordinators[0]?.errorCode, ErrorCode.INVALID_REQUEST)
    assert.equal(response.coordinators[0].nodeId, -1)
  })

  for (const version of versionsOf(JOIN_GROUP)) {
    test(`JoinGroup v${version} makes a generation`, async () => {
      const response = await join(newGroup(), version)
      assert.equal(response.errorCode, 0)
      assert.equal(response.generationId, 1)
      assert.equal(response.protocolName, 'range')
      assert.equal(response.leader, response.memberId)
      assert.deepEqual(Buffer.from(response.members[0]?.metadata ?? []), subscription('other'))
    })

    test(`JoinGroup v${version} tells errors`, async () => {
      const response = await join(newGroup(), version, 'ghost')
      assert.equal(response.errorCode, ErrorCode.UNKNOWN_MEMBER_ID)
      assert.equal(response.memberId, 'ghost')
    })
  }

  for (const version of versionsOf(SYNC_GROUP)) {
    test(`SyncGroup v${version} brings the assignment`, async () => {
      const groupId = newGroup()
      assert.equal(await sync(groupId, await join(groupId, 9), version), 'all')
    })
  }

  for (const version of versionsOf(HEARTBEAT)) {
    test(`Heartbeat v${version} keeps a member alive`, async () => {
      const groupId = newGroup()
      const { memberId, generationId } = await join(groupId, 9)
      const beat = { groupId, generationId, memberId, groupInstanceId: null }
      assert.equal((await client.send(HEARTBEAT, beat, version)).errorCode, 0)
      const late = { ...beat, generationId: generationId + 1 }
      assert.equal((await client.send(HEARTBEAT, late, version)).errorCode, ErrorCode.ILLEGAL_GENERATION)
    })
  }

  for (const version of versionsOf(LEAVE_GROUP)) {
    test(`LeaveGroup v${version} lets a member go`, async () => {
      const groupId = newGroup()
      const { memberId } = await join(groupId, 9)
      const leave = (): Promise<LeaveGroupResponse> => {
        const members = [{ memberId, groupInstanceId: null, reason: version >= 5 ? 'done' : null }]
        const request = version >= 3 ? { groupId, memberId: '', members } : { groupId, memberId, members: [] }
        return client.send(LEAVE_GROUP, request, version)
      }
      const first = await leave()
      assert.equal(version >= 3 ? first.members[0]?.errorCode : first.errorCode, 0)
      const second = await leave()
      const error = version >= 3 ? second.members[0]?.errorCode : second.errorCode
      assert.equal(error, ErrorCode.UNKNOWN_MEMBER_ID)
    })
  }

  for (const version of versionsOf(OFFSET_COMMIT)) {
    test(`OffsetCommit v${version} keeps what exists and refuses what does not`, async () => {
      const response = await commit(newGroup(), 5, version)
      const [topic] = response.topics
      assert.equal(version >= 10 ? topic?.topicId : topic?.name, version >= 10 ? topicId : TOPIC)
      assert.deepEqual(topic?.partitions, [
        { partitionIndex: 1, errorCode: 0 },
        { partitionIndex: 9, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
      ])
    })
  }

  test('OffsetCommit of a generation that nobody knows names the missing group from version 9', async () => {
    for (const [version, error] of [
      [8, ErrorCode.ILLEGAL_GENERATION],
      [9, ErrorCode.GROUP_ID_NOT_FOUND]
    ] as const) {
      const partition = {
        partitionIndex: 0,
        committedOffset: 1,
        committedLeaderEpoch: -1,
        committedMetadata: null
      }
      const request = {
        groupId: newGroup(),
        generationIdOrMemberEpoch: 1,
        memberId: 'm',
        groupInstanceId: null,
        retentionTimeMs: -1,
        topics: [{ name: TOPIC, topicId: ZERO_UUID, partitions: [partition] }]
      }
      const response = await client.send(OFFSET_COMMIT, request, version)
      assert.equal(response.topics[0]?.partitions[0]?.errorCode, error)
    }
  })

  for (const version of versionsOf(OFFSET_FETCH)) {
    test(`OffsetFetch v${version} gives what was committed, and -1 for the rest`, async () => {
      const groupId = newGroup()
      await commit(groupId, 8)
      const partitionIndexes = [0, 1]
      const named = {
        name: version < 10 ? TOPIC : '',
        topicId: version < 10 ? ZERO_UUID : topicId,
        partitionIndexes
      }
      const member = { memberId: null, memberEpoch: -1 }
      const request = {
        groupId: version < 8 ? groupId : '',
        topics: version < 8 ? [{ name: TOPIC, partitionIndexes }] : [],
        groups:
          version < 8
            ? []
            : [
                { groupId, ...member, topics: [named] },
                { groupId, ...member, topics: null }
              ],
        requireStable: version >= 7
      }
      const response = await client.send(OFFSET_FETCH, request, version)
      const group = version < 8 ? response : response.groups[0]
      assert.equal(group?.errorCode, 0)
      const partitions = group?.topics[0]?.partitions ?? []
      assert.deepEqual(
        partitions.map(({ partitionIndex, committedOffset, metadata, errorCode }) => {
          return [partitionIndex, committedOffset, metadata, errorCode]
        }),
        [
          [0, -1, '', 0],
          [1, 8, '메모', 0]
        ]
      )
      if (version < 8) return
      assert.equal(response.groups[1]?.topics[0]?.partitions[0]?.committedOffset, 8)
    })

    test(`OffsetFetch v${version} of an unknown group is no error`, async () => {
      const member = { memberId: null, memberEpoch: -1 }
      const groupId = newGroup()
      const named = {
        name: version < 10 ? TOPIC : '',
        topicId: version < 10 ? ZERO_UUID : topicId,
        partitionIndexes: [0]
      }
      const request = {
        groupId: version < 8 ? groupId : '',
        topics: version < 8 ? [{ name: TOPIC, partitionIndexes: [0] }] : [],
        groups: version < 8 ? [] : [{ groupId, ...member, topics: [named] }],
        requireStable: false
      }
      const response = await client.send(OFFSET_FETCH, request, version)
      const group = version < 8 ? response : response.groups[0]
      assert.equal(group?.errorCode, 0)
      assert.equal(group.topics[0]?.partitions[0]?.committedOffset, -1)
      assert.equal(group.topics[0].partitions[0].errorCode, 0)
    })
  }

  test('OffsetFetch of an unknown topic id says so', async () => {
    const topics = [{ name: '', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' as Uuid, partitionIndexes: [0] }]
    const groupsAsked = [{ groupId: newGroup(), memberId: null, memberEpoch: -1, topics }]
    const request = { groupId: '', topics: [], groups: groupsAsked, requireStable: false }
    const response = await client.send(OFFSET_FETCH, request, 10)
    assert.equal(response.groups[0]?.topics[0]?.partitions[0]?.errorCode, ErrorCode.UNKNOWN_TOPIC_ID)
  })

  for (const version of versionsOf(DESCRIBE_GROUPS)) {
    test(`DescribeGroups v${version} shows the members`, async () => {
      const groupId = newGroup()
      const joined = await join(groupId, 9)
      await sync(groupId, joined)
      const unknown = newGroup()
      const request = { groups: [groupId, unknown], includeAuthorizedOperations: version >= 3 }
      const [known, missing] = (await client.send(DESCRIBE_GROUPS, request, version)).groups
      assert.deepEqual(
        [known?.errorCode, known?.groupState, known?.protocolType, known?.protocolData],
        [0, 'Stable', 'consumer', 'range']
      )
      const [member] = known?.members ?? []
      assert.equal(member?.memberId, joined.memberId)
      assert.equal(member.clientId, 'raw-client')
      assert.ok(member.clientHost.startsWith('/'))
      assert.equal(Buffer.from(member.memberAssignment).toString(), 'all')
      assert.equal(missing?.groupState, 'Dead')
      assert.equal(missing.errorCode, version >= 6 ? ErrorCode.GROUP_ID_NOT_FOUND : 0)
    })
  }

  for (const version of versionsOf(LIST_GROUPS)) {
    test(`ListGroups v${version} finds groups by what the version can filter by`, async () => {
      const groupId = newGroup()
      await sync(groupId, await join(groupId, 9))
      const list = async (states: string[], types: string[]): Promise<string[]> => {
        const request = { statesFilter: states, typesFilter: types }
        const response = await client.send(LIST_GROUPS, request, version)
        assert.equal(response.errorCode, 0)
        return response.groups.map((group) => group.groupId)
      }
      assert.ok((await list([], [])).includes(groupId))
      if (version >= 4) {
        assert.ok((await list(['stable'], [])).includes(groupId))
        assert.ok(!(await list(['Empty'], [])).includes(groupId))
      }
      if (version >= 5) {
        assert.ok((await list([], ['CLASSIC'])).includes(groupId))
        assert.deepEqual(await list([], ['share']), [])
      }
    })
  }

  for (const version of versionsOf(DELETE_GROUPS)) {
    test(`DeleteGroups v${version} deletes empty groups only`, async () => {
      const empty = newGroup()
      await commit(empty, 1)
      const busy = newGroup()
      await join(busy, 9)
      const request = { groupsNames: [empty, busy, 'nobody', empty] }
      const { results } = await client.send(DELETE_GROUPS, request, version)
      assert.deepEqual(results, [
        { groupId: empty, errorCode: 0 },
        { groupId: busy, errorCode: ErrorCode.NON_EMPTY_GROUP },
        { groupId: 'nobody', errorCode: ErrorCode.GROUP_ID_NOT_FOUND }
      ])
    })
  }

  test('OffsetDelete v0 forgets offsets one by one', async () => {
    const groupId = newGroup()
    await commit(groupId, 1)
    const topics = [
      { name: TOPIC, partitions: [{ partitionIndex: 1 }, { partitionIndex: 9 }] },
      { name: 'missing', partitions: [{ partitionIndex: 0 }] }
    ]
    const response = await client.send(OFFSET_DELETE, { groupId, topics })
    const unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert.deepEqual(
      response.topics.map((topic) => topic.partitions.map((partition) => partition.errorCode)),
      [[0, unknown], [unknown]]
    )
    const again = await client.send(OFFSET_DELETE, { groupId: 'nobody', topics })
    assert.equal(again.errorCode, ErrorCode.GROUP_ID_NOT_FOUND)
  })
})
