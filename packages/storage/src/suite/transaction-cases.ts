/** Transactions as readers see them: the last stable offset, what was aborted, offsets by time, deletions. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import type { Storage } from '../ports/index.ts'
import { suiteBatch, suiteMarker } from './batches.ts'
import { committedRecords } from './committed-reader.ts'
import { append, createTopic, end, read, readAll, type OpenSuiteEngine } from './engine.ts'
import { withEngine } from './with-engine.ts'

export function transactionCases(open: OpenSuiteEngine): void {
  it('holds back committed readers at an open transaction, and lets them on when it ends', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['before'] })
      await inTransaction(storage, { topicId, producer: 7, values: ['a', 'b'] })
      await append(storage, { topicId, values: ['after'] })
      assert.deepEqual(offsetsOf(storage, topicId), { lastStableOffset: 1, highWatermark: 4 })
      assert.deepEqual(await committedValues(storage, topicId), ['before'])
      assert.deepEqual((await readAll(storage, topicId)).length, 4)
      const held = await read(storage, topicId, 2, { isolation: 'read-committed' })
      assert.equal(held.kind === 'records' && held.bytes, 0, 'beyond the end, but not out of range')
      assert.equal(await end(storage, { topicId, producer: { id: 7, epoch: 0 }, type: 'commit' }), 'appended')
      assert.deepEqual(offsetsOf(storage, topicId), { lastStableOffset: 5, highWatermark: 5 })
      assert.deepEqual(await committedValues(storage, topicId), ['before', 'a', 'b', 'after'])
    })
  })

  it('waits for the oldest of several transactions', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await inTransaction(storage, { topicId, producer: 1, values: ['a'] })
      await inTransaction(storage, { topicId, producer: 2, values: ['b'] })
      await end(storage, { topicId, producer: { id: 2, epoch: 0 }, type: 'commit' })
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 0)
      await inTransaction(storage, { topicId, producer: 2, values: ['c'], sequence: 1 })
      await end(storage, { topicId, producer: { id: 1, epoch: 0 }, type: 'abort' })
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 3)
      assert.deepEqual(await committedValues(storage, topicId), ['b'])
    })
  })

  it('moves the last stable offset when the marker is durable, and tells watchers', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await inTransaction(storage, { topicId, producer: 7, values: ['a'] })
      const seen: Array<number | undefined> = []
      storage.log.watch(topicId, 0, () => seen.push(storage.log.state(topicId, 0)?.lastStableOffset))
      const marker = suiteMarker({ topicId, producer: { id: 7, epoch: 0 }, type: 'commit' })
      const ended = storage.log.append([marker])
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 0)
      await ended
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 2)
      assert.equal(seen.at(-1), 2)
    })
  })

  it('names the aborted transactions that overlap what is given, and no others', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      // 0 a1, 1 b2, 2 abort of 1, 3 c3, 4 d2, 5 abort of 2, 6 commit of 3, 7 e
      await inTransaction(storage, { topicId, producer: 1, values: ['a'] })
      await inTransaction(storage, { topicId, producer: 2, values: ['b'] })
      await end(storage, { topicId, producer: { id: 1, epoch: 0 }, type: 'abort' })
      await inTransaction(storage, { topicId, producer: 3, values: ['c'] })
      await inTransaction(storage, { topicId, producer: 2, values: ['d'], sequence: 1, guard: 'none' })
      await end(storage, { topicId, producer: { id: 2, epoch: 0 }, type: 'abort' })
      await end(storage, { topicId, producer: { id: 3, epoch: 0 }, type: 'commit' })
      await append(storage, { topicId, values: ['e'] })
      const first = { producerId: 1, firstOffset: 0 }
      const second = { producerId: 2, firstOffset: 1 }
      assert.deepEqual(await abortedFrom(storage, topicId, 0), [first, second])
      assert.deepEqual(await abortedFrom(storage, topicId, 0, 1), [first])
      assert.deepEqual(await abortedFrom(storage, topicId, 3), [second])
      assert.deepEqual(await abortedFrom(storage, topicId, 5), [second])
      assert.deepEqual(await abortedFrom(storage, topicId, 6), [])
      const uncommitted = await read(storage, topicId, 0)
      assert.deepEqual(uncommitted.kind === 'records' && uncommitted.abortedTransactions, [])
      assert.deepEqual(await committedValues(storage, topicId), ['c', 'e'])
    })
  })

  it('keeps the bookkeeping of a transaction whose first records were deleted', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await inTransaction(storage, { topicId, producer: 7, values: ['a', 'b'] })
      await inTransaction(storage, { topicId, producer: 7, values: ['c'], sequence: 2, guard: 'none' })
      await storage.log.deleteRecordsBefore(topicId, 0, 2)
      assert.deepEqual(offsetsOf(storage, topicId), { lastStableOffset: 2, highWatermark: 3 })
      assert.deepEqual(await committedRecords(storage, topicId, { offset: 2 }), [])
      await end(storage, { topicId, producer: { id: 7, epoch: 0 }, type: 'abort' })
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 4)
      assert.deepEqual(await abortedFrom(storage, topicId, 2), [{ producerId: 7, firstOffset: 0 }])
      assert.deepEqual(await committedRecords(storage, topicId, { offset: 2 }), [])
      await inTransaction(storage, { topicId, producer: 7, values: ['d'], sequence: 3 })
      await storage.log.deleteRecordsBefore(topicId, 0, -1)
      assert.deepEqual(offsetsOf(storage, topicId), { lastStableOffset: 5, highWatermark: 5 })
      await end(storage, { topicId, producer: { id: 7, epoch: 0 }, type: 'commit' })
      assert.deepEqual(offsetsOf(storage, topicId), { lastStableOffset: 6, highWatermark: 6 })
    })
  })

  it('takes a whole group of transactions in one call', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const producers = Array.from({ length: 50 }, (_, index) => 100 + index)
      await storage.log.append(
        producers.map((id) =>
          suiteBatch({
            topicId,
            values: [`v${id}`],
            producer: { id, epoch: 0, sequence: 0 },
            transactional: true,
            guard: 'unguarded'
          })
        )
      )
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 0)
      // In another order than they began, every other one aborted.
      const markers = producers
        .toReversed()
        .map((id) =>
          suiteMarker({ topicId, producer: { id, epoch: 0 }, type: id % 2 === 0 ? 'commit' : 'abort' })
        )
      await storage.log.append(markers)
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 100)
      const committed = producers.filter((id) => id % 2 === 0).map((id) => `v${id}`)
      assert.deepEqual(await committedValues(storage, topicId), committed)
      assert.equal((await abortedFrom(storage, topicId, 0)).length, 25)
      assert.equal((await abortedFrom(storage, topicId, 99)).length, 0, 'the last marker is a commit')
    })
  })
}

/** Appends a transactional batch; the first one of a transaction brings a guard along. */
export async function inTransaction(
  storage: Storage,
  batch: {
    readonly topicId: Uuid
    readonly producer: number
    readonly values: readonly string[]
    readonly epoch?: number
    readonly sequence?: number
    readonly guard?: 'none'
  }
): Promise<void> {
  const { topicId, producer, values, epoch = 0, sequence = 0 } = batch
  const result = await append(storage, {
    topicId,
    values,
    producer: { id: producer, epoch, sequence },
    transactional: true,
    ...(batch.guard === 'none' ? {} : { guard: 'unguarded' })
  })
  assert.equal(result.kind, 'appended')
}

export async function committedValues(storage: Storage, topicId: Uuid): Promise<string[]> {
  return (await committedRecords(storage, topicId)).map(({ value }) => value)
}

function offsetsOf(storage: Storage, topicId: Uuid): object {
  const { lastStableOffset, highWatermark } = storage.log.state(topicId, 0) ?? {}
  return { lastStableOffset, highWatermark }
}

async function abortedFrom(
  storage: Storage,
  topicId: Uuid,
  offset: number,
  maxBytes = 1_000_000
): Promise<readonly object[]> {
  const result = await read(storage, topicId, offset, { maxBytes, isolation: 'read-committed' })
  assert.ok(result.kind === 'records')
  return result.abortedTransactions
}
