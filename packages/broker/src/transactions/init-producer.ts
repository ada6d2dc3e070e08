/**
 * InitProducerId of a transactional id: a producer takes it over. Whoever had it before is fenced by a higher epoch, and
 * a transaction that it left open is aborted first. A producer that has had an error may name the identity it has and
 * go on with the next epoch, unless another one was here meanwhile (KIP-360).
 */
import { ErrorCode } from '@naru/protocol'
import {
  isEnding,
  isEpochExhausted,
  NO_EPOCH,
  NO_PARTITIONS,
  NO_PRODUCER_ID,
  TransactionStatus,
  type Transaction
} from './transaction.ts'

export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

export interface InitCommand {
  readonly transactionalId: string
  readonly timeoutMs: number
  /** The identity that the producer has, if any. */
  readonly expected: ProducerIdentity | undefined
  /** Given when a first attempt needed one. */
  readonly freshProducerId: number | undefined
}

export type InitVerdict =
  | { readonly kind: 'refuse'; readonly error: ErrorCode }
  | { readonly kind: 'needs-producer-id' }
  /** A transaction is open: it is aborted and its producer fenced, then the client asks again. */
  | { readonly kind: 'fence' }
  | { readonly kind: 'give'; readonly next: Transaction }

const refuse = (error: ErrorCode): InitVerdict => ({ kind: 'refuse', error })

/** A transactional id that nobody has used: its first producer gets epoch 0. */
export function newTransaction(producerId: number): Transaction {
  return {
    producerId,
    producerEpoch: NO_EPOCH,
    previousProducerId: NO_PRODUCER_ID,
    nextProducerId: NO_PRODUCER_ID,
    lastProducerEpoch: NO_EPOCH,
    timeoutMs: 0,
    status: TransactionStatus.empty,
    partitions: NO_PARTITIONS,
    startMs: -1,
    updateMs: -1,
    clientVersion: 0
  }
}

export function initVerdict(transaction: Transaction, command: InitCommand, nowMs: number): InitVerdict {
  const { expected } = command
  if (isEnding(transaction)) return refuse(ErrorCode.CONCURRENT_TRANSACTIONS)
  if (expected !== undefined && !isPresentProducer(transaction, expected)) {
    return refuse(ErrorCode.PRODUCER_FENCED)
  }
  switch (transaction.status) {
    case TransactionStatus.prepareCommit:
    case TransactionStatus.prepareAbort:
      return refuse(ErrorCode.CONCURRENT_TRANSACTIONS)
    case TransactionStatus.ongoing:
    case TransactionStatus.prepareEpochFence:
      return { kind: 'fence' }
    case TransactionStatus.empty:
    case TransactionStatus.completeCommit:
    case TransactionStatus.completeAbort:
    case TransactionStatus.dead:
      return give(transaction, command, nowMs)
  }
}

function isPresentProducer(transaction: Transaction, expected: ProducerIdentity): boolean {
  return (
    transaction.producerEpoch === NO_EPOCH ||
    expected.producerId === transaction.producerId ||
    // A retry of the call that used up the epochs of the id, whose answer was lost.
    (expected.producerId === transaction.previousProducerId && isEpochExhausted(expected.producerEpoch))
  )
}

function give(transaction: Transaction, command: InitCommand, nowMs: number): InitVerdict {
  const { expected, timeoutMs, freshProducerId } = command
  const { producerId, producerEpoch, lastProducerEpoch } = transaction
  const base: Transaction = {
    ...transaction,
    status: TransactionStatus.empty,
    partitions: NO_PARTITIONS,
    previousProducerId: NO_PRODUCER_ID,
    nextProducerId: NO_PRODUCER_ID,
    timeoutMs,
    startMs: -1,
    updateMs: nowMs
  }
  const isCurrent = expected === undefined || expected.producerEpoch === producerEpoch
  if (isEpochExhausted(producerEpoch) && isCurrent) {
    if (freshProducerId === undefined) return { kind: 'needs-producer-id' }
    const last = expected === undefined ? NO_EPOCH : producerEpoch
    const rotated = { producerId: freshProducerId, producerEpoch: 0, previousProducerId: producerId }
    return { kind: 'give', next: { ...base, ...rotated, lastProducerEpoch: last } }
  }
  if (isCurrent || producerEpoch === NO_EPOCH) {
    const last = expected === undefined ? NO_EPOCH : producerEpoch
    return { kind: 'give', next: { ...base, producerEpoch: producerEpoch + 1, lastProducerEpoch: last } }
  }
  // A retry whose first answer was lost. A producer that came in between would have set the last epoch to -1.
  if (expected.producerEpoch === lastProducerEpoch) {
    return { kind: 'give', next: { ...base, previousProducerId: transaction.previousProducerId } }
  }
  return refuse(ErrorCode.PRODUCER_FENCED)
}
