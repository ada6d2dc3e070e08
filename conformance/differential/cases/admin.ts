// CreateTopics, CreatePartitions, DeleteTopics, DeleteRecords: what Kafka's controller allows and how it refuses.

import { setTimeout as sleep } from 'node:timers/promises'
import { ZERO_UUID, type Uuid } from '@naru/base'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { CREATE_TOPICS, type CreatableTopic } from '@naru/protocol/messages/19-create-topics'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { DELETE_RECORDS } from '@naru/protocol/messages/21-delete-records'
import { CREATE_PARTITIONS, type CreatePartitionsTopic } from '@naru/protocol/messages/37-create-partitions'
import type { Part } from '../defaults.ts'
import type { Case, Session } from '../session.ts'
import { produce } from './produce.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid

type Config = { readonly name: string; readonly value: string | null }

/** Asks for one topic, whose name counts on unless it is given. */
function asker(session: Session) {
  let counter = 0
  return (label: string, part: Part<CreatableTopic>, version = 7, validateOnly = false) => {
    const name = part.name ?? `${session.prefix}-${counter++}`
    const topic = { numPartitions: 1, replicationFactor: 1, ...part, name }
    return session.ask(label, CREATE_TOPICS, { topics: [topic], timeoutMs: 5000, validateOnly }, { version })
  }
}

async function create(session: Session): Promise<void> {
  const ask = asker(session)
  for (let version = 2; version <= 7; version++) {
    await ask('plain', {}, version)
    await ask('validate only', {}, version, true)
    await ask('exists', { name: `${session.prefix}-0` }, version)
    await ask('exists, validate only', { name: `${session.prefix}-0` }, version, true)
    await ask('defaults', { numPartitions: -1, replicationFactor: -1 }, version)
    await ask('bad config', { configs: [{ name: 'retention.ms', value: 'x' }] }, version)
  }
  await ask('bad config and exists', { name: `${session.prefix}-0`, configs: [{ name: 'nope', value: 'x' }] })
  await ask('bad partitions and exists', { name: `${session.prefix}-0`, numPartitions: 0 })
  for (const numPartitions of [0, -2]) await ask(`partitions ${numPartitions}`, { numPartitions })
  for (const replicationFactor of [0, -2, 2, 3, 32767])
    await ask(`replicas ${replicationFactor}`, { replicationFactor })
  for (const name of ['', '.', '..', 'a b', 'a/b', '한글', 'x'.repeat(249), 'x'.repeat(250), 'a\u0000']) {
    await ask(`name ${name.slice(0, 10)} ${name.length}`, { name })
  }
  await ask('colliding base', { name: 'admin_collides.x' })
  await ask('colliding', { name: 'admin.collides_x' })
  await ask('internal name', { name: '__transaction_state' })
  await ask('metadata topic', { name: '__cluster_metadata' })
}

async function createAssigned(session: Session): Promise<void> {
  const ask = asker(session)
  const assigned = (
    label: string,
    assignments: CreatableTopic['assignments'],
    part: Part<CreatableTopic> = {}
  ) => ask(`assigned ${label}`, { numPartitions: -1, replicationFactor: -1, ...part, assignments })
  const one = (partitionIndex: number, ...brokerIds: number[]) => ({ partitionIndex, brokerIds })
  await assigned('one', [one(0, 0)])
  await assigned('two', [one(1, 0), one(0, 0)])
  await assigned('hole', [one(0, 0), one(2, 0)])
  await assigned('from 1', [one(1, 0)])
  await assigned('negative', [one(-1, 0)])
  await assigned('twice', [one(0, 0), one(0, 0)])
  await assigned('unknown broker', [one(0, 7)])
  await assigned('negative broker', [one(0, -1)])
  await assigned('broker twice', [one(0, 0, 0)])
  await assigned('no broker', [one(0)])
  await assigned('and count', [one(0, 0)], { numPartitions: 1 })
  await assigned('and replicas', [one(0, 0)], { replicationFactor: 1 })
  await assigned('and both', [one(0, 0)], { replicationFactor: 1, numPartitions: 1 })
  await assigned('uneven', [one(0, 0), one(1)])
}

