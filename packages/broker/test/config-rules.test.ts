/** Values of settings that Kafka refuses, and what DescribeConfigs makes of an empty list of names. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DESCRIBE_CONFIGS } from '@naru/protocol/messages/32-describe-configs'
import { ALTER_CONFIGS } from '@naru/protocol/messages/33-alter-configs'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const TOPIC = 'configured'
const TOPIC_RESOURCE = 2
const INVALID_CONFIG = 40

type Settings = Readonly<Record<string, string>>

const refused: Readonly<Record<string, Settings>> = {
  'an unknown compression': { 'compression.type': 'brotli' },
  'remote storage, which this broker does not have': { 'remote.storage.enable': 'true' },
  'a compaction lag that ends before it begins': {
    'min.compaction.lag.ms': '10',
    'max.compaction.lag.ms': '5'
  },
  'a throttled replica without a partition': { 'leader.replication.throttled.replicas': 'all' }
}

const taken: Readonly<Record<string, Settings>> = {
  'every compression of Kafka': { 'compression.type': 'uncompressed' },
  'remote storage that is off': { 'remote.storage.enable': 'false' },
  'throttled replicas': { 'leader.replication.throttled.replicas': '0:0,1:0' },
  'all replicas throttled': { 'follower.replication.throttled.replicas': '*' },
  'a compaction lag that fits': { 'min.compaction.lag.ms': '5', 'max.compaction.lag.ms': '10' }
}

describe('settings of a topic', () => {
  let broker: RunningBroker
  let client: RawClient

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    await create(TOPIC, {})
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  async function create(name: string, settings: Settings): Promise<number | undefined> {
    const configs = Object.entries(settings).map(([key, value]) => ({ name: key, value }))
    const topic = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs }
    const request = { topics: [topic], timeoutMs: 1000, validateOnly: true }
    if (name === TOPIC) request.validateOnly = false
    return (await client.send(CREATE_TOPICS, request)).topics[0]?.errorCode
  }

  async function alter(settings: Settings): Promise<number | undefined> {
    const configs = Object.entries(settings).map(([name, value]) => ({ name, configOperation: 0, value }))
    const resources = [{ resourceType: TOPIC_RESOURCE, resourceName: TOPIC, configs }]
    const response = await client.send(INCREMENTAL_ALTER_CONFIGS, { resources, validateOnly: true })
    return response.responses[0]?.errorCode
  }

  async function replace(settings: Settings): Promise<number | undefined> {
    const configs = Object.entries(settings).map(([name, value]) => ({ name, value }))
    const resources = [{ resourceType: TOPIC_RESOURCE, resourceName: TOPIC, configs }]
    const response = await client.send(ALTER_CONFIGS, { resources, validateOnly: true })
    return response.responses[0]?.errorCode
  }

  for (const [what, settings] of Object.entries(refused)) {
    test(`may not be ${what}`, async () => {
      assert.equal(await create('another', settings), INVALID_CONFIG)
      assert.equal(await alter(settings), INVALID_CONFIG)
      assert.equal(await replace(settings), INVALID_CONFIG)
    })
  }

  for (const [what, settings] of Object.entries(taken)) {
    test(`may be ${what}`, async () => {
      assert.equal(await create('another', settings), 0)
      assert.equal(await alter(settings), 0)
      assert.equal(await replace(settings), 0)
    })
  }

  test('are answered as they were written when the topic is created, and described as Java prints them', async () => {
    const name = 'as-written'
    const setting = { name: 'min.cleanable.dirty.ratio', value: '5e-1' }
    const topic = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [setting] }
    const request = { topics: [topic], timeoutMs: 1000, validateOnly: false }
    const [created] = (await client.send(CREATE_TOPICS, request)).topics
    const described = await client.send(DESCRIBE_CONFIGS, {
      resources: [{ resourceType: TOPIC_RESOURCE, resourceName: name, configurationKeys: [setting.name] }],
      includeSynonyms: false,
      includeDocumentation: false
    })
    assert.equal(created?.configs?.find((config) => config.name === setting.name)?.value, '5e-1')
    assert.equal(described.results[0]?.configs[0]?.value, '0.5')
  })

  test('are all described when the list of names is empty', async () => {
    const named = async (configurationKeys: string[] | null): Promise<number | undefined> => {
      const resources = [{ resourceType: TOPIC_RESOURCE, resourceName: TOPIC, configurationKeys }]
      const request = { resources, includeSynonyms: false, includeDocumentation: false }
      return (await client.send(DESCRIBE_CONFIGS, request)).results[0]?.configs.length
    }
    assert.equal(await named([]), await named(null))
    assert.equal(await named(['retention.ms']), 1)
  })
})
