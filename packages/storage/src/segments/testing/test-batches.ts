/** Batches for the tests of segments: they follow each other, with contents that tell where they belong. */
import { buildBatch } from '@naru/protocol'
import type { SegmentBatch } from '../segment-state.ts'

export interface BatchShape {
  readonly records: number
  readonly valueBytes: number
  readonly timestampMs: number
  readonly leaderEpoch?: number
  /** Offsets left out before the batch. */
  readonly gap?: number
}

/** Batches of these shapes, one after the other from the offset on. */
export function batchesFrom(offset: number, shapes: readonly BatchShape[]): SegmentBatch[] {
  let next = offset
  return shapes.map((shape) => {
    const baseOffset = next + (shape.gap ?? 0)
    next = baseOffset + shape.records
    return oneBatch(baseOffset, shape)
  })
}

/** `count` batches of one shape, their timestamps a millisecond apart. */
export function equalBatches(offset: number, count: number, shape: BatchShape): SegmentBatch[] {
  const shapes = Array.from({ length: count }, (_, index) => {
    return { ...shape, timestampMs: shape.timestampMs + index }
  })
  return batchesFrom(offset, shapes)
}

function oneBatch(baseOffset: number, shape: BatchShape): SegmentBatch {
  const { records: count, valueBytes, timestampMs, leaderEpoch: partitionLeaderEpoch = 0 } = shape
  const records = Array.from({ length: count }, (_, index) => {
    const value = Buffer.alloc(valueBytes, `${baseOffset + index};`)
    return { timestamp: timestampMs, key: null, value }
  })
  const bytes = buildBatch({ baseOffset, partitionLeaderEpoch, records })
  return { bytes, baseOffset, lastOffset: baseOffset + count - 1, maxTimestampMs: timestampMs }
}
