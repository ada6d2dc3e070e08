// Reads the records of one batch as objects: for tools, tests and coordinators, never on the produce path.
//
// Keys, values and header values are views into the batch (or into the inflated payload); who keeps one beyond the
// life of those bytes copies it. The batch has been checked by validation or comes from our own disk, so a broken
// structure here is a failure, not an outcome.
import { decompressSync, type Compression, type DecompressOptions } from '../compression/index.ts'
import { CompressionError } from '../compression/failure.ts'
import { compressionOf, TimestampType, timestampTypeOf } from './batch-attributes.ts'
import {
  batchHeaderBytes,
  noSequence,
  readBatchHeader,
  sequenceAfter,
  type BatchHeader
} from './batch-header.ts'
import { wholeBatchSizeAt } from './batch-split.ts'
import { RecordCursor, walkRecords } from './record-cursor.ts'

export type RecordHeader = {
  readonly key: string
  readonly value: Uint8Array | null
}

export type BatchRecord = {
  readonly offset: number
  readonly timestamp: number
  readonly timestampType: TimestampType
  /** -1 when the producer is not idempotent. */
  readonly sequence: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly RecordHeader[]
}

const noHeaders: readonly RecordHeader[] = []

/** The records of the batch at `at`, inflated off the loop. */
export async function readRecords(
  bytes: Uint8Array,
  at: number,
  compression: Compression,
  options?: DecompressOptions
): Promise<BatchRecord[]> {
  const header = readBatchHeader(bytes, at)
  return recordsOfPayload(await inflatePayload(bytes, at, compression, options), header)
}

/** The same in place. */
export function readRecordsSync(bytes: Uint8Array, at = 0, options?: DecompressOptions): BatchRecord[] {
  const header = readBatchHeader(bytes, at)
  const payload = payloadOf(bytes, at)
  if (header.recordCount === 0) return []
  return recordsOfPayload(decompressSync(compressionOf(header.attributes), payload, options), header)
}

/** The bytes after the header, compressed as they are; a view. */
export function payloadOf(bytes: Uint8Array, at: number): Uint8Array {
  const size = wholeBatchSizeAt(bytes, at)
  if (size <= 0) throw damaged('there is no whole record batch')
  return bytes.subarray(at + batchHeaderBytes, at + size)
}

/** The uncompressed records of the batch at `at`; a view when the batch is not compressed. */
export async function inflatePayload(
  bytes: Uint8Array,
  at: number,
  compression: Compression,
  options?: DecompressOptions
): Promise<Uint8Array> {
  const { attributes, recordCount } = readBatchHeader(bytes, at)
  const payload = payloadOf(bytes, at)
  // Compaction leaves a header without any payload, whatever codec it names, to keep a producer's sequence.
  if (recordCount === 0) return noBytes
  return compression.decompress(compressionOf(attributes), payload, options)
}

/** The records of an uncompressed payload. */
export function recordsOfPayload(payload: Uint8Array, header: BatchHeader): BatchRecord[] {
  const records: BatchRecord[] = []
  const problem = walkRecords(payload, header.recordCount, (cursor) => {
    records.push(recordAt(cursor, header))
  })
  if (problem !== undefined) throw damaged(problem)
  return records
}

/** The timestamp of the record that the cursor stands on. */
export function timestampAt(cursor: RecordCursor, header: BatchHeader): number {
  return timestampTypeOf(header.attributes) === TimestampType.logAppendTime
    ? header.maxTimestamp
    : header.baseTimestamp + cursor.timestampDelta
}

function recordAt(cursor: RecordCursor, header: BatchHeader): BatchRecord {
  const { bytes, offsetDelta } = cursor
  return {
    offset: header.baseOffset + offsetDelta,
    timestamp: timestampAt(cursor, header),
    timestampType: timestampTypeOf(header.attributes),
    sequence: header.baseSequence < 0 ? noSequence : sequenceAfter(header.baseSequence, offsetDelta),
    key: view(bytes, cursor.keyAt, cursor.keyBytes),
    value: view(bytes, cursor.valueAt, cursor.valueBytes),
    headers: cursor.headerCount === 0 ? noHeaders : headersAt(cursor)
  }
}

function headersAt(cursor: RecordCursor): RecordHeader[] {
  const inner = new RecordCursor(cursor.bytes, cursor.headersAt, cursor.at)
  const headers: RecordHeader[] = []
  for (let index = 0; index < cursor.headerCount; index++) {
    const key = Buffer.from(readSized(inner) ?? noBytes).toString('utf8')
    headers.push({ key, value: readSized(inner) })
  }
  return headers
}

const noBytes = new Uint8Array(0)

function readSized(cursor: RecordCursor): Uint8Array | null {
  const count = cursor.readVarint()
  const found = view(cursor.bytes, cursor.at, count)
  if (count > 0) cursor.at += count
  return found
}

function view(bytes: Uint8Array, at: number, count: number): Uint8Array | null {
  return count < 0 ? null : bytes.subarray(at, at + count)
}

function damaged(problem: string): CompressionError {
  return new CompressionError('CORRUPT_MESSAGE', problem)
}
