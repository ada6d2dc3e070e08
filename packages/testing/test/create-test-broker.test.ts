/** What a test gets from one call, and what it is told when the call makes no sense. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createTestBroker, ManualClock, type TestBrokerOptions } from '@naru/testing'
import { adminOf, kafkajsOf, producerOf, send } from './clients.ts'

describe('createTestBroker', () => {
  for (const durability of ['memory', 'os', 'fsync'] as const) {
    test(`serves a foreign client and shows what it wrote, in mode ${durability}`, async () => {
      await using broker = await createTestBroker({ topics: ['orders'], durability })
      await using producer = producerOf(broker)
      await producer.send({
        messages: [{ topic: 'orders', key: '주문-1', value: '라떼', headers: { shop: '1' } }]
      })
      const [record] = await broker.read('orders')
      assert.equal(record?.key, '주문-1')
      assert.equal(record.value, '라떼')
      assert.deepEqual(record.headers, { shop: '1' })
      assert.equal(record.offset, 0)
    })
  }

  test('makes topics with partitions and settings, at the start and later', async () => {
    const orders = { name: 'orders', partitions: 3, configs: { 'retention.ms': '60000' } }
    await using broker = await createTestBroker({ topics: [orders] })
    await broker.createTopics('later', { name: 'wide', partitions: 12 })
    await using admin = adminOf(broker)
    const { topics } = await admin.metadata({ topics: ['orders', 'later', 'wide'] })
    const counts = ['orders', 'later', 'wide'].map((name) => topics.get(name)?.partitionsCount)
    assert.deepEqual(counts, [3, 1, 12])
    const described = await admin.describeConfigs({
      resources: [{ resourceType: 2, resourceName: 'orders', configurationKeys: ['retention.ms'] }]
    })
    assert.equal(described[0]?.configs[0]?.value, '60000')
  })

  test('takes the settings of a broker by their Kafka names', async () => {
    const config = { 'num.partitions': '4', 'message.max.bytes': '2000' }
    await using broker = await createTestBroker({ topics: ['wide'], config })
    await using admin = adminOf(broker)
    assert.equal((await admin.metadata({ topics: ['wide'] })).topics.get('wide')?.partitionsCount, 4)
    await using producer = producerOf(broker, { retries: 0 })
    await assert.rejects(() => send(producer, 'wide', 'x'.repeat(3000)))
  })

  test('several brokers run side by side and know nothing of each other', async () => {
    const brokers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => createTestBroker({ topics: [`topic-${index}`] }))
    )
    assert.equal(new Set(brokers.map((broker) => broker.port)).size, 10)
    assert.equal(new Set(brokers.map((broker) => broker.clusterId)).size, 10)
    for (const [index, broker] of brokers.entries()) {
      const admin = kafkajsOf(broker).admin()
      await admin.connect()
      assert.deepEqual(await admin.listTopics(), [`topic-${index}`])
      await admin.disconnect()
    }
    await Promise.all(brokers.map((broker) => broker.close()))
  })

  test('keeps data in a folder of the test where it is asked to, and goes on with it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kept-'))
    try {
      const options: TestBrokerOptions = { topics: ['orders'], durability: 'fsync', directory }
      {
        await using broker = await createTestBroker(options)
        await using producer = producerOf(broker)
        await send(producer, 'orders', 'first')
      }
      assert.notDeepEqual(await readdir(directory), [])
      await using broker = await createTestBroker(options)
      assert.deepEqual(
        (await broker.read('orders')).map(({ value }) => value),
        ['first']
      )
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

describe('misuse is answered with a sentence', () => {
  const cases: readonly [what: string, options: object, code: string, message: RegExp][] = [
    ['an unknown option', { topcis: [] }, 'UNKNOWN_OPTION', /no option 'topcis'; did you mean 'topics'/],
    ['an unknown durability', { durability: 'fsyncs' }, 'INVALID_OPTION', /memory, fsync, os/],
    ['a folder for memory', { directory: '/nowhere' }, 'INVALID_OPTION', /durability 'fsync'/],
    ['a clock that is none', { clock: Date }, 'INVALID_OPTION', /ManualClock/],
    ['an impossible port', { port: 70_000 }, 'INVALID_OPTION', /70000/],
    [
      'an unknown setting',
      { config: { 'num.partition': '3' } },
      'UNKNOWN_SETTING',
      /did you mean 'num.partitions'/
    ],
    ['a senseless value', { config: { 'num.partitions': 'many' } }, 'INVALID_SETTING', /many/],
    ['an illegal topic', { topics: ['no spaces'] }, 'INVALID_TOPIC_EXCEPTION', /./],
    ['a topic twice', { topics: ['a', 'a'] }, 'TOPIC_ALREADY_EXISTS', /'a'/],
    ['no partitions', { topics: [{ name: 'a', partitions: 0 }] }, 'INVALID_PARTITIONS', /./],
    [
      'an unknown setting of a topic',
      { topics: [{ name: 'a', configs: { 'retention.m': '1' } }] },
      'INVALID_CONFIG',
      /retention\.m/
    ],
    [
      'a senseless value of a topic',
      { topics: [{ name: 'a', configs: { 'retention.ms': 'long' } }] },
      'INVALID_CONFIG',
      /long/
    ]
  ]
  for (const [what, options, code, message] of cases) {
    test(what, () => assert.rejects(() => createTestBroker(options), { code, message }))
  }

  test('a port that somebody else has', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await assert.rejects(() => createTestBroker({ port }), {
      code: 'EADDRINUSE',
      message: new RegExp(String(port))
    })
    server.close()
  })

  test('a fault for what does not exist', async () => {
    await using broker = await createTestBroker()
    const { faults } = broker
    const wrong = <Value>(value: unknown): Value => value as Value
    assert.throws(() => faults.cut({ api: wrong('Prodce') }), /no API 'Prodce'; did you mean 'Produce'/)
    assert.throws(() => faults.cut(wrong({ client: 'x' })), { code: 'UNKNOWN_OPTION' })
    assert.throws(() => faults.cut({ times: 0 }), /times has to be 1 or more/)
    assert.throws(() => faults.delay({ ms: -1 }), /ms has to be 0 or more/)
    assert.throws(() => faults.error({ error: wrong('NOT_LEADER') }), { code: 'UNKNOWN_ERROR_NAME' })
    assert.throws(() => faults.error({ api: 'SaslHandshake', error: 'NOT_CONTROLLER' }), {
      code: 'UNSUPPORTED_FAULT',
      message: /SaslHandshake/
    })
  })

  test('a broker that is down or closed', async () => {
    const broker = await createTestBroker({ topics: ['orders'], clock: new ManualClock() })
    await assert.rejects(() => broker.read('nothing'), { code: 'UNKNOWN_TOPIC_OR_PARTITION' })
    await broker.crash()
    await assert.rejects(() => broker.read('orders'), { code: 'NOT_RUNNING', message: /restart\(\)/ })
    await broker.crash()
    await broker.close()
    await broker.close()
    for (const call of [() => broker.read('orders'), () => broker.restart(), () => broker.crash()]) {
      await assert.rejects(call, { code: 'CLOSED' })
    }
  })
})
