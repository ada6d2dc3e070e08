// ListOffsets and OffsetForLeaderEpoch: which offset belongs to a time or an epoch.

import { setTimeout as sleep } from 'node:timers/promises'
import { CompressionCodec } from '@naru/protocol'
import { LIST_OFFSETS, type ListOffsetsRequest } from '@naru/protocol/messages/02-list-offsets'
import { DELETE_RECORDS } from '@naru/protocol/messages/21-delete-records'
import { OFFSET_FOR_LEADER_EPOCH } from '@naru/protocol/messages/23-offset-for-leader-epoch'
import type { Part } from '../defaults.ts'
import type { Case, Session } from '../session.ts'
import { batch } from './batches.ts'
import { produce } from './produce.ts'

type Partition = Part<ListOffsetsRequest['topics'][number]['partitions'][number]>

const BASE = 1_700_000_000_000

function list(session: Session, label: string, name: string, partitions: readonly Partition[], version = 11) {
  return session.ask(label, LIST_OFFSETS, { topics: [{ name, partitions }], timeoutMs: 1000 }, { version })
}

async function versions(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  await produce(session, 'fill', topic, { records: batch({ timestamps: [BASE, BASE + 10, BASE + 5] }) })
  await produce(session, 'fill', topic, { records: batch({ timestamps: [BASE + 7, BASE + 20] }) })
  const stamps = [-1, -2, -3, -4, -5, -6, -7, 0, BASE, BASE + 1, BASE + 6, BASE + 11, BASE + 20, BASE + 21]
  for (let version = 1; version <= 11; version++) {
    for (const timestamp of stamps) {
      await list(session, `at ${timestamp}`, topic.name, [{ timestamp }], version)
      if (timestamp < 0)
        await list(session, `empty at ${timestamp}`, topic.name, [{ partitionIndex: 1, timestamp }], version)
    }
    await list(session, 'unknown partition', topic.name, [{ partitionIndex: 9, timestamp: -1 }], version)
    await list(session, 'negative partition', topic.name, [{ partitionIndex: -1, timestamp: -1 }], version)
    await list(session, 'unknown topic', 'no-such-topic', [{ timestamp: -1 }], version)
    await list(session, 'unknown topic, bad time', 'no-such-topic', [{ timestamp: -77 }], version)
    await list(
      session,
      'twice',
      topic.name,
      [{ timestamp: -1 }, { timestamp: -2 }, { partitionIndex: 1, timestamp: -1 }],
      version
    )
  }
  for (const currentLeaderEpoch of [0, 1, -2, 100]) {
    for (const timestamp of [-1, -2, -3, BASE]) {
      await list(session, `epoch ${currentLeaderEpoch} at ${timestamp}`, topic.name, [
        { timestamp, currentLeaderEpoch }
      ])
    }
  }
  const committed = { isolationLevel: 1, topics: [{ name: topic.name, partitions: [{ timestamp: -1 }] }] }
  await session.ask('committed', LIST_OFFSETS, committed)
  const part = { timestamp: -1 }
  const twice = {
    topics: [
      { name: topic.name, partitions: [part] },
      { name: topic.name, partitions: [part] }
    ]
  }
  await session.ask('topic twice', LIST_OFFSETS, twice)
  await session.ask('replica', LIST_OFFSETS, {
    replicaId: 0,
    topics: [{ name: topic.name, partitions: [part] }]
  })
  await session.ask('consumer replica', LIST_OFFSETS, {
    replicaId: -2,
    topics: [{ name: topic.name, partitions: [part] }]
  })
  await list(session, 'bad name', 'a b', [part])
  await session.ask('no topics', LIST_OFFSETS, {})
  await session.ask('no partitions', LIST_OFFSETS, { topics: [{ name: topic.name }] })
}

async function kinds(session: Session): Promise<void> {
  const appended = { 'message.timestamp.type': 'LogAppendTime' }
  const configs = { ordinary: {}, appended, compacted: { 'cleanup.policy': 'compact' } }
  for (const [kind, config] of Object.entries(configs)) {
    for (const [codec, compression] of Object.entries(CompressionCodec)) {
      const topic = await session.topic(`${kind}-${codec}`, { configs: config, partitions: 1 })
      // With LogAppendTime two batches of one millisecond would be a draw.
      const fill = async (timestamps: number[]): Promise<void> => {
        await sleep(3)
        await produce(session, 'fill', topic, { records: batch({ timestamps, compression }) })
      }
      await list(session, `largest of nothing ${kind} ${codec}`, topic.name, [{ timestamp: -3 }])
      await fill([BASE, BASE + 50, BASE + 50, BASE + 10])
      await fill([BASE + 20, BASE + 30])
      await fill([-1, -1])
      await fill([BASE + 50, BASE + 40])
      const stamps = [-3, 0, BASE, BASE + 15, BASE + 40, BASE + 45, BASE + 50, BASE + 51]
      for (const timestamp of stamps) {
        await list(session, `${kind} ${codec} at ${timestamp}`, topic.name, [{ timestamp }])
      }
      const partitions = [{ partitionIndex: 0, offset: 3 }]
      await session
        .quietly(DELETE_RECORDS, { topics: [{ name: topic.name, partitions }], timeoutMs: 5000 })
        .catch(() => undefined)
      for (const timestamp of [-2, -4, ...stamps]) {
        await list(session, `${kind} ${codec} cut at ${timestamp}`, topic.name, [{ timestamp }])
      }
    }
  }
}

async function epochs(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  await produce(session, 'fill', topic)
  for (const version of [2, 3, 4]) {
    for (const leaderEpoch of [-1, 0, 1, 5]) {
      for (const partition of [0, 1, 9]) {
        for (const currentLeaderEpoch of [-1, 0, 1]) {
          const part = { partition, leaderEpoch, currentLeaderEpoch }
          const topics = [{ topic: topic.name, partitions: [part] }]
          await session.ask(`epoch ${JSON.stringify(part)}`, OFFSET_FOR_LEADER_EPOCH, { topics }, { version })
        }
      }
    }
    const topics = [{ topic: 'no-such-topic', partitions: [{ partition: 0, leaderEpoch: 0 }] }]
    await session.ask('unknown topic', OFFSET_FOR_LEADER_EPOCH, { topics }, { version })
  }
}

export const listOffsetsCases: readonly Case[] = [
  { name: 'list-offsets-versions', run: versions },
  { name: 'list-offsets-kinds', run: kinds },
  { name: 'leader-epochs', run: epochs }
]
