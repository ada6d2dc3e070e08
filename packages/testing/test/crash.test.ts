/** A crash and a restart on the same data: what was acknowledged stays, what was in memory is gone. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createTestBroker, ManualClock, type TestBroker } from '@naru/testing'
import { adminOf, consumerOf, producerOf, send } from './clients.ts'

async function committedOffset(broker: TestBroker, topic: string): Promise<bigint | undefined> {
  await using admin = adminOf(broker)
  const [group] = await admin.listConsumerGroupOffsets({ groups: ['readers'] })
  return group?.topics.find(({ name }) => name === topic)?.partitions[0]?.committedOffset
}

describe('a crash', () => {
  for (const durability of ['memory', 'os', 'fsync'] as const) {
    test(`keeps acknowledged records, offsets and settings in mode ${durability}`, async () => {
      const topic = { name: 'orders', configs: { 'retention.ms': '1234567' } }
      await using broker = await createTestBroker({ durability, topics: [topic] })
      const { port, clusterId } = broker
      await using producer = producerOf(broker)
      await send(producer, 'orders', 'one', 'two')
      {
        await using consumer = consumerOf(broker)
        await consumer.consume({ topics: ['orders'] })
        await consumer.commit({ offsets: [{ topic: 'orders', partition: 0, offset: 2n, leaderEpoch: 0 }] })
      }
      for (let round = 0; round < 3; round++) {
        await broker.crash()
        await assert.rejects(() => committedOffset(broker, 'orders'))
        await broker.restart()
        assert.deepEqual([broker.port, broker.clusterId], [port, clusterId])
        assert.equal(await committedOffset(broker, 'orders'), 2n)
      }
      await using admin = adminOf(broker)
      const resource = {
        resourceType: 2,
        resourceName: 'orders',
        configurationKeys: ['retention.ms']
      } as const
      const [described] = await admin.describeConfigs({
        resources: [{ ...resource, configurationKeys: [...resource.configurationKeys] }]
      })
      assert.equal(described?.configs[0]?.value, '1234567')
      await send(producer, 'orders', 'three')
      assert.deepEqual(
        (await broker.read('orders')).map(({ offset, value }) => [offset, value]),
        [
          [0, 'one'],
          [1, 'two'],
          [2, 'three']
        ]
      )
    })

    test(`does not make an idempotent producer write twice in mode ${durability}`, async () => {
      await using broker = await createTestBroker({ durability, topics: ['orders'] })
      const stored = broker.faults.cut({ api: 'Produce', after: true, times: 1 })
      await using producer = producerOf(broker, { idempotent: true, retries: 50 })
      const sent = producer.send({ acks: -1, messages: [{ topic: 'orders', value: 'once' }] })
      await stored.whenHit()
      await broker.waitForRecords('orders', 1)
      await broker.crash()
      await broker.restart()
      await sent
      assert.equal((await broker.read('orders')).length, 1)
    })
  }

  test('loses what was not handled, even when it was already there', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const held = broker.faults.delay({ api: 'Produce', ms: Infinity })
    await using producer = producerOf(broker, { retries: 0 })
    const sent = assert.rejects(() => send(producer, 'orders', 'in flight'))
    await held.whenHit()
    await broker.crash()
    await sent
    held.lift()
    await broker.restart()
    assert.deepEqual(await broker.read('orders'), [])
  })

  test('forgets the members of groups only when their sessions end', async () => {
    const clock = new ManualClock()
    await using broker = await createTestBroker({ clock, topics: ['orders'] })
    await using consumer = consumerOf(broker, { sessionTimeout: 30_000, heartbeatInterval: 20_000 })
    await consumer.consume({ topics: ['orders'] })
    await broker.crash()
    await broker.restart()
    await using admin = adminOf(broker)
    const memberCount = async (): Promise<number | undefined> =>
      (await admin.describeGroups({ groups: ['readers'] })).get('readers')?.members.size
    assert.equal(await memberCount(), 1)
    await clock.advance(30_000)
    assert.equal(await memberCount(), 0)
  })

  test('and a restart in one go closes cleanly', async () => {
    await using broker = await createTestBroker({ durability: 'fsync', topics: ['orders'] })
    await using producer = producerOf(broker)
    await send(producer, 'orders', 'one')
    await broker.restart()
    await send(producer, 'orders', 'two')
    assert.equal((await broker.read('orders')).length, 2)
  })
})
