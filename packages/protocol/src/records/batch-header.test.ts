import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  compressionOf,
  hasDeleteHorizon,
  isCompressionCodec,
  isControl,
  isTransactional,
  timestampTypeOf
} from './batch-attributes.ts'
import { batchHeaderBytes, lastSequenceOf, readBatchHeader, sequenceAfter } from './batch-header.ts'
import { readInt64, writeInt64 } from './int64.ts'

test('a header reads back every field at its place', () => {
  const bytes = Buffer.alloc(batchHeaderBytes + 7)
  const at = 7
  bytes.writeBigInt64BE(2n ** 53n - 1n, at)
  bytes.writeInt32BE(49, at + 8)
  bytes.writeInt32BE(-2, at + 12)
  bytes.writeInt8(2, at + 16)
  bytes.writeUInt32BE(0xfedcba98, at + 17)
  bytes.writeInt16BE(0x53, at + 21)
  bytes.writeInt32BE(4, at + 23)
  bytes.writeBigInt64BE(-5n, at + 27)
  bytes.writeBigInt64BE(1_700_000_000_123n, at + 35)
  bytes.writeBigInt64BE(2n ** 41n, at + 43)
  bytes.writeInt16BE(-1, at + 51)
  bytes.writeInt32BE(2147483647, at + 53)
  bytes.writeInt32BE(5, at + 57)
  const header = readBatchHeader(bytes, at)
  assert.deepEqual(header, {
    baseOffset: Number.MAX_SAFE_INTEGER,
    batchLength: 49,
    sizeInBytes: 61,
    partitionLeaderEpoch: -2,
    magic: 2,
    crc: 0xfedcba98,
    attributes: 0x53,
    lastOffsetDelta: 4,
    baseTimestamp: -5,
    maxTimestamp: 1_700_000_000_123,
    producerId: 2 ** 41,
    producerEpoch: -1,
    baseSequence: 2147483647,
    recordCount: 5
  })
  assert.equal(lastSequenceOf(header), 3)
})

test('attributes tell codec, timestamp type and flags apart', () => {
  assert.equal(compressionOf(0x7c), 4)
  assert.equal(isCompressionCodec(5), false)
  assert.equal(timestampTypeOf(0x08), 1)
  assert.deepEqual([isTransactional(0x10), isControl(0x10), hasDeleteHorizon(0x10)], [true, false, false])
  assert.deepEqual([isTransactional(0x60), isControl(0x60), hasDeleteHorizon(0x60)], [false, true, true])
})

test('64-bit integers make the round trip in the safe range and stay outside it otherwise', () => {
  const bytes = Buffer.alloc(8)
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      writeInt64(bytes, 0, value)
      assert.equal(bytes.readBigInt64BE(), BigInt(value))
      assert.equal(readInt64(bytes, 0), value)
    })
  )
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      bytes.writeBigInt64BE(value)
      assert.equal(
        Number.isSafeInteger(readInt64(bytes, 0)),
        value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      )
    })
  )
})

test('sequence numbers wrap to zero after the largest', () => {
  assert.equal(sequenceAfter(2147483647, 1), 0)
  assert.equal(sequenceAfter(2147483646, 1), 2147483647)
})
