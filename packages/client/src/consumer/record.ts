/** Records as consumers see them, made from the batches that the library decoded. */
import type { KafkaRecord, RecordsBatch } from '@platformatic/kafka'
import { asBuffer, type Codec } from '../codec.ts'
import { safeNumber } from '../int64.ts'
import type { AbortedTransaction } from './aborted-transaction.ts'

export type Header = readonly [name: string, value: Uint8Array | null]

export interface ConsumerRecord<K, V> {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970, of the producer or, with LogAppendTime, of the broker; -1 when there is none. */
  readonly timestamp: number
  readonly timestampType: 'create' | 'append'
  readonly key: K | null
  readonly value: V | null
  readonly headers: readonly Header[]
}

export interface Codecs<K, V> {
  readonly key: Codec<K>
  readonly value: Codec<V>
}

const LOG_APPEND_TIME = 1 << 3
const TRANSACTIONAL = 1 << 4
const CONTROL = 1 << 5

export interface Slice {
  readonly topic: string
  readonly partition: number
  /** Records below were asked for by nobody: a broker answers with whole batches. */
  readonly from: number
  /** Records from here on are not wanted. */
  readonly end: number
}

/** The records of `batches` within the slice; markers of transactions are skipped, and with `aborted` what is void. */
export function decodeRecords<K, V>(
  batches: readonly RecordsBatch[],
  slice: Slice,
  codecs: Codecs<K, V>,
  aborted: readonly AbortedTransaction[] = []
): Array<ConsumerRecord<K, V>> {
  const records: Array<ConsumerRecord<K, V>> = []
  const filter = new AbortedFilter(aborted)
  for (const batch of batches) {
    if (filter.isVoid(batch) || (batch.attributes & CONTROL) !== 0) continue
    const base = safeNumber(batch.firstOffset)
    for (const record of batch.records) {
      const offset = base + record.offsetDelta
      if (offset < slice.from || offset >= slice.end) continue
      records.push(decodeRecord(batch, record, { ...slice, offset }, codecs))
    }
  }
  return records
}

/**
 * Tells the batches of aborted transactions: from the transaction's first offset to its marker, which is the control
 * batch of the same producer.
 */
class AbortedFilter {
  readonly #open: AbortedTransaction[]
  readonly #void = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#open = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  }

  isVoid(batch: RecordsBatch): boolean {
    for (let next = this.#open[0]; next !== undefined; next = this.#open[0]) {
      if (next.firstOffset > batch.firstOffset) break
      this.#void.add(next.producerId)
      this.#open.shift()
    }
    if ((batch.attributes & TRANSACTIONAL) === 0) return false
    if ((batch.attributes & CONTROL) === 0) return this.#void.has(batch.producerId)
    this.#void.delete(batch.producerId)
    return true
  }
}

/** The offset after the last one that `batches` cover, whether its record is still there or not. */
export function nextOffset(batches: readonly RecordsBatch[]): number | undefined {
  const last = batches.at(-1)
  return last === undefined ? undefined : safeNumber(last.firstOffset) + last.lastOffsetDelta + 1
}

function decodeRecord<K, V>(
  batch: RecordsBatch,
  record: KafkaRecord,
  place: { readonly topic: string; readonly partition: number; readonly offset: number },
  codecs: Codecs<K, V>
): ConsumerRecord<K, V> {
  const appended = (batch.attributes & LOG_APPEND_TIME) !== 0
  // With LogAppendTime all records of a batch carry the batch's time, which the broker writes into one field only.
  const timestamp = appended ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta
  return {
    topic: place.topic,
    partition: place.partition,
    offset: place.offset,
    timestamp: safeNumber(timestamp),
    timestampType: appended ? 'append' : 'create',
    key: record.key === null ? null : codecs.key.decode(record.key),
    value: record.value === null ? null : codecs.value.decode(record.value),
    headers: record.headers.map(([name, value]) => [
      name === null ? '' : asBuffer(name).toString('utf8'),
      value
    ])
  }
}
