/**
 * What the log knows of transactions, and what a coordinator has to bring along (KIP-98, KIP-890).
 *
 * A batch with the transactional attribute opens a transaction of its producer in its partition; a control batch
 * with an end marker (ABORT or COMMIT) ends it. Coordinators append markers like any other batch. Rules:
 *
 * - Markers carry no sequence and are never duplicates. One whose producer epoch is older than the partition's is
 *   `fenced`, one whose coordinator epoch is older is `coordinator-fenced`. With `transactionVersion: 2` the epoch
 *   has to be newer than the partition's, since version 2 raises it at every end; an equal one is taken only when
 *   no transaction is open, because then it is a marker that was retried (KIP-890). A marker sets the producer's
 *   epoch to its own, so that late batches of the old epoch are fenced, and forgets sequences of older epochs.
 * - A transactional batch whose producer has no open transaction of this epoch here needs a guard: ask
 *   `LogStore.transactionGuard` first, then the coordinator, then append with the guard. A marker that arrives in
 *   between makes the guard stale, so that nothing is appended behind the end of its transaction.
 * - Batches of coordinators (TxnOffsetCommit) have a producer id and no sequence: their sequence is not checked.
 * - The last stable offset moves when a marker is durable.
 */
import type { Uuid } from '@naru/base'

declare const guardBrand: unique symbol

/** Names one check of a producer in a partition; used up by the append that it let in. */
export type TransactionGuard = number & { readonly [guardBrand]: true }

/** 1: the epoch stays at an end (KIP-98, also what `transaction.version` 0 does). 2: it rises (KIP-890). */
export type TransactionVersion = 1 | 2

export interface TransactionCheck {
  readonly topicId: Uuid
  readonly partition: number
  readonly producerId: number
  readonly producerEpoch: number
  /** Of the batch that is to be appended; -1 for a coordinator's. */
  readonly baseSequence: number
  /** What the producer speaks: from Produce 12 and TxnOffsetCommit 5 on it is version 2. */
  readonly transactionVersion: TransactionVersion
}

export type TransactionGuardResult =
  /** The producer has a transaction of this epoch open here: append without a guard. */
  | { readonly kind: 'ongoing' }
  /** Ask the coordinator whether the partition is part of an open transaction, then append with the guard. */
  | { readonly kind: 'verify'; readonly guard: TransactionGuard }
  /** INVALID_PRODUCER_EPOCH */
  | { readonly kind: 'fenced' }
  | { readonly kind: 'unknown-partition' }
