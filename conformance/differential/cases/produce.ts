// Produce: what is appended, what is refused, and how the answer says so.

import { PRODUCE, type ProduceResponse } from '@naru/protocol/messages/00-produce'
import { FETCH } from '@naru/protocol/messages/01-fetch'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { CompressionCodec } from '@naru/protocol'
import { ZERO_UUID, type Uuid } from '@naru/base'
import type { AskOptions, Case, Session } from '../session.ts'
import { batch, changed, offsetOf } from './batches.ts'

type Topic = { readonly name: string; readonly topicId: Uuid }

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid
const DAY_MS = 86_400_000
/** `offsets.topic.num.partitions` of both brokers. */
const OFFSET_PARTITIONS = 50

export function produce(
  session: Session,
  label: string,
  topic: Topic,
  options: AskOptions & {
    readonly records?: Buffer | null
    readonly partition?: number
    readonly acks?: number
    readonly transactionalId?: string | null
    readonly wire?: ReturnType<Session['connect']>
  } = {}
) {
  const { records = batch(), partition = 0, acks = -1, transactionalId = null } = options
  const version = options.version ?? 12
  const named = version < 13 ? { name: topic.name } : { topicId: topic.topicId }
  const topicData = [{ ...named, partitionData: [{ index: partition, records }] }]
  const request = { transactionalId, acks, timeoutMs: 5000, topicData }
  return session.ask(label, PRODUCE, request, { ...options, version })
}

async function versions(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  for (let version = 3; version <= 13; version++) {
    await produce(session, 'one batch', topic, { version })
    await produce(session, 'acks=1', topic, { version, acks: 1 })
    await produce(session, 'unknown partition', topic, { version, partition: 99 })
    await produce(session, 'negative partition', topic, { version, partition: -1 })
    const unknown = { name: 'no-such-topic', topicId: UNKNOWN_ID }
    await produce(session, 'unknown topic', unknown, { version })
    await produce(session, 'corrupt', topic, { version, records: corrupt() })
  }
  await produce(session, 'zero id', { name: '', topicId: ZERO_UUID }, { version: 13 })
  await produce(session, 'bad name', { name: 'a b', topicId: ZERO_UUID }, { version: 12 })
  await produce(session, 'empty name', { name: '', topicId: ZERO_UUID }, { version: 12 })
  for (const acks of [2, -2, 100]) await produce(session, `acks ${acks}`, topic, { acks })
  await produce(session, 'acks 2 unknown topic', { name: 'nope', topicId: ZERO_UUID }, { acks: 2 })
  await session.ask('no topics', PRODUCE, { acks: -1, timeoutMs: 1000 }, { version: 12 })
  await session.ask(
    'no partitions',
    PRODUCE,
    { acks: -1, topicData: [{ name: topic.name }] },
    { version: 12 }
  )
  await produce(session, 'transactional id, plain batch', topic, { transactionalId: 'tx' })
}

function errorOf({ responses }: ProduceResponse): number | undefined {
  return responses[0]?.partitionResponses[0]?.errorCode
}

function corrupt(): Buffer {
  return changed(batch(), (bytes) => (bytes[70] = bytes[70]! ^ 1), true)
}

