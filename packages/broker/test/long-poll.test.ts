/** How long a fetch waits: for enough bytes, for its time by the manual clock, for an error, and no longer. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { ErrorCode } from '@naru/protocol'
import { DELETE_RECORDS } from '@naru/protocol/messages/21-delete-records'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import type { FetchResponse } from '@naru/protocol/messages/01-fetch'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import {
  batchOf,
  bytesOf,
  createTopic,
  fetch,
  partitionsOf,
  produce,
  type FetchShape,
  type Wanted
} from './requests.ts'

const TOPIC = 'polled'
const WAIT_MS = 30_000
const wanted: readonly Wanted[] = [
  { topic: TOPIC, partition: 0, offset: 0 },
  { topic: TOPIC, partition: 1, offset: 0 }
]

/** A fetch on its way, and whether its answer is there. */
interface Poll {
  readonly answer: Promise<FetchResponse>
  readonly answered: () => boolean
}

describe('a long poll', () => {
  let clock: ManualClock
  let broker: RunningBroker
  let reader: RawClient
  let writer: RawClient

  beforeEach(async () => {
    clock = new ManualClock()
    broker = await startInProcessBroker({ time: clock })
    reader = await RawClient.connect(broker)
    writer = await RawClient.connect(broker)
    await createTopic(writer, TOPIC, 2)
  })

  afterEach(async () => {
    for (const client of [reader, writer]) await client[Symbol.asyncDispose]()
    await broker.close()
  })

  /** The first fetch of a connection loads code, so that the tests begin when that is done. */
  async function poll(shape: FetchShape): Promise<Poll> {
    await fetch(reader, { wanted: [] })
    let done = false
    const answer = fetch(reader, { maxWaitMs: WAIT_MS, ...shape }).finally(() => (done = true))
    await settle()
    return { answer, answered: () => done }
  }

  /** Lets what is on its way through the sockets arrive. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await fetch(writer, { wanted: [] })
  }

  test('ends without records when its time is over, not a millisecond earlier', async () => {
    const { answer, answered } = await poll({ wanted })
    await clock.advance(WAIT_MS - 1)
    await settle()
    assert.equal(answered(), false)
    await clock.advance(1)
    const partitions = partitionsOf(await answer)
    assert.deepEqual(
      partitions.map(({ errorCode, highWatermark }) => [errorCode, highWatermark]),
      [
        [0, 0],
        [0, 0]
      ]
    )
  })

  test('is answered at once when it does not want to wait or asks for nothing', async () => {
    for (const shape of [
      { wanted, maxWaitMs: 0 },
      { wanted, minBytes: 0 },
      { wanted: [], maxWaitMs: WAIT_MS }
    ]) {
      assert.equal((await fetch(reader, { maxWaitMs: WAIT_MS, ...shape })).errorCode, 0)
    }
  })

  test('wakes when something is appended', async () => {
    const { answer } = await poll({ wanted })
    await produce(writer, TOPIC, batchOf(['news']), { partition: 1 })
    const partition = partitionsOf(await answer)[1]
    assert.ok(partition !== undefined && bytesOf(partition).includes('news'))
  })

  test('waits for as many bytes as it asks for, from all partitions together', async () => {
    const { answer, answered } = await poll({ wanted, minBytes: 3_000 })
    const batch = batchOf(['x'.repeat(1_000)])
    for (const partition of [0, 1]) await produce(writer, TOPIC, batch, { partition })
    await settle()
    assert.equal(answered(), false)
    await produce(writer, TOPIC, batch, { partition: 0 })
    const bytes = partitionsOf(await answer).map((partition) => bytesOf(partition).byteLength)
    assert.equal(
      bytes.reduce((sum, one) => sum + one, 0),
      3 * batch.byteLength
    )
  })

  test('gives what there is when its time is over before there is enough', async () => {
    const { answer, answered } = await poll({ wanted, minBytes: 1_000_000 })
    await produce(writer, TOPIC, batchOf(['little']))
    await settle()
    assert.equal(answered(), false)
    await clock.advance(WAIT_MS)
    const [partition] = partitionsOf(await answer)
    assert.ok(partition !== undefined && bytesOf(partition).includes('little'))
  })

  test('never waits for more than fits into its answer', async () => {
    const { answer } = await poll({ wanted, minBytes: 10_000, maxBytes: 500 })
    await produce(writer, TOPIC, batchOf(['x'.repeat(1_000)]))
    const [partition] = partitionsOf(await answer)
    assert.ok(partition !== undefined && bytesOf(partition).byteLength > 1_000)
  })

  test('is answered at once when a partition has an error', async () => {
    const response = await fetch(reader, {
      wanted: [{ topic: TOPIC, partition: 0, offset: 9 }, ...wanted.slice(1)],
      maxWaitMs: WAIT_MS
    })
    assert.deepEqual(
      partitionsOf(response).map(({ errorCode }) => errorCode),
      [ErrorCode.OFFSET_OUT_OF_RANGE, 0]
    )
  })

  test('wakes when its topic is deleted', async () => {
    const { answer } = await poll({ wanted })
    const request = { topics: [{ name: TOPIC, topicId: ZERO_UUID }], topicNames: [], timeoutMs: 1000 }
    await writer.send(DELETE_TOPICS, request)
    assert.deepEqual(
      partitionsOf(await answer).map(({ errorCode }) => errorCode),
      [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]
    )
  })

  test('wakes when the log is cut above its offset', async () => {
    await produce(writer, TOPIC, batchOf(['a', 'b']))
    const { answer } = await poll({ wanted, minBytes: 1_000_000 })
    const partitions = [{ partitionIndex: 0, offset: 2 }]
    await writer.send(DELETE_RECORDS, { topics: [{ name: TOPIC, partitions }], timeoutMs: 1000 })
    assert.equal(partitionsOf(await answer)[0]?.errorCode, ErrorCode.OFFSET_OUT_OF_RANGE)
  })

  test('holds up what comes after it on its connection, and nobody else', async () => {
    const { answer, answered } = await poll({ wanted })
    let overtaken = false
    const behind = fetch(reader, { wanted: [] }).then(() => (overtaken = answered()))
    await settle()
    assert.equal(answered(), false)
    await produce(writer, TOPIC, batchOf(['go']))
    await answer
    await behind
    assert.equal(overtaken, true)
  })

  test('leaves no timer behind when it is answered', async () => {
    await settle()
    const before = clock.pending
    const { answer } = await poll({ wanted })
    assert.equal(clock.pending, before + 1)
    await produce(writer, TOPIC, batchOf(['go']))
    await answer
    assert.equal(clock.pending, before)
  })

  test('ends when its client goes away, and leaves neither connection nor timer behind', async () => {
    await settle()
    const before = clock.pending
    const { answer } = await poll({ wanted })
    const failed = assert.rejects(() => answer)
    await reader[Symbol.asyncDispose]()
    await failed
    await settle()
    // The watchdog of the connection has gone with it.
    assert.equal(clock.pending, before - 1)
    assert.equal(broker.metrics().connections, 1)
  })
})

describe('limits of a fetch', () => {
  let broker: RunningBroker
  let client: RawClient

  beforeEach(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    await createTopic(client, TOPIC, 2)
  })

  afterEach(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  test('do not hold back the first batch, however large it is', async () => {
    const batch = batchOf(['x'.repeat(100_000)])
    for (const partition of [0, 1]) await produce(client, TOPIC, batch, { partition })
    for (const shape of [{ maxBytes: 1 }, { maxBytes: 0 }, { maxBytes: -1 }]) {
      const response = await fetch(client, { wanted, ...shape })
      const bytes = partitionsOf(response).map((partition) => bytesOf(partition).byteLength)
      assert.deepEqual(bytes, [batch.byteLength, 0])
    }
    const small = wanted.map((one) => ({ ...one, maxBytes: 10 }))
    const bytes = partitionsOf(await fetch(client, { wanted: small })).map((one) => bytesOf(one).byteLength)
    assert.deepEqual(bytes, [batch.byteLength, 0])
  })

  test('let the first batch come from a later partition when the first has none', async () => {
    const batch = batchOf(['x'.repeat(10_000)])
    await produce(client, TOPIC, batch, { partition: 1 })
    const response = await fetch(client, { wanted, maxBytes: 1 })
    assert.deepEqual(
      partitionsOf(response).map((partition) => bytesOf(partition).byteLength),
      [0, batch.byteLength]
    )
  })

  test('give whole batches only, and as many as fit', async () => {
    const batch = batchOf(['x'.repeat(1_000)])
    for (let count = 0; count < 5; count++) await produce(client, TOPIC, batch)
    const one = [{ topic: TOPIC, partition: 0, offset: 0, maxBytes: 3 * batch.byteLength + 10 }]
    const [partition] = partitionsOf(await fetch(client, { wanted: one }))
    assert.equal(partition === undefined ? 0 : bytesOf(partition).byteLength, 3 * batch.byteLength)
    assert.equal(partition?.highWatermark, 5)
  })

  test('begin with the batch that holds the offset', async () => {
    await produce(client, TOPIC, batchOf(['a', 'b', 'c']))
    await produce(client, TOPIC, batchOf(['d']))
    const [inside] = partitionsOf(await fetch(client, { wanted: [{ topic: TOPIC, offset: 2 }] }))
    assert.ok(inside !== undefined)
    assert.equal(bytesOf(inside).readBigInt64BE(0), 0n)
    const [last] = partitionsOf(await fetch(client, { wanted: [{ topic: TOPIC, offset: 3 }] }))
    assert.ok(last !== undefined)
    assert.equal(bytesOf(last).readBigInt64BE(0), 3n)
  })

  test('follow the epoch that a client knows', async () => {
    for (const [epoch, error] of [
      [-1, ErrorCode.NONE],
      [0, ErrorCode.NONE],
      [1, ErrorCode.UNKNOWN_LEADER_EPOCH]
    ] as const) {
      const response = await fetch(client, {
        wanted: [{ topic: TOPIC, offset: 0, currentLeaderEpoch: epoch }],
        maxWaitMs: 0
      })
      assert.equal(partitionsOf(response)[0]?.errorCode, error)
    }
  })
})
