/** Each kind of fault, as a stranger's client meets it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CompressionTypes } from 'kafkajs'
import { createTestBroker, ManualClock, type TestBroker, type TestRecord } from '@naru/testing'
import { adminOf, consumerOf, kafkajsOf, producerOf, send } from './clients.ts'

function values(records: readonly TestRecord[]): (string | null)[] {
  return records.map(({ value }) => value)
}

/** Sends with kafkajs, which gives up on an answer after a while and asks again. */
async function sendImpatiently(broker: TestBroker, value: string, idempotent: boolean): Promise<void> {
  const kafka = kafkajsOf(broker, { requestTimeout: 100 })
  const producer = kafka.producer({ idempotent, maxInFlightRequests: 1 })
  await producer.connect()
  try {
    await producer.send({ topic: 'orders', acks: -1, messages: [{ value }] })
  } finally {
    await producer.disconnect()
  }
}

describe('a fault', () => {
  test('loses a request, which then has no effect until it comes again', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const lost = broker.faults.loseRequest({ api: 'Produce', topic: 'orders', times: 1 })
    await sendImpatiently(broker, 'twice asked', false)
    assert.equal(lost.hits, 1)
    assert.deepEqual(values(await broker.read('orders')), ['twice asked'])
  })

  test('loses an answer: without idempotence the record is there twice', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const lost = broker.faults.loseResponse({ api: 'Produce', times: 1 })
    await sendImpatiently(broker, 'twice stored', false)
    assert.equal(lost.hits, 1)
    assert.deepEqual(values(await broker.read('orders')), ['twice stored', 'twice stored'])
  })

  test('loses an answer: an idempotent producer stores the record once', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const lost = broker.faults.loseResponse({ api: 'Produce', times: 1 })
    await sendImpatiently(broker, 'once stored', true)
    assert.equal(lost.hits, 1)
    assert.deepEqual(values(await broker.read('orders')), ['once stored'])
  })

  test('cuts the connection before a request is handled, so that nothing is stored', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const cut = broker.faults.cut({ api: 'Produce' })
    await using producer = producerOf(broker, { retries: 0 })
    await assert.rejects(() => send(producer, 'orders', 'never'))
    assert.equal(cut.hits, 1)
    assert.deepEqual(await broker.read('orders'), [])
  })

  test('cuts the connection after a request is handled: an idempotent producer stores it once', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const cut = broker.faults.cut({ api: 'Produce', after: true, times: 3 })
    await using producer = producerOf(broker, { idempotent: true, acks: -1 })
    await send(producer, 'orders', 'one', 'two')
    assert.equal(cut.hits, 3)
    assert.deepEqual(values(await broker.read('orders')), ['one', 'two'])
  })

  test('delays a request by the clock of the broker', async () => {
    const clock = new ManualClock()
    await using broker = await createTestBroker({ topics: ['orders'], clock })
    const delay = broker.faults.delay({ api: 'Produce', ms: 5_000, times: 1 })
    await using producer = producerOf(broker)
    const sent = send(producer, 'orders', 'late')
    await delay.whenHit()
    await clock.advance(4_999)
    assert.deepEqual(await broker.read('orders'), [])
    await clock.advance(1)
    await sent
    assert.deepEqual(values(await broker.read('orders')), ['late'])
  })

  test('that delays lets go of its requests when it is lifted', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    await using producer = producerOf(broker)
    let sent: Promise<void>
    {
      using delay = broker.faults.delay({ api: 'Produce', ms: Infinity })
      sent = send(producer, 'orders', 'held back')
      await delay.whenHit()
      assert.deepEqual(await broker.read('orders'), [])
    }
    await sent
    assert.equal((await broker.read('orders')).length, 1)
  })

  test('that delays keeps what comes later on the same connection behind it', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const delay = broker.faults.delay({ api: 'Produce', ms: 100, times: 1 })
    const producer = kafkajsOf(broker).producer({ maxInFlightRequests: 5 })
    await producer.connect()
    const first = producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'first' }] })
    await delay.whenHit()
    const second = producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'second' }] })
    await Promise.all([first, second])
    await producer.disconnect()
    assert.deepEqual(values(await broker.read('orders')), ['first', 'second'])
  })

  test('that refuses is answered with its error as often as it is told to', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const target = { api: 'Produce', topic: 'orders', times: 2 } as const
    const fault = broker.faults.error({ ...target, error: 'NOT_LEADER_OR_FOLLOWER' })
    await using producer = producerOf(broker)
    await send(producer, 'orders', 'third time lucky')
    assert.equal(fault.hits, 2)
    assert.equal((await broker.read('orders')).length, 1)
  })

  test('that refuses a batch without an answer cuts the connection instead', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const fault = broker.faults.error({ api: 'Produce', error: 'MESSAGE_TOO_LARGE', times: 1 })
    const producer = kafkajsOf(broker).producer()
    await producer.connect()
    await producer.send({ topic: 'orders', acks: 0, messages: [{ value: 'gone' }] })
    await fault.whenHit()
    await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'stored' }] })
    await producer.disconnect()
    assert.deepEqual(values(await broker.read('orders')), ['stored'])
  })
})

