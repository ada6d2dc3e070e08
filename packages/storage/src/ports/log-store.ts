/**
 * The port of the log: what a broker asks of whoever keeps the records. The local engine answers it from a
 * journal and segments; a cluster will answer it from PostgreSQL and S3.
 *
 * The store decides offsets, sequences and epochs, in the order of the calls to `append`: a broker that
 * decided beforehand could not be moved. Nothing that is not durable (in the mode that was chosen) is ever
 * visible in `read`, `state`, `offsetForTimestamp` or a `duplicate` answer.
 */
import type { Uuid } from '@naru/base'
import type { BatchHeader } from '@naru/protocol'
import type {
  TransactionCheck,
  TransactionGuard,
  TransactionGuardResult,
  TransactionVersion
} from './transactions.ts'

/**
 * Memory that is used again when nobody holds it any more. Who looks at bytes in it beyond the present turn holds it as
 * long, and lets go exactly once. Who never lets go leaves the memory to the collector, which is wasteful and safe.
 */
export interface SharedMemory {
  hold(): void
  release(): void
}

/** One record batch (v2) that was checked by the caller. The bytes are the store's from now on: it patches them. */
export interface AppendBatch {
  readonly topicId: Uuid
  readonly partition: number
  /** Exactly one whole batch. The base offset and leader epoch in it are overwritten. */
  readonly bytes: Uint8Array
  readonly header: BatchHeader
  /** The caller's idea of who owns the partition (see `Ownership`); an older one than the store's is refused. */
  readonly ownerEpoch: number
  /** Bytes of receive memory that stay allocated while `bytes` is referenced (at least `bytes.byteLength`). */
  readonly pinnedBytes: number
  /** What `bytes` lie in, where it is used again; the caller holds it until `append` has settled. */
  readonly memory?: SharedMemory | undefined
  /**
   * For a transactional batch: what `transactionGuard` answered. Needed when the producer has no transaction open in
   * the partition; `unguarded` does without (`transaction.partition.verification.enable=false`).
   */
  readonly transactionGuard?: TransactionGuard | 'unguarded' | undefined
  /** For an end marker: by which rules its epoch is judged; 1 unless given. */
  readonly transactionVersion?: TransactionVersion | undefined
}

export type AppendResult =
  | AppendedResult
  /** The batch is one of the producer's last five here and durable; nothing was written. */
  | {
      readonly kind: 'duplicate'
      readonly baseOffset: number
      readonly appendTimeMs: number
      readonly logStartOffset: number
    }
  /** OUT_OF_ORDER_SEQUENCE_NUMBER */
  | { readonly kind: 'out-of-order' }
  /** INVALID_PRODUCER_EPOCH */
  | { readonly kind: 'fenced' }
  /** TRANSACTION_COORDINATOR_FENCED: the marker comes from a coordinator that has been replaced. */
  | { readonly kind: 'coordinator-fenced' }
  /** INVALID_TXN_STATE: a transactional batch without an open transaction, and its guard is missing or stale. */
  | { readonly kind: 'transaction-not-verified' }
  /** INVALID_TXN_STATE: a batch without the transactional attribute while its producer's transaction is open. */
  | { readonly kind: 'transaction-open' }
  /** UNKNOWN_TOPIC_ID or UNKNOWN_TOPIC_OR_PARTITION */
  | { readonly kind: 'unknown-partition' }
  /** NOT_LEADER_OR_FOLLOWER */
  | { readonly kind: 'not-owner' }
  /**
   * KAFKA_STORAGE_ERROR: the disk is full or failed. Nothing of this batch will appear later, unless the storage has
   * failed for good (`Storage.failed`): then nobody knows what the disk took.
   */
  | { readonly kind: 'storage-error'; readonly code: string }

export interface AppendedResult {
  readonly kind: 'appended'
  readonly baseOffset: number
  /** Wall time given to the batch when the topic uses LogAppendTime, otherwise -1. */
  readonly appendTimeMs: number
  readonly logStartOffset: number
}

/** Offsets of a partition as readers may see them. */
export interface PartitionState {
  readonly logStartOffset: number
  /** End of what is durable: the first offset that a reader may not see yet. */
  readonly highWatermark: number
  /**
   * End of what is decided: the first offset of the oldest transaction that is open, or whose marker is not durable
   * yet; the high watermark when there is none.
   */
  readonly lastStableOffset: number
  readonly leaderEpoch: number
  readonly ownerEpoch: number
  /** Bytes in segments and tail. */
  readonly sizeBytes: number
  /**
   * Compaction may have removed records before this offset, 0 when it never has: who remembers less than this of the
   * log cannot learn from it what has been deleted since.
   */
  readonly cleanedOffset: number
}

