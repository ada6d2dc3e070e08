/** Topics by the thousand in one request, and one topic wanted by several clients at once. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import { CREATE_TOPICS, type CreateTopicsResponse } from '@naru/protocol/messages/19-create-topics'
import { CREATE_PARTITIONS } from '@naru/protocol/messages/37-create-partitions'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { METADATA, type MetadataResponse } from '@naru/protocol/messages/03-metadata'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const TOPICS = 4000
/** Far above what a change of the metadata per topic is not able to keep. */
const MS_MAX = 5000
const INVALID_TOPIC_EXCEPTION = 17
const INVALID_REQUEST = 42

describe('many topics', () => {
  let broker: RunningBroker
  let client: RawClient

  beforeEach(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
  })

  afterEach(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  function names(prefix: string): string[] {
    return Array.from({ length: TOPICS }, (_, at) => `${prefix}${at}`)
  }

  function create(wanted: readonly string[], validateOnly = false): Promise<CreateTopicsResponse> {
    const layout = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    const topics = wanted.map((name) => ({ name, ...layout }))
    return client.send(CREATE_TOPICS, { topics, timeoutMs: 1000, validateOnly })
  }

  function lookUp(wanted: readonly string[], by = client): Promise<MetadataResponse> {
    const request = {
      topics: wanted.map((name) => ({ name, topicId: ZERO_UUID })),
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false
    }
    return by.send(METADATA, request)
  }

  const codes = ({ topics }: { readonly topics: readonly { readonly errorCode: number }[] }): number[] => [
    ...new Set(topics.map(({ errorCode }) => errorCode))
  ]

  async function within<T>(work: Promise<T>): Promise<T> {
    const started = performance.now()
    const result = await work
    const ms = performance.now() - started
    assert.ok(ms < MS_MAX, `took ${ms} ms`)
    return result
  }

  test('are made by one request and go by one', async () => {
    assert.deepEqual(codes(await within(create(names('made.'), true))), [0])
    assert.deepEqual(codes(await within(create(names('made.')))), [0])
    assert.equal(broker.context.topics.image.topicsByName.size, TOPICS)
    const topics = names('made.').map((name) => ({ name, topicId: ZERO_UUID }))
    const deleted = await within(client.send(DELETE_TOPICS, { topics, topicNames: [], timeoutMs: 1000 }))
    assert.deepEqual(codes({ topics: deleted.responses }), [0])
    assert.equal(broker.context.topics.image.topicsByName.size, 0)
  })

  test('are made by one Metadata request', async () => {
    assert.deepEqual(codes(await within(lookUp(names('asked-')))), [0])
  })

  test('grow by one request', async () => {
    await create(names('grows-'))
    const topics = names('grows-').map((name) => ({ name, count: 2, assignments: null }))
    const request = { topics, timeoutMs: 1000, validateOnly: false }
    const { results } = await within(client.send(CREATE_PARTITIONS, request))
    assert.deepEqual(codes({ topics: results }), [0])
  })

  test('that nobody can have are refused in a time linear in their number', async () => {
    const bad = Array.from({ length: 20_000 }, (_, at) => `!${at}`)
    assert.deepEqual(codes(await within(create(bad))), [INVALID_TOPIC_EXCEPTION])
  })

  test('with one name between several clients are one topic', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => RawClient.connect(broker)))
    const answers = await Promise.all(others.map((other) => lookUp(['wanted-by-all'], other)))
    const ids = answers.map(({ topics }) => [topics[0]?.errorCode, topics[0]?.topicId])
    assert.deepEqual(
      ids,
      others.map(() => [0, broker.context.topics.byName('wanted-by-all')?.topicId])
    )
    await Promise.all(others.map((other) => other[Symbol.asyncDispose]()))
  })

  test('of one request collide with each other as with those before', async () => {
    const { topics } = await create(['a.b', 'a_b', 'a.c', 'twice', 'twice'])
    const outcome = Object.fromEntries(topics.map(({ name, errorCode }) => [name, errorCode]))
    assert.deepEqual(outcome, { 'a.b': 0, a_b: INVALID_TOPIC_EXCEPTION, 'a.c': 0, twice: INVALID_REQUEST })
  })
})
