/** What a partition asks of its segment files; `PartitionSegments` of `segments/` answers it. */
import type { LogConfig } from '../ports/index.ts'

export interface StoredBatch {
  /** Final bytes of one whole batch. */
  readonly bytes: Uint8Array
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestampMs: number
}

export type StoredRead =
  | { readonly kind: 'records'; readonly chunks: readonly Uint8Array[]; readonly bytes: number }
  | { readonly kind: 'corrupt'; readonly offset: number }

export interface StoredSegments {
  /** First offset that is kept. */
  readonly startOffset: number
  /** One beyond the last offset that was written. */
  readonly endOffset: number
  readonly sizeBytes: number
  read(
    offset: number,
    options: { readonly maxBytes: number; readonly minOneBatch: boolean }
  ): Promise<StoredRead>
  /** Bytes of the first batch whose largest timestamp reaches the one asked for; undefined when none does. */
  batchForTimestamp(timestampMs: number): Promise<Uint8Array | undefined>
  /** Bytes of the first batch that holds the largest timestamp; undefined when no batch has one. */
  batchWithMaxTimestamp(): Promise<Uint8Array | undefined>
  /** The offset below which whole segments may go by time and size. */
  expired(config: LogConfig, nowMs: number, totalBytes: number): number
}
