import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import type { ReadResult } from '../ports/index.ts'
import type { PartitionSegments } from '../segments/index.ts'
import type { PartitionHost, TopicLogs } from './partition-host.ts'
import { PartitionLog } from './partition-log.ts'
import { readPartition } from './partition-read.ts'
import { RecentBatches } from './recent-batches.ts'
import { TailBatch } from './tail-batch.ts'

/** One offset each, from `from` on. */
function batches(log: PartitionLog, from: number, count: number): TailBatch[] {
  return Array.from(
    { length: count },
    (_, index) =>
      new TailBatch(log, {
        bytes: Buffer.alloc(10, from + index),
        baseOffset: from + index,
        lastOffset: from + index,
        maxTimestampMs: 0,
        appendTimeMs: 0,
        pinnedBytes: 10,
        producerId: -1,
        memory: undefined,
        producerBefore: undefined
      })
  )
}

/** With a hundred offsets in segments that nobody may read, unless `inSegments` says what they give. */
function partition(inSegments?: ReadResult): PartitionLog {
  const log = new PartitionLog({} as PartitionHost, {} as TopicLogs, 0)
  log.endOffset = log.highWatermark = 100
  log.segments = {
    exchanges: 0,
    read: () => {
      assert.ok(inSegments !== undefined, 'what is in memory is not read from the disk')
      return Promise.resolve({ ...inSegments, nextOffset: 1 })
    },
    abortedTransactions: () => Promise.resolve([{ producerId: 7, firstOffset: 3, lastOffset: 4 }])
  } as unknown as PartitionSegments
  return log
}

const request = { topicId: 'a' as Uuid, partition: 0, maxBytes: 30, minOneBatch: true } as const

it('serves what was written out from memory, whole batches within the bounds', async () => {
  const log = partition()
  new RecentBatches().keep(log, batches(log, 0, 100))
  const read = await readPartition(log, { ...request, offset: 5, isolation: 'read-uncommitted' })
  assert.ok(read.kind === 'records')
  assert.deepEqual(
    read.chunks.map((chunk) => chunk[0]),
    [5, 6, 7]
  )
})

it('tells readers of committed records what the segments know of aborted transactions', async () => {
  const log = partition()
  new RecentBatches().keep(log, batches(log, 0, 100))
  const read = await readPartition(log, { ...request, offset: 2, isolation: 'read-committed' })
  assert.ok(read.kind === 'records')
  assert.deepEqual(read.abortedTransactions, [{ producerId: 7, firstOffset: 3 }])
})

it('leaves what is older than its first batch to the segments', async () => {
  const log = partition({ kind: 'records', chunks: [], bytes: 0 } as unknown as ReadResult)
  const recent = new RecentBatches()
  recent.keep(log, batches(log, 0, 50))
  recent.keep(log, batches(log, 50, 50))
  recent.shrinkTo(recent.bytes - 1)
  assert.equal(log.recent?.at(0).baseOffset, 50)
  const read = await readPartition(log, { ...request, offset: 49, isolation: 'read-uncommitted' })
  assert.ok(read.kind === 'records')
  assert.equal(read.bytes, 0)
})

it('drops the oldest of all partitions first, and counts small batches for more than their bytes', () => {
  const recent = new RecentBatches()
  const [first, second] = [partition(), partition()]
  recent.keep(first, batches(first, 0, 2))
  recent.keep(second, batches(second, 0, 2))
  assert.ok(recent.bytes > 4 * 100)
  recent.shrinkTo(recent.bytes / 2)
  assert.equal(first.recent, undefined)
  assert.equal(second.recent?.count, 2)
  recent.shrinkTo(-1)
  assert.equal(second.recent, undefined)
  assert.equal(recent.bytes, 0)
})

it('keeps no gap, so that a reader who finds its first batch misses none', () => {
  const recent = new RecentBatches()
  const log = partition()
  recent.keep(log, batches(log, 0, 10))
  recent.keep(log, batches(log, 20, 10))
  assert.equal(log.recent?.at(0).baseOffset, 20)
  assert.equal(log.recent?.count, 10)
})

it('forgets a partition and nothing else', () => {
  const recent = new RecentBatches()
  const [first, second] = [partition(), partition()]
  recent.keep(first, batches(first, 0, 2))
  recent.keep(second, batches(second, 0, 2))
  recent.forget(first)
  assert.equal(first.recent, undefined)
  assert.equal(second.recent?.count, 2)
  recent.forget(second)
  assert.equal(recent.bytes, 0)
})
