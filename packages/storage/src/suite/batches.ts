/** Makes small uncompressed batches for the suite, and reads offsets and values back. */
import { Writer, type Uuid } from '@naru/base'
import {
  batchAttribute,
  batchOffset,
  buildBatch,
  endTransactionMarker,
  readBatchHeader,
  RecordCursor,
  splitBatches,
  writeBatchCrc
} from '@naru/protocol'
import type { AppendBatch, TransactionGuard, TransactionVersion } from '../ports/index.ts'

export interface SuiteBatch {
  readonly topicId: Uuid
  readonly partition?: number
  readonly values: readonly string[]
  /** One time for all records, or one per record. */
  readonly timestampMs?: number | readonly number[]
  readonly producer?: { readonly id: number; readonly epoch: number; readonly sequence: number }
  /** Receive memory that the batch is said to pin. */
  readonly pinnedBytes?: number
  /** A batch of a transaction, with the guard that it needs when it is the first one. */
  readonly transactional?: boolean
  readonly guard?: TransactionGuard | 'unguarded'
}

/** A batch as the broker hands it to the store. */
export function suiteBatch(batch: SuiteBatch): AppendBatch {
  const bytes = encodeBatch(batch)
  return {
    topicId: batch.topicId,
    partition: batch.partition ?? 0,
    bytes,
    header: readBatchHeader(bytes),
    ownerEpoch: 0,
    pinnedBytes: batch.pinnedBytes ?? bytes.byteLength,
    transactionGuard: batch.guard
  }
}

export interface SuiteMarker {
  readonly topicId: Uuid
  readonly partition?: number
  readonly producer: { readonly id: number; readonly epoch: number }
  readonly type: 'commit' | 'abort'
  readonly coordinatorEpoch?: number
  readonly version?: TransactionVersion
  readonly timestampMs?: number
}

/** The control batch by which a coordinator ends a transaction. */
export function suiteMarker(marker: SuiteMarker): AppendBatch {
  const record = endTransactionMarker(marker.type, marker.coordinatorEpoch ?? 0)
  const bytes = buildBatch({
    producerId: marker.producer.id,
    producerEpoch: marker.producer.epoch,
    transactional: true,
    control: true,
    records: [{ ...record, timestamp: marker.timestampMs ?? 1_000 }]
  })
  return {
    topicId: marker.topicId,
    partition: marker.partition ?? 0,
    bytes,
    header: readBatchHeader(bytes),
    ownerEpoch: 0,
    pinnedBytes: bytes.byteLength,
    transactionVersion: marker.version
  }
}

function encodeBatch(batch: SuiteBatch): Uint8Array {
  const times = batch.values.map((_, index) => timeOf(batch, index))
  const baseMs = times[0] ?? 0
  const records = new Writer()
  for (const [index, value] of batch.values.entries()) {
    const record = new Writer()
    record.int8(0)
    record.varlong((times[index] ?? 0) - baseMs)
    record.varint(index)
    record.varint(-1)
    const bytes = Buffer.from(value)
    record.varint(bytes.byteLength)
    record.raw(bytes)
    record.varint(0)
    records.varint(record.byteLength)
    for (const chunk of record.finish()) records.raw(chunk)
  }
  const payload = records.toBytes()
  const header = new Writer()
  header.int64(0)
  header.int32(batchOffset.records - batchOffset.partitionLeaderEpoch + payload.byteLength)
  header.int32(-1)
  header.int8(2)
  header.uint32(0)
  header.int16(batch.transactional === true ? batchAttribute.transactional : 0)
  header.int32(batch.values.length - 1)
  header.int64(baseMs)
  header.int64(Math.max(...times))
  header.int64(batch.producer?.id ?? -1)
  header.int16(batch.producer?.epoch ?? -1)
  header.int32(batch.producer?.sequence ?? -1)
  header.int32(batch.values.length)
  const whole = Buffer.concat([header.toBytes(), payload])
  writeBatchCrc(whole, 0)
  return whole
}

function timeOf(batch: SuiteBatch, index: number): number {
  const { timestampMs } = batch
  if (timestampMs === undefined) return 1_000
  return typeof timestampMs === 'number' ? timestampMs : (timestampMs[index] ?? 0)
}

export interface SuiteRecord {
  readonly offset: number
  readonly value: string
}

/** Offsets and values of whole batches. */
export function suiteRecords(chunks: readonly Uint8Array[]): SuiteRecord[] {
  const found: SuiteRecord[] = []
  for (const chunk of chunks) {
    for (const { at, header } of splitBatches(chunk).batches) {
      const payload = chunk.subarray(at + batchOffset.records, at + header.sizeInBytes)
      const cursor = new RecordCursor(payload)
      while (cursor.next()) {
        const value = payload.subarray(cursor.valueAt, cursor.valueAt + cursor.valueBytes)
        found.push({ offset: header.baseOffset + cursor.offsetDelta, value: Buffer.from(value).toString() })
      }
    }
  }
  return found
}
