/** How Metadata finds topics: by name, by id, twice, and by names that no topic can have. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID, type Uuid } from '@naru/base'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { defaultMetadataRequest, METADATA, type MetadataResponse } from '@naru/protocol/messages/03-metadata'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const TOPIC = 'looked-up'
const NO_TOPIC_HAS = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid
const INVALID_TOPIC_EXCEPTION = 17
const INVALID_REQUEST = 42
const UNKNOWN_TOPIC_ID = 100

describe('Metadata', () => {
  let broker: RunningBroker
  let client: RawClient
  let topicId: Uuid

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    const topic = { name: TOPIC, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    const request = { topics: [topic], timeoutMs: 1000, validateOnly: false }
    const { topics } = await client.send(CREATE_TOPICS, request)
    topicId = topics[0]?.topicId ?? ZERO_UUID
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  function ask(
    topics: readonly { readonly name: string | null; readonly topicId?: Uuid }[],
    version = METADATA.maxVersion
  ): Promise<MetadataResponse> {
    const listed = topics.map((topic) => ({ topicId: ZERO_UUID, ...topic }))
    const request = { ...defaultMetadataRequest(), topics: listed, allowAutoTopicCreation: false }
    return client.send(METADATA, request, version)
  }

  const codes = ({ topics }: MetadataResponse): number[] => topics.map(({ errorCode }) => errorCode)

  for (const version of [10, 11]) {
    test(`refuses topic ids in version ${version}, which has the field but not the lookup`, async () => {
      const response = await ask([{ name: '', topicId }, { name: TOPIC }], version)
      assert.deepEqual(codes(response), [INVALID_REQUEST, INVALID_REQUEST])
      assert.deepEqual(codes(await ask([{ name: null, topicId: NO_TOPIC_HAS }], version)), [INVALID_REQUEST])
    })
  }

  test('prefers the id where a name stands beside it', async () => {
    assert.deepEqual(codes(await ask([{ name: TOPIC, topicId: NO_TOPIC_HAS }])), [UNKNOWN_TOPIC_ID])
    assert.deepEqual(codes(await ask([{ name: 'another-name', topicId }])), [0])
  })

  test('leaves topics that are only named out where another one has an id', async () => {
    const { topics } = await ask([{ name: TOPIC }, { name: null, topicId: NO_TOPIC_HAS }])
    assert.deepEqual(
      topics.map((topic) => topic.topicId),
      [NO_TOPIC_HAS]
    )
  })

  test('tells names that no topic can have from those that only are not there', async () => {
    for (const name of ['', '..', 'a b', 'x'.repeat(250)]) {
      assert.deepEqual(codes(await ask([{ name }])), [INVALID_TOPIC_EXCEPTION], JSON.stringify(name))
    }
  })

  test('answers a topic once that is named twice', async () => {
    const { topics } = await ask([{ name: TOPIC }, { name: TOPIC }])
    assert.equal(topics.length, 1)
  })
})