describe('a fault hits only its target', () => {
  test('a topic', async () => {
    await using broker = await createTestBroker({ topics: ['orders', 'payments'] })
    const fault = broker.faults.error({ topic: 'payments', error: 'TOPIC_AUTHORIZATION_FAILED' })
    await using producer = producerOf(broker, { retries: 0 })
    await send(producer, 'orders', 'fine')
    await assert.rejects(() => send(producer, 'payments', 'refused'))
    assert.equal(fault.hits > 0, true)
    assert.deepEqual([(await broker.read('orders')).length, (await broker.read('payments')).length], [1, 0])
  })

  test('a client id, and the connection by its number', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const connections: number[] = []
    await using lucky = producerOf(broker, { clientId: 'lucky', retries: 0 })
    await using unlucky = producerOf(broker, { clientId: 'unlucky', retries: 0 })
    const fault = broker.faults.cut({ clientId: 'unlucky', api: 'Produce' })
    await send(lucky, 'orders', 'stored')
    await assert.rejects(() => send(unlucky, 'orders', 'cut'))
    fault.lift()
    for (let number = 1; number <= 10; number++) {
      using watch = broker.faults.observe({ connection: number })
      await send(lucky, 'orders', `by ${number}`)
      if (watch.hits > 0) connections.push(number)
    }
    assert.equal(connections.length >= 1, true)
  })

  test('a group, in every request that names it', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const seen = broker.faults.observe({ group: 'readers' })
    const others = broker.faults.observe({ group: 'others' })
    await using consumer = consumerOf(broker)
    await consumer.consume({ topics: ['orders'] })
    await consumer.commit({ offsets: [{ topic: 'orders', partition: 0, offset: 0n, leaderEpoch: 0 }] })
    await using admin = adminOf(broker)
    await admin.describeGroups({ groups: ['readers'] })
    // FindCoordinator, JoinGroup, SyncGroup, OffsetFetch, OffsetCommit, FindCoordinator, DescribeGroups at least.
    assert.equal(seen.hits >= 7, true, `${seen.hits} requests`)
    assert.equal(others.hits, 0)
  })

  test('a topic that an incremental fetch does not name', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const consumer = kafkajsOf(broker).consumer({ groupId: 'readers', maxWaitTimeInMs: 10 })
    await consumer.connect()
    await consumer.subscribe({ topics: ['orders'] })
    const fetches = broker.faults.observe({ api: 'Fetch', topic: 'orders' })
    await consumer.run({ eachMessage: async () => undefined })
    await fetches.whenHit(5)
    await consumer.disconnect()
  })
})

describe('reading', () => {
  for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
    test(`shows the records of batches with codec ${compression}`, async () => {
      await using broker = await createTestBroker({ topics: [{ name: 'packed', partitions: 2 }] })
      const producer = kafkajsOf(broker).producer()
      await producer.connect()
      const numbers = Array.from({ length: 500 }, (_, index) => String(index))
      const messages = numbers.map((value) => ({ value, partition: Number(value) % 2, key: `k${value}` }))
      await producer.send({ topic: 'packed', compression, messages })
      await producer.disconnect()
      const records = await broker.read('packed')
      assert.deepEqual(
        records.filter(({ partition }) => partition === 1).map(({ value }) => value),
        numbers.filter((value) => Number(value) % 2 === 1)
      )
      assert.equal(records.length, 500)
    })
  }

  test('gives bytes as they were sent, null apart from empty, and every header', async () => {
    await using broker = await createTestBroker({ topics: ['raw'] })
    const producer = kafkajsOf(broker).producer()
    await producer.connect()
    await producer.send({
      topic: 'raw',
      messages: [
        { key: Buffer.from([0xff, 0]), value: null, headers: { h: ['a', Buffer.from([0x80])] } },
        { key: '', value: '' }
      ]
    })
    await producer.disconnect()
    const [first, second] = await broker.readBytes('raw')
    assert.deepEqual(Buffer.from(first?.key ?? []), Buffer.from([0xff, 0]))
    assert.equal(first?.value, null)
    assert.deepEqual(
      first.headers.map(({ key, value }) => [key, Buffer.from(value ?? []).toString('hex')]),
      [
        ['h', '61'],
        ['h', '80']
      ]
    )
    assert.equal(second?.value?.byteLength, 0)
  })

  test('waits for records of a topic that is not there yet, and through a restart', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const later = broker.waitForRecords('later', 2)
    await using producer = producerOf(broker, { autocreateTopics: true })
    await send(producer, 'later', 'one')
    await broker.restart()
    await send(producer, 'later', 'two')
    assert.deepEqual(values(await later), ['one', 'two'])
  })

  test('waits no longer than it is told to, and says what was there', async () => {
    await using broker = await createTestBroker({ topics: ['orders'] })
    const signal = AbortSignal.timeout(20)
    await assert.rejects(() => broker.waitForRecords('orders', 3, { signal }), {
      code: 'RECORDS_MISSING',
      message: `waited for 3 records in 'orders', found 0`
    })
  })
})
