import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordsBatch } from '@platformatic/kafka'
import { stringCodec } from '../codec.ts'
import { decodeRecords, nextOffset } from './record.ts'

function batch(changes: Partial<RecordsBatch> & { readonly values?: readonly string[] }): RecordsBatch {
  const values = changes.values ?? ['a', 'b', 'c']
  return {
    firstOffset: 10n,
    length: 0,
    partitionLeaderEpoch: 0,
    magic: 2,
    crc: 0,
    attributes: 0,
    lastOffsetDelta: values.length - 1,
    firstTimestamp: 1_000n,
    maxTimestamp: 5_000n,
    producerId: -1n,
    producerEpoch: -1,
    firstSequence: -1,
    records: values.map((value, offsetDelta) => ({
      length: 0,
      attributes: 0,
      timestampDelta: BigInt(offsetDelta),
      offsetDelta,
      key: null,
      value: Buffer.from(value),
      headers: [[Buffer.from('h'), null]]
    })),
    ...changes
  }
}

const codecs = { key: stringCodec, value: stringCodec }
const all = { topic: 't', partition: 2, from: 0, end: Infinity }

test('a-record-carries-its-place-its-time-and-its-headers', () => {
  assert.deepEqual(decodeRecords([batch({ values: ['a'] })], all, codecs), [
    {
      topic: 't',
      partition: 2,
      offset: 10,
      timestamp: 1_000,
      timestampType: 'create',
      key: null,
      value: 'a',
      headers: [['h', null]]
    }
  ])
})

test('records-outside-of-the-slice-are-left-out', () => {
  const values = decodeRecords([batch({})], { ...all, from: 11, end: 12 }, codecs).map(({ value }) => value)
  assert.deepEqual(values, ['b'])
})

test('with-log-append-time-every-record-has-the-time-of-the-batch', () => {
  const records = decodeRecords([batch({ attributes: 1 << 3 })], all, codecs)
  assert.deepEqual(new Set(records.map(({ timestamp }) => timestamp)), new Set([5_000]))
  assert.equal(records[0]?.timestampType, 'append')
})

test('markers-of-transactions-are-skipped-and-still-move-the-position', () => {
  const marker = batch({ attributes: 1 << 5, firstOffset: 13n, values: ['m'] })
  assert.equal(decodeRecords([batch({}), marker], all, codecs).length, 3)
  assert.equal(nextOffset([batch({}), marker]), 14)
  assert.equal(nextOffset([]), undefined)
})

test('an-offset-beyond-53-bits-is-an-error-and-not-another-number', () => {
  assert.throws(() => decodeRecords([batch({ firstOffset: 2n ** 60n })], all, codecs), {
    code: 'OUT_OF_RANGE'
  })
})
