/** Which address clients are told: the one at which they have reached the broker, unless another is configured. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { DESCRIBE_CLUSTER } from '@naru/protocol/messages/60-describe-cluster'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker, type InProcessOptions } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

interface Told {
  readonly host: string
  readonly port: number
  readonly rack?: string | null
}

/** The broker's address in every answer that carries one. */
async function told(broker: RunningBroker, host: string): Promise<Told[]> {
  await using client = await RawClient.connect({ host, port: broker.port })
  const metadata = await client.send(METADATA, {
    topics: [],
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false
  })
  const cluster = await client.send(DESCRIBE_CLUSTER, {
    includeClusterAuthorizedOperations: false,
    endpointType: 1,
    includeFencedBrokers: false
  })
  const found = await client.send(FIND_COORDINATOR, { key: '', keyType: 0, coordinatorKeys: ['group'] })
  assert.deepEqual([metadata.brokers.length, cluster.brokers.length, found.coordinators.length], [1, 1, 1])
  return [...metadata.brokers, ...cluster.brokers, ...found.coordinators]
}

async function addresses(options: InProcessOptions, reached: string): Promise<[Set<string>, number]> {
  await using broker = await startInProcessBroker(options)
  const answers = await told(broker, reached)
  return [new Set(answers.map(({ host, port }) => `${host}:${port}`)), broker.port]
}

describe('clients are told', () => {
  test('the address at which they have reached the broker', async () => {
    const [found, port] = await addresses({}, '127.0.0.1')
    assert.deepEqual(found, new Set([`127.0.0.1:${port}`]))
  })

  test('each its own, when the broker listens everywhere', async () => {
    for (const reached of ['127.0.0.1', '127.0.0.2']) {
      const [found, port] = await addresses({ host: '0.0.0.0' }, reached)
      assert.deepEqual(found, new Set([`${reached}:${port}`]))
    }
  })

  test('an IPv4 address as such, when it came in over a listener of IPv6', async (context) => {
    let broker: RunningBroker
    try {
      broker = await startInProcessBroker({ host: '::' })
    } catch {
      return context.diagnostic('this machine has no IPv6')
    }
    const answers = await told(broker, '127.0.0.1')
    assert.deepEqual(new Set(answers.map(({ host }) => host)), new Set(['127.0.0.1']))
    await broker.close()
  })

  test('the address that is configured, wherever they came from', async () => {
    const advertise = { host: 'broker.example', port: 19092 }
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const [found] = await addresses({ host, advertise }, '127.0.0.1')
      assert.deepEqual(found, new Set(['broker.example:19092']))
    }
  })

  test('the rack of the broker', async () => {
    await using broker = await startInProcessBroker({ config: { 'broker.rack': 'row-7' } })
    const racks = (await told(broker, '127.0.0.1')).flatMap(({ rack }) => (rack === undefined ? [] : [rack]))
    assert.deepEqual(new Set(racks), new Set(['row-7']))
  })
})