async function badBatches(session: Session): Promise<void> {
  const topic = await session.topic('plain', { configs: { 'max.message.bytes': '2000' } })
  const one = batch()
  const ask = (label: string, records: Buffer | null, version = 12) =>
    produce(session, label, topic, { records, version })
  const stray = await session.topic('stray')
  await produce(session, 'null records', stray, { records: null, waitMs: 1000 })
  await ask('empty records', Buffer.alloc(0))
  await ask('two batches', Buffer.concat([one, one]))
  await ask('torn batch', one.subarray(0, 65))
  await ask('torn header', one.subarray(0, 40))
  await ask('torn length', one.subarray(0, 10))
  await ask('batch and garbage', Buffer.concat([one, Buffer.from('garbage')]))
  await ask('batch and torn batch', Buffer.concat([one, one.subarray(0, 65)]))
  await ask('garbage', Buffer.alloc(100, 7))
  await ask('corrupt crc', corrupt())
  await ask('too large', batch({ bytes: 3000 }))
  await ask('too large v3', batch({ bytes: 3000 }), 3)
  await ask(
    'magic 1',
    changed(one, (bytes) => (bytes[offsetOf.magic] = 1))
  )
  await ask(
    'magic 3',
    changed(one, (bytes) => (bytes[offsetOf.magic] = 3))
  )
  await ask('base offset 5', batch({ baseOffset: 5 }))
  await ask('zero records', batch({ count: 0 }))
  await ask(
    'count larger',
    changed(one, (bytes) => bytes.writeInt32BE(5, offsetOf.recordCount))
  )
  await ask(
    'count smaller',
    changed(one, (bytes) => bytes.writeInt32BE(1, offsetOf.recordCount))
  )
  await ask(
    'last delta larger',
    changed(one, (bytes) => bytes.writeInt32BE(9, offsetOf.lastOffsetDelta))
  )
  await ask('control', batch({ control: true, producerId: 7, producerEpoch: 0, baseSequence: 0 }))
  await ask('transactional', batch({ transactional: true, producerId: 7, producerEpoch: 0, baseSequence: 0 }))
  await ask('log append time attribute', batch({ logAppendTimeMs: 1_700_000_000_000 }))
  await ask('leader epoch 9', batch({ partitionLeaderEpoch: 9 }))
  await ask(
    'unknown codec 5',
    changed(one, (bytes) => (bytes[offsetOf.attributes + 1] = 5))
  )
}

async function compressedBatches(session: Session): Promise<void> {
  const topic = await session.topic('plain', { configs: { 'max.message.bytes': '2000' } })
  const one = batch()
  const ask = (label: string, records: Buffer | null, version = 12) =>
    produce(session, label, topic, { records, version })
  // What only one of the two takes goes where it shifts no offsets.
  const stray = await session.topic('stray')
  const askStray = (label: string, records: Buffer | null) =>
    produce(session, label, stray, { records, only: errorOf })
  await ask('zstd v6', batch({ compression: CompressionCodec.zstd }), 6)
  await ask('zstd v7', batch({ compression: CompressionCodec.zstd }), 7)
  for (const [codec, value] of Object.entries(CompressionCodec)) {
    if (value === 0) continue
    await ask(`${codec} good`, batch({ compression: value }))
    const damaged = changed(batch({ compression: value, bytes: 200 }), (bytes) => bytes.fill(0xff, 70, 80))
    await askStray(`${codec} payload damaged, crc right`, damaged)
  }
  await ask(
    'max timestamp wrong',
    changed(one, (bytes) => bytes.writeBigInt64BE(5n, offsetOf.maxTimestamp))
  )
  await ask(
    'delete horizon',
    changed(one, (bytes) => (bytes[offsetOf.attributes + 1] = 0x40))
  )
  await ask(
    'unused attribute',
    changed(one, (bytes) => (bytes[offsetOf.attributes] = 0x40))
  )
  await readAll(session, 'what was kept', topic)
}

export function readAll(session: Session, label: string, topic: Topic, partition = 0, fetchOffset = 0) {
  const asked = { partition, fetchOffset, partitionMaxBytes: 1_000_000 }
  const topics = [{ topic: topic.name, partitions: [asked] }]
  return session.ask(label, FETCH, { maxBytes: 5_000_000, minBytes: 0, topics }, { version: 12 })
}

