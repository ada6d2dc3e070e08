// The verdicts here were compared with those of Apache Kafka 4.2.0's own log on some thousand mutated batches;
// where ours is stricter, the test says so.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { errorName } from '../errors/error-codes.ts'
import { compressionOf, TimestampType } from './batch-attributes.ts'
import { buildBatch, type BatchOptions } from './batch-builder.ts'
import { batchOffset, readBatchHeader } from './batch-header.ts'
import { computeBatchCrc, writeBatchCrc } from './batch-patch.ts'
import { validateBatch, validateProduceRecords, type BatchRules } from './batch-validation.ts'
import { writeInt16, writeInt32, writeInt64 } from './int64.ts'
import { validateRecords } from './record-validation.ts'
import { RecordWriter } from './record-writer.ts'
import { arbitraryRecords } from '../../test/arbitrary-records.ts'

const now = 1_800_000_000_000
const rules: BatchRules = {
  batchBytesMax: 100_000,
  timestampType: TimestampType.createTime,
  timestampMsMin: Number.NEGATIVE_INFINITY,
  timestampMsMax: now + 3_600_000,
  keyRequired: false
}

function batchOf(count: number, options: BatchOptions = {}): Buffer {
  const records = Array.from({ length: count }, (_, index) => ({
    timestamp: now + index,
    key: Buffer.from(`key ${index}`),
    value: Buffer.from(`value ${index}`)
  }))
  return buildBatch({ ...options, records })
}

/** Changes the batch and computes its CRC again, so that the check under test is the one that fails. */
function changed(bytes: Buffer, change: (bytes: Buffer) => void): Buffer {
  change(bytes)
  writeBatchCrc(bytes, 0)
  return bytes
}

function verdictOf(bytes: Uint8Array, changes: Partial<BatchRules> = {}): string {
  const verdict = validateProduceRecords(bytes, { ...rules, ...changes })
  return verdict.kind === 'valid' ? 'valid' : errorName(verdict.error)
}

test('a batch of a producer is accepted and tells its largest timestamp', () => {
  const verdict = validateProduceRecords(batchOf(3), rules)
  assert.equal(verdict.kind, 'valid')
  assert.equal(verdict.kind === 'valid' && verdict.maxTimestamp, now + 2)
  assert.equal(verdict.kind === 'valid' && verdict.header.recordCount, 3)
})

test('no batch, half a batch and two batches are no valid records field', () => {
  const batch = batchOf(2)
  assert.equal(verdictOf(Buffer.alloc(0)), 'INVALID_RECORD')
  assert.equal(verdictOf(batch.subarray(0, 40)), 'INVALID_RECORD')
  assert.equal(verdictOf(batch.subarray(0, batch.length - 1)), 'INVALID_RECORD')
  assert.equal(verdictOf(Buffer.concat([batch, batch])), 'INVALID_RECORD')
  assert.equal(verdictOf(Buffer.concat([batch, batch.subarray(0, 30)])), 'valid')
})

test('lengths and magics that cannot be are corrupt, old magics are refused', () => {
  for (const length of [-1, 0, 13, -2147483648]) {
    assert.equal(verdictOf(changedField(batchOffset.batchLength, length)), 'CORRUPT_MESSAGE')
  }
  const withMagic = (magic: number) => {
    const bytes = batchOf(1)
    bytes[batchOffset.magic] = magic
    return bytes
  }
  assert.deepEqual(
    [0, 1, 3, 255].map((magic) => verdictOf(withMagic(magic))),
    ['INVALID_RECORD', 'INVALID_RECORD', 'CORRUPT_MESSAGE', 'CORRUPT_MESSAGE']
  )
  const short = batchOf(1).subarray(0, 40)
  short.writeInt32BE(28, batchOffset.batchLength)
  assert.equal(verdictOf(short), 'CORRUPT_MESSAGE')
})

function changedField(at: number, value: number): Buffer {
  const bytes = batchOf(3)
  writeInt32(bytes, at, value)
  return bytes
}

test('the checks fail in Kafka’s order: base offset, size, checksum, codec, counts', () => {
  const bytes = batchOf(3, { baseOffset: 5 })
  const order: string[] = []
  const step = (fix: () => void): void => {
    order.push(verdictOf(bytes, { batchBytesMax: limit }))
    fix()
  }
  let limit = 10
  writeInt16(bytes, batchOffset.attributes, 6)
  writeInt32(bytes, batchOffset.recordCount, 9)
  step(() => writeInt64(bytes, 0, 0))
  step(() => (limit = 1000))
  step(() => writeBatchCrc(bytes, 0))
  step(() => changed(bytes, () => writeInt16(bytes, batchOffset.attributes, 0)))
  step(() => changed(bytes, () => writeInt32(bytes, batchOffset.recordCount, 3)))
  step(() => undefined)
  assert.deepEqual(order, [
    'INVALID_RECORD',
    'MESSAGE_TOO_LARGE',
    'CORRUPT_MESSAGE',
    'UNSUPPORTED_COMPRESSION_TYPE',
    'INVALID_RECORD',
    'valid'
  ])
})

test('a batch of exactly the allowed size passes', () => {
  const batch = batchOf(3)
  assert.equal(verdictOf(batch, { batchBytesMax: batch.length }), 'valid')
  assert.equal(verdictOf(batch, { batchBytesMax: batch.length - 1 }), 'MESSAGE_TOO_LARGE')
})

