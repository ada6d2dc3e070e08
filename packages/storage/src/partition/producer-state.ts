/**
 * What a partition remembers of idempotent and transactional producers, and how it judges their next batch. The
 * rules are those of Apache Kafka 4.2: the last five batches are recognised as duplicates, a gap is out of order,
 * an older epoch is fenced, a newer epoch starts at sequence 0, and a producer that is not known may start
 * anywhere. `ports/transactions.ts` has those for transactions.
 *
 * Entries never change: an append makes a new one, so that the one before can be put back when the journal
 * could not take the batch.
 */
import {
  isTransactional,
  lastSequenceOf,
  noProducerId,
  noSequence,
  noTimestamp,
  type BatchHeader
} from '@naru/protocol'
import { producerBatchesMax } from '../limits.ts'
import type { TransactionGuard, TransactionVersion } from '../ports/index.ts'
import type { EndMarker } from './end-marker.ts'
import type { Verification } from './verification.ts'

export interface ProducerBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  /** Largest timestamp of the batch, which Kafka answers for a duplicate. */
  readonly timestampMs: number
}

export interface ProducerEntry {
  readonly producerId: number
  readonly epoch: number
  /** The oldest first; at most five. */
  readonly batches: readonly ProducerBatch[]
  /** Wall time of the last append, for expiry. */
  readonly lastAppendMs: number
  /** Largest timestamp of the last batch, or that of the last marker. */
  readonly lastTimestampMs: number
  /** Of the coordinator that sent the last marker, -1 before one. */
  readonly coordinatorEpoch: number
  /** Where the open transaction begins, -1 when none is open. */
  readonly transactionFirstOffset: number
}

export type ProducerVerdict =
  | { readonly kind: 'append' }
  | { readonly kind: 'duplicate'; readonly batch: ProducerBatch }
  | { readonly kind: 'out-of-order' }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'coordinator-fenced' }
  | { readonly kind: 'transaction-not-verified' }
  | { readonly kind: 'transaction-open' }

const APPEND: ProducerVerdict = { kind: 'append' }
const OUT_OF_ORDER: ProducerVerdict = { kind: 'out-of-order' }
const FENCED: ProducerVerdict = { kind: 'fenced' }
const COORDINATOR_FENCED: ProducerVerdict = { kind: 'coordinator-fenced' }
const NOT_VERIFIED: ProducerVerdict = { kind: 'transaction-not-verified' }
const TRANSACTION_OPEN: ProducerVerdict = { kind: 'transaction-open' }

/** What a transactional batch brings along. */
export interface TransactionalAppend {
  readonly guard: TransactionGuard | 'unguarded' | undefined
  readonly verification: Verification | undefined
}

/** Judges a batch against what is known of its producer. */
export function judgeProducer(
  entry: ProducerEntry | undefined,
  header: BatchHeader,
  transactional?: TransactionalAppend
): ProducerVerdict {
  const sequenced = header.baseSequence !== noSequence
  const duplicate = sequenced && entry !== undefined ? findDuplicate(entry, header) : undefined
  if (duplicate !== undefined) return { kind: 'duplicate', batch: duplicate }
  if (entry !== undefined && header.producerEpoch < entry.epoch) return FENCED
  if (transactional !== undefined) {
    if (!isVerified(entry, header, transactional)) return NOT_VERIFIED
    if (sequenced && overtakes(entry, header, transactional.verification)) return OUT_OF_ORDER
  }
  if (entry === undefined) return APPEND
  if (sequenced && !isInSequence(entry, header)) return OUT_OF_ORDER
  const forbidden = transactional === undefined && entry.transactionFirstOffset >= 0
  return forbidden ? TRANSACTION_OPEN : APPEND
}

/** Whether the producer has a transaction open here, in the epoch of the batch. */
export function hasOpenTransaction(entry: ProducerEntry | undefined, producerEpoch: number): boolean {
  return entry !== undefined && entry.transactionFirstOffset >= 0 && entry.epoch === producerEpoch
}

function isVerified(
  entry: ProducerEntry | undefined,
  header: BatchHeader,
  { guard, verification }: TransactionalAppend
): boolean {
  if (guard === 'unguarded' || hasOpenTransaction(entry, header.producerEpoch)) return true
  return guard !== undefined && verification?.guard === guard
}

/**
 * While a producer is being checked, its batches may arrive out of order: a later one waits until the first one is
 * in. With version 2 a producer that is not known begins at 0, since its epoch is new (KIP-890).
 */
