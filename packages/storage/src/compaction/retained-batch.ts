/**
 * Writes what stays of a batch: its own bytes when all records do, else the records that stay, under the same
 * base offset, last offset, producer, codec and flags. A tombstone or marker that stays for a while gets the
 * time after which it may go: in the base timestamp, with a flag in the attributes (KIP-534).
 */
import {
  batchAttribute,
  batchHeaderBytes,
  batchLogOverheadBytes,
  batchOffset,
  compressionOf,
  CompressionCodec,
  compressSync,
  hasDeleteHorizon,
  noTimestamp,
  RecordCursor,
  TimestampType,
  timestampTypeOf,
  writeBatchCrc,
  type BatchHeader
} from '@naru/protocol'

/** Records of a batch that stay, as places in its uncompressed payload. */
export interface RetainedRecords {
  readonly payload: Uint8Array
  /** Start and end of each, one after the other. */
  readonly places: readonly number[]
  readonly maxTimestampMs: number
}

/** The batch with fewer records, or with a delete horizon. */
export function rewrittenBatch(
  source: Uint8Array,
  header: BatchHeader,
  retained: RetainedRecords,
  deleteHorizonMs: number | undefined
): Buffer {
  const records = Buffer.concat(recordsWith(header, retained, deleteHorizonMs))
  const packed = compressSync(compressionOf(header.attributes), records)
  const batch = headerOf(source, packed.byteLength)
  batch.set(packed, batchHeaderBytes)
  if (deleteHorizonMs !== undefined) {
    batch.writeInt16BE(header.attributes | batchAttribute.deleteHorizon, batchOffset.attributes)
    batch.writeBigInt64BE(BigInt(deleteHorizonMs), batchOffset.baseTimestamp)
  }
  if (timestampTypeOf(header.attributes) === TimestampType.createTime) {
    batch.writeBigInt64BE(BigInt(retained.maxTimestampMs), batchOffset.maxTimestamp)
  }
  batch.writeInt32BE(retained.places.length / 2, batchOffset.recordCount)
  writeBatchCrc(batch, 0)
  return batch
}

/** The header alone, with the offsets and the producer's sequence that it stands for. */
export function emptyBatch(source: Uint8Array, header: BatchHeader): Buffer {
  const batch = headerOf(source, 0)
  const flags = header.attributes & ~batchAttribute.compressionMask & ~batchAttribute.deleteHorizon
  batch.writeInt16BE(flags | CompressionCodec.none, batchOffset.attributes)
  batch.writeBigInt64BE(BigInt(noTimestamp), batchOffset.baseTimestamp)
  batch.writeInt32BE(0, batchOffset.recordCount)
  writeBatchCrc(batch, 0)
  return batch
}

function headerOf(source: Uint8Array, payloadBytes: number): Buffer {
  const batch = Buffer.alloc(batchHeaderBytes + payloadBytes)
  batch.set(source.subarray(0, batchHeaderBytes))
  batch.writeInt32BE(batch.byteLength - batchLogOverheadBytes, batchOffset.batchLength)
  return batch
}

/** The records as they are; with a new base timestamp their deltas are written anew. */
function recordsWith(
  header: BatchHeader,
  { payload, places }: RetainedRecords,
  deleteHorizonMs: number | undefined
): Uint8Array[] {
  const changeMs = deleteHorizonMs === undefined ? 0 : header.baseTimestamp - deleteHorizonMs
  const records: Uint8Array[] = []
  for (let index = 0; index < places.length; index += 2) {
    const record = payload.subarray(places[index], places[index + 1])
    records.push(changeMs === 0 ? record : movedInTime(record, changeMs))
  }
  return records
}

function movedInTime(record: Uint8Array, changeMs: number): Buffer {
  const cursor = new RecordCursor(record)
  cursor.next()
  const deltaAt = varintEnd(record, 0) + 1
  const delta = varlong(cursor.timestampDelta + changeMs)
  const rest = record.subarray(varintEnd(record, deltaAt))
  const attributes = record.subarray(deltaAt - 1, deltaAt)
  return Buffer.concat([varlong(1 + delta.byteLength + rest.byteLength), attributes, delta, rest])
}

function varintEnd(bytes: Uint8Array, from: number): number {
  let at = from
  while ((bytes[at]! & 0x80) !== 0) at++
  return at + 1
}

/** A zigzag varint, of 32 bits as of 64. */
function varlong(value: number): Buffer {
  const wide = BigInt(value)
  let zigzag = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n))
  const bytes: number[] = []
  for (; zigzag >= 0x80n; zigzag >>= 7n) bytes.push(Number(zigzag & 0x7fn) | 0x80)
  bytes.push(Number(zigzag))
  return Buffer.from(bytes)
}

/** After which time the tombstones of the batch, or the marker in it, may go. */
export function deleteHorizonOf(header: BatchHeader): number | undefined {
  return hasDeleteHorizon(header.attributes) ? header.baseTimestamp : undefined
}
