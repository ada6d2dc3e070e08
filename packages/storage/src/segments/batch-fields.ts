/** Fields of a stored batch read in place, without making a header object per batch. */
import { batchHeaderBytes, batchMagic, batchOffset, computeBatchCrc } from '@naru/protocol'

const twoTo32 = 0x1_0000_0000
const lengthOverheadBytes = batchOffset.partitionLeaderEpoch

export function baseOffsetAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * twoTo32 + bytes.readUInt32BE(at + 4)
}

/** Size of the whole batch; negative or absurd where no batch is. */
export function batchBytesAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + batchOffset.batchLength) + lengthOverheadBytes
}

export function lastOffsetAt(bytes: Buffer, at: number): number {
  return baseOffsetAt(bytes, at) + bytes.readInt32BE(at + batchOffset.lastOffsetDelta)
}

export function maxTimestampAt(bytes: Buffer, at: number): number {
  const high = bytes.readInt32BE(at + batchOffset.maxTimestamp)
  return high * twoTo32 + bytes.readUInt32BE(at + batchOffset.maxTimestamp + 4)
}

export function leaderEpochAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + batchOffset.partitionLeaderEpoch)
}

/** Limits that the fields of a batch must keep to at some place in a segment. */
export interface BatchBounds {
  readonly bytesMax: number
  readonly offsetMin: number
  /** One beyond the largest offset. */
  readonly offsetEnd: number
}

/** Whether a batch with possible fields begins here; its whole header is in the bytes. */
export function isPlausibleAt(bytes: Buffer, at: number, bounds: BatchBounds): boolean {
  if (bytes[at + batchOffset.magic] !== batchMagic) return false
  const size = batchBytesAt(bytes, at)
  if (size < batchHeaderBytes || size > bounds.bytesMax) return false
  const baseOffset = baseOffsetAt(bytes, at)
  const lastOffset = lastOffsetAt(bytes, at)
  return baseOffset >= bounds.offsetMin && lastOffset >= baseOffset && lastOffset < bounds.offsetEnd
}

/** Whether the whole batch, which is in the bytes, matches its checksum. */
export function matchesCrcAt(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at + batchOffset.crc) === computeBatchCrc(bytes, at)
}
