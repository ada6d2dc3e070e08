// The tests that every runner gets, without the line that names the runner: run.ts puts it in front.
import assert from 'node:assert/strict'
import kafkajs from 'kafkajs'
import { createTestBroker, ManualClock } from '@naru/testing'

const { Kafka, logLevel } = kafkajs

function clientOf(broker) {
  return new Kafka({
    brokers: [broker.bootstrap],
    clientId: 'runner',
    logLevel: logLevel.NOTHING,
    requestTimeout: 200,
    retry: { initialRetryTime: 20 }
  })
}

async function send(broker, ...values) {
  const producer = clientOf(broker).producer({ idempotent: true })
  await producer.connect()
  try {
    await producer.send({ topic: 'orders', messages: values.map((value) => ({ value })) })
  } finally {
    await producer.disconnect()
  }
}

const valuesIn = async (broker) => (await broker.read('orders')).map(({ value }) => value)

test('a record that was sent is in its topic', async () => {
  const broker = await createTestBroker({ topics: ['orders'] })
  try {
    await send(broker, 'latte')
    assert.deepEqual(await valuesIn(broker), ['latte'])
  } finally {
    await broker.close()
  }
})

test('an answer that got lost leads to no duplicate', async () => {
  const broker = await createTestBroker({ topics: ['orders'] })
  try {
    const lost = broker.faults.loseResponse({ api: 'Produce', times: 1 })
    await send(broker, 'latte')
    assert.equal(lost.hits, 1)
    assert.deepEqual(await valuesIn(broker), ['latte'])
  } finally {
    await broker.close()
  }
})

test('what was acknowledged outlives a crash', async () => {
  const broker = await createTestBroker({ topics: ['orders'], durability: 'fsync' })
  try {
    await send(broker, 'before')
    await broker.crash()
    await broker.restart()
    await send(broker, 'after')
    assert.deepEqual(await valuesIn(broker), ['before', 'after'])
  } finally {
    await broker.close()
  }
})

test('old records go when the clock is moved', async () => {
  const clock = new ManualClock()
  const topic = { name: 'orders', configs: { 'retention.ms': '60000' } }
  const broker = await createTestBroker({ clock, topics: [topic] })
  try {
    await send(broker, 'old')
    await clock.advance(3_600_000)
    assert.deepEqual(await valuesIn(broker), [])
  } finally {
    await broker.close()
  }
})

test('ten brokers run side by side', async () => {
  const brokers = await Promise.all(
    Array.from({ length: 10 }, () => createTestBroker({ topics: ['orders'] }))
  )
  await Promise.all(brokers.map((broker, index) => send(broker, String(index))))
  for (const [index, broker] of brokers.entries()) assert.deepEqual(await valuesIn(broker), [String(index)])
  await Promise.all(brokers.map((broker) => broker.close()))
})