export interface ReadRequest {
  readonly topicId: Uuid
  readonly partition: number
  readonly offset: number
  /** Whole batches up to this many bytes. */
  readonly maxBytes: number
  /** Gives the first batch even when it is larger than `maxBytes` (KIP-74). */
  readonly minOneBatch: boolean
  /** `read-committed`: nothing from the last stable offset on, and the aborted transactions of what is given. */
  readonly isolation: 'read-uncommitted' | 'read-committed'
}

/** A reader that wants committed records passes over those of the producer from here to its next abort marker. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

export type ReadResult =
  | {
      readonly kind: 'records'
      /** Whole batches in order, beginning with the one that holds the offset; empty at the end of the log. */
      readonly chunks: readonly Uint8Array[]
      readonly bytes: number
      readonly state: PartitionState
      /** With `read-committed`: those that overlap the given records; may begin before and end behind them. */
      readonly abortedTransactions: readonly AbortedTransaction[]
      /**
       * Says that the chunks are not looked at any more, so that their memory may serve other reads. Where it is not
       * there or not called, the memory is left to the collector.
       */
      readonly release?: (() => void) | undefined
    }
  /** OFFSET_OUT_OF_RANGE: below the log start or above the high watermark. */
  | { readonly kind: 'out-of-range'; readonly state: PartitionState }
  | { readonly kind: 'unknown-partition' }
  /** CORRUPT_MESSAGE: what is stored at this offset does not match its checksum; it is reported, neighbours stay readable. */
  | {
      readonly kind: 'corrupt'
      readonly offset: number
      /** Behind the damage; whoever passes over lost records asks here again. */
      readonly nextOffset: number
      readonly state: PartitionState
    }
  | { readonly kind: 'storage-error'; readonly code: string }

export interface TimestampOffset {
  readonly offset: number
  readonly timestampMs: number
  readonly leaderEpoch: number
}

/** What a consumer can ask by time: the first record at or after a time, or the record with the largest one. */
export type TimestampQuery =
  | { readonly kind: 'at-or-after'; readonly timestampMs: number }
  | { readonly kind: 'max' }

export type DeleteRecordsResult =
  | { readonly kind: 'deleted'; readonly logStartOffset: number }
  | { readonly kind: 'out-of-range' }
  | { readonly kind: 'unknown-partition' }
  | { readonly kind: 'storage-error'; readonly code: string }

/** One producer as a partition remembers it (DescribeProducers). */
export interface ProducerSummary {
  readonly producerId: number
  readonly producerEpoch: number
  /** -1 when no batch of the present epoch is known. */
  readonly lastSequence: number
  /** Largest timestamp of the last batch, or the timestamp of the last marker. */
  readonly lastTimestampMs: number
  /** -1 when no transaction is open. */
  readonly currentTransactionStartOffset: number
  /** Of the last marker; -1 when there was none. */
  readonly coordinatorEpoch: number
}

/** Stops a watch; calling it twice does nothing. */
export type Unwatch = () => void

export interface LogStore {
  /**
   * Appends in the order of the call, resolving when every batch is durable or refused: results stand in the
   * order of the batches. The checks of sequence and epoch happen before the first suspension, so that
   * calls made one after another are decided one after another.
   */
  append(batches: readonly AppendBatch[]): Promise<readonly AppendResult[]>

  /**
   * Begins the check that a transactional batch belongs to an open transaction (KIP-890). A producer has one guard per
   * partition: asking again before the append gives the same one.
   */
  transactionGuard(check: TransactionCheck): TransactionGuardResult

  /** False while memory or journal are at their limit: callers stop taking produce requests from the wire. */
  readonly accepting: boolean
  /** Resolves when `accepting` is true (at once when it is). */
  whenAccepting(): Promise<void>

  /** Answers at once when the bytes are in memory. The chunks stay valid and unchanged until they are released. */
  read(request: ReadRequest): ReadResult | Promise<ReadResult>

  /** Undefined when the partition does not exist. */
  state(topicId: Uuid, partition: number): PartitionState | undefined

  /** Calls back after the high watermark, the last stable offset or the log start moved, or the partition went away. */
  watch(topicId: Uuid, partition: number, listener: () => void): Unwatch

  /** Undefined when no record qualifies or the partition does not exist. */
  offsetForTimestamp(
    topicId: Uuid,
    partition: number,
    query: TimestampQuery
  ): Promise<TimestampOffset | undefined>

  /** End offset of a leader epoch (KIP-101): the largest epoch at or below the one asked for; undefined when there is none. */
  epochEnd(
    topicId: Uuid,
    partition: number,
    leaderEpoch: number
  ): { leaderEpoch: number; endOffset: number } | undefined

  /** Moves the log start; -1 stands for the high watermark. Durable when it resolves. */
  deleteRecordsBefore(topicId: Uuid, partition: number, offset: number): Promise<DeleteRecordsResult>

  producers(topicId: Uuid, partition: number): readonly ProducerSummary[]
}
