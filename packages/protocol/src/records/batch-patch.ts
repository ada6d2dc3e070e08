// Changes that a broker makes in the bytes of a batch that it has received.
//
// All of them write in place: whoever shares the bytes copies first. Base offset and leader epoch lie outside
// the CRC; timestamps lie inside, so the CRC is computed again and then differs from the producer's.
import { crc32c } from '../crc32c.ts'
import { batchAttribute, TimestampType } from './batch-attributes.ts'
import { batchOffset, batchSizeAt } from './batch-header.ts'
import { readInt16, writeInt16, writeInt32, writeInt64 } from './int64.ts'

export function patchBaseOffset(bytes: Uint8Array, at: number, baseOffset: number): void {
  writeInt64(bytes, at + batchOffset.baseOffset, baseOffset)
}

export function patchPartitionLeaderEpoch(bytes: Uint8Array, at: number, epoch: number): void {
  writeInt32(bytes, at + batchOffset.partitionLeaderEpoch, epoch)
}

/** For `message.timestamp.type=LogAppendTime`: every record of the batch then has this time. */
export function patchLogAppendTime(bytes: Uint8Array, at: number, appendTimeMs: number): void {
  patchMaxTimestamp(bytes, at, { type: TimestampType.logAppendTime, maxTimestamp: appendTimeMs })
}

/** Kafka corrects a wrong max timestamp of a producer; see `maxTimestamp` in the result of validation. */
export function patchMaxTimestamp(
  bytes: Uint8Array,
  at: number,
  change: { readonly type: TimestampType; readonly maxTimestamp: number }
): void {
  const attributes = readInt16(bytes, at + batchOffset.attributes)
  const patched =
    change.type === TimestampType.logAppendTime
      ? attributes | batchAttribute.logAppendTime
      : attributes & ~batchAttribute.logAppendTime
  writeInt16(bytes, at + batchOffset.attributes, patched)
  writeInt64(bytes, at + batchOffset.maxTimestamp, change.maxTimestamp)
  writeBatchCrc(bytes, at)
}

/** The CRC-32C that the batch at `at` should carry; its length has been checked. */
export function computeBatchCrc(bytes: Uint8Array, at: number): number {
  return crc32c(bytes, at + batchOffset.attributes, at + batchSizeAt(bytes, at))
}

export function writeBatchCrc(bytes: Uint8Array, at: number): void {
  writeInt32(bytes, at + batchOffset.crc, computeBatchCrc(bytes, at))
}
