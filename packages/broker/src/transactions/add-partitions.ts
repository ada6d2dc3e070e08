/**
 * AddPartitionsToTxn and AddOffsetsToTxn, and what Produce and TxnOffsetCommit do by themselves in version 2: a
 * partition belongs to a transaction before anything is written there, so that its end reaches it.
 */
import { ErrorCode } from '@naru/protocol'
import { PRODUCER_EPOCH_MAX, TRANSACTION_PARTITIONS_MAX } from './limits.ts'
import type { PartitionError } from './results.ts'
import {
  hasPartitions,
  isEnding,
  partitionCount,
  TransactionStatus,
  withPartitions,
  NO_PRODUCER_ID,
  type ClientVersion,
  type Transaction,
  type TransactionPartitions
} from './transaction.ts'

export interface PartitionsCommand {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly partitions: TransactionPartitions
}

export interface AddCommand extends PartitionsCommand {
  readonly clientVersion: ClientVersion
  /** Waits a moment for the producer's last transaction to end, instead of telling it to ask again. */
  readonly waitsForEnd: boolean
}

export type AddVerdict =
  | { readonly kind: 'answer'; readonly error: ErrorCode }
  | { readonly kind: 'add'; readonly next: Transaction }

/** Why this producer may not touch the transaction. */
function producerProblem(
  transaction: Transaction | undefined,
  command: PartitionsCommand
): ErrorCode | undefined {
  if (transaction?.producerId !== command.producerId) return ErrorCode.INVALID_PRODUCER_ID_MAPPING
  if (transaction.producerEpoch !== command.producerEpoch) return ErrorCode.PRODUCER_FENCED
  // The last epoch is nobody's: with a transaction in it, no marker could be above.
  if (command.producerEpoch >= PRODUCER_EPOCH_MAX) return ErrorCode.PRODUCER_FENCED
  return isEnding(transaction) ? ErrorCode.CONCURRENT_TRANSACTIONS : undefined
}

export function addVerdict(
  transaction: Transaction | undefined,
  command: AddCommand,
  nowMs: number
): AddVerdict {
  // It may have the identity of the next transaction already: nobody is fenced by it.
  if (transaction !== undefined && isEnding(transaction))
    return { kind: 'answer', error: ErrorCode.CONCURRENT_TRANSACTIONS }
  const problem = producerProblem(transaction, command)
  if (problem !== undefined || transaction === undefined)
    return { kind: 'answer', error: problem ?? ErrorCode.INVALID_PRODUCER_ID_MAPPING }
  const isOngoing = transaction.status === TransactionStatus.ongoing
  if (isOngoing && hasPartitions(transaction, command.partitions))
    return { kind: 'answer', error: ErrorCode.NONE }
  const partitions = withPartitions(transaction, command.partitions)
  if (partitionCount(partitions) > TRANSACTION_PARTITIONS_MAX)
    return { kind: 'answer', error: ErrorCode.POLICY_VIOLATION }
  return {
    kind: 'add',
    next: {
      ...transaction,
      previousProducerId: NO_PRODUCER_ID,
      status: TransactionStatus.ongoing,
      partitions,
      startMs: isOngoing ? transaction.startMs : nowMs,
      updateMs: nowMs,
      clientVersion: command.clientVersion
    }
  }
}

/** Whether partitions belong to the open transaction of a producer that says so (KIP-890, clients before version 2). */
export function verify(transaction: Transaction | undefined, command: PartitionsCommand): PartitionError[] {
  const problem = producerProblem(transaction, command)
  const results: PartitionError[] = []
  for (const [topic, indexes] of command.partitions) {
    const own = transaction?.partitions.get(topic)
    for (const partition of indexes) {
      const isIn = own?.has(partition) === true
      results.push({
        topic,
        partition,
        error: problem ?? (isIn ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE)
      })
    }
  }
  return results
}
