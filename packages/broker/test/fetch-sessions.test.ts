/** Incremental fetch sessions (KIP-227) over the wire. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { ErrorCode } from '@naru/protocol'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { batchOf, bytesOf, createTopic, fetch, partitionsOf, produce, type Wanted } from './requests.ts'

const TOPIC = 'sessions'
const TWO_MINUTES_MS = 120_000

describe('a fetch session', () => {
  let clock: ManualClock
  let broker: RunningBroker
  let client: RawClient

  beforeEach(async () => {
    clock = new ManualClock()
    broker = await startInProcessBroker({
      time: clock,
      config: { 'max.incremental.fetch.session.cache.slots': '2' }
    })
    client = await RawClient.connect(broker)
    await createTopic(client, TOPIC, 3)
  })

  afterEach(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  function at(partition: number, offset = 0): Wanted {
    return { topic: TOPIC, partition, offset }
  }

  async function begin(...partitions: readonly number[]): Promise<number> {
    const response = await fetch(client, { wanted: partitions.map((one) => at(one)), sessionEpoch: 0 })
    assert.equal(response.errorCode, 0)
    return response.sessionId
  }

  async function shown(sessionId: number, sessionEpoch: number, rest: object = {}): Promise<number[]> {
    const response = await fetch(client, { sessionId, sessionEpoch, ...rest })
    assert.equal(response.errorCode, 0)
    assert.equal(response.sessionId, sessionId)
    return partitionsOf(response).map(({ partitionIndex }) => partitionIndex)
  }

  test('begins with everything and goes on with what is new', async () => {
    const first = await fetch(client, { wanted: [at(0), at(1), at(2)], sessionEpoch: 0 })
    assert.equal(partitionsOf(first).length, 3)
    const { sessionId } = first
    assert.ok(sessionId > 0)
    assert.deepEqual(await shown(sessionId, 1), [])
    await produce(client, TOPIC, batchOf(['news']), { partition: 1 })
    const news = await fetch(client, { sessionId, sessionEpoch: 2 })
    const [partition, ...others] = partitionsOf(news)
    assert.equal(others.length, 0)
    assert.equal(partition?.partitionIndex, 1)
    assert.equal(partition.highWatermark, 1)
    assert.ok(bytesOf(partition).includes('news'))
  })

  test('tells again what was not taken, until the offset moves on', async () => {
    const sessionId = await begin(0, 1)
    await produce(client, TOPIC, batchOf(['a']))
    assert.deepEqual(await shown(sessionId, 1), [0])
    assert.deepEqual(await shown(sessionId, 2), [0])
    assert.deepEqual(await shown(sessionId, 3, { wanted: [at(0, 1)] }), [])
    assert.deepEqual(await shown(sessionId, 4), [])
  })

  test('takes partitions in and forgets others', async () => {
    const sessionId = await begin(0)
    for (const partition of [0, 1]) await produce(client, TOPIC, batchOf(['a']), { partition })
    const forgotten = [{ topic: TOPIC, partition: 0 }]
    assert.deepEqual(await shown(sessionId, 1, { wanted: [at(1)], forgotten }), [1])
    assert.deepEqual(await shown(sessionId, 2), [1])
  })

  test('that is left without partitions ends, as on Apache Kafka', async () => {
    const sessionId = await begin(0)
    const forgotten = [{ topic: TOPIC, partition: 0 }]
    const response = await fetch(client, { sessionId, sessionEpoch: 1, forgotten, maxWaitMs: 60_000 })
    assert.deepEqual([response.errorCode, response.sessionId], [0, 0])
    const after = await fetch(client, { sessionId, sessionEpoch: 2 })
    assert.equal(after.errorCode, ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  })

  test('shows an error each time, and the partition once more when the error is gone', async () => {
    const sessionId = await begin(0, 1)
    assert.deepEqual(await shown(sessionId, 1, { wanted: [at(0, 5)] }), [0])
    const [failed] = partitionsOf(await fetch(client, { sessionId, sessionEpoch: 2 }))
    assert.equal(failed?.errorCode, ErrorCode.OFFSET_OUT_OF_RANGE)
    assert.deepEqual(await shown(sessionId, 3, { wanted: [at(0, 0)] }), [0])
    assert.deepEqual(await shown(sessionId, 4), [])
  })

  test('moves what gave records behind the others, so that none starves', async () => {
    const sessionId = await begin(0, 1, 2)
    for (const partition of [0, 1, 2]) {
      await produce(client, TOPIC, batchOf(['x'.repeat(500)]), { partition })
    }
    // Room for one batch in each answer: the first partition comes whatever its size.
    const order: number[] = []
    for (let epoch = 1; epoch <= 6; epoch++) {
      const response = await fetch(client, { sessionId, sessionEpoch: epoch, maxBytes: 1 })
      const full = partitionsOf(response).filter((partition) => bytesOf(partition).byteLength > 0)
      order.push(...full.map(({ partitionIndex }) => partitionIndex))
    }
    assert.deepEqual(order, [0, 1, 2, 0, 1, 2])
  })

  test('refuses an epoch that is not the next one, and an id that it does not know', async () => {
    const sessionId = await begin(0)
    for (const sessionEpoch of [2, 3]) {
      const response = await fetch(client, { sessionId, sessionEpoch })
      assert.deepEqual(
        [response.errorCode, response.sessionId, response.responses.length],
        [ErrorCode.INVALID_FETCH_SESSION_EPOCH, 0, 0]
      )
    }
    const unknown = await fetch(client, { sessionId: sessionId ^ 1, sessionEpoch: 1 })
    assert.equal(unknown.errorCode, ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    assert.deepEqual(await shown(sessionId, 1), [])
    const repeated = await fetch(client, { sessionId, sessionEpoch: 1 })
    assert.equal(repeated.errorCode, ErrorCode.INVALID_FETCH_SESSION_EPOCH)
  })

  test('ends with the last epoch, which is answered in full', async () => {
    const sessionId = await begin(0, 1)
    const last = await fetch(client, { sessionId, sessionEpoch: -1, wanted: [at(0), at(1)] })
    assert.deepEqual([last.errorCode, last.sessionId, partitionsOf(last).length], [0, 0, 2])
    const after = await fetch(client, { sessionId, sessionEpoch: 1 })
    assert.equal(after.errorCode, ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  })

  test('begins anew in place of the one that it names', async () => {
    const sessionId = await begin(0, 1)
    const again = await fetch(client, { sessionId, sessionEpoch: 0, wanted: [at(2)] })
    assert.ok(again.sessionId > 0 && again.sessionId !== sessionId)
    assert.equal(broker.context.fetchSessions.size, 1)
  })

  test('is refused to those who come when all places are taken, who still get their records', async () => {
    const kept = [await begin(0), await begin(0)]
    const late = await fetch(client, { sessionEpoch: 0, wanted: [at(0)] })
    assert.deepEqual([late.errorCode, late.sessionId, partitionsOf(late).length], [0, 0, 1])
    for (const sessionId of kept) assert.deepEqual(await shown(sessionId, 1), [])
  })

  test('gives its place to another when it was not used for two minutes', async () => {
    const [idle, busy] = [await begin(0), await begin(0)]
    await clock.advance(TWO_MINUTES_MS)
    assert.deepEqual(await shown(busy, 1), [])
    await clock.advance(1)
    assert.ok((await begin(0)) > 0)
    assert.equal((await fetch(client, { sessionId: idle, sessionEpoch: 1 })).errorCode, 70)
    assert.deepEqual(await shown(busy, 2), [])
  })

  test('gives its place to a larger one, but not before it is two minutes old', async () => {
    const [small, smaller] = [await begin(0, 1), await begin(0)]
    assert.equal(await begin(0, 1, 2), 0)
    let epoch = 1
    for (let ms = 0; ms <= TWO_MINUTES_MS; ms += 40_000, epoch++) {
      for (const sessionId of [small, smaller]) assert.deepEqual(await shown(sessionId, epoch), [])
      await clock.advance(40_000)
    }
    assert.ok((await begin(0, 1, 2)) > 0)
    assert.equal((await fetch(client, { sessionId: smaller, sessionEpoch: epoch })).errorCode, 70)
    assert.deepEqual(await shown(small, epoch), [])
  })
})
