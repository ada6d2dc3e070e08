/**
 * A record that stands in a fetched batch: positions in its bytes, and views that are made when they are asked for.
 * Most readers look at few of a record's fields, and views are what reading costs most.
 */
import type { RecordCursor } from '@naru/protocol'
import type { ConsumerRecord, Header } from './record.ts'

export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly timestampType: 'create' | 'append'
}

export class FetchedRecord implements ConsumerRecord<Uint8Array, Uint8Array> {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly timestampType: 'create' | 'append'
  readonly #payload: Buffer
  readonly #keyAt: number
  readonly #keyBytes: number
  readonly #valueAt: number
  readonly #valueBytes: number
  readonly #headersAt: number
  readonly #headerCount: number
  readonly #end: number
  #headers: readonly Header[] | undefined

  /** `payload` is what the cursor walks; the record it stands on is taken. */
  constructor(place: RecordPlace, payload: Buffer, cursor: RecordCursor) {
    this.topic = place.topic
    this.partition = place.partition
    this.offset = place.offset
    this.timestamp = place.timestamp
    this.timestampType = place.timestampType
    this.#payload = payload
    this.#keyAt = cursor.keyAt
    this.#keyBytes = cursor.keyBytes
    this.#valueAt = cursor.valueAt
    this.#valueBytes = cursor.valueBytes
    this.#headersAt = cursor.headersAt
    this.#headerCount = cursor.headerCount
    this.#end = cursor.at
    this.#headers = undefined
  }

  get key(): Uint8Array | null {
    return this.#view(this.#keyAt, this.#keyBytes)
  }

  get value(): Uint8Array | null {
    return this.#view(this.#valueAt, this.#valueBytes)
  }

  get headers(): readonly Header[] {
    this.#headers ??= this.#readHeaders()
    return this.#headers
  }

  /** Bytes that key, value and headers take on the wire. */
  get byteLength(): number {
    return this.#end - this.#keyAt
  }

  /** The key as text, without a view: `latin1` keeps any bytes apart from each other. */
  keyText(encoding: 'utf8' | 'latin1'): string | null {
    return this.#text(this.#keyAt, this.#keyBytes, encoding)
  }

  /** The value as UTF-8, without a view. */
  valueText(): string | null {
    return this.#text(this.#valueAt, this.#valueBytes, 'utf8')
  }

  /** The last header of this name, which is ASCII, as UTF-8; undefined without one, or with a null. */
  headerText(name: string): string | undefined {
    const bytes = this.#payload
    let at = this.#headersAt
    let found: string | undefined
    for (let index = 0; index < this.#headerCount; index++) {
      const nameBytes = varint(bytes, at)
      at += varintBytes(bytes, at)
      const isWanted = nameBytes === name.length && isAscii(bytes, at, name)
      at += nameBytes
      const valueBytes = varint(bytes, at)
      at += varintBytes(bytes, at)
      if (isWanted) found = valueBytes < 0 ? undefined : bytes.toString('utf8', at, at + valueBytes)
      if (valueBytes > 0) at += valueBytes
    }
    return found
  }

  #readHeaders(): readonly Header[] {
    const bytes = this.#payload
    const headers: Header[] = []
    let at = this.#headersAt
    for (let index = 0; index < this.#headerCount; index++) {
      const nameBytes = varint(bytes, at)
      at += varintBytes(bytes, at)
      const name = bytes.toString('utf8', at, at + nameBytes)
      at += nameBytes
      const valueBytes = varint(bytes, at)
      at += varintBytes(bytes, at)
      headers.push([name, this.#view(at, valueBytes)])
      if (valueBytes > 0) at += valueBytes
    }
    return headers
  }

  #view(at: number, count: number): Uint8Array | null {
    return count < 0 ? null : this.#payload.subarray(at, at + count)
  }

  #text(at: number, count: number, encoding: 'utf8' | 'latin1'): string | null {
    return count < 0 ? null : this.#payload.toString(encoding, at, at + count)
  }
}

/** A zigzag varint of a record that the cursor has walked already, so that its bytes are there. */
function varint(bytes: Buffer, at: number): number {
  let value = 0
  for (let index = 0; index < VARINT_BYTES_MAX; index++) {
    const byte = bytes[at + index] ?? 0
    value |= (byte & 0x7f) << (7 * index)
    if (byte < 0x80) break
  }
  return (value >>> 1) ^ -(value & 1)
}

function varintBytes(bytes: Buffer, at: number): number {
  let count = 1
  while (count < VARINT_BYTES_MAX && (bytes[at + count - 1] ?? 0) >= 0x80) count++
  return count
}

const VARINT_BYTES_MAX = 5

function isAscii(bytes: Buffer, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (bytes[at + index] !== name.charCodeAt(index)) return false
  }
  return true
}
