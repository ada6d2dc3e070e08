/** When a topic that is asked for comes into being, and under which names it cannot. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { METADATA, type MetadataResponse } from '@naru/protocol/messages/03-metadata'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { batchOf, createTopic, fetch, partitionsOf, produce } from './requests.ts'

type Topic = MetadataResponse['topics'][number]

async function ask(
  client: RawClient,
  name: string,
  { allow = true, version = 12 }: { readonly allow?: boolean; readonly version?: number } = {}
): Promise<Topic> {
  const request = {
    topics: [{ topicId: ZERO_UUID, name }],
    allowAutoTopicCreation: allow,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false
  }
  const [topic] = (await client.send(METADATA, request, version)).topics
  if (topic === undefined) throw new Error('the broker answered for no topic')
  return topic
}

async function withBroker(
  config: Readonly<Record<string, string>>,
  work: (client: RawClient, broker: RunningBroker) => Promise<void>
): Promise<void> {
  await using broker = await startInProcessBroker({ config })
  await using client = await RawClient.connect(broker)
  await work(client, broker)
}

describe('a topic that is asked for', () => {
  test('is made, with its leader in the same answer, in the layout of the broker', () =>
    withBroker({ 'num.partitions': '3' }, async (client) => {
      const topic = await ask(client, 'new')
      assert.equal(topic.errorCode, 0)
      assert.deepEqual(
        topic.partitions.map(({ errorCode, leaderId, replicaNodes }) => [errorCode, leaderId, replicaNodes]),
        [0, 1, 2].map(() => [0, 0, [0]])
      )
      assert.equal((await produce(client, 'new', batchOf(['a']), { partition: 2 })).errorCode, 0)
      assert.deepEqual(await ask(client, 'new'), topic)
    }))

  test('is not made when the client does not want it', () =>
    withBroker({}, async (client, broker) => {
      assert.equal(
        (await ask(client, 'new', { allow: false })).errorCode,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      )
      assert.equal(broker.context.topics.byName('new'), undefined)
    }))

  test('is made for a client of old that cannot say whether it wants it', () =>
    withBroker({}, async (client) => {
      assert.equal((await ask(client, 'new', { version: 3 })).errorCode, 0)
    }))

  test('is not made where the broker does not make topics', () =>
    withBroker({ 'auto.create.topics.enable': 'false' }, async (client) => {
      for (const version of [3, 12]) {
        assert.equal((await ask(client, 'new', { version })).errorCode, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      }
    }))

  test('follows a number of partitions that is changed while the broker runs', () =>
    withBroker({}, async (client) => {
      assert.equal((await ask(client, 'before')).partitions.length, 1)
      const configs = [{ name: 'num.partitions', configOperation: 0, value: '4' }]
      const request = { resources: [{ resourceType: 4, resourceName: '', configs }], validateOnly: false }
      const { responses } = await client.send(INCREMENTAL_ALTER_CONFIGS, request)
      // Kafka does not change it on a running broker; what matters is that both sides agree.
      const count = responses[0]?.errorCode === 0 ? 4 : 1
      assert.equal((await ask(client, 'after')).partitions.length, count)
    }))

  test('is not made by producing to it or fetching from it', () =>
    withBroker({}, async (client) => {
      assert.equal(
        (await produce(client, 'new', batchOf(['a']))).errorCode,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      )
      const response = await fetch(client, { wanted: [{ topic: 'new', offset: 0 }] })
      assert.equal(partitionsOf(response)[0]?.errorCode, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      assert.equal((await ask(client, 'new', { allow: false })).errorCode, 3)
    }))

  test('that belongs to the broker has its own layout', () =>
    withBroker({ 'num.partitions': '3', 'offsets.topic.num.partitions': '7' }, async (client) => {
      const topic = await ask(client, '__consumer_offsets')
      assert.deepEqual([topic.errorCode, topic.isInternal, topic.partitions.length], [0, true, 7])
      assert.equal(
        (await produce(client, '__consumer_offsets', batchOf(['a']))).errorCode,
        ErrorCode.INVALID_TOPIC_EXCEPTION
      )
    }))
})

describe('a topic name', () => {
  for (const [first, second] of [
    ['a.b', 'a_b'],
    ['a_b_c', 'a.b.c'],
    ['..a', '__a']
  ] as const) {
    test(`'${second}' is refused beside '${first}', however it is asked for`, () =>
      withBroker({}, async (client) => {
        assert.equal((await createTopic(client, first)).errorCode, 0)
        assert.equal((await createTopic(client, second)).errorCode, ErrorCode.INVALID_TOPIC_EXCEPTION)
        assert.equal((await ask(client, second)).errorCode, ErrorCode.INVALID_TOPIC_EXCEPTION)
        assert.equal((await createTopic(client, first)).errorCode, ErrorCode.TOPIC_ALREADY_EXISTS)
      }))
  }

  test('may differ in anything else', () =>
    withBroker({}, async (client) => {
      for (const name of ['a.b', 'a-b', 'ab', 'A.b', 'a..b']) {
        assert.equal((await createTopic(client, name)).errorCode, 0, name)
      }
    }))

  test('has up to 249 characters of the allowed ones', () =>
    withBroker({}, async (client) => {
      assert.equal((await createTopic(client, 'x'.repeat(249))).errorCode, 0)
      for (const name of ['', '.', '..', 'x'.repeat(250), 'a b', 'a/b', '주문', 'a\u0000']) {
        assert.equal((await createTopic(client, name)).errorCode, ErrorCode.INVALID_TOPIC_EXCEPTION, name)
      }
    }))
})
