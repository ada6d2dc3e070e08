// Walks the records of an uncompressed batch payload without making an object per record.
//
// One cursor serves validation, offset-by-timestamp, compaction's look at keys, and the record reader. Its
// fields describe the record that the last successful `next()` stood on and are overwritten by the following
// one. The structure is checked completely, as Kafka's own reader does: a record ends exactly where its length
// says, and no length leads outside the payload.
export class RecordCursor {
  readonly bytes: Uint8Array
  readonly end: number
  /** Position after the current record, which is where the next one begins. */
  at: number
  /** Position of the current record's length field. */
  recordAt: number
  timestampDelta: number
  offsetDelta: number
  keyAt: number
  /** Negative for a null key. */
  keyBytes: number
  valueAt: number
  /** Negative for a null value. */
  valueBytes: number
  headersAt: number
  headerCount: number
  /** Why `next()` refused, `undefined` as long as it did not. */
  malformed: string | undefined

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.end = end
    this.at = start
    this.recordAt = start
    this.timestampDelta = 0
    this.offsetDelta = 0
    this.keyAt = 0
    this.keyBytes = -1
    this.valueAt = 0
    this.valueBytes = -1
    this.headersAt = 0
    this.headerCount = 0
    this.malformed = undefined
  }

  /** Moves to the next record; false at the end of the payload and, with `malformed` set, at a broken record. */
  next(): boolean {
    if (this.at >= this.end || this.malformed !== undefined) return false
    this.recordAt = this.at
    const bodyBytes = this.readVarint()
    const recordEnd = this.at + bodyBytes
    if (bodyBytes < 0 || recordEnd > this.end) return this.fail('a record is longer than its batch')
    this.at += 1 // The attributes of a record are not used by any version of Kafka.
    this.timestampDelta = this.readVarlong()
    this.offsetDelta = this.readVarint()
    this.keyBytes = this.readVarint()
    this.keyAt = this.at
    if (this.keyBytes > 0) this.at += this.keyBytes
    this.valueBytes = this.readVarint()
    this.valueAt = this.at
    if (this.valueBytes > 0) this.at += this.valueBytes
    this.headerCount = this.readVarint()
    this.headersAt = this.at
    if (this.headerCount !== 0 && !this.skipHeaders(recordEnd)) return false
    if (this.malformed !== undefined) return false
    return this.at === recordEnd || this.fail('the fields of a record do not add up to its length')
  }

  /** A zigzag varint of 32 bits; bits beyond them are dropped, as Kafka drops them. Moves `at`. */
  readVarint(): number {
    const first = this.bytes[this.at++]!
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    let value = first & 0x7f
    for (let shift = 7; shift <= 28; shift += 7) {
      const byte = this.bytes[this.at++]!
      value |= (byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return (value >>> 1) ^ -(value & 1)
    }
    this.malformed ??= 'a varint has more than five bytes'
    return 0
  }

  /** A zigzag varint of 64 bits; outside the safe range it is inexact but still outside. Moves `at`. */
  private readVarlong(): number {
    const first = this.bytes[this.at++]!
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    let low = first & 0x7f
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.bytes[this.at++]!
      low |= (byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return (low >>> 1) ^ -(low & 1)
    }
    return this.readLongVarlong(low)
  }

  /** From the fifth byte on; only deltas of more than 37 hours get here. */
  private readLongVarlong(low28: number): number {
    let high = 0n
    for (let shift = 0n; shift <= 35n; shift += 7n) {
      const byte = this.bytes[this.at++]!
      high |= BigInt(byte & 0x7f) << shift
      if ((byte & 0x80) === 0) {
        const zigzag = BigInt.asUintN(64, (high << 28n) | BigInt(low28))
        return Number((zigzag >> 1n) ^ -(zigzag & 1n))
      }
    }
    this.malformed ??= 'a varint has more than ten bytes'
    return 0
  }

  private skipHeaders(recordEnd: number): boolean {
    if (this.headerCount < 0 || this.headerCount > recordEnd - this.at) {
      return this.fail('a record has an impossible number of headers')
    }
    for (let index = 0; index < this.headerCount; index++) {
      const keyBytes = this.readVarint()
      if (keyBytes < 0) return this.fail('a record header has no key')
      this.at += keyBytes
      const valueBytes = this.readVarint()
      if (valueBytes > 0) this.at += valueBytes
      if (this.at > recordEnd) return this.fail('a record header is longer than its record')
    }
    return true
  }

  private fail(reason: string): false {
    this.malformed ??= reason
    return false
  }
}

/** Called per record; answers true to stop. The cursor's fields are valid during the call only. */
export type RecordVisitor = (cursor: RecordCursor, index: number) => boolean | void

/**
 * Visits up to `count` records of an uncompressed payload. Gives `undefined` when all is well (or the visitor
 * stopped), otherwise what is wrong with the payload.
 */
export function walkRecords(payload: Uint8Array, count: number, visit: RecordVisitor): string | undefined {
  const cursor = new RecordCursor(payload)
  for (let index = 0; index < count; index++) {
    if (!cursor.next()) return cursor.malformed ?? 'there are fewer records than the batch declares'
    if (visit(cursor, index) === true) return undefined
  }
  return cursor.at === cursor.end ? undefined : 'bytes are left after the last record'
}