async function createConfigured(session: Session): Promise<void> {
  const ask = asker(session)
  const configured = (label: string, configs: Config[]) => ask(`config ${label}`, { configs })
  await configured('unknown', [{ name: 'no.such.config', value: '1' }])
  await configured('null', [{ name: 'retention.ms', value: null }])
  await configured('empty number', [{ name: 'retention.ms', value: '' }])
  await configured('retention', [{ name: 'retention.ms', value: '1000' }])
  await configured('retention with spaces', [{ name: 'retention.ms', value: ' 1000 ' }])
  await configured('retention -1', [{ name: 'retention.ms', value: '-1' }])
  await configured('retention -2', [{ name: 'retention.ms', value: '-2' }])
  await configured('twice', [
    { name: 'retention.ms', value: '1' },
    { name: 'retention.ms', value: '2' }
  ])
  await configured('policy', [{ name: 'cleanup.policy', value: 'compact,delete' }])
  await configured('policy with space', [{ name: 'cleanup.policy', value: 'compact, delete' }])
  await configured('policy empty', [{ name: 'cleanup.policy', value: '' }])
  await configured('policy wrong', [{ name: 'cleanup.policy', value: 'remove' }])
  await configured('policy upper', [{ name: 'cleanup.policy', value: 'DELETE' }])
  await configured('policy twice', [{ name: 'cleanup.policy', value: 'delete,delete' }])
  await configured('bool', [{ name: 'preallocate', value: 'yes' }])
  await configured('bool upper', [{ name: 'preallocate', value: 'TRUE' }])
  await configured('ratio', [{ name: 'min.cleanable.dirty.ratio', value: '1.5' }])
  await configured('ratio 0.3', [{ name: 'min.cleanable.dirty.ratio', value: '0.3' }])
  await configured('segment bytes small', [{ name: 'segment.bytes', value: '10' }])
  await configured('segment bytes 14', [{ name: 'segment.bytes', value: '14' }])
  await configured('segment bytes 1 MiB', [{ name: 'segment.bytes', value: '1048576' }])
  await configured('segment bytes large', [{ name: 'segment.bytes', value: '3000000000' }])
  await configured('compression', [{ name: 'compression.type', value: 'brotli' }])
  await configured('compression gzip', [{ name: 'compression.type', value: 'gzip' }])
  await configured('gzip level', [{ name: 'compression.gzip.level', value: '11' }])
  await configured('gzip level -1', [{ name: 'compression.gzip.level', value: '-1' }])
  await configured('zstd level', [{ name: 'compression.zstd.level', value: '99' }])
  await configured('message format', [{ name: 'message.format.version', value: '3.0' }])
  await configured('timestamp type', [{ name: 'message.timestamp.type', value: 'Never' }])
  await configured('min insync 0', [{ name: 'min.insync.replicas', value: '0' }])
  await configured('min insync 3', [{ name: 'min.insync.replicas', value: '3' }])
  await configured('local retention above', [
    { name: 'local.retention.ms', value: '100' },
    { name: 'retention.ms', value: '10' }
  ])
  await configured('local retention', [{ name: 'local.retention.ms', value: '10' }])
  await configured('remote storage', [{ name: 'remote.storage.enable', value: 'true' }])
  await configured('compaction lag', [
    { name: 'min.compaction.lag.ms', value: '10' },
    { name: 'max.compaction.lag.ms', value: '5' }
  ])
  await configured('throttled replicas', [
    { name: 'leader.replication.throttled.replicas', value: '0:0,1:0' }
  ])
  await configured('throttled replicas bad', [{ name: 'leader.replication.throttled.replicas', value: 'x' }])
  await configured('throttled replicas all', [{ name: 'leader.replication.throttled.replicas', value: '*' }])
  await configured('plus sign', [{ name: 'retention.ms', value: '+5' }])
  await configured('float', [{ name: 'retention.ms', value: '1.0' }])
}

