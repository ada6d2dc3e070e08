/** The group service over a log that is slow, fails, or holds what an earlier broker left. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SILENT_LOGGER, ZERO_UUID } from '@naru/base'
import { ErrorCode, readRecordsSync } from '@naru/protocol'
import type { CommitCommand } from '../../src/groups/commit.ts'
import type { GroupService } from '../../src/groups/index.ts'
import { GroupMachine } from '../../src/groups/machine.ts'
import { decodeRecord } from '../../src/groups/records.ts'
import type { JoinResult, OffsetsResult } from '../../src/groups/results.ts'
import type { JoinInput } from '../../src/groups/service.ts'
import { DEFAULT_GROUP_SETTINGS } from '../../src/groups/settings.ts'
import { decodeSnapshot } from '../../src/groups/slot-snapshot.ts'
import { Capacity } from '../../src/coordinator/capacity.ts'
import { slotOf } from '../../src/coordinator/slots.ts'
import { GroupStorage } from './group-storage.ts'
import { subscription } from './machine-driver.ts'

const TOPIC = '__consumer_offsets'

function commitOf(groupId: string, offset: number, topic = 't'): CommitCommand {
  const partitions = [{ partition: 0, offset, leaderEpoch: -1, metadata: null }]
  return {
    groupId,
    memberId: '',
    generationId: -1,
    groupInstanceId: null,
    retentionMs: -1,
    topics: [{ topic, topicId: ZERO_UUID, partitions }],
    knowsGroupIdNotFound: true
  }
}

function joinOf(groupId: string, options: Partial<JoinInput> = {}): JoinInput {
  return {
    groupId,
    memberId: '',
    groupInstanceId: null,
    clientId: 'client',
    clientHost: '/127.0.0.1',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 30_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription('t') }],
    reason: null,
    requiresMemberId: false,
    skipsAssignment: true,
    ...options
  }
}

async function committed(groups: GroupService, groupId: string, topic = 't'): Promise<number | undefined> {
  const { topics } = await groups.fetchOffsets({
    groupId,
    wanted: [{ topic, topicId: ZERO_UUID, partitions: [0] }],
    requireStable: false
  })
  return topics[0]?.partitions[0]?.offset
}

async function createTopic(at: GroupStorage, name: string): Promise<void> {
  const result = await at.topics.create({ name, partitionCount: 1, configs: [], internal: false })
  assert.equal(result.kind, 'created')
}

async function deleteTopic(at: GroupStorage, name: string): Promise<void> {
  const topicId = at.topics.byName(name)?.topicId ?? ZERO_UUID
  await at.storage.metadata.change(() => ({
    records: [{ type: 'topic-removed', topicId }],
    answer: undefined
  }))
}

/** Lets the loop turn as often as work without timers needs. */
async function turns(count = 10): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function isSettled(answer: unknown): Promise<boolean> {
  await turns()
  return (await Promise.race([answer, Promise.resolve('pending')])) !== 'pending'
}

test('the topic of the groups is made by the first request, as Kafka lays it out', async () => {
  const at = await GroupStorage.open()
  const groups = at.start()
  assert.equal(at.topics.byName(TOPIC), undefined)
  assert.deepEqual(await groups.owner('g'), { nodeId: 0, epoch: 0 })
  const topic = at.topics.byName(TOPIC)
  assert.equal(topic?.partitionCount, 50)
  assert.equal(topic.internal, true)
  const configs = at.storage.metadata.image.configs.get(`topic:${TOPIC}`)
  assert.equal(configs?.get('cleanup.policy'), 'compact')
  await groups.close()
})

test('listing groups makes no topic', async () => {
  const at = await GroupStorage.open()
  const groups = at.start()
  assert.deepEqual(await groups.list({ states: [], types: [] }), { error: ErrorCode.NONE, groups: [] })
  assert.equal(at.topics.byName(TOPIC), undefined)
  await groups.close()
})

test('a commit is answered, and told to others, when it is durable', async () => {
  const at = await GroupStorage.open()
  const groups = at.start()
  await createTopic(at, 't')
  await groups.commit(commitOf('g', 1))
  const release = at.hold()
  const commit = groups.commit(commitOf('g', 2))
  const fetch = committed(groups, 'g')
  assert.equal(await isSettled(commit), false)
  assert.equal(await isSettled(fetch), false)
  release()
  assert.equal((await commit).error, ErrorCode.NONE)
  assert.equal(await fetch, 2)
  await groups.close()
})

