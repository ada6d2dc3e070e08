/**
 * How far a segment has come. A state is never changed once it is published: a write works on a copy and
 * replaces the state when its bytes are in the file, so that readers see all of a write or none.
 *
 * The appends to the index files follow Kafka's `LogSegment.append` batch by batch: an entry is due before a
 * batch when more than `index.interval.bytes` went in since the last one, and names that batch.
 */
import { crc32c } from '@naru/protocol'
import type { LogConfig } from '../ports/index.ts'
import { blockSum } from './block-sum.ts'
import type { EntryFile } from './entry-file.ts'
import { blockBytes } from './limits.ts'
import { encodeOffsetEntry, offsetEntryBytes } from './offset-index.ts'
import type { SegmentManifest } from './segments-manifest.ts'
import { encodeSidecarEntry } from './sidecar.ts'
import { encodeTimeEntry, timeEntryBytes } from './time-index.ts'
import { encodeTransactionEntry, type AbortedTransactionEntry } from './transaction-index.ts'

/** One final record batch as it goes into the file. */
export interface SegmentBatch {
  readonly bytes: Uint8Array
  readonly baseOffset: number
  readonly lastOffset: number
  /** -1 when the batch has no timestamp. */
  readonly maxTimestampMs: number
  /** The transaction that the batch, a marker, has aborted. */
  readonly aborted?: AbortedTransactionEntry | undefined
}

export interface SegmentState {
  readonly logBytes: number
  readonly nextOffset: number
  /** Checksum of the bytes after the last whole block. */
  readonly lastBlockCrc: number
  readonly lastTimeIndexMs: number
  readonly bytesSinceIndexEntry: number
  readonly maxTimestampMs: number
  readonly maxTimestampOffset: number
  readonly firstTimestampMs: number
  readonly lastWrittenMs: number
  /** CRC-32C of all entries of the transaction index. */
  readonly transactionIndexCrc: number
}

/** A copy of a state that a write works on. */
export type SegmentDraft = { -readonly [Field in keyof SegmentState]: SegmentState[Field] }

/** The files that entries are appended to. */
export interface SegmentEntries {
  readonly baseOffset: number
  readonly index: EntryFile
  readonly timeIndex: EntryFile
  readonly sidecar: EntryFile
  readonly transactionIndex: EntryFile
}

export function emptyState(baseOffset: number, nowMs: number): SegmentState {
  return {
    logBytes: 0,
    nextOffset: baseOffset,
    lastBlockCrc: 0,
    lastTimeIndexMs: -1,
    bytesSinceIndexEntry: 0,
    maxTimestampMs: -1,
    maxTimestampOffset: baseOffset,
    firstTimestampMs: -1,
    lastWrittenMs: nowMs,
    transactionIndexCrc: 0
  }
}

/** The state that a checkpoint noted. The distance to the last index entry begins anew, as in Kafka. */
export function stateOf(durable: SegmentManifest): SegmentState {
  return {
    logBytes: durable.logBytes,
    nextOffset: durable.nextOffset,
    lastBlockCrc: durable.lastBlockCrc,
    lastTimeIndexMs: durable.lastTimeIndexMs,
    bytesSinceIndexEntry: 0,
    maxTimestampMs: durable.maxTimestampMs,
    maxTimestampOffset: durable.maxTimestampOffset,
    firstTimestampMs: durable.firstTimestampMs,
    lastWrittenMs: durable.lastWrittenMs,
    transactionIndexCrc: durable.transactionIndexCrc ?? 0
  }
}

/** Counts one more batch in; its bytes come at the end of the log. */
export function addBatch(
  draft: SegmentDraft,
  entries: SegmentEntries,
  batch: SegmentBatch,
  config: LogConfig
): void {
  if (draft.logBytes === 0) draft.firstTimestampMs = batch.maxTimestampMs
  addToIndexes(draft, entries, batch, config)
  addToBlocks(draft, entries, batch.bytes)
  if (batch.aborted !== undefined) addToTransactions(draft, entries, batch.aborted)
  draft.logBytes += batch.bytes.byteLength
  draft.nextOffset = batch.lastOffset + 1
}

