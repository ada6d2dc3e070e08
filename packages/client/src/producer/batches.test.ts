import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BatchQueues, planBatches } from './batches.ts'
import { type EncodedRecord, encodeRecord } from './record-to-send.ts'
import { stringCodec } from '../codec.ts'

function record(value: string, key?: string, partition?: number): EncodedRecord {
  return encodeRecord({ key, value, partition }, { key: stringCodec, value: stringCodec }, 0)
}

function layout(queues: BatchQueues): Record<number, string[]> {
  const entries = [...queues].map(([partition, batches]) => [
    partition,
    batches.map((batch) => batch.records.map(({ value }) => String(value)).join(''))
  ])
  return Object.fromEntries(entries) as Record<number, string[]>
}

const limits = { partitionCount: 4, batchBytesMax: 100, keylessPartition: 0 }

test('keyless-records-fill-a-batch-and-then-go-to-the-next-partition', () => {
  const plan = planBatches(
    'abcdefgh'.split('').map((value) => record(value)),
    limits
  )
  assert.deepEqual(layout(plan.queues), { 0: ['abcd'], 1: ['efgh'] })
  assert.equal(plan.keylessPartition, 2)
})

test('a-key-keeps-its-partition-and-its-order-over-batches', () => {
  const plan = planBatches(
    'abcdef'.split('').map((value) => record(value, 'k')),
    limits
  )
  assert.deepEqual(Object.values(layout(plan.queues)), [['abc', 'def']])
})

test('a-chosen-partition-wins-over-the-key', () => {
  const plan = planBatches([record('a', 'k', 3), record('b', undefined, 3)], limits)
  assert.deepEqual(layout(plan.queues), { 3: ['ab'] })
})

test('a-record-larger-than-a-batch-goes-alone', () => {
  const large = 'x'.repeat(200)
  const plan = planBatches([record('a', 'k'), record(large, 'k'), record('b', 'k')], limits)
  assert.deepEqual(Object.values(layout(plan.queues)), [['a', large, 'b']])
})