test('commits of one turn share an append, and those of one slot a batch', async () => {
  const at = await GroupStorage.open()
  const groups = at.start()
  await createTopic(at, 't')
  await groups.owner('g')
  await Promise.all(
    ['g', 'h', 'i'].map(async (groupId) =>
      groups.fetchOffsets({ groupId: groupId, wanted: null, requireStable: false })
    )
  )
  const commits: Promise<OffsetsResult>[] = []
  for (let round = 0; round < 5; round++) {
    for (const groupId of ['g', 'h', 'i'])
      commits.push(Promise.resolve(groups.commit(commitOf(groupId, round))))
  }
  await Promise.all(commits)
  assert.equal(at.appends.length, 1)
  assert.deepEqual(
    at.appends[0]?.map((batch) => [batch.partition, batch.header.recordCount]),
    ['g', 'h', 'i'].map((groupId) => [slotOf(groupId, 50), 5])
  )
  await groups.close()
})

test('records are written so that others can read them', async () => {
  const at = await GroupStorage.open()
  const groups = at.start()
  await createTopic(at, 't')
  await groups.commit(commitOf('g', 7))
  const batch = at.appends[0]?.[0]
  const [record] = readRecordsSync(batch?.bytes ?? new Uint8Array())
  assert.ok(record !== undefined)
  const decoded = decodeRecord(record.key, record.value)
  assert.equal(decoded?.kind === 'offset' ? decoded.value?.offset : undefined, 7)
  await groups.close()
})

test('everything is back after a restart, with a snapshot or without', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const first = at.start()
  const joined = await first.join(joinOf('g', { groupInstanceId: 'one' }))
  const { memberId, generationId } = joined
  const assignments = new Map([[memberId, Buffer.from('mine')]])
  const member = { groupId: 'g', memberId, groupInstanceId: 'one', generationId }
  await first.sync({ ...member, protocolType: null, protocolName: null, assignments })
  await first.commit({ ...commitOf('g', 11), ...member })
  first.abort()
  const second = at.start()
  assert.equal(await committed(second, 'g'), 11)
  await second.commit(commitOf('other', 12))
  await second.close()
  const third = at.start()
  assert.equal(await third.heartbeat(member), ErrorCode.NONE)
  assert.equal(await committed(third, 'other'), 12)
  const synced = await third.sync({
    ...member,
    protocolType: null,
    protocolName: null,
    assignments: new Map()
  })
  assert.equal(Buffer.from(synced.assignment).toString(), 'mine')
  await third.close()
})

test('a member that does not show up after a restart is put out after its session', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const first = at.start()
  const { memberId, generationId } = await first.join(joinOf('g'))
  const member = { groupId: 'g', memberId, groupInstanceId: null, generationId }
  await first.sync({ ...member, protocolType: null, protocolName: null, assignments: new Map() })
  first.abort()
  const second = at.start()
  await turns(20)
  await at.clock.advance(10_000)
  assert.equal((await second.describe('g')).state, 'Empty')
  await second.close()
})

test('a load reads only what came after the snapshot', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const first = at.start()
  for (let offset = 0; offset < 50; offset++) await first.commit(commitOf('g', offset))
  await first.close()
  const topicId = at.topics.byName(TOPIC)?.topicId ?? ZERO_UUID
  const slot = slotOf('g', 50)
  await at.storage.log.deleteRecordsBefore(topicId, slot, 50)
  const second = at.start()
  assert.equal(await committed(second, 'g'), 49)
  await second.close()
})

test('a snapshot that cannot be read is passed over', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const first = at.start()
  await first.commit(commitOf('g', 5))
  first.abort()
  const topicId = at.topics.byName(TOPIC)?.topicId ?? ZERO_UUID
  const name = `group-slot-${topicId}-${slotOf('g', 50)}`
  await at.storage.snapshots.save(name, { offset: 1, bytes: Buffer.from('garbage') })
  const second = at.start()
  assert.equal(await committed(second, 'g'), 5)
  await second.close()
})

