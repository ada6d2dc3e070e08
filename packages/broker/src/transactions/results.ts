/** What the coordinator answers, apart from how the versions of the protocol write it. */
import type { ErrorCode } from '@naru/protocol'
import { NO_EPOCH, NO_PRODUCER_ID } from './transaction.ts'

/** An identity for the producer, or why there is none. */
export interface ProducerResult {
  readonly error: ErrorCode
  readonly producerId: number
  readonly producerEpoch: number
}

/** The command needs a producer id that was never used; it is asked again with one. */
export const NEEDS_PRODUCER_ID: unique symbol = Symbol('needs a new producer id')

export type ProducerOutcome = ProducerResult | typeof NEEDS_PRODUCER_ID

export function producerError(error: ErrorCode): ProducerResult {
  return { error, producerId: NO_PRODUCER_ID, producerEpoch: NO_EPOCH }
}

export interface PartitionError {
  readonly topic: string
  readonly partition: number
  readonly error: ErrorCode
}

export interface DescribedTransaction {
  readonly error: ErrorCode
  readonly transactionalId: string
  /** '' with an error, as are the fields below. */
  readonly state: string
  readonly timeoutMs: number
  readonly startMs: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
}

export function describeError(error: ErrorCode, transactionalId: string): DescribedTransaction {
  return {
    error,
    transactionalId,
    state: '',
    timeoutMs: 0,
    startMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: []
  }
}

export interface ListedTransaction {
  readonly transactionalId: string
  readonly producerId: number
  readonly state: string
}

export interface ListResult {
  readonly error: ErrorCode
  readonly transactions: readonly ListedTransaction[]
}