function addToTransactions(
  draft: SegmentDraft,
  entries: SegmentEntries,
  aborted: AbortedTransactionEntry
): void {
  const entry = encodeTransactionEntry(aborted)
  entries.transactionIndex.append(entry)
  draft.transactionIndexCrc = crc32c(entry, 0, entry.byteLength, draft.transactionIndexCrc)
}

/** What the indexes need to know of a batch that begins at the end of the log. */
export interface IndexedBatch {
  readonly bytes: Uint8Array
  readonly lastOffset: number
  readonly maxTimestampMs: number
}

/** The index part of counting a batch in; also used to build indexes anew. */
export function addToIndexes(
  draft: SegmentDraft,
  entries: Pick<SegmentEntries, 'baseOffset' | 'index' | 'timeIndex'>,
  batch: IndexedBatch,
  config: LogConfig
): void {
  if (batch.maxTimestampMs > draft.maxTimestampMs) {
    draft.maxTimestampMs = batch.maxTimestampMs
    draft.maxTimestampOffset = batch.lastOffset
  }
  const due = draft.bytesSinceIndexEntry > config.indexIntervalBytes
  if (due) draft.bytesSinceIndexEntry = 0
  draft.bytesSinceIndexEntry += batch.bytes.byteLength
  // A full index makes its segment roll first, so that this ends here only where not even one entry fits.
  if (!due || offsetIndexIsFull(entries, config)) return
  entries.index.append(encodeOffsetEntry(batch.lastOffset - entries.baseOffset, draft.logBytes))
  if (!timeIndexIsFull(entries, config)) addTimeEntry(draft, entries)
}

/** Appends the largest timestamp so far, unless the time index ends with it. */
export function addTimeEntry(
  draft: SegmentDraft,
  entries: Pick<SegmentEntries, 'baseOffset' | 'timeIndex'>
): void {
  if (draft.maxTimestampMs <= draft.lastTimeIndexMs) return
  const relativeOffset = draft.maxTimestampOffset - entries.baseOffset
  entries.timeIndex.append(encodeTimeEntry(draft.maxTimestampMs, relativeOffset))
  draft.lastTimeIndexMs = draft.maxTimestampMs
}

export function offsetIndexIsFull(entries: Pick<SegmentEntries, 'index'>, config: LogConfig): boolean {
  return entries.index.entryBytes / offsetEntryBytes >= entriesMax(config, offsetEntryBytes)
}

/** One entry is reserved for the end of the segment. */
export function timeIndexIsFull(entries: Pick<SegmentEntries, 'timeIndex'>, config: LogConfig): boolean {
  return entries.timeIndex.entryBytes / timeEntryBytes >= entriesMax(config, timeEntryBytes) - 1
}

/** Entries that a file of `segment.index.bytes` may hold. */
function entriesMax(config: LogConfig, entryBytes: number): number {
  return Math.floor(config.segmentIndexBytes / entryBytes)
}

function addToBlocks(draft: SegmentDraft, entries: SegmentEntries, bytes: Uint8Array): void {
  let crc = draft.lastBlockCrc
  let inBlock = draft.logBytes % blockBytes
  let block = (draft.logBytes - inBlock) / blockBytes
  for (let at = 0; at < bytes.byteLength;) {
    const end = Math.min(bytes.byteLength, at + blockBytes - inBlock)
    crc = blockSum(bytes, at, end, crc)
    inBlock += end - at
    at = end
    if (inBlock < blockBytes) continue
    entries.sidecar.append(encodeSidecarEntry(entries.baseOffset, block, crc))
    block++
    inBlock = 0
    crc = 0
  }
  draft.lastBlockCrc = crc
}
