/** How long a fetch waits when some of what it asks for does not exist. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID, type Uuid } from '@naru/base'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { defaultFetchRequest, FETCH, type FetchResponse } from '@naru/protocol/messages/01-fetch'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const TOPIC = 'waits'
const UNKNOWN_TOPIC_OR_PARTITION = 3
const OFFSET_OUT_OF_RANGE = 1
const MAX_WAIT_MS = 300

describe('a fetch with a partition that does not exist', () => {
  let broker: RunningBroker
  let client: RawClient

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  async function create(name: string): Promise<Uuid> {
    const topic = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    const request = { topics: [topic], timeoutMs: 1000, validateOnly: false }
    const { topics } = await client.send(CREATE_TOPICS, request)
    return topics[0]?.topicId ?? ZERO_UUID
  }

  async function timedFetch(
    partitions: readonly { topic?: string; index: number; offset?: number }[],
    by = client
  ): Promise<{ response: FetchResponse; ms: number }> {
    const topics = partitions.map(({ topic = TOPIC, index, offset = 0 }) => ({
      topic,
      topicId: ZERO_UUID,
      partitions: [
        {
          partition: index,
          currentLeaderEpoch: -1,
          fetchOffset: offset,
          lastFetchedEpoch: -1,
          logStartOffset: -1,
          partitionMaxBytes: 1_000_000,
          replicaDirectoryId: ZERO_UUID,
          highWatermark: -1
        }
      ]
    }))
    const started = performance.now()
    const request = {
      ...defaultFetchRequest(),
      maxWaitMs: MAX_WAIT_MS,
      minBytes: 1,
      maxBytes: 1_000_000,
      topics
    }
    const response = await by.send(FETCH, request, 12)
    return { response, ms: performance.now() - started }
  }

  function errors({ responses }: FetchResponse): number[] {
    return responses.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
  }

  test('waits for the others, so that a consumer does not ask in a circle', async () => {
    await create(TOPIC)
    const { response, ms } = await timedFetch([{ index: 9 }, { index: 0 }])
    assert.deepEqual(errors(response), [UNKNOWN_TOPIC_OR_PARTITION, 0])
    assert.ok(ms >= MAX_WAIT_MS - 20, `answered after ${ms} ms`)
  })

  test('is answered at once when there are no others', async () => {
    const { ms } = await timedFetch([{ index: 9 }])
    assert.ok(ms < MAX_WAIT_MS - 20, `answered after ${ms} ms`)
  })

  test('is answered at once when another partition has an error that the client must act on', async () => {
    const { response, ms } = await timedFetch([{ index: 9 }, { index: 0, offset: 99 }])
    assert.deepEqual(errors(response), [UNKNOWN_TOPIC_OR_PARTITION, OFFSET_OUT_OF_RANGE])
    assert.ok(ms < MAX_WAIT_MS - 20, `answered after ${ms} ms`)
  })

  test('is answered at once when a topic goes while it waits', async () => {
    await create('goes')
    await using other = await RawClient.connect(broker)
    const waiting = timedFetch([{ index: 0 }, { topic: 'goes', index: 0 }])
    await new Promise((resolve) => setTimeout(resolve, 50))
    const request = { topics: [{ name: 'goes', topicId: ZERO_UUID }], topicNames: [], timeoutMs: 1000 }
    await other.send(DELETE_TOPICS, request)
    const { response, ms } = await waiting
    assert.deepEqual(errors(response), [0, UNKNOWN_TOPIC_OR_PARTITION])
    assert.ok(ms < MAX_WAIT_MS - 20, `answered after ${ms} ms`)
  })
})
