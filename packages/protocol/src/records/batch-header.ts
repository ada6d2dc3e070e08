// The 61 bytes in front of the records of a batch, format v2 (KIP-98), and how to read them.
//
// The CRC covers everything from the attributes on, so base offset, length, partition leader epoch and magic
// may be patched without touching it. Nothing is checked here; `batch-validation.ts` does that for bytes from
// clients and `batch-split.ts` finds the borders in files and Fetch responses.
import { readInt16, readInt32, readInt64 } from './int64.ts'

/** Position of each field within the batch. */
export const batchOffset = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61
} as const

/** Bytes of the header, and so of the smallest possible batch. */
export const batchHeaderBytes = 61
/** Base offset and length field, which the length on the wire does not count. */
export const batchLogOverheadBytes = 12
/** The only magic that Kafka 4 accepts in Produce. */
export const batchMagic = 2

export const noTimestamp = -1
export const noProducerId = -1
export const noProducerEpoch = -1
export const noSequence = -1
export const noPartitionLeaderEpoch = -1

export type BatchHeader = {
  readonly baseOffset: number
  /** The length as on the wire: without base offset and length field. */
  readonly batchLength: number
  /** The whole batch, header included. */
  readonly sizeInBytes: number
  readonly partitionLeaderEpoch: number
  readonly magic: number
  /** CRC-32C as stored, unsigned. */
  readonly crc: number
  readonly attributes: number
  readonly lastOffsetDelta: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly recordCount: number
}

/**
 * Reads the header at `at`; the caller has made sure that {@link batchHeaderBytes} are there. 64-bit fields
 * outside the safe range come back inexact but outside it too.
 */
export function readBatchHeader(bytes: Uint8Array, at = 0): BatchHeader {
  const batchLength = readInt32(bytes, at + batchOffset.batchLength)
  return {
    baseOffset: readInt64(bytes, at),
    batchLength,
    sizeInBytes: batchLength + batchLogOverheadBytes,
    partitionLeaderEpoch: readInt32(bytes, at + batchOffset.partitionLeaderEpoch),
    magic: (bytes[at + batchOffset.magic]! << 24) >> 24,
    crc: readInt32(bytes, at + batchOffset.crc) >>> 0,
    attributes: readInt16(bytes, at + batchOffset.attributes),
    lastOffsetDelta: readInt32(bytes, at + batchOffset.lastOffsetDelta),
    baseTimestamp: readInt64(bytes, at + batchOffset.baseTimestamp),
    maxTimestamp: readInt64(bytes, at + batchOffset.maxTimestamp),
    producerId: readInt64(bytes, at + batchOffset.producerId),
    producerEpoch: readInt16(bytes, at + batchOffset.producerEpoch),
    baseSequence: readInt32(bytes, at + batchOffset.baseSequence),
    recordCount: readInt32(bytes, at + batchOffset.recordCount)
  }
}

/** Size of the batch at `at` in bytes, header included; may be negative or absurd in foreign bytes. */
export function batchSizeAt(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at + batchOffset.batchLength) + batchLogOverheadBytes
}

export function lastOffsetOf(header: BatchHeader): number {
  return header.baseOffset + header.lastOffsetDelta
}

/** Sequence numbers wrap from 2^31-1 to 0, never through the negative ones. */
export function sequenceAfter(sequence: number, increment: number): number {
  const sum = sequence + increment
  return sum > 0x7fff_ffff ? sum - 0x8000_0000 : sum
}

/** Sequence of the last record of the batch, -1 when the producer is not idempotent. */
export function lastSequenceOf(header: BatchHeader): number {
  return header.baseSequence === noSequence
    ? noSequence
    : sequenceAfter(header.baseSequence, header.lastOffsetDelta)
}
