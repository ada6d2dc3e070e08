/**
 * Offset by time: the first record at or after a time, or the first one with the largest time. Segments and
 * tail lead to one batch each; the records in it are walked, unpacked first when the batch is compressed.
 */
import { NaruError } from '@naru/base'
import {
  batchOffset,
  CompressionCodec,
  compressionOf,
  lastOffsetOf,
  readBatchHeader,
  RecordCursor,
  TimestampType,
  timestampTypeOf,
  type BatchHeader
} from '@naru/protocol'
import type { TimestampOffset, TimestampQuery } from '../ports/index.ts'
import type { PartitionLog } from './partition-log.ts'

export async function offsetForTimestamp(
  log: PartitionLog,
  query: TimestampQuery
): Promise<TimestampOffset | undefined> {
  return query.kind === 'max' ? findMax(log) : findAtOrAfter(log, query.timestampMs)
}

async function findAtOrAfter(log: PartitionLog, timestampMs: number): Promise<TimestampOffset | undefined> {
  for (let from = log.logStartOffset; ;) {
    const stored = await log.segments?.batchForTimestamp(timestampMs, from)
    if (stored === undefined) break
    const found = await findInBatch(log, stored, timestampMs)
    if (found !== undefined) return found
    // The log start lies within the batch, and what would have qualified lies before it.
    from = lastOffsetOf(readBatchHeader(stored)) + 1
  }
  for (const bytes of tailBatches(log, (batch) => batch.maxTimestampMs >= timestampMs)) {
    const found = await findInBatch(log, bytes, timestampMs)
    if (found !== undefined) return found
  }
  return undefined
}

async function findMax(log: PartitionLog): Promise<TimestampOffset | undefined> {
  const stored = await storedMax(log)
  let best = stored
  let bestMs = stored === undefined ? -1 : readBatchHeader(stored).maxTimestamp
  for (const bytes of tailBatches(log, () => true)) {
    const { maxTimestamp } = readBatchHeader(bytes)
    if (maxTimestamp <= bestMs) continue
    best = bytes
    bestMs = maxTimestamp
  }
  return best === undefined || bestMs < 0 ? undefined : findInBatch(log, best, bestMs)
}

async function storedMax(log: PartitionLog): Promise<Uint8Array | undefined> {
  const largest = log.segments?.maxTimestamp()
  if (log.segments === undefined || largest === undefined || largest.offset < log.logStartOffset)
    return undefined
  const read = await log.segments.read(largest.offset, { maxBytes: 1, minOneBatch: true })
  return read.kind === 'records' ? read.chunks[0] : undefined
}

/** Durable batches of the tail at the time of the call, whatever happens to the tail while they are walked. */
function tailBatches(
  log: PartitionLog,
  wanted: (batch: { readonly maxTimestampMs: number }) => boolean
): Uint8Array[] {
  const found: Uint8Array[] = []
  const { tail } = log
  if (tail === undefined) return found
  for (let index = tail.indexOf(log.logStartOffset); index < tail.count; index++) {
    const batch = tail.at(index)
    if (batch.lastOffset >= log.highWatermark) break
    if (wanted(batch)) found.push(batch.payload)
  }
  return found
}

/** The first record of the batch at or after the time and not below the log start. */
async function findInBatch(
  log: PartitionLog,
  bytes: Uint8Array,
  timestampMs: number
): Promise<TimestampOffset | undefined> {
  const { logStartOffset } = log
  const header = readBatchHeader(bytes)
  if (header.maxTimestamp < timestampMs) return undefined
  if (timestampTypeOf(header.attributes) === TimestampType.logAppendTime) {
    const offset = Math.max(header.baseOffset, logStartOffset)
    return answer(header, offset, header.maxTimestamp)
  }
  const cursor = new RecordCursor(await recordsOf(log, bytes, header))
  while (cursor.next()) {
    const recordMs = header.baseTimestamp + cursor.timestampDelta
    const offset = header.baseOffset + cursor.offsetDelta
    if (recordMs >= timestampMs && offset >= logStartOffset) return answer(header, offset, recordMs)
  }
  if (cursor.malformed !== undefined) {
    throw new NaruError('CORRUPT_MESSAGE', `a stored batch at offset ${header.baseOffset} cannot be read`)
  }
  return undefined
}

function recordsOf(
  log: PartitionLog,
  bytes: Uint8Array,
  header: BatchHeader
): Uint8Array | Promise<Uint8Array> {
  const packed = bytes.subarray(batchOffset.records)
  const codec = compressionOf(header.attributes)
  return codec === CompressionCodec.none ? packed : log.host.compression.decompress(codec, packed)
}

function answer(header: BatchHeader, offset: number, timestampMs: number): TimestampOffset {
  return { offset, timestampMs, leaderEpoch: header.partitionLeaderEpoch }
}
