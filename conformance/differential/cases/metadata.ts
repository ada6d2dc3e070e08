// Metadata, DescribeTopicPartitions, DescribeCluster and ApiVersions: what clients learn before they work.

import { setTimeout as sleep } from 'node:timers/promises'
import { ZERO_UUID, type Uuid } from '@naru/base'
import { METADATA, type MetadataRequest } from '@naru/protocol/messages/03-metadata'
import { API_VERSIONS } from '@naru/protocol/messages/18-api-versions'
import { DESCRIBE_CLUSTER } from '@naru/protocol/messages/60-describe-cluster'
import { DESCRIBE_LOG_DIRS } from '@naru/protocol/messages/35-describe-log-dirs'
import {
  DESCRIBE_TOPIC_PARTITIONS,
  type DescribeTopicPartitionsRequest
} from '@naru/protocol/messages/75-describe-topic-partitions'
import type { Part } from '../defaults.ts'
import type { Case, Session } from '../session.ts'
import { produce } from './produce.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid

async function versions(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  for (let version = 0; version <= 13; version++) {
    const ask = (label: string, part: Part<MetadataRequest>) =>
      session.ask(label, METADATA, { allowAutoTopicCreation: version < 4, ...part }, { version })
    await ask('one', { topics: [{ name: topic.name }] })
    await ask('twice', { topics: [{ name: topic.name }, { name: topic.name }] })
    if (version >= 1) await ask('empty list', { topics: [] })
    await ask('bad name', { topics: [{ name: 'a b' }] })
    await ask('empty name', { topics: [{ name: '' }] })
    await ask('dot', { topics: [{ name: '.' }] })
    await ask('long name', { topics: [{ name: 'x'.repeat(250) }] })
    if (version >= 4) {
      await ask('missing', {
        topics: [{ name: 'not-here' }, { name: topic.name }],
        allowAutoTopicCreation: false
      })
      const bad = { topics: [{ name: 'a b' }], allowAutoTopicCreation: false }
      await ask('bad name, no creation', bad)
    }
    if (version >= 8) {
      await ask('operations', {
        topics: [{ name: topic.name }, { name: 'not-here' }],
        includeTopicAuthorizedOperations: true,
        includeClusterAuthorizedOperations: version <= 10
      })
    }
    if (version >= 10) {
      await ask('by id', { topics: [{ name: null, topicId: topic.topicId }] })
      await ask('by unknown id', { topics: [{ name: null, topicId: UNKNOWN_ID }] })
      await ask('by zero id', { topics: [{ name: null, topicId: ZERO_UUID }] })
      await ask('by name and id', { topics: [{ name: topic.name, topicId: topic.topicId }] })
      await ask('by name and unknown id', { topics: [{ name: topic.name, topicId: UNKNOWN_ID }] })
      await ask('mixed', { topics: [{ name: null, topicId: topic.topicId }, { name: topic.name }] })
      await ask('unknown id, operations', {
        topics: [{ name: null, topicId: UNKNOWN_ID }],
        includeTopicAuthorizedOperations: true
      })
    }
  }
}

/** Kafka says at first that the leader is not there yet; compared is what it says a moment later. */
async function creation(session: Session): Promise<void> {
  for (const version of [0, 1, 3, 4, 9, 13]) {
    const name = `made-by-metadata-${version}`
    const request = { topics: [{ name }], allowAutoTopicCreation: true }
    await session.ask('creates', METADATA, request, { version })
    await sleep(400)
    await session.ask('is there', METADATA, request, { version })
  }
  const ask = (label: string, names: readonly string[]) =>
    session.ask(label, METADATA, { topics: names.map((name) => ({ name })), allowAutoTopicCreation: true })
  await ask('bad names', ['a b', '', '..', 'x'.repeat(250), 'made.by-metadata-0'])
  await ask('collides', ['colliding_name'])
  await sleep(400)
  await ask('collides with it', ['colliding.name'])
  await ask('internal', ['__consumer_offsets'])
  await sleep(1500)
  await ask('internal is there', ['__consumer_offsets'])
  await ask('transaction state', ['__transaction_state'])
  await sleep(1500)
  await ask('transaction state is there', ['__transaction_state'])
}