test('after a failed append nobody is told what may not be, and the slot is read anew', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const groups = at.start()
  await groups.commit(commitOf('g', 1))
  const parked = groups.join(joinOf('g', { requiresMemberId: true }))
  const { memberId } = await parked
  at.refusal = { kind: 'storage-error', code: 'ENOSPC' }
  const failing = groups.commit(commitOf('g', 2))
  assert.equal((await failing).error, ErrorCode.NOT_COORDINATOR)
  at.refusal = undefined
  assert.equal(await committed(groups, 'g'), 1)
  assert.equal((await groups.join(joinOf('g', { memberId }))).error, ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal((await groups.commit(commitOf('g', 3))).error, ErrorCode.NONE)
  assert.equal(await committed(groups, 'g'), 3)
  await groups.close()
})

test('offsets of a deleted topic are gone before a new one of the same name can be used', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const groups = at.start()
  await groups.commit(commitOf('g', 4))
  await deleteTopic(at, 't')
  await createTopic(at, 't')
  assert.equal(await committed(groups, 'g'), -1)
  await groups.commit(commitOf('g', 0))
  assert.equal(await committed(groups, 'g'), 0)
  await groups.close()
})

test('offsets of a topic that was deleted while nobody looked are gone after the next start', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const first = at.start()
  await first.commit(commitOf('g', 4))
  first.abort()
  await deleteTopic(at, 't')
  const second = at.start()
  await second.fetchOffsets({ groupId: 'g', wanted: null, requireStable: false })
  assert.equal(await committed(second, 'g'), -1)
  await second.close()
})

test('old offsets are looked for at their interval', async () => {
  const at = await GroupStorage.open({ 'offsets.retention.minutes': '1' })
  await createTopic(at, 't')
  const groups = at.start()
  await groups.commit(commitOf('g', 4))
  await at.clock.advance(600_000)
  assert.deepEqual((await groups.list({ states: [], types: [] })).groups, [])
  await groups.close()
})

test('a stop answers those who wait, and those who come later', async () => {
  const at = await GroupStorage.open({ 'group.initial.rebalance.delay.ms': '3000' })
  const timersOfStorage = at.clock.pending
  const groups = at.start()
  const waiting = groups.join(joinOf('g'))
  await turns()
  groups.release()
  assert.equal((await waiting).error, ErrorCode.NOT_COORDINATOR)
  await groups.close()
  assert.equal((await groups.join(joinOf('g'))).error, ErrorCode.COORDINATOR_NOT_AVAILABLE)
  assert.equal(at.clock.pending, timersOfStorage)
})

test('a stop leaves no snapshot of what the log has refused', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const first = at.start()
  await first.commit(commitOf('g', 1))
  const release = at.hold()
  at.refusal = { kind: 'storage-error', code: 'ENOSPC' }
  const commit = first.commit(commitOf('g', 2))
  await turns()
  const closed = first.close()
  release()
  await closed
  assert.equal((await commit).error, ErrorCode.NOT_COORDINATOR)
  at.refusal = undefined
  const second = at.start()
  assert.equal(await committed(second, 'g'), 1)
  await second.close()
})

test('a stop leaves no snapshot without the offsets of a transaction that the log took meanwhile', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const first = at.start()
  await first.commit(commitOf('g', 1))
  const producer = { producerId: 7, producerEpoch: 0 }
  const release = at.hold()
  const commit = first.commitInTransaction({ ...commitOf('g', 2), producer, guard: 'unguarded' })
  await turns()
  const closed = first.close()
  release()
  await closed
  assert.equal((await commit).error, ErrorCode.NOT_COORDINATOR)
  const second = at.start()
  assert.equal(await committed(second, 'g'), 1)
  const marker = { ...producer, isCommit: true, coordinatorEpoch: 0, transactionVersion: 1 } as const
  const topicId = at.topics.byName(TOPIC)?.topicId ?? ZERO_UUID
  assert.equal(await second.endTransaction(topicId, slotOf('g', 50), marker), ErrorCode.NONE)
  assert.equal(await committed(second, 'g'), 2)
  await second.close()
})

test('what is wrong in a request by itself is told without a look at the group', async () => {
  const at = await GroupStorage.open()
  const groups = at.start()
  assert.equal((await groups.join(joinOf(''))).error, ErrorCode.INVALID_GROUP_ID)
  assert.equal((await groups.join(joinOf('x'.repeat(40_000)))).error, ErrorCode.INVALID_GROUP_ID)
  const short = await groups.join(joinOf('g', { sessionTimeoutMs: 5999 }))
  assert.equal(short.error, ErrorCode.INVALID_SESSION_TIMEOUT)
  const long = await groups.join(joinOf('g', { sessionTimeoutMs: 1_800_001 }))
  assert.equal(long.error, ErrorCode.INVALID_SESSION_TIMEOUT)
  await groups.close()
})

