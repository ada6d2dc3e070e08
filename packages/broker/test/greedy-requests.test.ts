/** One request, or one client, that asks for far more than it sends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DESCRIBE_CONFIGS } from '@naru/protocol/messages/32-describe-configs'
import { ErrorCode } from '@naru/protocol'
import { CONFIG_RESOURCES_MAX } from '../src/limits.ts'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const BROKER = 4
const GROUP = 32

function describeConfigs(client: RawClient, resourceType: number, names: readonly string[]) {
  const resources = names.map((resourceName) => ({ resourceType, resourceName, configurationKeys: ['none'] }))
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
