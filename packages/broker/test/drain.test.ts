/** What a stop does with those who are connected: it answers what was asked, and waits for nobody else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeNetwork } from '@naru/base/node'
import type { Interception } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { RawClient, requestFrame } from './raw-client.ts'
import { batchOf, BY_NAME, createTopic, fetch, produce, produceRequest } from './requests.ts'

const LONG_MS = 20_000
/** Far less than `LONG_MS`, far more than a stop takes. */
const SOON_MS = 5_000

async function measureMs(work: Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await work
  return performance.now() - startMs
}

test('a long poll is answered with what there is', async () => {
  const broker = await startInProcessBroker()
  const client = await RawClient.connect(broker)
  await createTopic(client, 'quiet')
  const answer = fetch(client, { wanted: [{ topic: 'quiet', offset: 0 }], maxWaitMs: LONG_MS })
  await new Promise((resolve) => setTimeout(resolve, 50))
  const stopped = broker.close({ timeoutMs: LONG_MS })
  assert.equal((await answer).responses[0]?.partitions[0]?.errorCode, 0)
  assert.equal((await measureMs(stopped)) < SOON_MS, true)
})

test('a long poll that begins when the stop has begun is answered at once', async () => {
  let release: ((fault: Interception) => void) | undefined
  const broker = await startInProcessBroker({
    interceptor: ({ name }) =>
      name === 'Fetch' ? new Promise((resolve) => (release = resolve)) : { kind: 'proceed' }
  })
  const client = await RawClient.connect(broker)
  await createTopic(client, 'quiet')
  const answer = fetch(client, { wanted: [{ topic: 'quiet', offset: 0 }], maxWaitMs: LONG_MS })
  while (release === undefined) await new Promise((resolve) => setImmediate(resolve))
  const stopped = broker.close({ timeoutMs: LONG_MS })
  release({ kind: 'proceed' })
  assert.equal((await answer).responses[0]?.partitions[0]?.errorCode, 0)
  assert.equal((await measureMs(stopped)) < SOON_MS, true)
})

test('requests that were sent together and wait for their turn are dropped, the one that runs is answered', async () => {
  const broker = await startInProcessBroker()
  const client = await RawClient.connect(broker)
  await createTopic(client, 'quiet')
  const first = fetch(client, { wanted: [{ topic: 'quiet', offset: 0 }], maxWaitMs: LONG_MS })
  const second = fetch(client, { wanted: [{ topic: 'quiet', offset: 0 }] })
  const dropped = assert.rejects(() => second, /closed/)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const stopped = broker.close({ timeoutMs: LONG_MS })
  await first
  await dropped
  assert.equal((await measureMs(stopped)) < SOON_MS, true)
})

test('an idle connection and one with half a frame hold nothing up', async () => {
  const broker = await startInProcessBroker()
  const [idle, half] = [await RawClient.connect(broker), await RawClient.connect(broker)]
  half.sendBytes(Buffer.from([0, 0, 1]))
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal((await measureMs(broker.close({ timeoutMs: LONG_MS }))) < SOON_MS, true)
  assert.deepEqual([idle.closed, half.closed], [true, true])
})

test('a client that never takes its answer is cut off at the deadline', async () => {
  const broker = await startInProcessBroker()
  const writer = await RawClient.connect(broker)
  await createTopic(writer, 'big', 1, { 'max.message.bytes': '20000000' })
  for (let at = 0; at < 3; at++) await produce(writer, 'big', batchOf(['x'.repeat(10_000_000)]))
  const stuck = await nodeNetwork.connect(broker)
  const reader = new RawClient(stuck)
  const answer = assert.rejects(() =>
    fetch(reader, { wanted: [{ topic: 'big', offset: 0, maxBytes: 40_000_000 }] })
  )
  stuck.pause()
  await new Promise((resolve) => setTimeout(resolve, 100))
  const ms = await measureMs(broker.close({ timeoutMs: 200 }))
  assert.equal(ms >= 150 && ms < SOON_MS, true, `${ms} ms`)
  stuck.resume()
  await answer
})

test('a client that does not stop sending does not keep the broker from stopping', async () => {
  const broker = await startInProcessBroker()
  const client = await RawClient.connect(broker)
  await createTopic(client, 'flood', 1, { 'max.message.bytes': '2000000' })
  const frame = requestFrame(PRODUCE, produceRequest('flood', batchOf(['x'.repeat(100_000)])), BY_NAME)
  const flood = setInterval(() => {
    for (let count = 0; count < 20; count++) client.sendBytes(frame)
  }, 1)
  try {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const ms = await measureMs(broker.close({ timeoutMs: LONG_MS }))
    assert.equal(ms < SOON_MS, true, `${ms} ms`)
  } finally {
    clearInterval(flood)
    await client[Symbol.asyncDispose]()
  }
})
