/** When a segment is full, by Kafka's rule (`LogSegment.shouldRoll`). */
import { crc32c } from '@naru/protocol'
import type { LogConfig } from '../ports/index.ts'
import { int32Max } from './limits.ts'
import {
  offsetIndexIsFull,
  timeIndexIsFull,
  type SegmentBatch,
  type SegmentEntries,
  type SegmentState
} from './segment-state.ts'

export interface RollQuestion {
  readonly state: SegmentState
  readonly entries: SegmentEntries
  readonly createdMs: number
  readonly batch: SegmentBatch
  readonly config: LogConfig
  readonly nowMs: number
}

/** Whether the batch begins a new segment. An empty segment takes any batch. */
export function shouldRoll(question: RollQuestion): boolean {
  const { state, entries, batch, config } = question
  if (state.logBytes === 0) return false
  return (
    state.logBytes > config.segmentBytes - batch.bytes.byteLength ||
    waitedMs(question) > segmentMsMax(entries, config) ||
    offsetIndexIsFull(entries, config) ||
    timeIndexIsFull(entries, config) ||
    batch.lastOffset - entries.baseOffset > int32Max
  )
}

/**
 * A compacted log rolls in time for `max.compaction.lag.ms`. The jitter is the same each time it is asked, and
 * another one for each segment: its name decides.
 */
function segmentMsMax(
  entries: SegmentEntries,
  { segmentMs, segmentJitterMs, cleanupPolicy, maxCompactionLagMs }: LogConfig
): number {
  const jitterMs =
    segmentJitterMs > 0 ? Math.min(segmentJitterMs, segmentMs) * shareOf(entries.index.path) : 0
  const lagMs =
    cleanupPolicy.compact && maxCompactionLagMs > 0 ? maxCompactionLagMs : Number.POSITIVE_INFINITY
  return Math.min(lagMs, segmentMs) - Math.floor(jitterMs)
}

/** A number from 0 to 1 that a name stands for. */
function shareOf(name: string): number {
  return crc32c(Buffer.from(name)) / 2 ** 32
}

/** Time is told by the records where they have timestamps: from the first batch's to this one's. */
function waitedMs(question: RollQuestion): number {
  const { state, batch, nowMs, createdMs } = question
  if (state.firstTimestampMs >= 0) return batch.maxTimestampMs - state.firstTimestampMs
  return nowMs - createdMs
}
