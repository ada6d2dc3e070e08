import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUuid, ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { MachineDriver, SESSION_MS } from '../../test/groups/machine-driver.ts'
import type { CommitTopic } from './commit.ts'

const TOPIC_ID = parseUuid('AAAAAAAAAAAAAAAAAAAAAQ')
const OTHER_ID = parseUuid('AAAAAAAAAAAAAAAAAAAAAg')

function topics(
  offset: number,
  options: { metadata?: string | null; topicId?: typeof TOPIC_ID } = {}
): CommitTopic[] {
  const { metadata = null, topicId = ZERO_UUID } = options
  return [{ topic: 't', topicId, partitions: [{ partition: 0, offset, leaderEpoch: -1, metadata }] }]
}

function committed(driver: MachineDriver, topicId = ZERO_UUID): number | undefined {
  const wanted = [{ topic: 't', topicId, partitions: [0] }]
  return driver.machine.fetchOffsets({ groupId: 'g', wanted, requireStable: false }).topics[0]?.partitions[0]
    ?.offset
}

test('a consumer without membership commits to a group that is made for it', () => {
  const driver = new MachineDriver()
  const result = driver.commit({ topics: topics(5, { metadata: 'note' }) })
  assert.deepEqual(result.topics, [{ topic: 't', partitions: [{ partition: 0, error: ErrorCode.NONE }] }])
  assert.equal(committed(driver), 5)
  assert.equal(driver.group()?.state, 'Empty')
  assert.deepEqual(driver.machine.list({ states: [], types: [] }), [
    { groupId: 'g', protocolType: '', state: 'Empty', type: 'classic' }
  ])
})

test('nothing committed is -1 and no error, for a group, a topic or a partition', () => {
  const driver = new MachineDriver()
  const nothing = { partition: 7, offset: -1, leaderEpoch: -1, metadata: '', error: ErrorCode.NONE }
  const wanted = [{ topic: 'u', topicId: ZERO_UUID, partitions: [7] }]
  assert.deepEqual(driver.machine.fetchOffsets({ groupId: 'nobody', wanted, requireStable: false }), {
    error: ErrorCode.NONE,
    topics: [{ topic: 'u', partitions: [nothing] }]
  })
  assert.deepEqual(
    driver.machine.fetchOffsets({ groupId: 'nobody', wanted: null, requireStable: false }).topics,
    []
  )
})

test('a commit of a generation that nobody knows is refused as the version understands it', () => {
  const driver = new MachineDriver()
  const commit = { memberId: 'm', generationId: 3, topics: topics(1) }
  assert.equal(driver.commit(commit).error, ErrorCode.GROUP_ID_NOT_FOUND)
  assert.equal(driver.commit({ ...commit, knowsGroupIdNotFound: false }).error, ErrorCode.ILLEGAL_GENERATION)
})

test('members commit in their generation only', () => {
  const driver = new MachineDriver()
  const { memberId, generationId } = driver.stable()
  assert.equal(driver.commit({ memberId, generationId, topics: topics(1) }).error, ErrorCode.NONE)
  const before = { memberId, generationId: generationId - 1, topics: topics(2) }
  assert.equal(driver.commit(before).error, ErrorCode.ILLEGAL_GENERATION)
  assert.equal(driver.commit({ memberId: 'ghost', generationId }).error, ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.commit({ topics: topics(3) }).error, ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal(committed(driver), 1)
})

test('a commit between the new generation and its assignment has to wait', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.enter()
  assert.equal(driver.commit({ memberId, generationId: 1 }).error, ErrorCode.REBALANCE_IN_PROGRESS)
})

test('members may commit their last work while the others join again', () => {
  const driver = new MachineDriver()
  const { memberId, generationId } = driver.stable()
  driver.enter()
  assert.equal(driver.commit({ memberId, generationId, topics: topics(9) }).error, ErrorCode.NONE)
})

test('a commit is a sign of life', () => {
  const driver = new MachineDriver()
  const { memberId, generationId } = driver.stable()
  driver.advance(SESSION_MS - 1)
  driver.commit({ memberId, generationId, topics: topics(1) })
  driver.advance(SESSION_MS - 1)
  assert.equal(driver.heartbeat(memberId, generationId), ErrorCode.NONE)
})

test('metadata beyond the limit is refused for its partition alone', () => {
  const driver = new MachineDriver({ offsetMetadataLengthMax: 4 })
  const partitions = [
    { partition: 0, offset: 1, leaderEpoch: -1, metadata: '12345' },
    { partition: 1, offset: 2, leaderEpoch: 3, metadata: '1234' }
  ]
  const result = driver.commit({ topics: [{ topic: 't', topicId: ZERO_UUID, partitions }] })
  assert.deepEqual(
    result.topics[0]?.partitions.map((partition) => partition.error),
    [ErrorCode.OFFSET_METADATA_TOO_LARGE, ErrorCode.NONE]
  )
  assert.deepEqual(driver.machine.fetchOffsets({ groupId: 'g', wanted: null, requireStable: false }).topics, [
    {
      topic: 't',
      partitions: [{ partition: 1, offset: 2, leaderEpoch: 3, metadata: '1234', error: ErrorCode.NONE }]
    }
  ])
})

test('an offset of an earlier topic of the same name is not served for the new one', () => {
  const driver = new MachineDriver()
  driver.commit({ topics: topics(5, { topicId: TOPIC_ID }) })
  assert.equal(committed(driver, TOPIC_ID), 5)
  assert.equal(committed(driver, OTHER_ID), -1)
  assert.equal(committed(driver), 5)
})

test('offsets of a deleted topic go, those of its successor of the same name stay', () => {
  const driver = new MachineDriver()
  driver.commit({ topics: topics(5, { topicId: TOPIC_ID }) })
  driver.commit({ groupId: 'h', topics: topics(6) })
  driver.commit({ groupId: 'i', topics: topics(7, { topicId: OTHER_ID }) })
  driver.run((step) => driver.machine.removeTopic(step, { name: 't', topicId: TOPIC_ID }))
  assert.deepEqual([...driver.machine.state.offsets.groups.keys()], ['i'])
})
