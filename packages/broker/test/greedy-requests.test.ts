/** One request, or one client, that asks for far more than it sends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DESCRIBE_CONFIGS } from '@naru/protocol/messages/32-describe-configs'
import { ErrorCode } from '@naru/protocol'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import { ZERO_UUID } from '@naru/base'
import { CONFIG_RESOURCES_MAX, REQUEST_ELEMENTS_MAX } from '../src/limits.ts'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { createTopic } from './requests.ts'

const APPEND = 2
const TOPIC = 2
const BROKER = 4
const GROUP = 32

function describeConfigs(client: RawClient, resourceType: number, names: readonly string[]) {
  const resources = names.map((resourceName) => ({
    resourceType,
    resourceName,
    configurationKeys: ['leader.replication.throttled.replicas']
  }))
  const request = { resources, includeSynonyms: true, includeDocumentation: true }
  return client.send(DESCRIBE_CONFIGS, request)
}

test('a resource that is named often is described once', async () => {
  await using broker = await startInProcessBroker()
  await using client = await RawClient.connect(broker)
  const { results } = await describeConfigs(client, BROKER, Array<string>(1000).fill('0'))
  assert.deepEqual(
    results.map(({ errorCode }) => errorCode),
    [ErrorCode.NONE]
  )
})

test('resources beyond the bound of one request are refused, those before it described', async () => {
  await using broker = await startInProcessBroker()
  await using client = await RawClient.connect(broker)
  const names = Array.from({ length: CONFIG_RESOURCES_MAX + 1 }, (_, at) => `group-${at}`)
  const { results } = await describeConfigs(client, GROUP, names)
  assert.deepEqual(
    results.filter(({ errorCode }) => errorCode !== ErrorCode.NONE).map(({ resourceName }) => resourceName),
    [`group-${CONFIG_RESOURCES_MAX}`]
  )
})

test('a list that is added to again and again ends where it could not be described any more', async () => {
  await using broker = await startInProcessBroker()
  await using client = await RawClient.connect(broker)
  await createTopic(client, 'listed')
  const append = async (from: number): Promise<number | undefined> => {
    const value = Array.from({ length: 2_000 }, (_, at) => `${from + at}:1`).join(',')
    const configs = [{ name: 'leader.replication.throttled.replicas', configOperation: APPEND, value }]
    const request = {
      resources: [{ resourceType: TOPIC, resourceName: 'listed', configs }],
      validateOnly: false
    }
    return (await client.send(INCREMENTAL_ALTER_CONFIGS, request)).responses[0]?.errorCode
  }
  assert.deepEqual(
    [await append(10_000), await append(20_000), await append(30_000)],
    [ErrorCode.NONE, ErrorCode.NONE, ErrorCode.INVALID_CONFIG]
  )
  assert.equal((await describeConfigs(client, TOPIC, ['listed'])).results[0]?.errorCode, ErrorCode.NONE)
})

test('a request with more elements than there may be partitions closes its connection', async () => {
  await using broker = await startInProcessBroker()
  await using client = await RawClient.connect(broker)
  const request = {
    topics: Array.from({ length: REQUEST_ELEMENTS_MAX + 1 }, () => ({ topicId: ZERO_UUID, name: 'x' })),
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false
  }
  await assert.rejects(client.send(METADATA, request, 9))
})
