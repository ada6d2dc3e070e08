/** Which value of a setting is in force: of the topic, of this broker, of all brokers, from the start, the default. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { DESCRIBE_CONFIGS } from '@naru/protocol/messages/32-describe-configs'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { batchOf, createTopic, produce } from './requests.ts'

const TOPIC = 'layered'
const resources = {
  topic: { type: 2, name: TOPIC },
  broker: { type: 4, name: '0' },
  cluster: { type: 4, name: '' }
}
type Resource = keyof typeof resources

/** Kafka's codes of where a value comes from. */
const sources: Readonly<Record<number, string>> = {
  1: 'topic',
  2: 'broker',
  3: 'cluster',
  4: 'start',
  5: 'default'
}

describe('a setting', () => {
  let broker: RunningBroker
  let client: RawClient

  beforeEach(async () => {
    broker = await startInProcessBroker({ config: { 'message.max.bytes': '4000' } })
    client = await RawClient.connect(broker)
    await createTopic(client, TOPIC)
  })

  afterEach(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  /** Null takes the value away. */
  async function set(resource: Resource, name: string, value: string | null): Promise<number | undefined> {
    const { type, name: resourceName } = resources[resource]
    const configs = [{ name, configOperation: value === null ? 1 : 0, value }]
    const request = { resources: [{ resourceType: type, resourceName, configs }], validateOnly: false }
    return (await client.send(INCREMENTAL_ALTER_CONFIGS, request)).responses[0]?.errorCode
  }

  /** The value in force with its source, then what lies underneath. */
  async function layers(resource: Resource, name: string): Promise<string[]> {
    const { type, name: resourceName } = resources[resource]
    const response = await client.send(DESCRIBE_CONFIGS, {
      resources: [{ resourceType: type, resourceName, configurationKeys: [name] }],
      includeSynonyms: true,
      includeDocumentation: false
    })
    const config = response.results[0]?.configs[0]
    const shown = (source: number, value: string | null): string => `${sources[source]} ${value}`
    return [
      shown(config?.configSource ?? 0, config?.value ?? null),
      ...(config?.synonyms ?? []).slice(1).map(({ source, value }) => shown(source, value))
    ]
  }

  /** Whether a record of so many bytes is taken. */
  async function takes(bytes: number): Promise<boolean> {
    return (await produce(client, TOPIC, batchOf(['x'.repeat(bytes)]))).errorCode === 0
  }

  test('of a topic goes before that of the broker, of all brokers, from the start, and the default', async () => {
    assert.deepEqual(await layers('topic', 'max.message.bytes'), ['start 4000', 'default 1048588'])
    await set('cluster', 'message.max.bytes', '3000')
    await set('broker', 'message.max.bytes', '2000')
    await set('topic', 'max.message.bytes', '1000')
    assert.deepEqual(await layers('topic', 'max.message.bytes'), [
      'topic 1000',
      'broker 2000',
      'cluster 3000',
      'start 4000',
      'default 1048588'
    ])
  })

  test('is in force at once, and so is the one underneath when it is taken away', async () => {
    const inForce = async (): Promise<number[]> => {
      const taken = await Promise.all([900, 1900, 2900, 3900, 4900].map(takes))
      return [taken.filter(Boolean).length]
    }
    assert.deepEqual(await inForce(), [4])
    await set('cluster', 'message.max.bytes', '3000')
    assert.deepEqual(await inForce(), [3])
    await set('broker', 'message.max.bytes', '2000')
    assert.deepEqual(await inForce(), [2])
    await set('topic', 'max.message.bytes', '1000')
    assert.deepEqual(await inForce(), [1])
    await set('topic', 'max.message.bytes', null)
    assert.deepEqual(await inForce(), [2])
    await set('broker', 'message.max.bytes', null)
    await set('cluster', 'message.max.bytes', null)
    assert.deepEqual(await inForce(), [4])
  })

  test('of the broker itself shows the same layers', async () => {
    await set('cluster', 'message.max.bytes', '3000')
    assert.deepEqual(await layers('broker', 'message.max.bytes'), [
      'cluster 3000',
      'start 4000',
      'default 1048588'
    ])
    await set('broker', 'message.max.bytes', '2000')
    assert.equal((await layers('broker', 'message.max.bytes'))[0], 'broker 2000')
    assert.deepEqual(await layers('cluster', 'message.max.bytes'), ['cluster 3000'])
  })

  test('that a running broker cannot change is refused', async () => {
    assert.equal(await set('broker', 'socket.request.max.bytes', '1000'), 42)
    assert.equal(await set('cluster', 'broker.rack', 'a'), 42)
    assert.equal(await set('topic', 'max.message.bytes', 'many'), 40)
    assert.deepEqual(await layers('topic', 'max.message.bytes'), ['start 4000', 'default 1048588'])
  })

  test('of time is found in its coarser units', async () => {
    const hours = await layers('topic', 'retention.ms')
    assert.deepEqual(hours, ['default 604800000'])
    assert.equal(broker.context.config.logConfig(TOPIC, new Map()).retentionMs, 604_800_000)
    await set('cluster', 'log.retention.ms', '5000')
    assert.equal(broker.context.config.logConfig(TOPIC, new Map()).retentionMs, 5_000)
    assert.equal((await layers('topic', 'retention.ms'))[0], 'cluster 5000')
  })

  test('given in minutes or hours at the start counts for topics', async () => {
    for (const [config, ms] of [
      [{ 'log.retention.minutes': '3' }, 180_000],
      [{ 'log.retention.hours': '2' }, 7_200_000],
      [{ 'log.retention.hours': '2', 'log.retention.minutes': '3' }, 180_000],
      [{ 'log.retention.hours': '-1' }, -1],
      [{ 'log.retention.minutes': '3', 'log.retention.ms': '4' }, 4]
    ] as const) {
      await using other = await startInProcessBroker({ config })
      assert.equal(other.context.config.logConfig(TOPIC, new Map()).retentionMs, ms)
    }
  })
})
