/** What callers hand to a producer, and its form on the way to the wire. */
import type { MessageRecord } from '@platformatic/kafka'
import { asBuffer, type Codec } from '../codec.ts'

export type HeaderToSend = readonly [name: string, value: Uint8Array | string | null]

export interface RecordToSend<K, V> {
  readonly key?: K | null | undefined
  /** Null is a tombstone: on a compacted topic it deletes the key. */
  readonly value: V | null
  /** In order; a name may come twice. */
  readonly headers?: readonly HeaderToSend[] | undefined
  /** Milliseconds since 1970; now when left out. */
  readonly timestamp?: number | undefined
  /** Chosen by the key when left out; without a key, by the batch. */
  readonly partition?: number | undefined
}

/** Encoded, but without its place. */
export interface EncodedRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Map<Buffer, Buffer>
  readonly timestamp: bigint
  readonly partition: number | undefined
  /** About what it takes in a batch. */
  readonly bytes: number
}

/** Lengths, deltas and attributes of a record, at most. */
const RECORD_OVERHEAD_BYTES = 24

export function encodeRecord<K, V>(
  record: RecordToSend<K, V>,
  codecs: { readonly key: Codec<K>; readonly value: Codec<V> },
  nowMs: number
): EncodedRecord {
  const key = record.key === null || record.key === undefined ? null : asBuffer(codecs.key.encode(record.key))
  const value = record.value === null ? null : asBuffer(codecs.value.encode(record.value))
  const headers = encodeHeaders(record.headers ?? [])
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, content] of headers) bytes += name.length + (content?.length ?? 0) + 10
  const timestamp = BigInt(record.timestamp ?? nowMs)
  return { key, value, headers, timestamp, partition: record.partition, bytes }
}

/** The library takes a Map; fresh buffers as its keys let a name come twice. */
function encodeHeaders(headers: readonly HeaderToSend[]): Map<Buffer, Buffer> {
  const encoded = new Map<Buffer, Buffer>()
  for (const [name, value] of headers) {
    const content = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
    // Its types know no null value, its encoder does.
    encoded.set(Buffer.from(name, 'utf8'), (content === null ? null : asBuffer(content)) as Buffer)
  }
  return encoded
}

/** A record with its place, as the library's encoder takes it. */
export function wireRecord(record: EncodedRecord, topic: string, partition: number): MessageRecord {
  const { key, value, headers, timestamp } = record
  return { key: key as Buffer, value: value as Buffer, headers, timestamp, topic, partition }
}
