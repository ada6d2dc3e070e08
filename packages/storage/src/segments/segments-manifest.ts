/**
 * What a checkpoint notes about the segments of one partition. Plain data: the engine decides how it is
 * stored. Everything is as of the last sync, so that all bytes below the lengths are durable.
 */

export interface SegmentManifest {
  readonly baseOffset: number
  /** One beyond the last offset in the segment. */
  readonly nextOffset: number
  readonly logBytes: number
  /** Checksum (CRC-32) of the bytes after the last whole 64 KiB block of the .log; whole blocks are in the sidecar. */
  readonly lastBlockCrc: number
  readonly indexBytes: number
  readonly timeIndexBytes: number
  /** Timestamp of the last entry of the time index, -1 when it has none. */
  readonly lastTimeIndexMs: number
  readonly sidecarBytes: number
  /** Entries that are in no file yet, behind those that are; in base64. Nothing is left out. */
  readonly waiting?: WaitingEntries
  /** Nothing is left out: the segment has no aborted transactions. */
  readonly transactionIndexBytes?: number
  /** CRC-32C of the whole transaction index, which has no checksum of its own. */
  readonly transactionIndexCrc?: number
  /** Largest timestamp of any batch, -1 when none has one; with the last offset of the first such batch. */
  readonly maxTimestampMs: number
  readonly maxTimestampOffset: number
  /** Largest timestamp of the first batch, which `segment.ms` counts from; -1 when it has none. */
  readonly firstTimestampMs: number
  /** Wall time at which the segment was begun, for batches without timestamps. */
  readonly createdMs: number
  /** Wall time of the last write, for retention of batches without timestamps. */
  readonly lastWrittenMs: number
  /** No further batches go into this segment. */
  readonly sealed: boolean
  /** How often compaction has replaced the segment that begins at this offset; 0 when it is left out. */
  readonly generation?: number
  /** Segments that this one takes the place of, as long as that is not done for sure. */
  readonly replaces?: readonly ReplacedSegment[]
}

export interface WaitingEntries {
  readonly index?: string | undefined
  readonly timeIndex?: string | undefined
  readonly sidecar?: string | undefined
}

/** A segment whose records are in another one now, as far as they were kept. */
export interface ReplacedSegment {
  readonly baseOffset: number
  readonly generation: number
}

export interface SegmentsManifest {
  /** First offset that is kept, also when there are no segments. */
  readonly startOffset: number
  /** One beyond the last offset that was written, also when there are no segments. */
  readonly endOffset: number
  readonly segments: readonly SegmentManifest[]
  /** Compaction has been through everything below; nothing when it is left out. */
  readonly cleanedOffset?: number
}

/** Data that should be there and is not. */
export interface SegmentProblem {
  readonly file: string
  readonly position: number
  readonly bytes: number
  readonly reason: string
}