test('a slot that takes long to load says so, and nothing against its members', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const first = at.start()
  await first.commit(commitOf('g', 1))
  first.abort()
  const release = at.holdReads()
  const second = at.start()
  const commit = second.commit(commitOf('g', 2))
  const beat = second.heartbeat({ groupId: 'g', memberId: 'm', groupInstanceId: null, generationId: 1 })
  await at.clock.advance(1000)
  assert.equal((await commit).error, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
  assert.equal(await beat, ErrorCode.NONE)
  release()
  assert.equal(await committed(second, 'g'), 1)
  await second.close()
})

test('groups of a slot that another broker runs, or nobody, are not answered here', async () => {
  const at = await GroupStorage.open()
  const groups = at.start()
  await groups.join(joinOf('g'))
  at.owner = { nodeId: 7, epoch: 1 }
  assert.equal((await groups.join(joinOf('g'))).error, ErrorCode.NOT_COORDINATOR)
  assert.deepEqual(await groups.owner('g'), at.owner)
  at.owner = undefined
  assert.equal((await groups.join(joinOf('g'))).error, ErrorCode.COORDINATOR_NOT_AVAILABLE)
  at.owner = { nodeId: 0, epoch: 2 }
  assert.equal((await groups.join(joinOf('g'))).generationId, 1)
  await groups.close()
})

test('a snapshot is renewed while the slot works, and stands for what is durable', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const groups = at.start()
  const partitions = Array.from({ length: 4000 }, (_, partition) => {
    return { partition, offset: partition, leaderEpoch: -1, metadata: null }
  })
  const topics = [{ topic: 't', topicId: ZERO_UUID, partitions }]
  for (let round = 0; round < 3; round++) await groups.commit({ ...commitOf('g', 0), topics })
  await turns()
  groups.abort()
  const topicId = at.topics.byName(TOPIC)?.topicId ?? ZERO_UUID
  const snapshot = await at.storage.snapshots.load(`group-slot-${topicId}-${slotOf('g', 50)}`)
  assert.equal(snapshot?.offset, 12_000)
  assert.equal(decodeSnapshot(snapshot.bytes).offsets.size, 4000)
})

test('a record that cannot be written fails its slot and nothing else', async () => {
  const at = await GroupStorage.open()
  await createTopic(at, 't')
  const groups = at.start()
  await groups.commit(commitOf('g', 1))
  const bad = groups.commit(commitOf('g', 2 ** 60))
  const good = groups.commit(commitOf('h', 2))
  assert.equal((await bad).error, ErrorCode.NOT_COORDINATOR)
  assert.equal((await good).error, ErrorCode.NONE)
  assert.equal(await committed(groups, 'g'), 1)
  await groups.close()
})

test('a broker keeps a bounded number of groups', async () => {
  const capacity = new Capacity(1)
  const machine = new GroupMachine({
    settings: () => DEFAULT_GROUP_SETTINGS,
    capacity,
    logger: SILENT_LOGGER
  })
  const errors: number[] = []
  const now = { wallMs: 0, monotonicMs: 0 }
  for (const groupId of ['g', 'h']) {
    machine.step(now, (step) => errors.push(machine.commit(step, commitOf(groupId, 1)).error))
  }
  const join = { ...joinOf('i'), newMemberId: 'm', settle: (answer: JoinResult) => errors.push(answer.error) }
  for (const answer of machine.step(now, (step) => machine.join(step, join)).answers) answer()
  machine.step(now, (step) => errors.push(machine.deleteGroup(step, 'g').error))
  machine.step(now, (step) => errors.push(machine.commit(step, commitOf('h', 1)).error))
  assert.deepEqual(errors, [0, ErrorCode.POLICY_VIOLATION, ErrorCode.GROUP_MAX_SIZE_REACHED, 0, 0])
})

test('texts that fit no record are refused', async () => {
  const at = await GroupStorage.open()
  const groups = at.start()
  const long = 'x'.repeat(0x7fff)
  for (const options of [{ clientId: long }, { groupInstanceId: long }, { protocolType: `${long}x` }]) {
    assert.equal((await groups.join(joinOf('g', options))).error, ErrorCode.INVALID_REQUEST)
  }
  await groups.close()
})
