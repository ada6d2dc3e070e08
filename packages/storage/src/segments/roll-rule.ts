/** When a segment is full, by Kafka's rule (`LogSegment.shouldRoll`). */
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
    waitedMs(question) > config.segmentMs ||
    offsetIndexIsFull(entries, config) ||
    timeIndexIsFull(entries, config) ||
    batch.lastOffset - entries.baseOffset > int32Max
  )
}

/** Time is told by the records where they have timestamps: from the first batch's to this one's. */
function waitedMs(question: RollQuestion): number {
  const { state, batch, nowMs, createdMs } = question
  if (state.firstTimestampMs >= 0) return batch.maxTimestampMs - state.firstTimestampMs
  return nowMs - createdMs
}
