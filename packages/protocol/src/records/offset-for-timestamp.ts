// Finds the record that a timestamp asks for within one batch (ListOffsets, start by timestamp).
//
// The index leads to a batch whose max timestamp is late enough; within it the varints are walked without making
// records. A batch with LogAppendTime has one timestamp for all of its records.
import type { Compression, DecompressOptions } from '../compression/index.ts'
import { CompressionError } from '../compression/failure.ts'
import { readBatchHeader, type BatchHeader } from './batch-header.ts'
import { walkRecords } from './record-cursor.ts'
import { inflatePayload, timestampAt } from './records.ts'

export type OffsetAndTimestamp = {
  readonly offset: number
  readonly timestamp: number
}

export type TimestampSearch = {
  /** The first record with this timestamp or a later one is wanted. */
  readonly timestamp: number
  /** Records before this offset do not count. */
  readonly fromOffset?: number
}

/** Looks into the batch at `at`, inflating it off the loop when it is compressed. */
export async function findOffsetForTimestamp(
  bytes: Uint8Array,
  at: number,
  search: TimestampSearch,
  compression: Compression,
  options?: DecompressOptions
): Promise<OffsetAndTimestamp | undefined> {
  const header = readBatchHeader(bytes, at)
  if (header.maxTimestamp < search.timestamp) return undefined
  return findInPayload(await inflatePayload(bytes, at, compression, options), header, search)
}

/** The same in an uncompressed payload. */
export function findInPayload(
  payload: Uint8Array,
  header: BatchHeader,
  search: TimestampSearch
): OffsetAndTimestamp | undefined {
  const fromOffset = search.fromOffset ?? 0
  let found: OffsetAndTimestamp | undefined
  const problem = walkRecords(payload, header.recordCount, (cursor) => {
    const offset = header.baseOffset + cursor.offsetDelta
    const timestamp = timestampAt(cursor, header)
    if (timestamp < search.timestamp || offset < fromOffset) return false
    found = { offset, timestamp }
    return true
  })
  if (problem !== undefined) throw new CompressionError('CORRUPT_MESSAGE', problem)
  return found
}
