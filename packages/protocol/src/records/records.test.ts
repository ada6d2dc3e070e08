import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CompressionError, threadPoolCompression } from '../compression/index.ts'
import { CompressionCodec, TimestampType } from './batch-attributes.ts'
import { buildBatch, RecordBatchBuilder } from './batch-builder.ts'
import { batchHeaderBytes, batchOffset, readBatchHeader } from './batch-header.ts'
import { writeBatchCrc } from './batch-patch.ts'
import { validateBatch } from './batch-validation.ts'
import { writeInt32 } from './int64.ts'
import { findInPayload, findOffsetForTimestamp } from './offset-for-timestamp.ts'
import { RecordCursor, walkRecords } from './record-cursor.ts'
import { payloadOf, readRecords, readRecordsSync, type BatchRecord } from './records.ts'
import { arbitraryRecords } from '../../test/arbitrary-records.ts'
import type { RecordToWrite } from './record-writer.ts'

const rules = {
  batchBytesMax: 10_000_000,
  timestampType: TimestampType.createTime,
  timestampMsMin: Number.NEGATIVE_INFINITY,
  timestampMsMax: Number.POSITIVE_INFINITY,
  keyRequired: false
}

/** What was written and what was read, in one form. */
function plain(records: readonly (RecordToWrite | BatchRecord)[]): unknown {
  const hex = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('hex'))
  return records.map(({ timestamp, key, value, headers = [] }) => ({
    timestamp,
    key: hex(key),
    value: hex(value),
    headers: headers.map((header) => [header.key, hex(header.value)])
  }))
}

for (const [name, compression] of Object.entries(CompressionCodec)) {
  test(`${name}: records that were built into a batch are read from it`, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRecords, fc.maxSafeInteger(), async (records, position) => {
        const baseOffset = Math.floor(Math.abs(position) / 2)
        const bytes = buildBatch({ records, compression, baseOffset })
        const read = readRecordsSync(bytes)
        assert.deepEqual(plain(read), plain(records))
        assert.deepEqual(await readRecords(bytes, 0, threadPoolCompression), read)
        assert.deepEqual(
          read.map(({ offset }) => offset),
          records.map((_, index) => baseOffset + index)
        )
        const header = readBatchHeader(bytes)
        assert.equal(header.maxTimestamp, Math.max(...records.map(({ timestamp }) => timestamp)))
        const builder = new RecordBatchBuilder({ compression, baseOffset })
        for (const record of records) builder.append(record)
        assert.deepEqual(await builder.buildWith(threadPoolCompression), bytes)
      }),
      { numRuns: 60 }
    )
  })
}

test('what is built is valid', () => {
  fc.assert(
    fc.property(arbitraryRecords, (records) => {
      const bytes = buildBatch({ records })
      const verdict = validateBatch(bytes, 0, rules)
      assert.equal(verdict.kind, 'valid')
      assert.equal(verdict.kind === 'valid' && verdict.maxTimestamp, readBatchHeader(bytes).maxTimestamp)
    })
  )
})

test('deltas of all magnitudes make the round trip', () => {
  const deltas = [0, 63, 64, 2 ** 27, 2 ** 31 - 1, 2 ** 31, 2 ** 34, 2 ** 41, 2 ** 49, 2 ** 52]
  for (const delta of deltas.flatMap((value) => [value, -value])) {
    const records = [0, delta].map((timestamp) => ({ timestamp, key: null, value: null }))
    assert.deepEqual(
      readRecordsSync(buildBatch({ records })).map(({ timestamp }) => timestamp),
      [0, delta === 0 ? 0 : delta]
    )
  }
})

test('a damaged batch is a typed failure for the reader', () => {
  const bytes = buildBatch({ records: [{ timestamp: 1, key: null, value: Buffer.from('value') }] })
  const isCorrupt = (error: unknown) => error instanceof CompressionError && error.code === 'CORRUPT_MESSAGE'
  assert.throws(() => readRecordsSync(bytes.subarray(0, bytes.length - 1)), isCorrupt)
  bytes[batchHeaderBytes] = 200
  assert.throws(() => readRecordsSync(bytes), isCorrupt)
})

test('a batch that compaction emptied has no records, whatever codec it names', async () => {
  const bytes = buildBatch({ records: [], compression: CompressionCodec.zstd, producerId: 7 }).subarray(
    0,
    batchHeaderBytes
  )
  writeInt32(bytes, batchOffset.batchLength, batchHeaderBytes - batchOffset.partitionLeaderEpoch)
  writeBatchCrc(bytes, 0)
  assert.deepEqual(readRecordsSync(bytes), [])
  assert.deepEqual(await readRecords(bytes, 0, threadPoolCompression), [])
})

test('the cursor shows positions of keys and values without copying them', () => {
  const bytes = buildBatch({
    records: [
      { timestamp: 5, key: Buffer.from('k'), value: null },
      { timestamp: 6, key: null, value: Buffer.from('v2'), headers: [{ key: 'h', value: null }] }
    ]
  })
  const cursor = new RecordCursor(payloadOf(bytes, 0))
  assert.ok(cursor.next())
  assert.equal(Buffer.from(cursor.bytes).toString('utf8', cursor.keyAt, cursor.keyAt + cursor.keyBytes), 'k')
  assert.equal(cursor.valueBytes, -1)
  assert.ok(cursor.next())
  assert.deepEqual([cursor.keyBytes, cursor.valueBytes, cursor.headerCount], [-1, 2, 1])
  assert.deepEqual([cursor.offsetDelta, cursor.timestampDelta], [1, 1])
  assert.equal(cursor.next(), false)
  assert.equal(cursor.malformed, undefined)
})

test('a walk stops when the visitor has seen enough and reports what is wrong', () => {
  const records = [1, 2, 3].map((timestamp) => ({ timestamp, key: null, value: null }))
  const payload = payloadOf(buildBatch({ records }), 0)
  let visits = 0
  assert.equal(
    walkRecords(payload, 3, () => ++visits === 2),
    undefined
  )
  assert.equal(visits, 2)
  assert.match(walkRecords(payload, 4, () => false) ?? '', /fewer records/)
  assert.match(walkRecords(payload, 2, () => false) ?? '', /left after/)
})

test('the first record at or after a timestamp is found, also where timestamps go back', async () => {
  const records = [10, 30, 20, 40].map((timestamp) => ({ timestamp, key: null, value: null }))
  const bytes = buildBatch({ records, baseOffset: 100, compression: CompressionCodec.gzip })
  const find = (timestamp: number, fromOffset = 0) =>
    findOffsetForTimestamp(bytes, 0, { timestamp, fromOffset }, threadPoolCompression)
  assert.deepEqual(await find(15), { offset: 101, timestamp: 30 })
  assert.deepEqual(await find(15, 102), { offset: 102, timestamp: 20 })
  assert.deepEqual(await find(40), { offset: 103, timestamp: 40 })
  assert.equal(await find(41), undefined)
})

test('with LogAppendTime every record of the batch has the time of the append', () => {
  const records = [10, 30].map((timestamp) => ({ timestamp, key: null, value: null }))
  const bytes = buildBatch({ records, logAppendTimeMs: 99 })
  const found = findInPayload(payloadOf(bytes, 0), readBatchHeader(bytes), { timestamp: 50 })
  assert.deepEqual(found, { offset: 0, timestamp: 99 })
})
