/** Reading a partition: from memory at once where it is still there, from its segments otherwise. */
import { errorCode } from '@naru/base'
import type { AbortedTransaction, ReadRequest, ReadResult } from '../ports/index.ts'
import type { AbortedTransactionEntry, PartitionSegments, SegmentRecords } from '../segments/index.ts'
import { cutChunks } from './corrupt-ranges.ts'
import type { PartitionLog } from './partition-log.ts'

const NO_CHUNKS: readonly Uint8Array[] = []
const NO_TRANSACTIONS: readonly AbortedTransaction[] = []

export function readPartition(log: PartitionLog, request: ReadRequest): ReadResult | Promise<ReadResult> {
  const { offset, isolation } = request
  if (log.removed) return { kind: 'unknown-partition' }
  if (offset < log.logStartOffset || offset > log.highWatermark) {
    return { kind: 'out-of-range', state: log.state }
  }
  const endOffset = isolation === 'read-committed' ? log.lastStableOffset : log.highWatermark
  if (offset >= endOffset) return records(log, NO_CHUNKS, 0)
  const damage = log.corrupt?.at(offset)
  if (damage !== undefined) return { kind: 'corrupt', offset, nextOffset: damage.to, state: log.state }
  const { segments } = log
  if (segments !== undefined && offset < log.tailOffset) {
    const recent = isolation === 'read-uncommitted' ? readRecent(log, request) : undefined
    if (recent !== undefined)
      return records(log, recent.chunks, recent.bytes, NO_TRANSACTIONS, recent.release)
    return readSegments(log, segments, request)
  }
  return readTail(log, request, endOffset)
}

function readTail(log: PartitionLog, request: ReadRequest, endOffset: number): ReadResult {
  const { offset, maxBytes, minOneBatch } = request
  const bounds = { endOffset: visibleEnd(log, offset, endOffset), maxBytes, minOneBatch }
  const read = log.tail?.read(offset, bounds)
  if (read === undefined) return records(log, NO_CHUNKS, 0)
  if (request.isolation === 'read-uncommitted' || log.transactions === undefined || read.bytes === 0) {
    return records(log, read.chunks, read.bytes, NO_TRANSACTIONS, read.release)
  }
  const aborted = log.transactions.abortedWithin(offset, read.nextOffset)
  return records(log, read.chunks, read.bytes, aborted.map(abortedTransaction), read.release)
}

/** What is in segments and still in memory; undefined when the offset is not. */
function readRecent(
  log: PartitionLog,
  { offset, maxBytes, minOneBatch }: ReadRequest
): SegmentRecords | undefined {
  const { recent } = log
  if (recent === undefined || offset < recent.at(0).baseOffset || recent.indexOf(offset) === recent.count)
    return undefined
  const bounds = { endOffset: visibleEnd(log, offset, log.highWatermark), maxBytes, minOneBatch }
  return { kind: 'records', ...recent.read(offset, bounds) }
}

async function readSegments(
  log: PartitionLog,
  segments: PartitionSegments,
  request: ReadRequest
): Promise<ReadResult> {
  const committed = request.isolation === 'read-committed' ? committedAt(log, request.offset) : undefined
  const { exchanges } = segments
  try {
    const read = readRecent(log, request) ?? (await segments.read(request.offset, request))
    // Retention or a deletion overtook the read.
    if (log.removed) return { kind: 'unknown-partition' }
    if (read.kind === 'out-of-range') return { kind: 'out-of-range', state: log.state }
    if (read.kind === 'corrupt') return { ...read, state: log.state }
    const end = visibleEnd(log, request.offset, committed?.endOffset ?? Number.POSITIVE_INFINITY)
    const given = read.nextOffset <= end ? read : cutChunks(read.chunks, end)
    const { release } = read
    if (committed === undefined || given.bytes === 0)
      return records(log, given.chunks, given.bytes, NO_TRANSACTIONS, release)
    const span = { offset: request.offset, endOffset: given.nextOffset }
    const aborted = await abortedIn(segments, committed, span)
    if (log.removed) return { kind: 'unknown-partition' }
    // Compaction takes entries away with the records that they are about, and those are in our hands.
    if (segments.exchanges !== exchanges) return await readSegments(log, segments, request)
    return records(log, given.chunks, given.bytes, aborted.map(abortedTransaction), release)
  } catch (error) {
    return log.removed
      ? { kind: 'unknown-partition' }
      : { kind: 'storage-error', code: errorCode(error) ?? 'EIO' }
  }
}

/** What a reader of committed records may see, as of now. */
interface CommittedView {
  readonly endOffset: number
  /** Those that are known in memory, which are all that ended at or behind the first of them. */
  readonly aborted: readonly AbortedTransactionEntry[]
}

function committedAt(log: PartitionLog, offset: number): CommittedView {
  const endOffset = log.lastStableOffset
  return { endOffset, aborted: log.transactions?.abortedWithin(offset, endOffset) ?? [] }
}

/**
 * The entries in memory were looked up before the first wait, those of the segments are now: they move from there
 * to here only.
 */
async function abortedIn(
  segments: PartitionSegments,
  committed: CommittedView,
  span: { readonly offset: number; readonly endOffset: number }
): Promise<AbortedTransactionEntry[]> {
  const inMemory = committed.aborted.filter(({ firstOffset }) => firstOffset < span.endOffset)
  const memoryFrom = committed.aborted[0]?.lastOffset ?? Number.POSITIVE_INFINITY
  const inSegments = await segments.abortedTransactions(span)
  return [...inSegments.filter(({ lastOffset }) => lastOffset < memoryFrom), ...inMemory]
}

/** A reader never crosses damage unnoticed: what lies behind it is given when the reader asks for it. */
function visibleEnd(log: PartitionLog, offset: number, endOffset: number): number {
  return log.corrupt === undefined ? endOffset : Math.min(endOffset, log.corrupt.nextFrom(offset))
}

function abortedTransaction({ producerId, firstOffset }: AbortedTransactionEntry): AbortedTransaction {
  return { producerId, firstOffset }
}

function records(
  log: PartitionLog,
  chunks: readonly Uint8Array[],
  bytes: number,
  abortedTransactions: readonly AbortedTransaction[] = NO_TRANSACTIONS,
  release?: () => void
): ReadResult {
  return { kind: 'records', chunks, bytes, state: log.state, abortedTransactions, release }
}