function overtakes(
  entry: ProducerEntry | undefined,
  { baseSequence }: BatchHeader,
  verification: Verification | undefined
): boolean {
  if (verification === undefined) return false
  const isNew = entry === undefined || entry.batches.length === 0
  if (verification.raisesEpoch && isNew && baseSequence !== 0) return true
  return baseSequence > verification.lowestSequence
}

function isInSequence(entry: ProducerEntry, header: BatchHeader): boolean {
  const last = header.producerEpoch === entry.epoch ? entry.batches.at(-1) : undefined
  return last === undefined ? header.baseSequence === 0 : follows(last.lastSequence, header.baseSequence)
}

function findDuplicate(entry: ProducerEntry, header: BatchHeader): ProducerBatch | undefined {
  if (header.producerEpoch !== entry.epoch) return undefined
  const lastSequence = lastSequenceOf(header)
  for (const batch of entry.batches) {
    if (batch.firstSequence === header.baseSequence && batch.lastSequence === lastSequence) return batch
  }
  return undefined
}

/** Sequences go on by one and wrap from 2^31-1 to 0. */
function follows(last: number, next: number): boolean {
  return next === last + 1 || (next === 0 && last === 0x7fff_ffff)
}

/** Judges the marker that ends a transaction. */
export function judgeMarker(
  entry: ProducerEntry | undefined,
  { producerEpoch }: BatchHeader,
  { coordinatorEpoch }: EndMarker,
  version: TransactionVersion
): ProducerVerdict {
  if (entry === undefined) return APPEND
  if (producerEpoch < entry.epoch) return FENCED
  const repeated = producerEpoch === entry.epoch
  if (version >= 2 && repeated && entry.transactionFirstOffset >= 0) return FENCED
  return entry.coordinatorEpoch > coordinatorEpoch ? COORDINATOR_FENCED : APPEND
}

export interface AppendedAt {
  readonly baseOffset: number
  readonly timestampMs: number
  readonly nowMs: number
}

/** The entry after a batch was appended; the batch has been judged. */
export function producerAfter(
  entry: ProducerEntry | undefined,
  header: BatchHeader,
  { baseOffset, timestampMs, nowMs }: AppendedAt
): ProducerEntry {
  const known = entry !== undefined && entry.epoch === header.producerEpoch ? entry.batches : []
  const openFrom = entry?.transactionFirstOffset ?? -1
  const opens = openFrom < 0 && isTransactional(header.attributes)
  return {
    producerId: header.producerId,
    epoch: header.producerEpoch,
    batches: header.baseSequence === noSequence ? known : withBatch(known, header, baseOffset, timestampMs),
    lastAppendMs: nowMs,
    lastTimestampMs: timestampMs,
    coordinatorEpoch: entry?.coordinatorEpoch ?? -1,
    transactionFirstOffset: opens ? baseOffset : openFrom
  }
}

function withBatch(
  known: readonly ProducerBatch[],
  header: BatchHeader,
  baseOffset: number,
  timestampMs: number
): readonly ProducerBatch[] {
  const batch: ProducerBatch = {
    firstSequence: header.baseSequence,
    lastSequence: lastSequenceOf(header),
    baseOffset,
    timestampMs
  }
  return [...known.slice(Math.max(0, known.length + 1 - producerBatchesMax)), batch]
}

/** The entry after a marker was appended; sequences of an older epoch mean nothing any more. */
export function producerAfterMarker(
  entry: ProducerEntry | undefined,
  header: BatchHeader,
  marker: EndMarker,
  { timestampMs, nowMs }: AppendedAt
): ProducerEntry {
  return {
    producerId: header.producerId,
    epoch: header.producerEpoch,
    batches: entry !== undefined && entry.epoch === header.producerEpoch ? entry.batches : [],
    lastAppendMs: nowMs,
    lastTimestampMs: timestampMs,
    coordinatorEpoch: marker.coordinatorEpoch,
    transactionFirstOffset: -1
  }
}

/** An entry of a checkpoint; those that were written before there were transactions leave fields out. */
export function restoredProducer(
  entry: Partial<ProducerEntry> & Pick<ProducerEntry, 'producerId' | 'epoch' | 'batches' | 'lastAppendMs'>
): ProducerEntry {
  return {
    producerId: entry.producerId,
    epoch: entry.epoch,
    batches: entry.batches,
    lastAppendMs: entry.lastAppendMs,
    lastTimestampMs: entry.lastTimestampMs ?? entry.batches.at(-1)?.timestampMs ?? noTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch ?? -1,
    transactionFirstOffset: entry.transactionFirstOffset ?? -1
  }
}

/** Whether sequences and epochs of the batch mean anything. */
export function isIdempotent(header: BatchHeader): boolean {
  return header.producerId !== noProducerId
}