async function topicPages(session: Session): Promise<void> {
  const first = await session.topic('a', { partitions: 3 })
  const second = await session.topic('b', { partitions: 2 })
  const names = [{ name: second.name }, { name: first.name }]
  const ask = (label: string, part: Part<DescribeTopicPartitionsRequest>) =>
    session.ask(label, DESCRIBE_TOPIC_PARTITIONS, { topics: names, responsePartitionLimit: 2000, ...part })
  await ask('two', {})
  await ask('limit 1', { responsePartitionLimit: 1 })
  await ask('limit 3', { responsePartitionLimit: 3 })
  await ask('limit 4', { responsePartitionLimit: 4 })
  await ask('limit 5', { responsePartitionLimit: 5 })
  await ask('limit 0', { responsePartitionLimit: 0 })
  await ask('limit -1', { responsePartitionLimit: -1 })
  await ask('cursor in a', { cursor: { topicName: first.name, partitionIndex: 2 } })
  await ask('cursor behind a', { cursor: { topicName: first.name, partitionIndex: 3 } })
  await ask('cursor far behind a', { cursor: { topicName: first.name, partitionIndex: 99 } })
  await ask('cursor in b', {
    cursor: { topicName: second.name, partitionIndex: 0 },
    responsePartitionLimit: 1
  })
  await ask('cursor -1', { cursor: { topicName: first.name, partitionIndex: -1 } })
  await ask('cursor between', { cursor: { topicName: `${first.name}a`, partitionIndex: 1 } })
  await ask('cursor behind all', { cursor: { topicName: 'zzz', partitionIndex: 0 } })
  await ask('cursor empty', { cursor: { topicName: '', partitionIndex: 0 } })
  await ask('unknown', { topics: [{ name: 'no-such-topic' }, { name: first.name }] })
  await ask('unknown and limit', {
    topics: [{ name: 'zz-no-such-topic' }, { name: first.name }],
    responsePartitionLimit: 3
  })
  await ask('bad name', { topics: [{ name: 'a b' }] })
  await ask('empty name', { topics: [{ name: '' }] })
  await ask('twice', { topics: [{ name: first.name }, { name: first.name }] })
}

async function cluster(session: Session): Promise<void> {
  for (let version = 0; version <= 2; version++) {
    const ask = (label: string, part: object) => session.ask(label, DESCRIBE_CLUSTER, part, { version })
    await ask('brokers', {})
    await ask('operations', { includeClusterAuthorizedOperations: true })
    if (version >= 1)
      for (const endpointType of [0, 2, 3]) await ask(`type ${endpointType}`, { endpointType })
    if (version >= 2) await ask('fenced', { includeFencedBrokers: true })
  }
}

async function apiVersions(session: Session): Promise<void> {
  const named = { clientSoftwareName: 'differential', clientSoftwareVersion: '1.0' }
  for (let version = 0; version <= 4; version++) {
    await session.ask('versions', API_VERSIONS, named, { version })
  }
  for (const clientSoftwareName of ['', 'a b', '-a', 'a-', 'a', '한글', 'a_b', 'a/b', 'a.b', 'a.']) {
    const asked = { ...named, clientSoftwareName }
    const only = (response: { errorCode: number; apiKeys: readonly unknown[] }) => [
      response.errorCode,
      response.apiKeys.length === 0
    ]
    await session.ask(`called ${clientSoftwareName}`, API_VERSIONS, asked, {
      version: 3,
      only: only
    })
  }
}

async function logDirs(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  await produce(session, 'fill', topic)
  for (let version = 1; version <= 4; version++) {
    const ask = (label: string, topics: { topic: string; partitions: number[] }[]) =>
      session.ask(label, DESCRIBE_LOG_DIRS, { topics }, { version })
    await ask('one partition', [{ topic: topic.name, partitions: [0] }])
    await ask('two and unknown', [{ topic: topic.name, partitions: [0, 1, 9] }])
    await ask('unknown topic', [{ topic: 'no-such-topic', partitions: [0] }])
    await ask('nothing', [])
    await ask('twice', [{ topic: topic.name, partitions: [0, 0] }])
  }
}

export const metadataCases: readonly Case[] = [
  { name: 'metadata-versions', run: versions },
  { name: 'metadata-creation', run: creation },
  { name: 'topic-pages', run: topicPages },
  { name: 'cluster', run: cluster },
  { name: 'api-versions', run: apiVersions },
  { name: 'log-dirs', run: logDirs }
]
