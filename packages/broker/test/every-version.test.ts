/** Every version of the data path's APIs, through a real socket: what is written is what is read. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID, type Uuid } from '@naru/base'
import { buildBatch, readRecords, threadPoolCompression } from '@naru/protocol'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { FETCH } from '@naru/protocol/messages/01-fetch'
import { LIST_OFFSETS } from '@naru/protocol/messages/02-list-offsets'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import { API_VERSIONS } from '@naru/protocol/messages/18-api-versions'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { DELETE_RECORDS } from '@naru/protocol/messages/21-delete-records'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { OFFSET_FOR_LEADER_EPOCH } from '@naru/protocol/messages/23-offset-for-leader-epoch'
import { DESCRIBE_CONFIGS } from '@naru/protocol/messages/32-describe-configs'
import { ALTER_CONFIGS } from '@naru/protocol/messages/33-alter-configs'
import { DESCRIBE_LOG_DIRS } from '@naru/protocol/messages/35-describe-log-dirs'
import { CREATE_PARTITIONS } from '@naru/protocol/messages/37-create-partitions'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import { DESCRIBE_CLUSTER } from '@naru/protocol/messages/60-describe-cluster'
import { LIST_CONFIG_RESOURCES } from '@naru/protocol/messages/74-list-config-resources'
import { DESCRIBE_TOPIC_PARTITIONS } from '@naru/protocol/messages/75-describe-topic-partitions'
import type { RunningBroker } from '@naru/broker'
import { handlerTable } from '../src/handlers/index.ts'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { versionsOf } from './versions.ts'

const TOPIC = 'every-version'
const VALUE = Buffer.from('값')

describe('every version', () => {
  let broker: RunningBroker
  let client: RawClient
  let topicId: Uuid

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    topicId = await createTopic(TOPIC, CREATE_TOPICS.maxVersion)
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  async function createTopic(name: string, version: number): Promise<Uuid> {
    const topic = { name, numPartitions: 1, replicationFactor: 3, assignments: [], configs: [] }
    const request = { topics: [topic], timeoutMs: 1000, validateOnly: false }
    const { topics } = await client.send(CREATE_TOPICS, request, version)
    assert.equal(topics[0]?.errorCode, 0)
    const found = broker.context.topics.byName(name)
    assert.ok(found !== undefined)
    if (version >= 7) assert.equal(topics[0].topicId, found.topicId)
    return found.topicId
  }

  async function produce(version: number): Promise<number> {
    const records = buildBatch({ records: [{ key: null, value: VALUE, timestamp: 1_760_000_000_000 }] })
    const topic = {
      name: version < 13 ? TOPIC : '',
      topicId: version < 13 ? ZERO_UUID : topicId,
      partitionData: [{ index: 0, records }]
    }
    const request = { transactionalId: null, acks: -1, timeoutMs: 1000, topicData: [topic] }
    const { responses } = await client.send(PRODUCE, request, version)
    const partition = responses[0]?.partitionResponses[0]
    assert.equal(partition?.errorCode, 0)
    return partition.baseOffset
  }

  for (const version of versionsOf(PRODUCE)) {
    test(`Produce v${version} appends`, async () => {
      const offset = await produce(version)
      assert.equal(await produce(version), offset + 1)
    })
  }

  for (const version of versionsOf(FETCH)) {
    test(`Fetch v${version} reads what was written`, async () => {
      const offset = await produce(9)
      const partition = {
        partition: 0,
        currentLeaderEpoch: -1,
        fetchOffset: offset,
        lastFetchedEpoch: -1,
        logStartOffset: -1,
        partitionMaxBytes: 1_000_000,
        replicaDirectoryId: ZERO_UUID,
        highWatermark: Number(2n ** 63n - 1n)
      }
      const byName = version < 13
      const topic = {
        topic: byName ? TOPIC : '',
        topicId: byName ? ZERO_UUID : topicId,
        partitions: [partition]
      }
      const response = await client.send(
        FETCH,
        {
          clusterId: null,
          replicaId: -1,
          replicaState: { replicaId: -1, replicaEpoch: -1 },
          maxWaitMs: 500,
          minBytes: 1,
          maxBytes: 1_000_000,
          isolationLevel: 1,
          sessionId: 0,
          sessionEpoch: version >= 7 ? 0 : -1,
          topics: [topic],
          forgottenTopicsData: [],
          rackId: ''
        },
        version
      )
      const [answer] = response.responses
      assert.equal(answer?.[byName ? 'topic' : 'topicId'], byName ? TOPIC : topicId)
      const [read] = answer?.partitions ?? []
      assert.equal(read?.errorCode, 0)
      assert.equal(read.highWatermark, offset + 1)
      assert.ok(read.records instanceof Uint8Array)
      const [record] = await readRecords(read.records, 0, threadPoolCompression)
      assert.equal(record?.offset, offset)
      assert.deepEqual(Buffer.from(record.value ?? []), VALUE)
    })
  }

  for (const version of versionsOf(LIST_OFFSETS)) {
    test(`ListOffsets v${version} finds beginning, end and times`, async () => {
      const offset = await produce(9)
      const ask = async (timestamp: number): Promise<number | undefined> => {
        const partition = { partitionIndex: 0, currentLeaderEpoch: -1, timestamp }
        const topics = [{ name: TOPIC, partitions: [partition] }]
        const request = { replicaId: -1, isolationLevel: 0, topics, timeoutMs: 0 }
        const response = await client.send(LIST_OFFSETS, request, version)
        assert.equal(response.topics[0]?.partitions[0]?.errorCode, 0)
        return response.topics[0].partitions[0].offset
      }
      assert.equal(await ask(-2), 0)
      assert.equal(await ask(-1), offset + 1)
      assert.equal(await ask(1_760_000_000_000), 0)
      assert.equal(await ask(1_760_000_000_001), -1)
    })
  }

  for (const version of versionsOf(METADATA)) {
    test(`Metadata v${version} names leader and address`, async () => {
      const request = {
        topics: [{ topicId: ZERO_UUID, name: TOPIC }],
        allowAutoTopicCreation: version < 4 || version % 2 === 0,
        includeClusterAuthorizedOperations: version >= 8 && version <= 10,
        includeTopicAuthorizedOperations: version >= 8
      }
      const response = await client.send(METADATA, request, version)
      assert.deepEqual(
        response.brokers.map(({ nodeId, host, port }) => ({ nodeId, host, port })),
        [{ nodeId: 0, host: broker.host, port: broker.port }]
      )
      assert.equal(response.topics[0]?.name, TOPIC)
      assert.equal(response.topics[0].partitions[0]?.leaderId, 0)
      assert.deepEqual(response.topics[0].partitions[0].isrNodes, [0])
      if (version >= 10) assert.equal(response.topics[0].topicId, topicId)
      if (version >= 2) assert.equal(response.clusterId, broker.clusterId)
    })
  }

  for (const version of versionsOf(API_VERSIONS)) {
    test(`ApiVersions v${version} lists what is served`, async () => {
      const name = version >= 3 ? 'raw-client' : ''
      const request = { clientSoftwareName: name, clientSoftwareVersion: name }
      const response = await client.send(API_VERSIONS, request, version)
      assert.equal(response.errorCode, 0)
      const ranges = new Map(
        response.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, [minVersion, maxVersion]])
      )
      assert.deepEqual(ranges.get(PRODUCE.key), [0, 13])
      assert.deepEqual(ranges.get(INIT_PRODUCER_ID.key), [0, 5])
      assert.deepEqual([...ranges.keys()], [...handlerTable.keys()])
    })
  }

  for (const version of versionsOf(CREATE_TOPICS)) {
    test(`CreateTopics v${version} and DeleteTopics make and remove a topic`, async () => {
      const name = `made-by-v${version}`
      const id = await createTopic(name, version)
      const removal = Math.min(DELETE_TOPICS.maxVersion, Math.max(DELETE_TOPICS.minVersion, version))
      const request =
        removal >= 6
          ? { topics: [{ name: null, topicId: id }], topicNames: [], timeoutMs: 1000 }
          : { topics: [], topicNames: [name], timeoutMs: 1000 }
      const response = await client.send(DELETE_TOPICS, request, removal)
      assert.equal(response.responses[0]?.errorCode, 0)
      assert.equal(broker.context.topics.byName(name), undefined)
    })
  }

  for (const version of versionsOf(DELETE_RECORDS)) {
    test(`DeleteRecords v${version} moves the beginning`, async () => {
      const name = `trimmed-by-v${version}`
      await createTopic(name, 7)
      const request = { topics: [{ name, partitions: [{ partitionIndex: 0, offset: -1 }] }], timeoutMs: 1000 }
      const response = await client.send(DELETE_RECORDS, request, version)
      assert.deepEqual(response.topics[0]?.partitions, [{ partitionIndex: 0, lowWatermark: 0, errorCode: 0 }])
    })
  }

  for (const version of versionsOf(INIT_PRODUCER_ID)) {
    test(`InitProducerId v${version} gives an id of its own`, async () => {
      const request = {
        transactionalId: null,
        transactionTimeoutMs: 1000,
        producerId: -1,
        producerEpoch: -1,
        enable2Pc: false,
        keepPreparedTxn: false
      }
      const first = await client.send(INIT_PRODUCER_ID, request, version)
      const second = await client.send(INIT_PRODUCER_ID, request, version)
      assert.ok(first.producerId >= 2 ** 40)
      assert.equal(second.producerId, first.producerId + 1)
      assert.equal(second.producerEpoch, 0)
    })
  }

  for (const version of versionsOf(OFFSET_FOR_LEADER_EPOCH)) {
    test(`OffsetForLeaderEpoch v${version} tells where the epoch ends`, async () => {
      const offset = await produce(9)
      const partitions = [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 }]
      const request = { replicaId: version >= 3 ? -1 : -2, topics: [{ topic: TOPIC, partitions }] }
      const response = await client.send(OFFSET_FOR_LEADER_EPOCH, request, version)
      assert.equal(response.topics[0]?.partitions[0]?.endOffset, offset + 1)
    })
  }

  for (const version of versionsOf(DESCRIBE_CONFIGS)) {
    test(`DescribeConfigs v${version} lists every setting of topic and broker`, async () => {
      const resources = [
        { resourceType: 2, resourceName: TOPIC, configurationKeys: null },
        { resourceType: 4, resourceName: '0', configurationKeys: null }
      ]
      const request = { resources, includeSynonyms: true, includeDocumentation: version >= 3 }
      const response = await client.send(DESCRIBE_CONFIGS, request, version)
      assert.deepEqual(
        response.results.map((result) => result.errorCode),
        [0, 0]
      )
      const retention = response.results[0]?.configs.find(({ name }) => name === 'retention.ms')
      assert.equal(retention?.value, '604800000')
      assert.equal(response.results[0]?.configs.length, 33)
    })
  }

  for (const version of versionsOf(ALTER_CONFIGS)) {
    test(`AlterConfigs v${version} replaces what was set`, async () => {
      const name = `altered-by-v${version}`
      await createTopic(name, 7)
      const set = { resourceType: 2, resourceName: name, configs: [{ name: 'retention.ms', value: '5000' }] }
      await client.send(ALTER_CONFIGS, { resources: [set], validateOnly: false }, version)
      const other = { ...set, configs: [{ name: 'max.message.bytes', value: '2097152' }] }
      const response = await client.send(ALTER_CONFIGS, { resources: [other], validateOnly: false }, version)
      assert.equal(response.responses[0]?.errorCode, 0)
      assert.deepEqual(
        [...(broker.context.topics.image.configs.get(`topic:${name}`) ?? [])],
        [['max.message.bytes', '2097152']]
      )
    })
  }

  for (const version of versionsOf(INCREMENTAL_ALTER_CONFIGS)) {
    test(`IncrementalAlterConfigs v${version} appends to a list and refuses bad values`, async () => {
      const name = `incremental-v${version}`
      await createTopic(name, 7)
      const change = async (
        key: string,
        configOperation: number,
        value: string | null
      ): Promise<number | undefined> => {
        const configs = [{ name: key, configOperation, value }]
        const resources = [{ resourceType: 2, resourceName: name, configs }]
        const response = await client.send(
          INCREMENTAL_ALTER_CONFIGS,
          { resources, validateOnly: false },
          version
        )
        return response.responses[0]?.errorCode
      }
      assert.equal(await change('cleanup.policy', 2, 'compact'), 0)
      assert.equal(
        broker.context.topics.image.configs.get(`topic:${name}`)?.get('cleanup.policy'),
        'delete,compact'
      )
      assert.equal(await change('retention.ms', 0, 'soon'), 40)
      assert.equal(await change('no.such.config', 0, '1'), 40)
      assert.equal(await change('cleanup.policy', 1, null), 0)
      assert.equal(broker.context.topics.image.configs.get(`topic:${name}`)?.size ?? 0, 0)
    })
  }

  for (const version of versionsOf(CREATE_PARTITIONS)) {
    test(`CreatePartitions v${version} only adds`, async () => {
      const name = `grown-by-v${version}`
      await createTopic(name, 7)
      const grow = async (count: number): Promise<number | undefined> => {
        const request = { topics: [{ name, count, assignments: null }], timeoutMs: 1000, validateOnly: false }
        return (await client.send(CREATE_PARTITIONS, request, version)).results[0]?.errorCode
      }
      assert.equal(await grow(3), 0)
      assert.equal(broker.context.topics.byName(name)?.partitionCount, 3)
      assert.equal(await grow(2), 37)
    })
  }

  for (const version of versionsOf(DESCRIBE_LOG_DIRS)) {
    test(`DescribeLogDirs v${version} tells sizes`, async () => {
      await produce(9)
      const request = { topics: [{ topic: TOPIC, partitions: [0] }] }
      const response = await client.send(DESCRIBE_LOG_DIRS, request, version)
      const partition = response.results[0]?.topics[0]?.partitions[0]
      assert.ok(partition !== undefined && partition.partitionSize > 0)
    })
  }

  for (const version of versionsOf(DESCRIBE_CLUSTER)) {
    test(`DescribeCluster v${version} names the broker`, async () => {
      const request = {
        includeClusterAuthorizedOperations: true,
        endpointType: 1,
        includeFencedBrokers: false
      }
      const response = await client.send(DESCRIBE_CLUSTER, request, version)
      assert.equal(response.errorCode, 0)
      assert.equal(response.brokers[0]?.port, broker.port)
    })
  }

  for (const version of versionsOf(LIST_CONFIG_RESOURCES)) {
    test(`ListConfigResources v${version} answers`, async () => {
      const response = await client.send(
        LIST_CONFIG_RESOURCES,
        { resourceTypes: version === 0 ? [] : [2] },
        version
      )
      assert.equal(response.errorCode, 0)
      assert.equal(
        response.configResources.some(({ resourceName }) => resourceName === TOPIC),
        version > 0
      )
    })
  }

  test('DescribeTopicPartitions goes page by page', async () => {
    const topics = Array.from({ length: 3 }, (_, at) => ({
      name: `paged-${at}`,
      numPartitions: 3,
      replicationFactor: 1,
      assignments: [],
      configs: []
    }))
    await client.send(CREATE_TOPICS, { topics, timeoutMs: 1000, validateOnly: false })
    const names = topics.map(({ name }) => ({ name }))
    const seen: string[] = []
    let cursor: { topicName: string; partitionIndex: number } | null = null
    do {
      const request = { topics: names, responsePartitionLimit: 2, cursor }
      const page: Awaited<ReturnType<typeof ask>> = await ask(request)
      for (const topic of page.topics)
        seen.push(...topic.partitions.map((p) => `${topic.name}/${p.partitionIndex}`))
      cursor = page.nextCursor
    } while (cursor !== null)
    assert.deepEqual(
      seen,
      topics.flatMap(({ name }) => [0, 1, 2].map((index) => `${name}/${index}`))
    )
  })

  function ask(request: Parameters<typeof DESCRIBE_TOPIC_PARTITIONS.writeRequest>[1]) {
    return client.send(DESCRIBE_TOPIC_PARTITIONS, request)
  }
})