async function idempotence(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  const send = (label: string, part: Parameters<typeof batch>[0], partition = 0) => {
    const records = batch({ producerId: 500, producerEpoch: 3, count: 1, ...part })
    return produce(session, label, topic, { records, partition })
  }
  await send('unknown producer begins at 5', { baseSequence: 5 })
  await send('then at 0', { baseSequence: 0 })
  await send('begins at 0', { baseSequence: 0 }, 1)
  await send('at 7 after 0', { baseSequence: 7 }, 1)
  await send('without sequence', { baseSequence: -1 }, 1)
  for (let sequence = 1; sequence <= 6; sequence++)
    await send(`at ${sequence}`, { baseSequence: sequence }, 1)
  for (let sequence = 6; sequence >= 0; sequence--) {
    await send(`again ${sequence}`, { baseSequence: sequence }, 1)
  }
  await send('gap', { baseSequence: 9 }, 1)
  await send('overlap', { baseSequence: 6, count: 3 }, 1)
  await send('part of an older one', { baseSequence: 4, count: 2 }, 1)
  await send('older epoch', { baseSequence: 7, producerEpoch: 2 }, 1)
  await send('newer epoch, not 0', { baseSequence: 7, producerEpoch: 4 }, 1)
  await send('newer epoch', { baseSequence: 0, producerEpoch: 4 }, 1)
  await send('old epoch after', { baseSequence: 7, producerEpoch: 3 }, 1)
  await send('duplicate of an old epoch', { baseSequence: 6, producerEpoch: 3 }, 1)
  await send('newer epoch again', { baseSequence: 0, producerEpoch: 4 }, 1)
  await send('epoch -1', { baseSequence: 0, producerEpoch: -1 }, 1)
  await send('another producer without epoch', { producerId: 501, baseSequence: 0, producerEpoch: -1 }, 0)
  await send('sequence -5', { producerId: 502, baseSequence: -5 }, 1)
  await send('plain between', { producerId: -1, producerEpoch: -1, baseSequence: -1 }, 1)
  await send('after plain', { baseSequence: 1, producerEpoch: 4 }, 1)
  const max = 2 ** 31 - 1
  await send('near the wrap', { producerId: 503, baseSequence: max - 1, count: 3 }, 1)
  await send('after the wrap', { producerId: 503, baseSequence: 1, count: 1 }, 1)
  await send('again over the wrap', { producerId: 503, baseSequence: max - 1, count: 3 }, 1)
  await send('near the wrap, not first', { producerId: 503, baseSequence: max, count: 3 }, 1)
  await readAll(session, 'what was kept', topic, 1)
  await readAll(session, 'what was kept in 0', topic)
}

async function manyParts(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  const other = await session.topic('other')
  const id = { producerId: 900, producerEpoch: 0 }
  const part = (index: number, records: Buffer | null = batch()) => ({ index, records })
  const ask = (label: string, topicData: readonly object[], version = 12, acks = -1) =>
    session.ask(label, PRODUCE, { acks, timeoutMs: 5000, topicData: topicData }, { version })
  await ask('same partition twice', [{ name: topic.name, partitionData: [part(0), part(0)] }])
  await ask('same partition twice, idempotent', [
    {
      name: topic.name,
      partitionData: [part(1, batch({ ...id, baseSequence: 0 })), part(1, batch({ ...id, baseSequence: 2 }))]
    }
  ])
  await ask('same topic twice', [
    { name: topic.name, partitionData: [part(0)] },
    { name: topic.name, partitionData: [part(1)] }
  ])
  await ask('same topic and partition twice', [
    { name: topic.name, partitionData: [part(0)] },
    { name: topic.name, partitionData: [part(0)] }
  ])
  await ask('good and bad', [
    { name: topic.name, partitionData: [part(0), part(1, corrupt()), part(9)] },
    { name: 'nothing-there', partitionData: [part(0)] },
    { name: other.name, partitionData: [part(1)] }
  ])
  await ask('plain and idempotent', [
    { name: topic.name, partitionData: [part(0), part(1, batch({ ...id, baseSequence: 4 }))] }
  ])
  await ask('two producers', [
    {
      name: topic.name,
      partitionData: [
        part(0, batch({ producerId: 901, producerEpoch: 0, baseSequence: 0 })),
        part(1, batch({ producerId: 902, producerEpoch: 0, baseSequence: 0 }))
      ]
    }
  ])
  for (const [at, partition] of [0, 1].entries()) await readAll(session, `kept ${at}`, topic, partition)
}

async function withoutAcks(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  const tries: readonly [string, Parameters<typeof produce>[3]][] = [
    ['good', {}],
    ['corrupt', { records: corrupt() }],
    ['unknown partition', { partition: 77 }],
    ['null records', { records: null }],
    ['two batches', { records: Buffer.concat([batch(), batch()]) }]
  ]
  for (const [label, part] of tries) {
    const wire = session.connect()
    await produce(session, `acks=0 ${label}`, topic, { ...part, acks: 0, waitMs: 400, wire })
  }
  await readAll(session, 'what was kept', topic)
}

