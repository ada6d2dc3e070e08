/**
 * The segments of one partition in memory, from the oldest to the one that is being written, and where they begin and
 * end. Changes come from `PartitionSegments` in turn; readers see the list as the last finished one left it.
 */
import type { LogConfig } from '../ports/index.ts'
import { expiredCount } from './retention-rule.ts'
import type { Segment } from './segment.ts'

export interface LargestTimestamp {
  readonly timestampMs: number
  readonly offset: number
  /** One beyond the last offset of the segment. */
  readonly endOffset: number
}

const noSegments: readonly Segment[] = []

export class SegmentList {
  /** Never changed in place: who holds on to it keeps what was there. */
  all: readonly Segment[] = noSegments
  /** Bytes in all .log files. */
  sizeBytes = 0
  /** One beyond the last offset that was written. */
  endOffset = 0
  /** Where the segments that were dropped end; behind it there may be a gap that compaction has left. */
  droppedEnd = 0

  /** First offset that is kept; the end when nothing is. */
  get startOffset(): number {
    return this.all[0]?.baseOffset ?? this.endOffset
  }

  get last(): Segment | undefined {
    return this.all.at(-1)
  }

  /** Takes the list over from a start or a finished exchange; the end stays what it is. */
  replace(segments: readonly Segment[]): void {
    this.all = segments.length === 0 ? noSegments : segments
    this.sizeBytes = 0
    for (const { state } of segments) this.sizeBytes += state.logBytes
  }

  /** The last segment, or a new one that follows it, has grown. */
  grown(segment: Segment, bytesBefore: number): void {
    if (bytesBefore === 0) this.all = [...this.all, segment]
    this.sizeBytes += segment.state.logBytes - bytesBefore
    this.endOffset = segment.nextOffset
  }

  dropFirst(): void {
    const [first, ...others] = this.all
    if (first === undefined) return
    this.all = others.length === 0 ? noSegments : others
    this.sizeBytes -= first.state.logBytes
    this.droppedEnd = first.nextOffset
  }

  /** Index of the segment that holds the offset, or of the next one when it falls between two. */
  indexFor(offset: number): number {
    const segments = this.all
    let low = 0
    let high = segments.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((segments[middle] as Segment).nextOffset <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** See `PartitionSegments`. */
  largestTimestamps(from: number): LargestTimestamp[] {
    return this.all
      .filter(({ nextOffset, state }) => nextOffset > from && state.maxTimestampMs >= 0)
      .map(({ nextOffset, state }) => ({
        timestampMs: state.maxTimestampMs,
        offset: state.maxTimestampOffset,
        endOffset: nextOffset
      }))
  }

  /** See `PartitionSegments`. */
  expiredBefore(config: LogConfig, nowMs: number, totalBytes: number): number {
    const states = this.all.map((segment) => segment.state)
    const count = expiredCount(states, config, { wallMs: nowMs, totalBytes })
    // Not the first segment's beginning: records before it that are lost are no expired ones.
    return this.all[count - 1]?.nextOffset ?? 0
  }
}
