import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { PartitionLog } from './partition-log.ts'
import { TailBatch } from './tail-batch.ts'
import { Tail } from './tail.ts'

/** Batches of `size` offsets each, one after another. */
function filled(count: number, size = 2): { readonly tail: Tail; readonly batches: readonly TailBatch[] } {
  const tail = new Tail()
  const batches = Array.from(
    { length: count },
    (_, index) =>
      new TailBatch({} as PartitionLog, {
        bytes: Buffer.alloc(10),
        baseOffset: index * size,
        lastOffset: index * size + size - 1,
        maxTimestampMs: 0,
        appendTimeMs: 0,
        pinnedBytes: 16,
        producerId: -1,
        memory: undefined,
        producerBefore: undefined
      })
  )
  for (const batch of batches) tail.push(batch)
  return { tail, batches }
}

it('finds the batch that holds an offset', () => {
  const { tail } = filled(100, 3)
  for (let offset = 0; offset < 300; offset++) assert.equal(tail.indexOf(offset), Math.floor(offset / 3))
  assert.equal(tail.indexOf(300), 100)
})

it('counts bytes and pinned memory through pushes, drops and rollbacks', () => {
  const { tail, batches } = filled(200)
  tail.dropFirst(63)
  tail.dropFirst(70)
  tail.pop(batches[199] as TailBatch)
  assert.equal(tail.count, 66)
  assert.equal(tail.bytes, 660)
  assert.equal(tail.pinnedBytes, 66 * 16)
  assert.equal(tail.at(0), batches[133])
  assert.equal(tail.at(65), batches[198])
  tail.dropFirst(66)
  assert.equal(tail.count, 0)
  assert.equal(tail.bytes, 0)
})

it('gives whole batches within the bounds', () => {
  const { tail } = filled(10)
  const bounds = { endOffset: 12, maxBytes: 35, minOneBatch: true }
  assert.equal(tail.read(5, bounds).chunks.length, 3)
  assert.equal(tail.read(9, bounds).chunks.length, 2, 'what ends behind the end is not shown')
  assert.equal(tail.read(5, { ...bounds, maxBytes: 5 }).chunks.length, 1)
  assert.equal(tail.read(5, { ...bounds, maxBytes: 5, minOneBatch: false }).chunks.length, 0)
})
