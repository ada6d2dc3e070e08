/** Finds the first batch of a segment that is as new as a time, by the sparse time index and then batch by batch. */
import { walkBatches, type WalkedBatch } from './batch-walk.ts'
import type { SegmentView } from './log-window.ts'
import { placeBeforeBlock, placeByOffset, placeByTimestamp, type TimedPlace } from './segment-lookup.ts'

export interface TimestampSearch {
  readonly timestampMs: number
  /** Batches that end before this offset do not count. */
  readonly minOffset: number
}

/** The bytes of the first batch whose max timestamp is at or after the time; damaged batches are passed by. */
export async function findBatchByTimestamp(
  view: SegmentView,
  search: TimestampSearch
): Promise<Uint8Array | undefined> {
  const found = await walkFrom(view, search, await placeByTimestamp(view, search.timestampMs))
  if (found !== 'index-damaged') return found?.bytes
  await view.repair()
  const afterRepair = await walkFrom(view, search, await placeByTimestamp(view, search.timestampMs))
  if (afterRepair !== 'index-damaged') return afterRepair?.bytes
  const withoutIndex = await walkFrom(view, search, undefined)
  return withoutIndex === 'index-damaged' ? undefined : withoutIndex?.bytes
}

async function walkFrom(
  view: SegmentView,
  search: TimestampSearch,
  timed: TimedPlace | undefined
): Promise<WalkedBatch | undefined | 'index-damaged'> {
  const firstOffset = Math.max(search.minOffset, timed?.lastOffset ?? 0)
  const near = await placeByOffset(view, firstOffset)
  const { position: from, lastOffset } = await placeBeforeBlock(view, near.position)
  for await (const walked of walkBatches(view, { from, lastOffset, useIndex: true })) {
    if (walked.kind === 'damaged') continue
    if (timed !== undefined && contradicts(walked, timed)) return 'index-damaged'
    if (walked.lastOffset < firstOffset) continue
    if (walked.maxTimestampMs >= search.timestampMs) return walked
  }
  return undefined
}

/** An entry names the last offset of a batch and that batch's largest timestamp, which no earlier one reaches. */
function contradicts(walked: WalkedBatch, timed: TimedPlace): boolean {
  if (walked.lastOffset < timed.lastOffset) return walked.maxTimestampMs >= timed.timestampMs
  if (walked.baseOffset > timed.lastOffset) return false
  return walked.lastOffset !== timed.lastOffset || walked.maxTimestampMs !== timed.timestampMs
}
