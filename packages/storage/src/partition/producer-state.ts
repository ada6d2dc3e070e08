/**
 * What a partition remembers of idempotent producers, and how it judges their next batch. The rules are those
 * of Apache Kafka 4.2: the last five batches are recognised as duplicates, a gap is out of order, an older
 * epoch is fenced, a newer epoch starts at sequence 0, and a producer that is not known may start anywhere.
 *
 * Entries never change: an append makes a new one, so that the one before can be put back when the journal
 * could not take the batch.
 */
import { isTransactional, lastSequenceOf, noProducerId, type BatchHeader } from '@naru/protocol'
import { producerBatchesMax } from '../limits.ts'

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
  readonly transactional: boolean
}

export type ProducerVerdict =
  | { readonly kind: 'append' }
  | { readonly kind: 'duplicate'; readonly batch: ProducerBatch }
  | { readonly kind: 'out-of-order' }
  | { readonly kind: 'fenced' }

const APPEND: ProducerVerdict = { kind: 'append' }
const OUT_OF_ORDER: ProducerVerdict = { kind: 'out-of-order' }
const FENCED: ProducerVerdict = { kind: 'fenced' }

/** Judges a batch against what is known of its producer. */
export function judgeProducer(entry: ProducerEntry | undefined, header: BatchHeader): ProducerVerdict {
  if (entry === undefined) return APPEND
  if (header.producerEpoch < entry.epoch) return FENCED
  if (header.producerEpoch > entry.epoch) return header.baseSequence === 0 ? APPEND : OUT_OF_ORDER
  const duplicate = findDuplicate(entry, header)
  if (duplicate !== undefined) return { kind: 'duplicate', batch: duplicate }
  const last = entry.batches.at(-1)
  if (last === undefined) return header.baseSequence === 0 ? APPEND : OUT_OF_ORDER
  return follows(last.lastSequence, header.baseSequence) ? APPEND : OUT_OF_ORDER
}

function findDuplicate(entry: ProducerEntry, header: BatchHeader): ProducerBatch | undefined {
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

/** The entry after a batch was appended; the batch has been judged. */
export function producerAfter(
  entry: ProducerEntry | undefined,
  header: BatchHeader,
  appended: { readonly baseOffset: number; readonly timestampMs: number; readonly nowMs: number }
): ProducerEntry {
  const batch: ProducerBatch = {
    firstSequence: header.baseSequence,
    lastSequence: lastSequenceOf(header),
    baseOffset: appended.baseOffset,
    timestampMs: appended.timestampMs
  }
  const known = entry !== undefined && entry.epoch === header.producerEpoch ? entry.batches : []
  return {
    producerId: header.producerId,
    epoch: header.producerEpoch,
    batches: [...known.slice(Math.max(0, known.length + 1 - producerBatchesMax)), batch],
    lastAppendMs: appended.nowMs,
    transactional: isTransactional(header.attributes)
  }
}

/** The producers of one partition, the longest silent first. */
export class ProducerTable {
  readonly #entries = new Map<number, ProducerEntry>()

  get(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId)
  }

  get size(): number {
    return this.#entries.size
  }

  entries(): IterableIterator<ProducerEntry> {
    return this.#entries.values()
  }

  /** Replaces what is known; beyond the limit the longest silent producer is forgotten. */
  set(entry: ProducerEntry, entriesMax: number): void {
    this.#entries.delete(entry.producerId)
    this.#entries.set(entry.producerId, entry)
    if (this.#entries.size <= entriesMax) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }

  /** Puts back what was known before an append that failed. */
  restore(producerId: number, entry: ProducerEntry | undefined): void {
    this.#entries.delete(producerId)
    if (entry !== undefined) this.#entries.set(producerId, entry)
  }

  /** Forgets producers whose last append was before the given time; answers how many. */
  expire(beforeMs: number): number {
    let count = 0
    for (const entry of this.#entries.values()) {
      if (entry.lastAppendMs >= beforeMs) continue
      this.#entries.delete(entry.producerId)
      count++
    }
    return count
  }
}

/** Whether sequences and epochs of the batch mean anything. */
export function isIdempotent(header: BatchHeader): boolean {
  return header.producerId !== noProducerId
}
