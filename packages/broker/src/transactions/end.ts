/**
 * How a transaction ends: by its producer's EndTxn, or because it is fenced or took too long. The decision is a record
 * (PrepareCommit or PrepareAbort); when that is durable the producer is answered and the markers go out; when these are
 * in, another record completes the transaction.
 *
 * In version 2 of transactions (KIP-890, EndTxn from version 5) each end raises the producer's epoch, so that nothing
 * late of the old transaction can get into the next one. A retried EndTxn then comes with the epoch before, and a
 * producer that does not know whether anything was written may abort a transaction that was never begun.
 */
import { ErrorCode } from '@naru/protocol'
import { PRODUCER_EPOCH_MAX } from './limits.ts'
import {
  isEnding,
  isEpochExhausted,
  NO_PARTITIONS,
  NO_PRODUCER_ID,
  TransactionStatus,
  type ClientVersion,
  type Transaction
} from './transaction.ts'

export interface EndCommand {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly isCommit: boolean
  readonly clientVersion: ClientVersion
  /** Given when a first attempt needed one. */
  readonly freshProducerId: number | undefined
}

export type EndVerdict =
  | { readonly kind: 'answer'; readonly error: ErrorCode }
  /** The transaction is decided like this; `isUnused` when it has no partitions and was never begun. */
  | { readonly kind: 'end'; readonly isUnused: boolean }

const done: EndVerdict = { kind: 'answer', error: ErrorCode.NONE }
const invalid: EndVerdict = { kind: 'answer', error: ErrorCode.INVALID_TXN_STATE }
const concurrent: EndVerdict = { kind: 'answer', error: ErrorCode.CONCURRENT_TRANSACTIONS }
const fenced: EndVerdict = { kind: 'answer', error: ErrorCode.PRODUCER_FENCED }
const unmapped: EndVerdict = { kind: 'answer', error: ErrorCode.INVALID_PRODUCER_ID_MAPPING }
const end: EndVerdict = { kind: 'end', isUnused: false }
const endUnused: EndVerdict = { kind: 'end', isUnused: true }

export function endVerdict(transaction: Transaction | undefined, command: EndCommand): EndVerdict {
  if (transaction === undefined) return unmapped
  return command.clientVersion === 2 ? verdictV2(transaction, command) : verdictV1(transaction, command)
}

function verdictV1(transaction: Transaction, command: EndCommand): EndVerdict {
  const { isCommit } = command
  if (transaction.producerId !== command.producerId) return unmapped
  if (transaction.producerEpoch !== command.producerEpoch) return fenced
  switch (transaction.status) {
    case TransactionStatus.ongoing:
      return end
    case TransactionStatus.completeCommit:
      return isCommit ? done : invalid
    case TransactionStatus.completeAbort:
      return isCommit ? invalid : done
    case TransactionStatus.prepareCommit:
    case TransactionStatus.prepareAbort:
      return concurrent
    case TransactionStatus.empty:
    case TransactionStatus.dead:
    case TransactionStatus.prepareEpochFence:
      return invalid
  }
}

function verdictV2(transaction: Transaction, command: EndCommand): EndVerdict {
  const { isCommit } = command
  // Until it has ended this may be a retry, or already the end of the next transaction: nobody is fenced by it.
  if (isEnding(transaction)) return concurrent
  const isRetryOnBump = transaction.producerEpoch === command.producerEpoch + 1
  // The epoch before was the last of its producer id.
  const isRetryOnOverflow =
    transaction.previousProducerId === command.producerId &&
    command.producerEpoch === PRODUCER_EPOCH_MAX - 1 &&
    transaction.producerEpoch === 0
  const isRetry = isRetryOnBump || isRetryOnOverflow
  const isCurrent = transaction.producerEpoch === command.producerEpoch
  if (transaction.producerId !== command.producerId && !isRetryOnOverflow) return unmapped
  switch (transaction.status) {
    case TransactionStatus.ongoing:
      return isCurrent ? end : fenced
    case TransactionStatus.empty:
      if (!isCurrent) return fenced
      return isCommit ? invalid : endUnused
    case TransactionStatus.prepareCommit:
    case TransactionStatus.prepareAbort:
      return concurrent
    case TransactionStatus.completeCommit:
      if (isRetry) return isCommit ? done : invalid
      if (!isCurrent) return fenced
      return isCommit ? invalid : endUnused
    case TransactionStatus.completeAbort:
      if (isRetry) return isCommit ? invalid : done
      if (!isCurrent) return fenced
      return isCommit ? invalid : endUnused
    case TransactionStatus.dead:
    case TransactionStatus.prepareEpochFence:
      return invalid
  }
}

/** Whether the end of this transaction uses up the epochs of its producer id. */
export function needsProducerId(transaction: Transaction, { clientVersion }: EndCommand): boolean {
  return clientVersion === 2 && isEpochExhausted(transaction.producerEpoch)
}

/** The transaction with its outcome decided. */
export function prepared(
  transaction: Transaction,
  options: {
    readonly isCommit: boolean
    readonly clientVersion: ClientVersion
    readonly isUnused: boolean
    readonly nextProducerId: number
    readonly nowMs: number
  }
): Transaction {
  const { isCommit, clientVersion, isUnused, nextProducerId, nowMs } = options
  const raised =
    clientVersion === 2
      ? {
          producerEpoch: Math.min(transaction.producerEpoch + 1, PRODUCER_EPOCH_MAX),
          lastProducerEpoch: transaction.producerEpoch
        }
      : {}
  return {
    ...transaction,
    ...raised,
    previousProducerId: NO_PRODUCER_ID,
    nextProducerId,
    status: isCommit ? TransactionStatus.prepareCommit : TransactionStatus.prepareAbort,
    // A transaction needs a start to be completed, also when nothing was written in it.
    startMs: isUnused ? nowMs : transaction.startMs,
    updateMs: nowMs,
    clientVersion
  }
}

/** A decided transaction when all its markers are in. */
export function completed(transaction: Transaction, nowMs: number): Transaction {
  const { nextProducerId, producerId } = transaction
  const rotated =
    nextProducerId === NO_PRODUCER_ID
      ? {}
      : {
          producerId: nextProducerId,
          producerEpoch: 0,
          previousProducerId: producerId,
          nextProducerId: NO_PRODUCER_ID
        }
  return {
    ...transaction,
    ...rotated,
    status:
      transaction.status === TransactionStatus.prepareCommit
        ? TransactionStatus.completeCommit
        : TransactionStatus.completeAbort,
    partitions: NO_PARTITIONS,
    updateMs: nowMs
  }
}
