/** Which of several mistakes a request is told, in Apache Kafka's order; found by requests that were generated. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import { OFFSET_COMMIT } from '@naru/protocol/messages/08-offset-commit'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { TXN_OFFSET_COMMIT } from '@naru/protocol/messages/28-txn-offset-commit'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import { DESCRIBE_PRODUCERS } from '@naru/protocol/messages/61-describe-producers'
import { DESCRIBE_TOPIC_PARTITIONS } from '@naru/protocol/messages/75-describe-topic-partitions'
import { REMOVE_RAFT_VOTER } from '@naru/protocol/messages/81-remove-raft-voter'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { createTopic } from './requests.ts'

const TOPIC = 'orders'
const TOPIC_RESOURCE = 2
const UNKNOWN_TOPIC_OR_PARTITION = 3
const INVALID_TOPIC_EXCEPTION = 17
const INVALID_REPLICATION_FACTOR = 38
const INVALID_CONFIG = 40
const INVALID_REQUEST = 42
const INVALID_PRODUCER_ID_MAPPING = 49
const GROUP_ID_NOT_FOUND = 69

describe('of several mistakes', () => {
  let broker: RunningBroker
  let client: RawClient

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    await createTopic(client, TOPIC, 2)
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  const offset = (partitionIndex: number) => ({
    partitionIndex,
    committedOffset: 1,
    committedLeaderEpoch: -1,
    committedMetadata: ''
  })

  test('a commit names partitions that do not exist, whatever the group says of the others', async () => {
    const request = {
      groupId: 'nobody',
      generationIdOrMemberEpoch: 4,
      memberId: 'member',
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics: [{ name: TOPIC, topicId: ZERO_UUID, partitions: [offset(0), offset(9)] }]
    }
    const { topics } = await client.send(OFFSET_COMMIT, request, 9)
    const codes = topics[0]?.partitions.map(({ errorCode }) => errorCode)
    assert.deepEqual(codes, [GROUP_ID_NOT_FOUND, UNKNOWN_TOPIC_OR_PARTITION])
  })

  test('a commit in a transaction does so too', async () => {
    const request = {
      transactionalId: 'nobody',
      groupId: 'group',
      producerId: 7,
      producerEpoch: 0,
      generationId: -1,
      memberId: '',
      groupInstanceId: null,
      topics: [{ name: TOPIC, partitions: [offset(0), offset(9)] }]
    }
    const { topics } = await client.send(TXN_OFFSET_COMMIT, request, 3)
    const codes = topics[0]?.partitions.map(({ errorCode }) => errorCode)
    assert.deepEqual(codes, [INVALID_PRODUCER_ID_MAPPING, UNKNOWN_TOPIC_OR_PARTITION])
  })

  async function change(
    resourceName: string,
    config: readonly [name: string, operation: number, value: string]
  ): Promise<number | undefined> {
    const [name, configOperation, value] = config
    const resources = [
      { resourceType: TOPIC_RESOURCE, resourceName, configs: [{ name, configOperation, value }] }
    ]
    const response = await client.send(INCREMENTAL_ALTER_CONFIGS, { resources, validateOnly: true })
    return response.responses[0]?.errorCode
  }

  test('a wrong setting comes before a topic that does not exist', async () => {
    assert.equal(await change('not-here', ['retention.ms', 0, 'x']), INVALID_CONFIG)
    assert.equal(await change('not-here', ['retention.ms', 0, '1']), UNKNOWN_TOPIC_OR_PARTITION)
    assert.equal(await change('', ['retention.ms', 0, '1']), INVALID_REQUEST)
  })

  test('nothing is appended to a list, and gzip has no level 0', async () => {
    assert.equal(await change(TOPIC, ['cleanup.policy', 2, '']), INVALID_CONFIG)
    assert.equal(await change(TOPIC, ['compression.gzip.level', 0, '0']), INVALID_CONFIG)
  })

  test('a new topic is told of its settings first, then of its replicas', async () => {
    const create = async (configs: { name: string; value: string }[]): Promise<number | undefined> => {
      const topic = { name: 'new', numPartitions: 0, replicationFactor: 0, assignments: [], configs }
      return (await client.send(CREATE_TOPICS, { topics: [topic], timeoutMs: 1000, validateOnly: true }))
        .topics[0]?.errorCode
    }
    assert.equal(await create([{ name: 'min.insync.replicas', value: '0' }]), INVALID_CONFIG)
    assert.equal(await create([]), INVALID_REPLICATION_FACTOR)
  })

  test('a page of topics ends before one that is not there, and a name that cannot be is told so', async () => {
    const ask = (names: readonly string[], responsePartitionLimit: number) =>
      client.send(DESCRIBE_TOPIC_PARTITIONS, {
        topics: names.map((name) => ({ name })),
        responsePartitionLimit,
        cursor: null
      })
    const page = await ask([TOPIC, 'zebra'], 2)
    assert.deepEqual(page.nextCursor, { topicName: 'zebra', partitionIndex: 0 })
    const { topics } = await ask(['x'.repeat(300)], 2)
    assert.equal(topics[0]?.errorCode, INVALID_TOPIC_EXCEPTION)
  })

  test('a partition without producers to describe is told why', async () => {
    const { topics } = await client.send(DESCRIBE_PRODUCERS, {
      topics: [{ name: TOPIC, partitionIndexes: [9] }]
    })
    assert.equal(topics[0]?.partitions[0]?.errorCode, UNKNOWN_TOPIC_OR_PARTITION)
    assert.notEqual(topics[0]?.partitions[0]?.errorMessage, null)
  })

  test('a voter without a folder cannot be meant', async () => {
    const request = { clusterId: null, voterId: 7, voterDirectoryId: ZERO_UUID }
    assert.equal((await client.send(REMOVE_RAFT_VOTER, request)).errorCode, INVALID_REQUEST)
  })
})
