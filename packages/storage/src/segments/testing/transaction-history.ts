/** Random transactional batches for the tests of segments, with what was aborted kept as a plain list. */
import { buildBatch, endTransactionMarker } from '@naru/protocol'
import type { SegmentBatch } from '../segment-state.ts'
import type { AbortedTransactionEntry, OffsetSpan } from '../transaction-index.ts'

export class TransactionHistory {
  readonly aborted: AbortedTransactionEntry[] = []
  nextOffset = 0
  /** First offset by producer, the oldest transaction first. */
  readonly #open = new Map<number, number>()

  /** A batch of `records` records; opens a transaction unless one is open. */
  data(producerId: number, records = 1): SegmentBatch {
    const baseOffset = this.nextOffset
    this.nextOffset += records
    if (!this.#open.has(producerId)) this.#open.set(producerId, baseOffset)
    const values = Array.from({ length: records }, () => ({
      key: null,
      value: Buffer.alloc(40),
      timestamp: 1
    }))
    const header = { baseOffset, producerId, producerEpoch: 0, baseSequence: 0, transactional: true }
    const bytes = buildBatch({ ...header, partitionLeaderEpoch: 0, records: values })
    return { bytes, baseOffset, lastOffset: this.nextOffset - 1, maxTimestampMs: 1 }
  }

  marker(producerId: number, type: 'commit' | 'abort'): SegmentBatch {
    const baseOffset = this.nextOffset++
    const records = [{ ...endTransactionMarker(type, 0), timestamp: 1 }]
    const header = { baseOffset, producerId, producerEpoch: 0, transactional: true, control: true }
    const bytes = buildBatch({ ...header, partitionLeaderEpoch: 0, records })
    const batch = { bytes, baseOffset, lastOffset: baseOffset, maxTimestampMs: 1 }
    const firstOffset = this.#open.get(producerId)
    this.#open.delete(producerId)
    if (firstOffset === undefined || type === 'commit') return batch
    const lastStableOffset = [...this.#open.values()][0] ?? baseOffset + 1
    const aborted = { producerId, firstOffset, lastOffset: baseOffset, lastStableOffset }
    this.aborted.push(aborted)
    return { ...batch, aborted }
  }

  /** What a reader of these offsets has to be told. */
  overlapping({ offset, endOffset }: OffsetSpan): AbortedTransactionEntry[] {
    return this.aborted.filter(
      ({ lastOffset, firstOffset }) => lastOffset >= offset && firstOffset < endOffset
    )
  }
}
