/**
 * Offsets of a partition that were acknowledged and are damaged on disk. A reader is told so at exactly these
 * offsets, and never carried across them unnoticed.
 */
import { lastOffsetOf, splitBatches } from '@naru/protocol'

export interface OffsetRange {
  readonly from: number
  /** One beyond the last offset. */
  readonly to: number
}

export class CorruptRanges {
  #ranges: OffsetRange[] = []

  get all(): readonly OffsetRange[] {
    return this.#ranges
  }

  add(range: OffsetRange): void {
    const merged: OffsetRange[] = []
    let { from, to } = range
    for (const known of this.#ranges) {
      if (known.to < from || known.from > to) merged.push(known)
      else {
        from = Math.min(from, known.from)
        to = Math.max(to, known.to)
      }
    }
    merged.push({ from, to })
    this.#ranges = merged.sort((a, b) => a.from - b.from)
  }

  /** The damage that the offset lies in. */
  at(offset: number): OffsetRange | undefined {
    return this.#ranges.find(({ from, to }) => offset >= from && offset < to)
  }

  /** Where the next damage begins, at or after the offset; infinity when there is none. */
  nextFrom(offset: number): number {
    for (const range of this.#ranges) {
      if (range.from >= offset) return range.from
    }
    return Number.POSITIVE_INFINITY
  }

  /** Forgets what lies below the log start. */
  dropBefore(offset: number): void {
    this.#ranges = this.#ranges.filter((range) => range.to > offset)
  }
}

/** Cuts whole batches at the first one that reaches `endOffset`. */
export function cutChunks(
  chunks: readonly Uint8Array[],
  endOffset: number
): { readonly chunks: readonly Uint8Array[]; readonly bytes: number; readonly nextOffset: number } {
  const kept: Uint8Array[] = []
  let bytes = 0
  let nextOffset = 0
  for (const chunk of chunks) {
    let over: { readonly at: number } | undefined
    for (const batch of splitBatches(chunk).batches) {
      if (lastOffsetOf(batch.header) >= endOffset) {
        over = batch
        break
      }
      nextOffset = lastOffsetOf(batch.header) + 1
    }
    const part = over === undefined ? chunk : chunk.subarray(0, over.at)
    if (part.byteLength > 0) kept.push(part)
    bytes += part.byteLength
    if (over !== undefined) break
  }
  return { chunks: kept, bytes, nextOffset }
}
