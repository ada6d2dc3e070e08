/** Consume, transform, produce: what comes out is there once, whoever dies in between. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeTimers } from '@naru/base/node'
import { createClient, stringCodec } from '@naru/client'
import { PermanentError, type Service, defineEvent, defineService } from '@naru/service'
import { listDeadLetterTopics, readDeadLetters, redrive } from '@naru/service/tools'
import { createTestBroker } from '@naru/testing'
import { z } from 'zod'

const shape = z.object({ key: z.string(), n: z.number() })
const asked = defineEvent({
  name: 'test.asked',
  version: 1,
  topic: 'asked',
  key: ({ key }) => key,
  schema: shape
})
const told = defineEvent({
  name: 'test.told',
  version: 1,
  topic: 'told',
  key: ({ key }) => key,
  schema: shape
})

const fast = { heartbeatMs: 50, sessionTimeoutMs: 1_000, rebalanceTimeoutMs: 6_000, drainMs: 2_000 }
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What a reader sees that takes only what is committed. */
async function committed(bootstrap: string, count: number): Promise<readonly string[]> {
  const seen: string[] = []
  const sink = defineService({
    name: `sink${Math.random().toString(36).slice(2, 8)}`,
    bootstrap,
    ...fast,
    exactlyOnce: true,
    contracts: false
  })
  sink.on(told, ({ key, n }) => void seen.push(`${key}:${n}`))
  await using _running = await sink.start()
  // A killed producer leaves its transaction open until that times out.
  for (let tries = 0; seen.length < count && tries < 400; tries++) await pause(50)
  await pause(300)
  return seen
}

test('through kills and restarts each event has its effect in the log exactly once, in order per key', async () => {
  await using broker = await createTestBroker({
    config: { 'group.min.session.timeout.ms': '500' },
    topics: [
      { name: 'asked', partitions: 2 },
      { name: 'told', partitions: 2 }
    ]
  })
  const { bootstrap } = broker
  let handled = 0
  const start = (): Promise<Service> => {
    const service = defineService({
      name: 'teller',
      bootstrap,
      ...fast,
      exactlyOnce: true,
      transactionTimeoutMs: 1_000
    })
    service.on(asked, async (data, { publish }) => {
      await pause(Math.random() * 10)
      await publish(told, data)
      handled++
    })
    return service.start()
  }
  {
    await using source = await defineService({ name: 'source', bootstrap, ...fast }).start()
    const all = Array.from({ length: 400 }, (_, i) =>
      source.publish(asked, { key: `k${i % 20}`, n: Math.floor(i / 20) })
    )
    await Promise.all(all)
  }
  const first = await start()
  while (handled < 100) await pause(5)
  await first.kill()
  const second = await start()
  while (handled < 300) await pause(5)
  await second.stop()
  await using _third = await start()
  const seen = await committed(bootstrap, 400)
  for (let key = 0; key < 20; key++) {
    const own = seen.filter((line) => line.startsWith(`k${key}:`))
    assert.deepEqual(
      own,
      Array.from({ length: 20 }, (_, n) => `k${key}:${n}`)
    )
  }
  assert.equal(seen.length, 400)
})

test('what is given up, or waits in the retry topic, moves with the commit that passes it: once, through kills', async () => {
  await using broker = await createTestBroker({
    config: { 'group.min.session.timeout.ms': '500' },
    topics: [{ name: 'asked', partitions: 2 }, 'told']
  })
  const { bootstrap } = broker
  let handled = 0
  const failedOnce = new Set<number>()
  const start = (): Promise<Service> => {
    const retry = { attempts: 3, backoffMs: 20, backoffMsMax: 20, parkMs: 5 }
    const options = { exactlyOnce: true, transactionTimeoutMs: 1_000, retry }
    const service = defineService({ name: 'teller', bootstrap, ...fast, ...options })
    service.on(asked, async (data, { publish }) => {
      await pause(Math.random() * 5)
      handled++
      if (data.n % 10 === 3) throw new PermanentError('not this one')
      if (data.n % 10 === 7 && !failedOnce.has(data.n)) {
        failedOnce.add(data.n)
        throw new Error('once more')
      }
      await publish(told, data)
    })
    return service.start()
  }
  {
    await using source = await defineService({ name: 'source', bootstrap, ...fast }).start()
    await Promise.all(Array.from({ length: 100 }, (_, n) => source.publish(asked, { key: `k${n}`, n })))
  }
  const first = await start()
  while (handled < 30) await pause(2)
  await first.kill()
  await using _second = await start()
  const seen = await committed(bootstrap, 90)
  assert.deepEqual(
    seen.map((line) => Number(line.split(':')[1])).toSorted((a, b) => a - b),
    Array.from({ length: 100 }, (_, n) => n).filter((n) => n % 10 !== 3)
  )
  await using client = createClient({ bootstrap })
  const letters: number[] = []
  for await (const { value } of readDeadLetters(client, 'asked.teller.dlq')) {
    letters.push((JSON.parse(Buffer.from(value ?? []).toString()) as { readonly n: number }).n)
  }
  assert.deepEqual(
    letters.toSorted((a, b) => a - b),
    [3, 13, 23, 33, 43, 53, 63, 73, 83, 93]
  )
  // Records and no markers.
  const [listed] = await listDeadLetterTopics(client)
  assert.equal(listed?.waiting, 10)
})

