/** Appending: offsets, order, producers, back-pressure. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { suiteBatch } from './batches.ts'
import {
  append,
  createTopic,
  readAll,
  removeTopic,
  suiteTopicId,
  valuesOf,
  type OpenSuiteEngine
} from './engine.ts'
import { withEngine } from './with-engine.ts'

export function appendCases(open: OpenSuiteEngine): void {
  it('gives dense offsets in the order of the calls', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const calls = Array.from({ length: 50 }, (_, index) =>
        append(storage, { topicId, values: [`a${index}`, `b${index}`] })
      )
      const results = await Promise.all(calls)
      assert.deepEqual(
        results.map((result) => (result.kind === 'appended' ? result.baseOffset : result.kind)),
        calls.map((_, index) => index * 2)
      )
      const records = await readAll(storage, topicId)
      assert.deepEqual(
        records.map((record) => record.offset),
        Array.from({ length: 100 }, (_, index) => index)
      )
      assert.equal(records[99]?.value, 'b49')
    })
  })

  it('answers for each batch of a call in its place', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders', { partitionCount: 2 })
      const results = await storage.log.append([
        suiteBatch({ topicId, partition: 1, values: ['x'] }),
        suiteBatch({ topicId, partition: 7, values: ['nowhere'] }),
        suiteBatch({ topicId: suiteTopicId(), values: ['unknown topic'] }),
        suiteBatch({ topicId, partition: 1, values: ['y', 'z'] }),
        suiteBatch({ topicId, partition: 0, values: ['w'] })
      ])
      assert.deepEqual(
        results.map((result) => (result.kind === 'appended' ? result.baseOffset : result.kind)),
        [0, 'unknown-partition', 'unknown-partition', 1, 0]
      )
    })
  })

  it('recognises the last five batches of a producer and answers their offsets', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const send = (sequence: number, epoch = 0) =>
        append(storage, { topicId, values: ['v'], producer: { id: 7, epoch, sequence } })
      for (let sequence = 0; sequence < 7; sequence++) await send(sequence)
      for (let sequence = 2; sequence < 7; sequence++) {
        const repeated = await send(sequence)
        assert.equal(repeated.kind, 'duplicate')
        assert.equal(repeated.kind === 'duplicate' && repeated.baseOffset, sequence)
      }
      assert.deepEqual(await send(1), { kind: 'out-of-order' })
      assert.equal((await valuesOf(storage, topicId)).length, 7)
    })
  })

  it('refuses a gap in the sequence and an epoch from the past', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const send = (sequence: number, epoch: number) =>
        append(storage, { topicId, values: ['v'], producer: { id: 7, epoch, sequence } })
      assert.equal((await send(5, 1)).kind, 'appended', 'a producer that is not known may begin anywhere')
      assert.equal((await send(7, 1)).kind, 'out-of-order')
      assert.equal((await send(6, 1)).kind, 'appended')
      assert.equal((await send(7, 0)).kind, 'fenced')
      assert.equal((await send(3, 2)).kind, 'out-of-order', 'a new epoch begins at 0')
      assert.equal((await send(0, 2)).kind, 'appended')
      assert.equal((await send(7, 1)).kind, 'fenced')
    })
  })

  it('lets sequences wrap from the largest to zero', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const send = (sequence: number, values: readonly string[]) =>
        append(storage, { topicId, values, producer: { id: 7, epoch: 0, sequence } })
      assert.equal((await send(2 ** 31 - 3, ['a', 'b'])).kind, 'appended')
      assert.equal((await send(2 ** 31 - 1, ['c', 'd'])).kind, 'appended')
      assert.equal((await send(1, ['e'])).kind, 'appended')
      assert.equal((await send(2 ** 31 - 1, ['c', 'd'])).kind, 'duplicate')
      assert.deepEqual(await valuesOf(storage, topicId), ['a', 'b', 'c', 'd', 'e'])
    })
  })

  it('decides pipelined batches of a producer one after another', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const send = (sequence: number) =>
        append(storage, { topicId, values: [String(sequence)], producer: { id: 7, epoch: 0, sequence } })
      const results = await Promise.all([send(0), send(1), send(1), send(3), send(2), send(3)])
      assert.deepEqual(
        results.map((result) => result.kind),
        ['appended', 'appended', 'duplicate', 'out-of-order', 'appended', 'appended']
      )
      assert.deepEqual(await valuesOf(storage, topicId), ['0', '1', '2', '3'])
    })
  })

  it('stamps batches of a topic with append time', async () => {
    await withEngine(
      open,
      { logConfig: { timestampType: 'log-append-time' } },
      async ({ storage, clock }) => {
        const topicId = await createTopic(storage, 'orders')
        const result = await append(storage, { topicId, values: ['a'], timestampMs: 5 })
        assert.equal(result.kind === 'appended' && result.appendTimeMs, clock.wallMs())
        const found = await storage.log.offsetForTimestamp(topicId, 0, { kind: 'max' })
        assert.deepEqual(found, { offset: 0, timestampMs: clock.wallMs(), leaderEpoch: 0 })
      }
    )
  })

  it('forgets a producer that was silent for a day', async () => {
    await withEngine(open, {}, async ({ storage, clock }) => {
      const topicId = await createTopic(storage, 'orders')
      const send = (sequence: number) =>
        append(storage, { topicId, values: ['v'], producer: { id: 7, epoch: 0, sequence } })
      await send(0)
      assert.equal(storage.log.producers(topicId, 0).length, 1)
      await clock.advance(25 * 3_600_000)
      assert.deepEqual(storage.log.producers(topicId, 0), [])
      assert.equal((await send(9)).kind, 'appended')
    })
  })

  it('keeps a batch apart from the large buffer that it arrived in', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const batch = suiteBatch({ topicId, values: ['kept'] })
      const received = Buffer.alloc(65_536)
      received.set(batch.bytes, 1_000)
      const bytes = received.subarray(1_000, 1_000 + batch.bytes.byteLength)
      await storage.log.append([{ ...batch, bytes, pinnedBytes: 65_536 }])
      received.fill(0)
      assert.deepEqual(await valuesOf(storage, topicId), ['kept'])
    })
  })

  it('takes nothing for a topic whose removal was decided', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const removed = removeTopic(storage, topicId)
      assert.equal((await append(storage, { topicId, values: ['late'] })).kind, 'unknown-partition')
      await removed
    })
  })
}
