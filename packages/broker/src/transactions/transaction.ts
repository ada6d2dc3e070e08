/** What is known of one transactional id, and the states that it goes through (KIP-98, KIP-890). */
import { PRODUCER_EPOCH_MAX } from './limits.ts'

/** The numbers stand in the records of `__transaction_state`. */
export const TransactionStatus = {
  empty: 0,
  ongoing: 1,
  prepareCommit: 2,
  prepareAbort: 3,
  completeCommit: 4,
  completeAbort: 5,
  /** Only in records of other brokers: an id that is about to be forgotten. */
  dead: 6,
  /** Only in records of other brokers: a producer that is being fenced. */
  prepareEpochFence: 7
} as const
export type TransactionStatus = (typeof TransactionStatus)[keyof typeof TransactionStatus]

export const STATUS_NAMES: Readonly<Record<TransactionStatus, string>> = {
  0: 'Empty',
  1: 'Ongoing',
  2: 'PrepareCommit',
  3: 'PrepareAbort',
  4: 'CompleteCommit',
  5: 'CompleteAbort',
  6: 'Dead',
  7: 'PrepareEpochFence'
}

/** 0 stands for clients up to version 1 of transactions; those of version 2 get a new epoch with each. */
export type ClientVersion = 0 | 2

export const NO_PRODUCER_ID = -1
export const NO_EPOCH = -1

/** Partition numbers by topic. */
export type TransactionPartitions = ReadonlyMap<string, ReadonlySet<number>>

export const NO_PARTITIONS: TransactionPartitions = new Map()

/** Never changed in place: each record of the log is a new one. */
export interface Transaction {
  readonly producerId: number
  readonly producerEpoch: number
  /** The id before the last record, when that changed it; a retried request comes with the old one. */
  readonly previousProducerId: number
  /** Reserved by the end of a transaction that uses up the last epoch. */
  readonly nextProducerId: number
  /**
   * The epoch before the last change, by which a retried request is known. It is not in the log, as on Apache Kafka:
   * a retry across a restart of the coordinator is fenced.
   */
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly status: TransactionStatus
  readonly partitions: TransactionPartitions
  /** -1 before the first partition was added. */
  readonly startMs: number
  readonly updateMs: number
  readonly clientVersion: ClientVersion
}

/** No producer may use the epoch after this one, so that it can always be fenced. */
export function isEpochExhausted(producerEpoch: number): boolean {
  return producerEpoch >= PRODUCER_EPOCH_MAX - 1
}

/** The outcome is decided, and not yet written everywhere. */
export function isEnding({ status }: Transaction): boolean {
  return status === TransactionStatus.prepareCommit || status === TransactionStatus.prepareAbort
}

export function hasPartitions({ partitions }: Transaction, wanted: TransactionPartitions): boolean {
  for (const [topic, indexes] of wanted) {
    const own = partitions.get(topic)
    for (const index of indexes) if (own?.has(index) !== true) return false
  }
  return true
}

export function withPartitions(
  { partitions }: Transaction,
  added: TransactionPartitions
): TransactionPartitions {
  const all = new Map(partitions)
  for (const [topic, indexes] of added) all.set(topic, new Set([...(all.get(topic) ?? []), ...indexes]))
  return all
}

export function partitionCount(partitions: TransactionPartitions): number {
  let count = 0
  for (const indexes of partitions.values()) count += indexes.size
  return count
}
