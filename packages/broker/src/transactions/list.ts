/** DescribeTransactions and ListTransactions: what a transaction looks like from outside. */
import { ErrorCode } from '@naru/protocol'
import type { DescribedTransaction, ListedTransaction } from './results.ts'
import { STATUS_NAMES, TransactionStatus, type Transaction } from './transaction.ts'

export interface ListFilter {
  /** Undefined for all. */
  readonly states: ReadonlySet<string> | undefined
  readonly producerIds: ReadonlySet<number> | undefined
  /** Only those that began longer ago; negative for all. */
  readonly durationMs: number
  readonly matchesId: ((transactionalId: string) => boolean) | undefined
}

export const KNOWN_STATES: ReadonlySet<string> = new Set(Object.values(STATUS_NAMES))

export function describe(transactionalId: string, transaction: Transaction): DescribedTransaction {
  return {
    error: ErrorCode.NONE,
    transactionalId,
    state: STATUS_NAMES[transaction.status],
    timeoutMs: transaction.timeoutMs,
    startMs: transaction.startMs,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: [...transaction.partitions].map(([topic, partitions]) => ({ topic, partitions: [...partitions] }))
  }
}

export function list(
  transactions: Iterable<readonly [string, Transaction]>,
  filter: ListFilter,
  nowMs: number
): ListedTransaction[] {
  const { states, producerIds, durationMs, matchesId } = filter
  const listed: ListedTransaction[] = []
  for (const [transactionalId, { producerId, status, startMs }] of transactions) {
    const state = STATUS_NAMES[status]
    if (status === TransactionStatus.dead) continue
    if (producerIds?.has(producerId) === false || states?.has(state) === false) continue
    if (durationMs >= 0 && nowMs - startMs <= durationMs) continue
    if (matchesId?.(transactionalId) === false) continue
    listed.push({ transactionalId, producerId, state })
  }
  return listed
}