async function createSeveral(session: Session): Promise<void> {
  const pair = (part: Part<CreatableTopic>) => ({
    name: 'admin-pair',
    numPartitions: 1,
    replicationFactor: 1,
    ...part
  })
  const both = { topics: [pair({}), pair({ numPartitions: 2 }), pair({ name: 'admin-third' })] }
  await session.ask('same name twice', CREATE_TOPICS, { ...both, timeoutMs: 5000 })
  await session.ask('no topics', CREATE_TOPICS, { timeoutMs: 5000 })
  const colliding = { topics: [pair({ name: 'admin.co_l' }), pair({ name: 'admin_co.l' })], timeoutMs: 5000 }
  const codes = ({ topics }: { topics: readonly { name: string; errorCode: number }[] }) =>
    topics.map(({ name, errorCode }) => ({ name, errorCode }))
  await session.ask('colliding in one request', CREATE_TOPICS, colliding, { only: codes })
}

async function partitions(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  const ask = (label: string, part: Part<CreatePartitionsTopic>, version = 3, validateOnly = false) => {
    const wanted = { count: 3, ...part, name: part.name ?? topic.name }
    return session.ask(
      label,
      CREATE_PARTITIONS,
      { topics: [wanted], timeoutMs: 5000, validateOnly },
      { version }
    )
  }
  await ask('validate only', {}, 3, true)
  for (let version = 0; version <= 3; version++) {
    await ask('one more', { count: 3 + version }, version)
    await ask('equal', { count: 3 + version }, version)
    await ask('fewer', { count: 1 }, version)
    await ask('unknown', { name: 'no-such-topic' }, version)
  }
  for (const count of [0, -1, -2147483648]) await ask(`count ${count}`, { count })
  await ask('empty name', { name: '' })
  await ask('bad name', { name: 'a b' })
  const assigned = (label: string, count: number, ...lists: number[][]) =>
    ask(`assigned ${label}`, { count, assignments: lists.map((brokerIds) => ({ brokerIds })) })
  await assigned('unknown broker', 7, [9])
  await assigned('none', 7, [])
  await assigned('too few', 9, [0])
  await assigned('too many', 7, [0], [0])
  await assigned('broker twice', 7, [0, 0])
  await assigned('empty list', 7)
  await assigned('fits', 7, [0])
  const twice = [
    { name: topic.name, count: 20 },
    { name: topic.name, count: 21 },
    { name: 'nope', count: 3 }
  ]
  await session.ask('twice', CREATE_PARTITIONS, { topics: twice, timeoutMs: 5000 })
  await session.ask('huge', CREATE_PARTITIONS, {
    topics: [{ name: topic.name, count: 2147483647 }],
    timeoutMs: 5000
  })
}

async function deletion(session: Session): Promise<void> {
  for (let version = 1; version <= 6; version++) {
    const topic = await session.topic(`plain-${version}`)
    const by = (...names: string[]) =>
      version < 6 ? { topicNames: names } : { topics: names.map((name) => ({ name })) }
    const ask = (label: string, ...names: string[]) =>
      session.ask(label, DELETE_TOPICS, { ...by(...names), timeoutMs: 5000 }, { version })
    await ask('unknown', 'no-such-topic')
    await ask('bad name', 'a b')
    await ask('empty name', '')
    await ask('twice', topic.name, topic.name)
    await ask('twice unknown', 'no-such-topic', 'no-such-topic')
    await ask('one', topic.name)
    await ask('again', topic.name)
    await ask('nothing')
  }
  const topic = await session.topic('by-id')
  const ask = (label: string, ...topics: { name: string | null; topicId?: Uuid }[]) =>
    session.ask(label, DELETE_TOPICS, { topics, timeoutMs: 5000 })
  await ask('name and id', { name: topic.name, topicId: topic.topicId })
  await ask('unknown id', { name: null, topicId: UNKNOWN_ID })
  await ask('zero id', { name: null, topicId: ZERO_UUID })
  await ask('name and its id apart', { name: topic.name }, { name: null, topicId: topic.topicId })
  await ask('id twice', { name: null, topicId: topic.topicId }, { name: null, topicId: topic.topicId })
  await ask('id', { name: null, topicId: topic.topicId })
  await ask('id again', { name: null, topicId: topic.topicId })
}

