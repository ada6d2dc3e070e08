import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TimestampType } from './batch-attributes.ts'
import { buildBatch } from './batch-builder.ts'
import { readBatchHeader } from './batch-header.ts'
import {
  computeBatchCrc,
  patchBaseOffset,
  patchLogAppendTime,
  patchMaxTimestamp,
  patchPartitionLeaderEpoch
} from './batch-patch.ts'
import { splitBatches, wholeBatchSizeAt } from './batch-split.ts'
import { readRecordsSync } from './records.ts'

function batchAt(baseOffset: number, count = 2): Buffer {
  const records = Array.from({ length: count }, () => ({ timestamp: 5, key: null, value: Buffer.from('v') }))
  return buildBatch({ baseOffset, records })
}

const three = Buffer.concat([batchAt(0), batchAt(2, 5), batchAt(7)])

test('concatenated batches are told apart by their headers', () => {
  const split = splitBatches(three)
  assert.equal(split.end, 'end')
  assert.equal(split.validBytes, three.length)
  assert.deepEqual(
    split.batches.map(({ header }) => header.baseOffset),
    [0, 2, 7]
  )
  assert.deepEqual(
    readRecordsSync(three, split.batches[1]!.at).map(({ offset }) => offset),
    [2, 3, 4, 5, 6]
  )
})

test('a torn last batch is reported with the bytes before it, wherever it is torn', () => {
  const whole = batchAt(0).length + batchAt(2, 5).length
  for (let end = whole + 1; end < three.length; end++) {
    const split = splitBatches(three.subarray(0, end))
    assert.deepEqual([split.end, split.validBytes, split.batches.length], ['torn', whole, 2], `${end}`)
  }
  assert.equal(splitBatches(three, 0, three.length - 1).end, 'torn')
})

test('what is no batch is reported as corrupt', () => {
  const first = batchAt(0)
  const zeros = splitBatches(Buffer.concat([first, Buffer.alloc(100)]))
  assert.deepEqual([zeros.end, zeros.validBytes], ['corrupt', first.length])
  const oldMagic = batchAt(0)
  oldMagic[16] = 1
  assert.equal(splitBatches(oldMagic).end, 'corrupt')
  assert.equal(wholeBatchSizeAt(oldMagic, 0), -1)
})

test('base offset and leader epoch are patched without touching the checksum', () => {
  const bytes = batchAt(0)
  const { crc } = readBatchHeader(bytes)
  patchBaseOffset(bytes, 0, 2 ** 52 + 1)
  patchPartitionLeaderEpoch(bytes, 0, 12)
  const header = readBatchHeader(bytes)
  assert.deepEqual([header.baseOffset, header.partitionLeaderEpoch], [2 ** 52 + 1, 12])
  assert.equal(header.crc, crc)
  assert.equal(computeBatchCrc(bytes, 0), crc)
})

test('the time of the append is patched with a new checksum, and taken back', () => {
  const bytes = Buffer.concat([Buffer.alloc(3), batchAt(0)])
  const original = Buffer.from(bytes)
  patchLogAppendTime(bytes, 3, 1_700_000_000_000)
  const header = readBatchHeader(bytes, 3)
  assert.equal(header.crc, computeBatchCrc(bytes, 3))
  assert.deepEqual(
    readRecordsSync(bytes, 3).map(({ timestamp, timestampType }) => [timestamp, timestampType]),
    [1, 2].map(() => [1_700_000_000_000, TimestampType.logAppendTime])
  )
  patchMaxTimestamp(bytes, 3, { type: TimestampType.createTime, maxTimestamp: 5 })
  assert.deepEqual(bytes, original)
})
