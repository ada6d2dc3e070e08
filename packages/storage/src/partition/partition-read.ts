/** Reading a partition: from memory at once, from its segments otherwise. */
import { errorCode } from '@naru/base'
import type { ReadRequest, ReadResult } from '../ports/index.ts'
import type { PartitionSegments, SegmentsRead } from '../segments/index.ts'
import { cutChunks } from './corrupt-ranges.ts'
import type { PartitionLog } from './partition-log.ts'

const NO_CHUNKS: readonly Uint8Array[] = []
const NO_TRANSACTIONS: readonly never[] = []

export function readPartition(log: PartitionLog, request: ReadRequest): ReadResult | Promise<ReadResult> {
  const { offset } = request
  if (log.removed) return { kind: 'unknown-partition' }
  if (offset < log.logStartOffset || offset > log.highWatermark) {
    return { kind: 'out-of-range', state: log.state }
  }
  if (offset === log.highWatermark) return records(log, NO_CHUNKS, 0)
  if (log.corrupt?.contains(offset) === true) return { kind: 'corrupt', offset, state: log.state }
  const { segments } = log
  if (segments !== undefined && offset < log.tailOffset) return readSegments(log, segments, request)
  return readTail(log, request)
}

function readTail(log: PartitionLog, request: ReadRequest): ReadResult {
  const endOffset = visibleEnd(log, request.offset)
  const { maxBytes, minOneBatch } = request
  const read = log.tail?.read(request.offset, { endOffset, maxBytes, minOneBatch })
  return read === undefined ? records(log, NO_CHUNKS, 0) : records(log, read.chunks, read.bytes)
}

async function readSegments(
  log: PartitionLog,
  segments: PartitionSegments,
  request: ReadRequest
): Promise<ReadResult> {
  let read: SegmentsRead
  try {
    read = await segments.read(request.offset, request)
  } catch (error) {
    return log.removed
      ? { kind: 'unknown-partition' }
      : { kind: 'storage-error', code: errorCode(error) ?? 'EIO' }
  }
  // Retention or a deletion overtook the read.
  if (log.removed) return { kind: 'unknown-partition' }
  if (read.kind === 'out-of-range') return { kind: 'out-of-range', state: log.state }
  if (read.kind === 'corrupt') return { kind: 'corrupt', offset: read.offset, state: log.state }
  if (log.corrupt === undefined) return records(log, read.chunks, read.bytes)
  const cut = cutChunks(read.chunks, visibleEnd(log, request.offset))
  return records(log, cut.chunks, cut.bytes)
}

/** A reader never crosses damage unnoticed: what lies behind it is given when the reader asks for it. */
function visibleEnd(log: PartitionLog, offset: number): number {
  if (log.corrupt === undefined) return log.highWatermark
  return Math.min(log.highWatermark, log.corrupt.nextFrom(offset))
}

function records(log: PartitionLog, chunks: readonly Uint8Array[], bytes: number): ReadResult {
  return { kind: 'records', chunks, bytes, state: log.state, abortedTransactions: NO_TRANSACTIONS }
}
