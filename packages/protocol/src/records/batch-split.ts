// Finds the borders of concatenated batches, as a Fetch response or a segment file holds them.
//
// Only lengths and magic are looked at. What comes back are positions and headers, never copies, and a torn
// last batch is reported rather than thrown: a Fetch response may end within a batch, a file after a crash too.
import {
  batchHeaderBytes,
  batchMagic,
  batchOffset,
  batchSizeAt,
  readBatchHeader,
  type BatchHeader
} from './batch-header.ts'

export type BatchAt = {
  readonly at: number
  readonly header: BatchHeader
}

/** How the walk over the bytes ended: at their end, within a batch, or at something that is no batch. */
export type BatchesEnd = 'end' | 'torn' | 'corrupt'

export type SplitBatches = {
  readonly batches: readonly BatchAt[]
  /** Bytes covered by whole batches; the rest is torn or corrupt. */
  readonly validBytes: number
  readonly end: BatchesEnd
}

/**
 * The size of the whole batch at `at`, `0` when the bytes end before it does, or `-1` when no batch of format
 * v2 can begin there (impossible length or another magic).
 */
export function wholeBatchSizeAt(bytes: Uint8Array, at: number, end: number = bytes.length): number {
  const remaining = end - at
  if (remaining < batchOffset.partitionLeaderEpoch) return 0
  const size = batchSizeAt(bytes, at)
  if (size < batchHeaderBytes) return -1
  if (remaining > batchOffset.magic && bytes[at + batchOffset.magic] !== batchMagic) return -1
  return size > remaining ? 0 : size
}

/** All whole batches of `bytes`, with their headers. */
export function splitBatches(bytes: Uint8Array, start = 0, end: number = bytes.length): SplitBatches {
  const batches: BatchAt[] = []
  let at = start
  while (at < end) {
    const size = wholeBatchSizeAt(bytes, at, end)
    if (size <= 0) return { batches, validBytes: at - start, end: size === 0 ? 'torn' : 'corrupt' }
    batches.push({ at, header: readBatchHeader(bytes, at) })
    at += size
  }
  return { batches, validBytes: at - start, end: 'end' }
}