async function times(session: Session): Promise<void> {
  const day = { 'message.timestamp.before.max.ms': `${DAY_MS}`, 'message.timestamp.after.max.ms': '60000' }
  const limited = await session.topic('limited', { configs: day })
  const plain = await session.topic('plain')
  const appended = await session.topic('appended', { configs: { 'message.timestamp.type': 'LogAppendTime' } })
  const now = Date.now()
  for (const compression of [CompressionCodec.none, CompressionCodec.gzip]) {
    const send = (label: string, topic: Topic, stamps: number[], version = 12) => {
      const records = batch({ timestamps: stamps, compression })
      return produce(session, `${label} codec ${compression}`, topic, { records, version })
    }
    await send('old', limited, [now - 2 * DAY_MS])
    await send('old v7', limited, [now - 2 * DAY_MS], 7)
    await send('old in the middle', limited, [now, now - 2 * DAY_MS, now])
    await send('future', limited, [now, now + 120_000])
    await send('future in plain topic', plain, [now + 2 * 3_600_000])
    await send('within', limited, [now, now - 1000])
    await send('none', limited, [-1])
    await send('none in plain', plain, [-1])
    await send('negative', plain, [-5])
    await send('unsorted', plain, [1_700_000_000_500, 1_700_000_000_000, 1_700_000_000_900])
    await send('log append time', appended, [5, 3, 4])
    await send('log append time, future', appended, [now + 10 * DAY_MS])
    await send('log append time v3', appended, [5, 3, 4], 3)
  }
  for (const topic of [limited, plain, appended]) await readAll(session, `kept in ${topic.name}`, topic)
}

async function compacted(session: Session): Promise<void> {
  const topic = await session.topic('compacted', { configs: { 'cleanup.policy': 'compact' } })
  const both = await session.topic('both', { configs: { 'cleanup.policy': 'compact,delete' } })
  for (const one of [topic, both]) {
    for (const compression of [CompressionCodec.none, CompressionCodec.gzip]) {
      const label = `codec ${compression} ${one.name}`
      await produce(session, `key ${label}`, one, { records: batch({ compression }) })
      await produce(session, `null key ${label}`, one, { records: batch({ key: null, compression }) })
      await produce(session, `empty key ${label}`, one, { records: batch({ key: '', compression }) })
    }
  }
  await produce(session, 'null key v7', topic, { records: batch({ key: null }), version: 7 })
}

async function special(session: Session): Promise<void> {
  const missing = { name: `${session.prefix}-missing`, topicId: ZERO_UUID }
  await produce(session, 'auto create is not for Produce', missing)
  const topics = [{ name: '__consumer_offsets' }]
  await session.quietly(METADATA, { topics, allowAutoTopicCreation: true })
  await session.untilLed('__consumer_offsets', OFFSET_PARTITIONS)
  const found = await session.quietly(METADATA, { topics })
  const internal = { name: '__consumer_offsets', topicId: found.topics[0]?.topicId ?? ZERO_UUID }
  await produce(session, 'internal topic', internal)
  await produce(session, 'internal topic by id', internal, { version: 13 })
  const gone = await session.topic('gone')
  await session.quietly(DELETE_TOPICS, { topics: [{ name: gone.name }], timeoutMs: 5000 })
  await session.untilGone(gone.name)
  await produce(session, 'deleted topic', gone)
  await produce(session, 'deleted topic by id', gone, { version: 13 })
  const again = { name: gone.name, numPartitions: 2, replicationFactor: 1 }
  await session.quietly(CREATE_TOPICS, { topics: [again], timeoutMs: 5000 })
  await session.untilLed(gone.name, again.numPartitions)
  await produce(session, 'old id of a topic that was made again', gone, { version: 13 })
  await produce(session, 'made again', gone)
}

export const produceCases: readonly Case[] = [
  { name: 'produce-versions', run: versions },
  { name: 'produce-bad-batches', run: badBatches },
  { name: 'produce-compressed', run: compressedBatches },
  { name: 'produce-idempotence', run: idempotence },
  { name: 'produce-many-parts', run: manyParts },
  { name: 'produce-acks-0', run: withoutAcks },
  { name: 'produce-times', run: times },
  { name: 'produce-compacted', run: compacted },
  { name: 'produce-special', run: special }
]
