/**
 * Reads the segments of one partition, by offset, by time, and for aborted transactions. Reads need no turn. What was
 * read of a segment whose files compaction exchanged meanwhile does not count and is read again; what of one that
 * retention took away is out of range. Indexes that are damaged or missing are built anew, in turn with writes.
 */
import { DEFAULT_LOG_CONFIG, type LogConfig } from '../ports/index.ts'
import { findAborted, type AbortedPlace } from './aborted-lookup.ts'
import { rebuildIndexes } from './index-rebuild.ts'
import type { SegmentView } from './log-window.ts'
import type { SegmentContext } from './segment-context.ts'
import type { SegmentList } from './segment-list.ts'
import { readSegment, type ReadLimits, type SegmentCorrupt, type SegmentRecords } from './segment-reader.ts'
import { findBatchByTimestamp } from './segment-search.ts'
import type { SegmentSwaps } from './segment-swaps.ts'
import { isMissingFile, type Segment } from './segment.ts'
import type { Serial } from './serial.ts'
import type { AbortedTransactionEntry, OffsetSpan } from './transaction-index.ts'

export type SegmentsRead = SegmentRecords | SegmentCorrupt | { readonly kind: 'out-of-range' }

export interface SegmentsReaderOptions {
  readonly context: SegmentContext
  readonly list: SegmentList
  readonly swaps: SegmentSwaps
  /** Changes to the files take turns. */
  readonly serial: Serial
}

export class SegmentsReader implements AbortedPlace {
  readonly list: SegmentList
  readonly serial: Serial
  readonly #context: SegmentContext
  readonly #swaps: SegmentSwaps
  /** Of the last write; says how dense indexes are. */
  config: LogConfig = DEFAULT_LOG_CONFIG

  constructor({ context, list, swaps, serial }: SegmentsReaderOptions) {
    this.#context = context
    this.list = list
    this.#swaps = swaps
    this.serial = serial
  }

  /** See `PartitionSegments`. */
  async read(offset: number, limits: ReadLimits): Promise<SegmentsRead> {
    const { list } = this
    for (;;) {
      if (this.#swaps.moving !== undefined) await this.#swaps.moving
      if (offset < list.droppedEnd || offset > list.endOffset) return { kind: 'out-of-range' }
      const segment = list.all[list.indexFor(offset)]
      if (segment === undefined)
        return { kind: 'records', chunks: [], bytes: 0, nextOffset: offset, release: undefined }
      const from = Math.max(offset, segment.baseOffset)
      const read = await this.#unlessReplaced(segment, (view) => readSegment(view, from, limits))
      if (read === 'gone') return { kind: 'out-of-range' }
      if (read !== 'replaced') return read
    }
  }

  /** What was read of a segment whose files were exchanged meanwhile does not count. */
  async #unlessReplaced<T>(
    segment: Segment,
    read: (view: SegmentView) => Promise<T>
  ): Promise<T | 'replaced' | 'gone'> {
    try {
      const result = await read(this.view(segment))
      return segment.replaced ? 'replaced' : result
    } catch (error) {
      if (segment.replaced) return 'replaced'
      if (segment.dropped && isMissingFile(error)) return 'gone'
      throw error
    }
  }

  /** See `PartitionSegments`. */
  abortedTransactions(span: OffsetSpan): Promise<AbortedTransactionEntry[]> {
    return findAborted(this, span)
  }

  /** See `PartitionSegments`. */
  async batchForTimestamp(timestampMs: number, minOffset: number): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#swaps.moving !== undefined) await this.#swaps.moving
      const found = await this.#searchTimestamp(timestampMs, minOffset)
      if (found !== 'replaced') return found
    }
  }

  async #searchTimestamp(
    timestampMs: number,
    minOffset: number
  ): Promise<Uint8Array | undefined | 'replaced'> {
    for (const segment of this.list.all) {
      if (segment.nextOffset <= minOffset || segment.state.maxTimestampMs < timestampMs) continue
      const found = await this.#unlessReplaced(segment, (view) =>
        findBatchByTimestamp(view, { timestampMs, minOffset })
      )
      if (found !== undefined && found !== 'gone') return found
    }
    return undefined
  }

  /** A segment as readers see it. */
  view(segment: Segment): SegmentView {
    return {
      context: this.#context,
      segment,
      state: segment.state,
      repair: () => this.#repair(segment)
    }
  }

  /** Builds the indexes of a segment anew; the caller has its turn. */
  rebuild(segment: Segment): Promise<void> {
    return rebuildIndexes(this.view(segment), this.config)
  }

  #repair(segment: Segment): Promise<void> {
    segment.repair ??= this.serial
      .run(() => this.rebuild(segment))
      .finally(() => {
        segment.repair = undefined
      })
    return segment.repair
  }
}
