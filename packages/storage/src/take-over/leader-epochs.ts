/**
 * A node of Kafka raises the leader epoch of its partitions with every start; here it stays 0. Consumers that would read
 * a higher one, in batches or in committed offsets, would wait for a leader of that epoch for ever. The epoch of
 * `__transaction_state` is that of the coordinator, which stands in the markers that end transactions: with a higher one
 * a producer's next marker would be fenced, and its transaction would never end.
 */
import { NaruError } from '@naru/base'
import {
  batchOffset,
  CompressionCodec,
  compressionOf,
  isControl,
  RecordCursor,
  writeBatchCrc
} from '@naru/protocol'
import { endMarkerOf } from '../partition/end-marker.ts'
import type { KafkaBatch } from './kafka-segment.ts'

/** Versions of the value that have a leader epoch: version int16, offset int64, leader epoch int32, ... */
const EPOCH_FROM = 3
const EPOCH_AT = 10
/** In a marker: version int16, epoch of the coordinator int32. */
const COORDINATOR_EPOCH_AT = 2
/** Keys of committed offsets begin with one of these. */
const OFFSET_KEYS_MAX = 1

/** The leader epoch stands outside of the checksum, that of a coordinator does not. */
export function resetBatchEpochs({ bytes, header }: KafkaBatch): void {
  bytes.writeInt32BE(0, batchOffset.partitionLeaderEpoch)
  const marker = endMarkerOf(bytes, header)
  if (marker === undefined || marker.coordinatorEpoch <= 0) return
  const cursor = new RecordCursor(bytes, batchOffset.records, header.sizeInBytes)
  cursor.next()
  bytes.writeInt32BE(0, cursor.valueAt + COORDINATOR_EPOCH_AT)
  writeBatchCrc(bytes, 0)
}

/** Rejects with KAFKA_COMPRESSED_OFFSETS: whoever chose that compresses what a take-over has to change. */
export function resetCommittedEpochs({ bytes, header }: KafkaBatch): void {
  if (isControl(header.attributes)) return
  if (compressionOf(header.attributes) !== CompressionCodec.none) {
    throw new NaruError('KAFKA_COMPRESSED_OFFSETS', 'the committed offsets are compressed')
  }
  const cursor = new RecordCursor(bytes, batchOffset.records, header.sizeInBytes)
  let isChanged = false
  while (cursor.next()) {
    if (cursor.keyBytes < 2 || cursor.valueBytes < EPOCH_AT + 4) continue
    if (bytes.readInt16BE(cursor.keyAt) > OFFSET_KEYS_MAX) continue
    if (bytes.readInt16BE(cursor.valueAt) < EPOCH_FROM) continue
    if (bytes.readInt32BE(cursor.valueAt + EPOCH_AT) <= 0) continue
    bytes.writeInt32BE(0, cursor.valueAt + EPOCH_AT)
    isChanged = true
  }
  if (isChanged) writeBatchCrc(bytes, 0)
}
