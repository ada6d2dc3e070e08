/** Error codes of requests that are slightly wrong, as Apache Kafka gives them. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import { buildBatch } from '@naru/protocol'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { defaultFetchRequest, FETCH } from '@naru/protocol/messages/01-fetch'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { DELETE_RECORDS } from '@naru/protocol/messages/21-delete-records'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { DESCRIBE_CLUSTER } from '@naru/protocol/messages/60-describe-cluster'
import { DESCRIBE_TOPIC_PARTITIONS } from '@naru/protocol/messages/75-describe-topic-partitions'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const TOPIC = 'compacted'
const OFFSET_OUT_OF_RANGE = 1
const UNKNOWN_TOPIC_OR_PARTITION = 3
const INVALID_REQUEST = 42
const MISMATCHED_ENDPOINT_TYPE = 114
const UNSUPPORTED_ENDPOINT_TYPE = 115

describe('a request that is slightly wrong', () => {
  let broker: RunningBroker
  let client: RawClient

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    const configs = [{ name: 'cleanup.policy', value: 'compact' }]
    const topic = { name: TOPIC, numPartitions: 2, replicationFactor: 1, assignments: [], configs }
    await client.send(CREATE_TOPICS, { topics: [topic], timeoutMs: 1000, validateOnly: false })
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  test('InitProducerId with an id or an epoch alone is refused', async () => {
    const ask = async (producerId: number, producerEpoch: number): Promise<number> => {
      const request = { transactionalId: null, transactionTimeoutMs: 1000, producerId, producerEpoch }
      const response = await client.send(
        INIT_PRODUCER_ID,
        { ...request, enable2Pc: false, keepPreparedTxn: false },
        5
      )
      return response.errorCode
    }
    assert.equal(await ask(5, -1), INVALID_REQUEST)
    assert.equal(await ask(-1, 5), INVALID_REQUEST)
    assert.equal(await ask(5, 5), 0)
    assert.equal(await ask(-1, -1), 0)
  })

  test('DeleteRecords of a partition that is not there says so, whatever the topic allows', async () => {
    const partitions = [{ partitionIndex: 9, offset: 0 }]
    const { topics } = await client.send(DELETE_RECORDS, {
      topics: [{ name: TOPIC, partitions }],
      timeoutMs: 1000
    })
    assert.equal(topics[0]?.partitions[0]?.errorCode, UNKNOWN_TOPIC_OR_PARTITION)
  })

  test('DeleteTopics without name and id, or with both apart, is refused', async () => {
    const topicId = broker.context.topics.byName(TOPIC)?.topicId ?? ZERO_UUID
    const ask = async (...topics: { name: string | null; topicId: typeof topicId }[]): Promise<number[]> => {
      const { responses } = await client.send(DELETE_TOPICS, { topics, topicNames: [], timeoutMs: 1000 })
      return responses.map(({ errorCode }) => errorCode)
    }
    assert.deepEqual(await ask({ name: null, topicId: ZERO_UUID }), [INVALID_REQUEST])
    assert.deepEqual(await ask({ name: TOPIC, topicId: ZERO_UUID }, { name: null, topicId }), [
      INVALID_REQUEST
    ])
  })

  test('DescribeCluster tells a controller’s endpoint from one that nobody knows', async () => {
    const ask = async (endpointType: number): Promise<number> => {
      const request = { includeClusterAuthorizedOperations: false, endpointType, includeFencedBrokers: false }
      return (await client.send(DESCRIBE_CLUSTER, request)).errorCode
    }
    assert.deepEqual(
      [await ask(1), await ask(2), await ask(3)],
      [0, MISMATCHED_ENDPOINT_TYPE, UNSUPPORTED_ENDPOINT_TYPE]
    )
  })

  test('DescribeTopicPartitions gives a partition even when asked for none, so that a walk ends', async () => {
    const request = { topics: [{ name: TOPIC }], responsePartitionLimit: 0, cursor: null }
    const response = await client.send(DESCRIBE_TOPIC_PARTITIONS, request)
    assert.equal(response.topics[0]?.partitions.length, 1)
    assert.deepEqual(response.nextCursor, { topicName: TOPIC, partitionIndex: 1 })
  })

  test('FindCoordinator of an unknown key type says why', async () => {
    const request = { key: '', keyType: 9, coordinatorKeys: ['some'] }
    const { coordinators } = await client.send(FIND_COORDINATOR, request, 4)
    assert.equal(coordinators[0]?.errorCode, INVALID_REQUEST)
    assert.notEqual(coordinators[0].errorMessage, '')
  })

  test('Fetch behind an epoch that was never there is out of range', async () => {
    const records = buildBatch({
      records: [{ key: Buffer.from('k'), value: null, timestamp: 1_760_000_000_000 }]
    })
    const topicData = [{ name: TOPIC, topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }]
    await client.send(PRODUCE, { transactionalId: null, acks: -1, timeoutMs: 1000, topicData }, 12)
    const ask = async (lastFetchedEpoch: number): Promise<number | undefined> => {
      const partition = {
        partition: 0,
        currentLeaderEpoch: -1,
        fetchOffset: 0,
        lastFetchedEpoch,
        logStartOffset: -1,
        partitionMaxBytes: 1000,
        replicaDirectoryId: ZERO_UUID,
        highWatermark: -1
      }
      const topics = [{ topic: TOPIC, topicId: ZERO_UUID, partitions: [partition] }]
      const { responses } = await client.send(FETCH, { ...defaultFetchRequest(), topics, maxBytes: 1000 }, 12)
      return responses[0]?.partitions[0]?.errorCode
    }
    assert.equal(await ask(0), 0)
    assert.equal(await ask(3), OFFSET_OUT_OF_RANGE)
  })
})
