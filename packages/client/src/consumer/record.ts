/** Records as consumers see them, read from the batches of a Fetch answer. */
import { RecordCursor, isControl, isTransactional, timestampAt } from '@naru/protocol'
import type { Codec } from '../codec.ts'
import { KafkaError } from '../errors.ts'
import type { AbortedTransaction } from './aborted-transaction.ts'
import type { FetchedBatch } from './fetched-batches.ts'
import { FetchedRecord } from './fetched-record.ts'

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

export interface Slice {
  readonly topic: string
  readonly partition: number
  /** Records below were asked for by nobody: a broker answers with whole batches. */
  readonly from: number
  /** Records from here on are not wanted. */
  readonly end: number
}

/**
 * The records of `batches` within the slice, one by one as they are asked for; markers of transactions are skipped,
 * and with `aborted` what is void.
 */
export function* recordsOf(
  batches: readonly FetchedBatch[],
  slice: Slice,
  aborted: readonly AbortedTransaction[] = []
): Generator<FetchedRecord, void, void> {
  const filter = new AbortedFilter(aborted)
  const { topic, partition, from, end } = slice
  for (const batch of batches) {
    const { header, payload } = batch
    if (filter.isVoid(batch) || isControl(header.attributes)) continue
    const timestampType = (header.attributes & LOG_APPEND_TIME) === 0 ? 'create' : 'append'
    const cursor = new RecordCursor(payload)
    for (let index = 0; index < header.recordCount; index++) {
      if (!cursor.next()) throw malformed(slice, cursor)
      const offset = header.baseOffset + cursor.offsetDelta
      if (offset < from || offset >= end) continue
      const place = {
        topic,
        partition,
        offset,
        timestamp: timestampAt(cursor, header),
        timestampType
      } as const
      yield new FetchedRecord(place, payload, cursor)
    }
  }
}

/** The same as plain objects, with key and value as the codecs give them. */
export function decodeRecords<K, V>(
  batches: readonly FetchedBatch[],
  slice: Slice,
  codecs: Codecs<K, V>,
  aborted: readonly AbortedTransaction[] = []
): Array<ConsumerRecord<K, V>> {
  const records: Array<ConsumerRecord<K, V>> = []
  for (const record of recordsOf(batches, slice, aborted)) {
    const { topic, partition, offset, timestamp, timestampType, key, value, headers } = record
    records.push({
      topic,
      partition,
      offset,
      timestamp,
      timestampType,
      key: key === null ? null : codecs.key.decode(key),
      value: value === null ? null : codecs.value.decode(value),
      headers
    })
  }
  return records
}

function malformed({ topic, partition }: Slice, cursor: RecordCursor): KafkaError {
  const reason = cursor.malformed ?? 'there are fewer records than the batch declares'
  return new KafkaError('CORRUPT_MESSAGE', `${topic}-${partition}: ${reason}`, { topic, partition })
}

/**
 * Tells the batches of aborted transactions: from the transaction's first offset to its marker, which is the control
 * batch of the same producer.
 */
class AbortedFilter {
  readonly #open: AbortedTransaction[]
  readonly #void = new Set<number>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#open = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  isVoid({ header }: FetchedBatch): boolean {
    for (let next = this.#open[0]; next !== undefined; next = this.#open[0]) {
      if (next.firstOffset > header.baseOffset) break
      this.#void.add(next.producerId)
      this.#open.shift()
    }
    if (!isTransactional(header.attributes)) return false
    if (!isControl(header.attributes)) return this.#void.has(header.producerId)
    this.#void.delete(header.producerId)
    return true
  }
}
