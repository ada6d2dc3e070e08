/** What a test can do with the broker that it made. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createTestBroker, ManualClock } from '@naru/testing'
import { Producer, Consumer, ProduceAcks, stringSerializers, stringDeserializers, MessagesStreamModes } from '@platformatic/kafka'

function producerFor(bootstrap: string): Producer<string, string, string, string> {
  return new Producer({ bootstrapBrokers: [bootstrap], clientId: 'test', serializers: stringSerializers, retries: 5, retryDelay: 20 })
}

describe('createTestBroker', () => {
  test('serves a foreign client and shows what it wrote', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const producer = producerFor(broker.bootstrap)
    await producer.send({ messages: [{ topic: 'orders', key: '주문-1', value: '라떼', headers: { shop: '1' } }] })
    await producer.close()
    const [record] = await broker.read('orders')
    assert.equal(record?.key, '주문-1')
    assert.equal(record.value, '라떼')
    assert.deepEqual(record.headers, { shop: '1' })
  })

  test('keeps what was acknowledged through a crash', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const producer = producerFor(broker.bootstrap)
    await producer.send({ messages: [{ topic: 'orders', value: 'before' }], acks: ProduceAcks.ALL })
    const { port } = broker
    await broker.crash()
    await broker.restart()
    assert.equal(broker.port, port)
    await producer.send({ messages: [{ topic: 'orders', value: 'after' }], acks: ProduceAcks.ALL })
    await producer.close(true)
    assert.deepEqual((await broker.read('orders')).map(record => record.value), ['before', 'after'])
  })

  test('answers with an error as often as it is told to', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const fault = broker.faults.error({ api: 'Produce', topic: 'orders', error: 'NOT_LEADER_OR_FOLLOWER', times: 2 })
    const producer = producerFor(broker.bootstrap)
    await producer.send({ messages: [{ topic: 'orders', value: 'third time lucky' }] })
    await producer.close()
    assert.equal(fault.hits, 2)
    assert.equal((await broker.read('orders')).length, 1)
  })

  test('refuses an option that it does not know and names the nearest', async () => {
    const options = { topcis: ['orders'] } as object
    await assert.rejects(() => createTestBroker(options), { code: 'UNKNOWN_OPTION', message: /'topics'/ })
  })

  test('moves time by hand', async () => {
    const clock = new ManualClock()
    await using broker = await createTestBroker({ clock, topics: [{ name: 'stamped', configs: { 'message.timestamp.type': 'LogAppendTime' } }] })
    const producer = producerFor(broker.bootstrap)
    await producer.send({ messages: [{ topic: 'stamped', value: 'now' }] })
    await clock.advance(3_600_000)
    await producer.send({ messages: [{ topic: 'stamped', value: 'an hour later' }] })
    await producer.close()
    const [first, second] = await broker.read('stamped')
    assert.equal((second?.timestamp ?? 0) - (first?.timestamp ?? 0), 3_600_000)
  })
})