test('record count and last offset delta have to agree with each other and the records', () => {
  for (const [count, delta] of [
    [0, -1],
    [-1, -2],
    [3, 3],
    [2, 1],
    [4, 3],
    [3, -2147483648]
  ] as const) {
    const bytes = changed(batchOf(3), (batch) => {
      writeInt32(batch, batchOffset.recordCount, count)
      writeInt32(batch, batchOffset.lastOffsetDelta, delta)
    })
    assert.equal(verdictOf(bytes), 'INVALID_RECORD', `${count} ${delta}`)
  }
})

test('clients write no control records', () => {
  assert.equal(verdictOf(batchOf(1, { control: true })), 'INVALID_RECORD')
})

test('a producer id needs a sequence and (stricter than Kafka) an epoch', () => {
  const producer = { producerId: 2 ** 41, producerEpoch: 0, baseSequence: 0 }
  assert.equal(verdictOf(batchOf(1, producer)), 'valid')
  assert.equal(verdictOf(batchOf(1, { ...producer, baseSequence: -1 })), 'INVALID_RECORD')
  assert.equal(verdictOf(batchOf(1, { ...producer, producerEpoch: -1 })), 'INVALID_RECORD')
  const unsafe = changed(batchOf(1, producer), (batch) =>
    batch.writeBigInt64BE(2n ** 60n, batchOffset.producerId)
  )
  assert.equal(verdictOf(unsafe), 'INVALID_RECORD')
})

test('a transactional batch without a producer id is refused (stricter than Kafka)', () => {
  assert.equal(verdictOf(batchOf(1, { transactional: true })), 'INVALID_RECORD')
})

test('timestamps outside the allowed range are named one by one', () => {
  const verdict = validateProduceRecords(batchOf(3), { ...rules, timestampMsMax: now + 1 })
  assert.ok(verdict.kind === 'invalid')
  assert.equal(errorName(verdict.error), 'INVALID_TIMESTAMP')
  assert.deepEqual(
    verdict.recordErrors.map(({ batchIndex }) => batchIndex),
    [2]
  )
  assert.equal(verdictOf(batchOf(3), { timestampMsMin: now + 1 }), 'INVALID_TIMESTAMP')
  const none = buildBatch({ records: [{ timestamp: -1, key: null, value: null }] })
  assert.equal(verdictOf(none, { timestampMsMin: now }), 'valid')
})

test('with LogAppendTime the records may say what they want, but not that the broker said it', () => {
  const topic = { timestampType: TimestampType.logAppendTime, timestampMsMax: 0 }
  assert.equal(verdictOf(batchOf(3), topic), 'valid')
  assert.equal(verdictOf(batchOf(3, { logAppendTimeMs: now }), topic), 'INVALID_TIMESTAMP')
})

test('timestamps beyond the safe integers are refused', () => {
  for (const field of [batchOffset.baseTimestamp, batchOffset.maxTimestamp]) {
    const bytes = changed(batchOf(1), (batch) => batch.writeBigInt64BE(2n ** 62n, field))
    assert.equal(verdictOf(bytes), 'INVALID_TIMESTAMP')
  }
})

test('a compacted topic names the records without a key', () => {
  const records = [1, 2, 3].map((key) => ({
    timestamp: now,
    key: key === 2 ? Buffer.from('2') : null,
    value: null
  }))
  const verdict = validateProduceRecords(buildBatch({ records }), { ...rules, keyRequired: true })
  assert.ok(verdict.kind === 'invalid')
  assert.equal(errorName(verdict.error), 'INVALID_RECORD')
  assert.deepEqual(
    verdict.recordErrors.map(({ batchIndex }) => batchIndex),
    [0, 2]
  )
})

test('offset deltas count up from zero (stricter than Kafka)', () => {
  const header = readBatchHeader(batchOf(2))
  const writer = new RecordWriter(0)
  writer.writeRecord({ timestamp: 0, key: null, value: null }, 0, 0)
  writer.writeRecord({ timestamp: 0, key: null, value: null }, 2, 0)
  const verdict = validateRecords(writer.bytes(), header, rules)
  assert.equal(verdict.kind === 'invalid' && errorName(verdict.error), 'INVALID_RECORD')
})

test('what a compressed batch says is checked once it is inflated', () => {
  const batch = batchOf(3, { compression: 4 })
  const verdict = validateProduceRecords(batch, rules)
  assert.ok(verdict.kind === 'valid')
  assert.equal(verdict.maxTimestamp, undefined)
  assert.equal(compressionOf(verdict.header.attributes), 4)
})

test('no changed byte inside the checksum passes, none crashes', () => {
  fc.assert(
    fc.property(arbitraryRecords, fc.nat(), fc.integer({ min: 1, max: 255 }), (records, position, flip) => {
      const bytes = buildBatch({ records })
      const at = position % bytes.length
      bytes[at]! ^= flip
      const verdict = validateBatch(bytes, 0, { ...rules, timestampMsMax: Number.POSITIVE_INFINITY })
      const isOutsideCrc = at >= batchOffset.partitionLeaderEpoch && at < batchOffset.magic
      assert.equal(verdict.kind, isOutsideCrc ? 'valid' : 'invalid', `byte ${at}`)
    })
  )
})

test('random records with a right checksum never crash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 5 }), (payload, count) => {
      const bytes = Buffer.concat([batchOf(count).subarray(0, batchOffset.records), payload])
      writeInt32(bytes, batchOffset.batchLength, bytes.length - batchOffset.partitionLeaderEpoch)
      writeInt32(bytes, batchOffset.crc, computeBatchCrc(bytes, 0))
      const verdict = validateBatch(bytes, 0, rules)
      assert.ok(verdict.kind === 'valid' || verdict.message.length > 0)
    }),
    { numRuns: 1000 }
  )
})