async function records(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  const compacted = await session.topic('compacted', { configs: { 'cleanup.policy': 'compact' } })
  const both = await session.topic('both', { configs: { 'cleanup.policy': 'compact,delete' } })
  for (const one of [topic, compacted, both])
    for (let at = 0; at < 3; at++) await produce(session, 'fill', one)
  const ask = (label: string, name: string, offset: number, partitionIndex = 0, version = 2) => {
    const topics = [{ name, partitions: [{ partitionIndex, offset }] }]
    return session.ask(label, DELETE_RECORDS, { topics, timeoutMs: 5000 }, { version })
  }
  for (let version = 0; version <= 2; version++) await ask(`to ${version}`, topic.name, version, 0, version)
  await ask('back', topic.name, 1)
  await ask('within a batch', topic.name, 3)
  await ask('behind the end', topic.name, 7)
  await ask('-2', topic.name, -2)
  await ask('empty partition to 0', topic.name, 0, 1)
  await ask('empty partition to 1', topic.name, 1, 1)
  await ask('unknown partition', topic.name, 0, 9)
  await ask('negative partition', topic.name, 0, -1)
  await ask('unknown topic', 'no-such-topic', 0)
  await ask('compacted', compacted.name, 1)
  await ask('compacted, unknown partition', compacted.name, 1, 9)
  await ask('both', both.name, 1)
  await ask('to the end', topic.name, -1)
  await ask('to the end again', topic.name, -1)
  const twice = [
    { partitionIndex: 0, offset: 2 },
    { partitionIndex: 0, offset: 4 }
  ]
  await session.ask('partition twice', DELETE_RECORDS, {
    topics: [{ name: both.name, partitions: twice }],
    timeoutMs: 5000
  })
  await ask('internal', '__consumer_offsets', 0)
}

async function producerIds(session: Session): Promise<void> {
  for (let version = 0; version <= 5; version++) {
    const ask = (label: string, part: object) =>
      session.ask(label, INIT_PRODUCER_ID, part, { version, only: shown })
    // Kafka fetches its first block of ids from the controller and says COORDINATOR_LOAD_IN_PROGRESS until then.
    if (version === 0) await session.quietly(INIT_PRODUCER_ID, { transactionalId: null }, { version })
    await sleep(300)
    await ask('idempotent', { transactionalId: null, transactionTimeoutMs: 60_000 })
    await ask('empty transactional id', { transactionalId: '', transactionTimeoutMs: 60_000 })
    await ask('timeout 0', { transactionalId: null, transactionTimeoutMs: 0 })
    await ask('timeout -1', { transactionalId: null, transactionTimeoutMs: -1 })
    if (version < 3) continue
    await ask('id and epoch', { transactionalId: null, producerId: 5, producerEpoch: 3 })
    await ask('id without epoch', { transactionalId: null, producerId: 5 })
    await ask('epoch without id', { transactionalId: null, producerEpoch: 5 })
  }
}

function shown({ producerId, ...rest }: { producerId: number }): unknown {
  return { ...rest, hasId: producerId >= 0 }
}

export const adminCases: readonly Case[] = [
  { name: 'create-topics', run: create },
  { name: 'create-assigned', run: createAssigned },
  { name: 'create-configured', run: createConfigured },
  { name: 'create-several', run: createSeveral },
  { name: 'create-partitions', run: partitions },
  { name: 'delete-topics', run: deletion },
  { name: 'delete-records', run: records },
  { name: 'producer-ids', run: producerIds }
]
