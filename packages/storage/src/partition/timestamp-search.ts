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
  splitBatches,
  timestampAt,
  TimestampType,
  timestampTypeOf,
  type BatchHeader
} from '@naru/protocol'
import type { TimestampOffset, TimestampQuery } from '../ports/index.ts'
import type { PartitionSegments } from '../segments/partition-segments.ts'
import type { LargestTimestamp } from '../segments/segment-list.ts'
import type { PartitionLog } from './partition-log.ts'

/** Bytes that are read at once where a segment has to be looked through. */
const scanBytes = 512 * 1024

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

/** The largest timestamp of what is left; of equal ones the first. */
async function findMax(log: PartitionLog): Promise<TimestampOffset | undefined> {
  let best: Uint8Array | undefined
  let bestMs = -1
  // Only the first batch may hold records below the log start.
  let first: TimestampOffset | undefined
  for await (const bytes of maxCandidates(log)) {
    const header = readBatchHeader(bytes)
    if (header.maxTimestamp <= bestMs) continue
    if (header.baseOffset < log.logStartOffset) {
      first = await maxInBatch(log, bytes)
      bestMs = Math.max(bestMs, first?.timestampMs ?? -1)
      continue
    }
    best = bytes
    bestMs = header.maxTimestamp
  }
  return best === undefined ? first : findInBatch(log, best, bestMs)
}

/** Batches in their order, among them the first one with the largest timestamp. */
async function* maxCandidates(log: PartitionLog): AsyncGenerator<Uint8Array> {
  const { segments, logStartOffset } = log
  const inTail = tailBatches(log, () => true)
  if (segments !== undefined) {
    const [first, ...others] = segments.largestTimestamps(logStartOffset)
    if (first !== undefined) yield* maxInFirst(log, segments, first)
    let largest: LargestTimestamp | undefined
    for (const other of others) if (other.timestampMs > (largest?.timestampMs ?? -1)) largest = other
    if (largest !== undefined) yield* batchAt(segments, largest.offset)
  }
  yield* inTail
}

/** The log start may lie behind the largest timestamp of the first segment: then what is left is looked through. */
async function* maxInFirst(
  { logStartOffset }: PartitionLog,
  segments: PartitionSegments,
  { offset, endOffset }: LargestTimestamp
): AsyncGenerator<Uint8Array> {
  if (offset >= logStartOffset) {
    for await (const bytes of batchAt(segments, offset)) {
      if (readBatchHeader(bytes).baseOffset < logStartOffset) continue
      yield bytes
      return
    }
  }
  for (let from = logStartOffset; from < endOffset;) {
    const read = await segments.read(from, { maxBytes: scanBytes, minOneBatch: true })
    if (read.kind !== 'records' || read.chunks.length === 0) return
    for (const chunk of read.chunks) {
      for (const { at, header } of splitBatches(chunk).batches) {
        from = lastOffsetOf(header) + 1
        yield chunk.subarray(at, at + header.sizeInBytes)
      }
    }
  }
}

async function* batchAt(segments: PartitionSegments, offset: number): AsyncGenerator<Uint8Array> {
  const read = await segments.read(offset, { maxBytes: 1, minOneBatch: true })
  if (read.kind === 'records') yield* read.chunks.slice(0, 1)
}

/** Of the records from the log start on. */
async function maxInBatch(log: PartitionLog, bytes: Uint8Array): Promise<TimestampOffset | undefined> {
  const header = readBatchHeader(bytes)
  let best: TimestampOffset | undefined
  const cursor = new RecordCursor(await recordsOf(log, bytes, header))
  while (cursor.next()) {
    const timestampMs = timestampAt(cursor, header)
    const offset = header.baseOffset + cursor.offsetDelta
    if (offset < log.logStartOffset || timestampMs <= (best?.timestampMs ?? -1)) continue
    best = answer(header, offset, timestampMs)
  }
  return best
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
    if (!wanted(batch)) continue
    // Never released: these are few, and are walked across many turns.
    batch.memory?.hold()
    found.push(batch.payload)
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
