import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import type { InterceptedRequest, Interception } from '@naru/broker'
import { type Client, createClient, jsonCodec, stringCodec } from '@naru/client'
import { type TestBroker, startTestBroker } from './broker.ts'

let broker: TestBroker
let client: Client
/** What happens to requests, set by the test that needs it. */
let intercept: (request: InterceptedRequest) => Interception['kind'] = () => 'proceed'

before(async () => {
  broker = await startTestBroker(
    { 'num.partitions': '3' },
    (request) => ({ kind: intercept(request) }) as Interception
  )
  client = createClient({ bootstrap: broker.bootstrap, requestTimeoutMs: 10_000, retryBackoffMs: 5 })
})

after(async () => {
  await client.close()
  await broker[Symbol.asyncDispose]()
})

async function values(topic: string): Promise<string[]> {
  const found: string[] = []
  const consumer = client.consumer({ topics: topic, from: 'earliest', to: 'end', value: stringCodec })
  for await (const { value } of consumer.records()) found.push(value ?? '')
  return found
}

test('a-typed-record-comes-back-as-it-was-sent', async () => {
  await client.admin.createTopic('typed')
  const producer = client.producer({ key: stringCodec, value: jsonCodec<{ readonly sum: number }>() })
  const headers = [
    ['a', '1'],
    ['a', null]
  ] as const
  const sent = await producer.send('typed', [
    { key: '나루', value: { sum: 300 }, headers, timestamp: 1_700_000_000_000 }
  ])
  assert.deepEqual(
    sent.map(({ topic, count, baseOffset }) => [topic, count, baseOffset]),
    [['typed', 1, 0]]
  )
  const consumer = client.consumer({
    topics: 'typed',
    from: 'earliest',
    max: 1,
    key: stringCodec,
    value: jsonCodec()
  })
  for await (const { key, value, timestamp, headers: found } of consumer.records()) {
    assert.deepEqual([key, value, timestamp], ['나루', { sum: 300 }, 1_700_000_000_000])
    assert.deepEqual(
      found.map(([name, content]) => [name, content === null ? null : String(content)]),
      headers
    )
  }
})

test('cut-connections-neither-lose-nor-double-a-record', async () => {
  await client.admin.createTopic('cut', { partitions: 1 })
  let produces = 0
  intercept = ({ name }) => {
    if (name !== 'Produce') return 'proceed'
    produces += 1
    // Every second batch is written and its answer lost, every fifth is lost itself.
    return produces % 5 === 0 ? 'cut-before' : produces % 2 === 0 ? 'cut-after' : 'proceed'
  }
  const producer = client.producer({ value: stringCodec })
  const expected = Array.from({ length: 40 }, (_, index) => `v${index}`)
  for (const value of expected) await producer.send('cut', [{ value }])
  intercept = () => 'proceed'
  assert.ok(produces > 60, `${produces} requests`)
  assert.deepEqual(await values('cut'), expected)
})

test('a-reader-survives-cut-connections', async () => {
  await client.admin.createTopic('fetch-cut', { partitions: 1 })
  const expected = Array.from({ length: 100 }, (_, index) => `v${index}`)
  const producer = client.producer({ value: stringCodec, batchBytesMax: 200 })
  await producer.send(
    'fetch-cut',
    expected.map((value) => ({ value }))
  )
  let fetches = 0
  intercept = ({ name }) => (name === 'Fetch' && ++fetches % 2 === 1 ? 'cut-before' : 'proceed')
  assert.deepEqual(await values('fetch-cut'), expected)
  intercept = () => 'proceed'
})

test('a-reader-survives-connections-that-are-cut-while-it-asks-for-versions', async () => {
  await client.admin.createTopic('versions-cut', { partitions: 1 })
  await client.producer({ value: stringCodec }).send('versions-cut', [{ value: 'v' }])
  for (let at = 1; at <= 4; at++) {
    let asked = 0
    intercept = ({ name }) => (name === 'ApiVersions' && ++asked === at ? 'cut-before' : 'proceed')
    assert.deepEqual(await values('versions-cut'), ['v'])
  }
  intercept = () => 'proceed'
})