test('what does not fit into the topic it goes to holds up no commit', async () => {
  await using broker = await createTestBroker({
    config: { 'group.min.session.timeout.ms': '500' },
    topics: [{ name: 'asked', partitions: 1 }]
  })
  const { bootstrap } = broker
  await using client = createClient({ bootstrap })
  const configs = { 'max.message.bytes': '3000' }
  await client.admin.createTopic('told', { partitions: 1, configs })
  await client.admin.createTopic('asked.teller.dlq', { partitions: 1, configs })
  const retry = { attempts: 2, backoffMs: 10, backoffMsMax: 10 }
  const teller = defineService({ name: 'teller', bootstrap, ...fast, exactlyOnce: true, retry })
  teller.on(asked, async (data, { publish }) => {
    if (data.n === 1) throw new PermanentError('not this one')
    await publish(told, data)
  })
  await using _teller = await teller.start()
  await using source = await defineService({ name: 'source', bootstrap, ...fast }).start()
  const long = 'x'.repeat(5_000)
  // Too large for the dead letters, too large for what the handler publishes, and one that fits.
  await source.publish(asked, { key: `1${long}`, n: 1 })
  await source.publish(asked, { key: `2${long}`, n: 2 })
  await source.publish(asked, { key: 'k3', n: 3 })
  assert.deepEqual(await committed(bootstrap, 1), ['k3:3'])
  const letters = []
  while (letters.length < 2) {
    letters.length = 0
    for await (const letter of readDeadLetters(client, 'asked.teller.dlq')) letters.push(letter)
  }
  assert.deepEqual(
    letters.map(({ errorCode }) => errorCode).toSorted((a, b) => (a ?? '').localeCompare(b ?? '')),
    ['MESSAGE_TOO_LARGE', 'PermanentError']
  )
  for (const { key, value, valueCut, eventType, origin } of letters) {
    assert.deepEqual([key, value, eventType, origin.topic], [null, null, 'test.asked', 'asked'])
    assert.ok(valueCut !== undefined && valueCut > 5_000)
  }
  const result = await redrive(client, 'asked.teller.dlq', { timers: nodeTimers })
  assert.deepEqual(result, { redriven: 0, guarded: 0, cut: 2, behind: 0 })
  // A topic that the service makes has room for what comes beside the record.
  const made = await client.admin.describeConfigs({ type: 'topic', name: 'asked.teller.retry' })
  const limit = Number(made.find(({ name }) => name === 'max.message.bytes')?.value)
  assert.equal(limit, 1_048_588 + 64 * 1024)
})

test('a transaction that fails leaves nothing that committed readers see', async () => {
  await using broker = await createTestBroker({
    config: { 'group.min.session.timeout.ms': '500' },
    topics: ['t']
  })
  await using client = createClient({ bootstrap: broker.bootstrap })
  const producer = client.transactionalProducer({ transactionalId: 'x' })
  const value = (text: string): Uint8Array => stringCodec.encode(text)
  await producer.transaction(async ({ send }) => void (await send('t', [{ value: value('a') }])))
  const failed = producer.transaction(async ({ send }) => {
    await send('t', [{ value: value('b') }])
    throw new Error('changed my mind')
  })
  await assert.rejects(failed, /changed my mind/)
  await producer.transaction(async ({ send }) => void (await send('t', [{ value: value('c') }])))
  const seen: string[] = []
  const reader = client.groupReader(
    { group: 'g', topics: ['t'], isolation: 'read-committed', heartbeatMs: 50, fetchWaitMs: 50 },
    {
      onAssigned: () => Promise.resolve(),
      onRevoked: () => Promise.resolve(),
      onLost: () => undefined,
      onTrouble: () => undefined
    }
  )
  reader.start()
  while (seen.length < 2) {
    for (const { records } of await reader.next(AbortSignal.timeout(5_000)))
      for (const record of records) seen.push(Buffer.from(record.value ?? []).toString())
  }
  assert.deepEqual(seen, ['a', 'c'])
  await reader.close({ timeoutMs: 1_000 })
})
