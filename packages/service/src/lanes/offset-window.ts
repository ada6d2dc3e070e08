/**
 * What is read of a partition and not committed for good: which records are finished, what can be committed, and
 * whether another record may start without the finished ones outgrowing the metadata of a commit.
 *
 * Records stand in the order of their offsets; offsets between them hold nothing and count as finished with what is
 * around them.
 */
import { WINDOW_RECORDS_MAX } from '../limits.ts'
import {
  BITMAP_OFFSETS_MAX,
  FINISHED_BYTES_MAX,
  type OffsetRange,
  encodeFinished,
  varintBytes
} from './finished-offsets.ts'

/** A record in the window; the window owns `sequence` and `isFinished`. */
export interface WindowEntry {
  readonly offset: number
  sequence: number
  isFinished: boolean
}

export interface Committable {
  /** The lowest unfinished offset. */
  readonly offset: number
  /** The finished ones above it. */
  readonly metadata: string
}

/** Front entries are dropped in pieces of this size, so that dropping costs nothing per record. */
const TRIM_ENTRIES = 4_096

export class OffsetWindow<E extends WindowEntry> {
  #entries: E[] = []
  /** Index of the lowest unfinished entry. */
  #head = 0
  /** Sequence of the entry at index 0. */
  #base = 0
  #next: number
  /** Finished before a restart and not read again so far. */
  #restored: OffsetRange[]
  /** Runs of finished entries above the head. */
  #runs = 0

  constructor(start: number, finished: readonly OffsetRange[] = []) {
    this.#next = start
    this.#restored = finished.filter(({ end }) => end > start)
  }

  /** Records from the lowest unfinished one on, finished or not. */
  get size(): number {
    return this.#entries.length - this.#head
  }

  get isFull(): boolean {
    return this.size >= WINDOW_RECORDS_MAX
  }

  /** The lowest unfinished record. */
  get first(): E | undefined {
    return this.#entries[this.#head]
  }

  /** Takes a record in; false when it was finished before a restart. */
  add(entry: E): boolean {
    entry.sequence = this.#base + this.#entries.length
    this.#entries.push(entry)
    this.advance(entry.offset + 1)
    if (!this.#wasFinished(entry.offset)) return true
    this.finish(entry)
    return false
  }

  /** Everything below `offset` has been read. */
  advance(offset: number): void {
    if (offset > this.#next) this.#next = offset
    while (this.#restored[0] !== undefined && this.#restored[0].end < this.#next) this.#restored.shift()
  }

  finish(entry: E): void {
    if (entry.isFinished) return
    entry.isFinished = true
    const index = entry.sequence - this.#base
    if (index !== this.#head) {
      const before = index > this.#head && this.#entries[index - 1]?.isFinished === true
      const after = this.#entries[index + 1]?.isFinished === true
      this.#runs += 1 - (before ? 1 : 0) - (after ? 1 : 0)
      return
    }
    this.#head++
    if (this.#entries[this.#head]?.isFinished === true) {
      this.#runs--
      while (this.#entries[this.#head]?.isFinished === true) this.#head++
    }
    if (this.#head >= TRIM_ENTRIES) this.#trim()
  }

  /**
   * Whether `entry` may start while `running` others do: in whatever order they end, what is finished fits into the
   * metadata. The lowest unfinished one always may, since its end makes the window smaller.
   */
  mayStart(entry: E, running: number): boolean {
    const { first } = this
    if (first === undefined || entry === first) return true
    const span = Math.max(this.#next, this.#restored.at(-1)?.end ?? 0) - first.offset
    if (span <= BITMAP_OFFSETS_MAX) return true
    const runs = this.#runs + this.#restored.length + running + 1
    return runs * 2 * varintBytes(span) <= FINISHED_BYTES_MAX
  }

  get committable(): Committable {
    const offset = this.first?.offset ?? this.#committedEnd()
    const ranges: OffsetRange[] = []
    let start: number | undefined
    let end = 0
    for (let index = this.#head; index < this.#entries.length; index++) {
      const entry = this.#entries[index] as E
      if (entry.isFinished) {
        start ??= entry.offset
        end = entry.offset + 1
      } else if (start !== undefined) {
        ranges.push({ start, end })
        start = undefined
      }
    }
    if (start !== undefined) ranges.push({ start, end })
    for (const range of this.#restored) {
      const from = Math.max(range.start, this.#next)
      if (from < range.end) join(ranges, { start: from, end: range.end })
    }
    return { offset, metadata: encodeFinished(offset, ranges) }
  }

  /** The position when nothing is unfinished: what follows may be finished since before a restart. */
  #committedEnd(): number {
    const [range] = this.#restored
    return range !== undefined && range.start <= this.#next ? Math.max(this.#next, range.end) : this.#next
  }

  #wasFinished(offset: number): boolean {
    return this.#restored.some(({ start, end }) => offset >= start && offset < end)
  }

  #trim(): void {
    this.#base += this.#head
    this.#entries = this.#entries.slice(this.#head)
    this.#head = 0
  }
}

/** Adds a range that begins where the last one ends to that one. */
function join(ranges: OffsetRange[], range: OffsetRange): void {
  const last = ranges.at(-1)
  if (last !== undefined && last.end === range.start) ranges[ranges.length - 1] = { ...last, end: range.end }
  else ranges.push(range)
}