test('two-members-share-the-partitions-and-read-everything-between-them', async () => {
  await client.admin.createTopic('shared', { partitions: 4 })
  const seen = new Map<string, string>()
  const stop = new AbortController()
  const read = async (name: string): Promise<void> => {
    const consumer = client.consumer({
      topics: 'shared',
      group: 'pair',
      from: 'earliest',
      value: stringCodec,
      heartbeatMs: 100,
      signal: stop.signal
    })
    for await (const { value } of consumer.records()) seen.set(value ?? '', name)
  }
  const readers = [read('first').catch(() => undefined)]
  await sleep(300)
  readers.push(read('second').catch(() => undefined))
  const assigned = async (): Promise<number[]> => {
    // There is no group before somebody has joined.
    const { members } = await client.admin.describeGroup('pair').catch(() => ({ members: [] }))
    return members.map(({ assignments }) => assignments[0]?.partitions.length ?? 0)
  }
  for (let tries = 0; tries < 300 && (await assigned()).join() !== '2,2'; tries++) await sleep(20)
  assert.deepEqual(await assigned(), [2, 2])
  const producer = client.producer({ value: stringCodec })
  await producer.send(
    'shared',
    [0, 1, 2, 3].map((partition) => ({ value: `p${partition}`, partition }))
  )
  for (let tries = 0; tries < 300 && seen.size < 4; tries++) await sleep(20)
  assert.equal(seen.size, 4)
  assert.deepEqual([...new Set(seen.values())].sort(), ['first', 'second'])
  stop.abort()
  await Promise.all(readers)
  assert.equal((await client.admin.describeGroup('pair')).state, 'Empty')
})

test('manual-commits-are-the-readers-business', async () => {
  await client.admin.createTopic('manual', { partitions: 1 })
  const producer = client.producer({ value: stringCodec })
  await producer.send(
    'manual',
    ['a', 'b', 'c'].map((value) => ({ value }))
  )
  const options = {
    topics: 'manual',
    group: 'manual',
    from: 'earliest',
    commit: 'manual',
    value: stringCodec
  } as const
  const first = client.consumer({ ...options, max: 3 })
  for await (const { value } of first.records()) if (value === 'b') await first.commit()
  const [committed] = await client.admin.listGroupOffsets('manual')
  // When it was asked, a had been processed, and b was being looked at.
  assert.equal(committed?.offset, 1)
})

test('an-abort-ends-what-is-waiting-with-its-reason', async () => {
  const reason = new Error('enough')
  const signal = AbortSignal.abort(reason)
  await assert.rejects(client.admin.listTopics({ signal }), reason)
  await client.admin.createTopic('quiet')
  const controller = new AbortController()
  const consumer = client.consumer({ topics: 'quiet', signal: controller.signal })
  const reading = (async () => {
    for await (const _batch of consumer) assert.fail('nothing was sent')
  })()
  await sleep(50)
  controller.abort(reason)
  await assert.rejects(reading, reason)
})

test('closing-a-consumer-ends-its-loop-without-an-error', async () => {
  await client.admin.createTopic('closed')
  const consumer = client.consumer({ topics: 'closed', from: 'earliest' })
  const reading = (async () => {
    for await (const _batch of consumer) assert.fail('nothing was sent')
  })()
  await sleep(50)
  await consumer.close()
  await reading
  await assert.rejects(
    async () => {
      for await (const _batch of consumer) assert.fail('it is over')
    },
    { code: 'CLOSED' }
  )
})

test('an-answer-that-never-comes-is-a-timeout', async () => {
  await using impatient = createClient({ bootstrap: broker.bootstrap, requestTimeoutMs: 300 })
  intercept = ({ name }) => (name === 'ListGroups' ? 'lose-request' : 'proceed')
  await assert.rejects(impatient.admin.listGroups(), { code: 'TIMEOUT' })
  intercept = () => 'proceed'
})

test('wrong-options-are-refused-before-anything-is-sent', () => {
  assert.throws(() => createClient({ boostrap: 'x' } as never), /did you mean "bootstrap"/)
  assert.throws(() => client.producer({ compresion: 'gzip' } as never), /did you mean "compression"/)
  assert.throws(() => client.producer({ acks: 1, idempotent: true }), { code: 'INVALID_OPTION' })
  assert.throws(() => client.consumer({ topics: [], from: 'earliest' }), { code: 'INVALID_OPTION' })
  assert.throws(() => client.consumer({ topics: 't', group: 'g', partitions: [0] }), {
    code: 'INVALID_OPTION'
  })
  assert.throws(() => createClient({ bootstrap: 'a:b:c' }), { code: 'INVALID_OPTION' })
})

test('errors-carry-kafkas-names-and-what-they-are-about', async () => {
  await assert.rejects(client.admin.describeTopic('missing'), {
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
    topic: 'missing'
  })
  await assert.rejects(client.admin.describeGroup('missing'), {
    code: 'GROUP_ID_NOT_FOUND',
    group: 'missing'
  })
  await client.admin.createTopic('small', { configs: { 'max.message.bytes': '1000' } })
  const producer = client.producer({ value: stringCodec })
  const large = producer.send('small', [{ value: 'x'.repeat(2_000), partition: 1 }])
  await assert.rejects(large, { code: 'MESSAGE_TOO_LARGE', topic: 'small', partition: 1 })
  const [sent] = await producer.send('small', [{ value: 'fits', partition: 1 }])
  assert.equal(sent?.baseOffset, 0)
})
