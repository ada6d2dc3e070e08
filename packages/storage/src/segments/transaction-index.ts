/**
 * Kafka's .txnindex: the aborted transactions whose markers lie in the segment, in the order of the markers.
 *
 *   version i16 (0), producer id i64, first offset i64, last offset i64 (the marker), last stable offset i64
 *
 * The last stable offset is the one right after the marker, so that a search knows where to end: whatever was
 * aborted later begins there or behind it. A wrong entry would show records that were taken back, and the format
 * has no checksum, so that the checkpoint notes one over the whole file.
 */
import { assert } from '@naru/base'
import { crc32c } from '@naru/protocol'
import type { EntryFormat } from './entry-file.ts'

export interface AbortedTransactionEntry {
  readonly producerId: number
  readonly firstOffset: number
  /** Of the abort marker. */
  readonly lastOffset: number
  readonly lastStableOffset: number
}

export const transactionEntryBytes = 34
const currentVersion = 0

/** The entry in bytes. */
export function encodeTransactionEntry(entry: AbortedTransactionEntry): Buffer {
  const bytes = Buffer.alloc(transactionEntryBytes)
  bytes.writeInt16BE(currentVersion, 0)
  bytes.writeBigInt64BE(BigInt(entry.producerId), 2)
  bytes.writeBigInt64BE(BigInt(entry.firstOffset), 10)
  bytes.writeBigInt64BE(BigInt(entry.lastOffset), 18)
  bytes.writeBigInt64BE(BigInt(entry.lastStableOffset), 26)
  return bytes
}

function transactionEntryCount(entries: Buffer): number {
  return Math.floor(entries.byteLength / transactionEntryBytes)
}

export function transactionEntry(entries: Buffer, index: number): AbortedTransactionEntry {
  const at = index * transactionEntryBytes
  assert(entries.readInt16BE(at) === currentVersion, 'an entry of the transaction index has version 0')
  return {
    producerId: int64(entries, at + 2),
    firstOffset: int64(entries, at + 10),
    lastOffset: int64(entries, at + 18),
    lastStableOffset: int64(entries, at + 26)
  }
}

function int64(entries: Buffer, at: number): number {
  return Number(entries.readBigInt64BE(at))
}

/** Offsets of what a reader is given: from `offset` on, before `endOffset`. */
export interface OffsetSpan {
  readonly offset: number
  readonly endOffset: number
}

/**
 * Adds the transactions that overlap the span; true when later entries cannot overlap it any more. Entries ascend
 * by their last offset, and so do their last stable offsets.
 */
export function collectAborted(entries: Buffer, span: OffsetSpan, found: AbortedTransactionEntry[]): boolean {
  const count = transactionEntryCount(entries)
  for (let index = firstEndingAt(entries, span.offset); index < count; index++) {
    const entry = transactionEntry(entries, index)
    if (entry.firstOffset < span.endOffset) found.push(entry)
    if (entry.lastStableOffset >= span.endOffset) return true
  }
  return false
}

/** Index of the first entry whose marker lies at or behind the offset. */
function firstEndingAt(entries: Buffer, offset: number): number {
  let low = 0
  let high = transactionEntryCount(entries)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (int64(entries, middle * transactionEntryBytes + 18) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** A length of the file and the checksum of all entries up to there. */
export interface CheckedLength {
  readonly bytes: number
  readonly crc: number
}

/** Lengths that a load may meet: one may have begun before the last write. */
const checkedLengthsMax = 8

/** What is known of a transaction index without looking at it. */
export class IndexChecksums {
  #lengths: CheckedLength[] = []

  note(length: CheckedLength): void {
    if (this.#lengths.at(-1)?.bytes === length.bytes) return
    this.#lengths = [...this.#lengths, length].slice(-checkedLengthsMax)
  }

  /** The file was replaced by another one. */
  restart(length: CheckedLength): void {
    this.#lengths = [length]
  }

  /** Whether the entries begin with what was noted last of them. */
  match(entries: Buffer): boolean {
    const known = this.#lengths.findLast(({ bytes }) => bytes <= entries.byteLength)
    return known !== undefined && crc32c(entries, 0, known.bytes) === known.crc
  }
}

/** The format of one segment's index, which knows its checksum. */
export function transactionIndexFormat(checksums: IndexChecksums): EntryFormat {
  return {
    headerBytes: 0,
    encodeHeader: () => noHeader,
    areSane: (entries) => entries.byteLength % transactionEntryBytes === 0 && checksums.match(entries)
  }
}

const noHeader = Buffer.alloc(0)
