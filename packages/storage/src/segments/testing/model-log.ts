/** What a partition should answer, kept as a plain list of batches. */
import type { SegmentBatch } from '../segment-state.ts'

export class ModelLog {
  batches: SegmentBatch[] = []
  startOffset = 0
  endOffset = 0

  write(batches: readonly SegmentBatch[]): void {
    this.batches.push(...batches)
    this.endOffset = batches.at(-1)?.lastOffset ?? this.endOffset - 1
    this.endOffset++
  }

  /** All bytes from the batch that holds the offset, or from the next one. */
  bytesFrom(offset: number): Buffer {
    return Buffer.concat(
      this.batches.filter((batch) => batch.lastOffset >= offset).map((batch) => batch.bytes)
    )
  }

  byTimestamp(timestampMs: number): SegmentBatch | undefined {
    return this.batches.find((batch) => batch.maxTimestampMs >= timestampMs)
  }

  dropBefore(offset: number): void {
    this.batches = this.batches.filter((batch) => batch.baseOffset >= offset)
    this.startOffset = offset
  }
}
