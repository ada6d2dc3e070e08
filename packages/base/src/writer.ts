/**
 * Writes the primitive types of Kafka's wire protocol into a list of chunks.
 *
 * Small fields go into scratch memory; byte fields above `referenceBytesMin` join the list as they are, without a
 * copy, so their owner must not change them until the chunks have been sent. `flexible` arguments choose the
 * compact encodings of KIP-482. A value that the wire type cannot hold is a bug of the caller: an `EncodeError`.
 */
import { EncodeError } from './encode-error.ts'
import { INT64_MAX } from './reader.ts'
import { writeUuid, type Uuid } from './uuid.ts'

/** Below this many bytes a copy costs less than one more chunk in the vectored write. */
const referenceBytesMin = 1024

/** Scratch memory that a writer claims at first; a typical response fits. */
const firstScratchBytes = 512
/** Later claims double up to this. */
const scratchBytesMax = 16 * 1024
/** Claims are cut from slabs of this size, one behind the other; a slab lives as long as a chunk cut from it. */
const slabBytes = 64 * 1024

const TWO_32 = 0x1_0000_0000
/** A UTF-8 text has at most three bytes per UTF-16 unit, so up to here its compact length is one byte. */
const shortStringUnitsMax = 42

let slab = Buffer.allocUnsafeSlow(slabBytes)
let slabView = new DataView(slab.buffer, slab.byteOffset, slab.length)
let slabPosition = 0

/** Four bytes reserved by `reserveInt32`. */
export interface Int32Slot {
  readonly view: DataView
  readonly position: number
}

export class Writer {
  readonly #chunks: Uint8Array[] = []
  /** Bytes in `#chunks`. */
  #chunkBytes = 0
  #buffer: Buffer = slab
  #view: DataView = slabView
  /** Where the bytes begin that are not yet in `#chunks`. */
  #start = 0
  #position = 0
  /** The end of what this writer has claimed of the slab. */
  #end = 0
  #scratchBytes = firstScratchBytes

  /** Bytes written so far. */
  get byteLength(): number {
    return this.#chunkBytes + this.#position - this.#start
  }

  /** Everything written, in order. The writer is at its end. */
  finish(): Uint8Array[] {
    this.#closeChunk()
    this.#giveBack()
    return this.#chunks
  }

  /** Everything written as one run of bytes; for tests and small messages. */
  toBytes(): Uint8Array {
    const chunks = this.finish()
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  }

  /** Leaves four bytes open, which `patchInt32` fills in later: the length in front of a frame. */
  reserveInt32(): Int32Slot {
    const position = this.#claim(4)
    return { view: this.#view, position }
  }

  patchInt32(slot: Int32Slot, value: number): void {
    if ((value | 0) !== value) throw outOfRange('int32', value)
    slot.view.setInt32(slot.position, value)
  }

  #claim(bytes: number): number {
    if (this.#position + bytes > this.#end) this.#grow(bytes)
    const position = this.#position
    this.#position = position + bytes
    return position
  }

  #grow(bytes: number): void {
    this.#closeChunk()
    this.#giveBack()
    const wanted = Math.max(bytes, this.#scratchBytes)
    this.#scratchBytes = Math.min(this.#scratchBytes * 2, scratchBytesMax)
    if (wanted > slabBytes) {
      this.#buffer = Buffer.allocUnsafeSlow(wanted)
      this.#view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, wanted)
      this.#start = this.#position = 0
      this.#end = wanted
      return
    }
    if (slabPosition + wanted > slabBytes) {
      slab = Buffer.allocUnsafeSlow(slabBytes)
      slabView = new DataView(slab.buffer, slab.byteOffset, slab.length)
      slabPosition = 0
    }
    this.#buffer = slab
    this.#view = slabView
    this.#start = this.#position = slabPosition
    this.#end = slabPosition += wanted
  }

  #closeChunk(): void {
    if (this.#position === this.#start) return
    this.#chunks.push(this.#buffer.subarray(this.#start, this.#position))
    this.#chunkBytes += this.#position - this.#start
    this.#start = this.#position
  }

  /** What was claimed last and not used is free for the next writer. */
  #giveBack(): void {
    if (this.#buffer === slab && this.#end === slabPosition) slabPosition = this.#position
    this.#end = this.#position
  }

  boolean(value: boolean): void {
    const position = this.#claim(1)
    this.#buffer[position] = value ? 1 : 0
  }

  int8(value: number): void {
    if ((value << 24) >> 24 !== value) throw outOfRange('int8', value)
    const position = this.#claim(1)
    this.#view.setInt8(position, value)
  }

  int16(value: number): void {
    if ((value << 16) >> 16 !== value) throw outOfRange('int16', value)
    const position = this.#claim(2)
    this.#view.setInt16(position, value)
  }

  uint16(value: number): void {
    if ((value & 0xffff) !== value) throw outOfRange('uint16', value)
    const position = this.#claim(2)
    this.#view.setUint16(position, value)
  }

  int32(value: number): void {
    if ((value | 0) !== value) throw outOfRange('int32', value)
    const position = this.#claim(4)
    this.#view.setInt32(position, value)
  }

  uint32(value: number): void {
    if (value >>> 0 !== value) throw outOfRange('uint32', value)
    const position = this.#claim(4)
    this.#view.setUint32(position, value)
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value)) throw outOfRange('int64', value)
    const position = this.#claim(8)
    this.#view.setInt32(position, Math.floor(value / TWO_32))
    this.#view.setUint32(position + 4, value >>> 0)
  }

  /** Like `int64`, and `INT64_MAX` is written as Java's `Long.MAX_VALUE`. */
  int64OrMax(value: number): void {
    if (value !== INT64_MAX) return this.int64(value)
    const position = this.#claim(8)
    this.#view.setInt32(position, 0x7fffffff)
    this.#view.setInt32(position + 4, -1)
  }

  float64(value: number): void {
    const position = this.#claim(8)
    this.#view.setFloat64(position, value)
  }

  uuid(value: Uuid): void {
    const position = this.#claim(16)
    writeUuid(value, this.#buffer, position)
  }

  unsignedVarint(value: number): void {
    if (value >>> 0 !== value) throw outOfRange('unsigned varint', value)
    if (this.#position + 5 > this.#end) this.#grow(5)
    const buffer = this.#buffer
    let position = this.#position
    let rest = value
    while (rest > 0x7f) {
      buffer[position++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    buffer[position++] = rest
    this.#position = position
  }

  /** A zigzag-encoded int32. */
  varint(value: number): void {
    if ((value | 0) !== value) throw outOfRange('varint', value)
    this.unsignedVarint(((value << 1) ^ (value >> 31)) >>> 0)
  }

  /** A zigzag-encoded int64. */
  varlong(value: number): void {
    if (!Number.isSafeInteger(value)) throw outOfRange('varlong', value)
    if (this.#position + 10 > this.#end) this.#grow(10)
    // Twice a safe integer may need 54 bits: the lowest bit is kept apart from the rest, which stays exact.
    const magnitude = value < 0 ? -value - 1 : value
    let byte = ((magnitude % 64) << 1) | (value < 0 ? 1 : 0)
    let rest = Math.floor(magnitude / 64)
    while (rest > 0) {
      this.#buffer[this.#position++] = byte | 0x80
      byte = rest % 128
      rest = Math.floor(rest / 128)
    }
    this.#buffer[this.#position++] = byte
  }

  string(value: string, flexible: boolean): void {
    if (flexible) this.#compactString(value)
    else this.#classicString(value)
  }

  nullableString(value: string | null, flexible: boolean): void {
    if (value !== null) this.string(value, flexible)
    else if (flexible) this.unsignedVarint(0)
    else this.int16(-1)
  }

  #compactString(value: string): void {
    if (value.length <= shortStringUnitsMax) {
      const position = this.#claim(1 + 3 * value.length)
      const bytes = value.length === 0 ? 0 : this.#buffer.write(value, position + 1)
      this.#buffer[position] = bytes + 1
      this.#position = position + 1 + bytes
      return
    }
    const bytes = Buffer.byteLength(value)
    if (bytes > 0x7fff) throw outOfRange('string length', bytes)
    this.unsignedVarint(bytes + 1)
    const position = this.#claim(bytes)
    this.#buffer.write(value, position)
  }

  #classicString(value: string): void {
    const short = value.length <= shortStringUnitsMax
    const claimed = short ? 3 * value.length : Buffer.byteLength(value)
    if (claimed > 0x7fff) throw outOfRange('string length', claimed)
    const position = this.#claim(2 + claimed)
    const bytes = value.length === 0 ? 0 : this.#buffer.write(value, position + 2)
    this.#view.setInt16(position, bytes)
    this.#position = position + 2 + bytes
  }

  /** Bytes without a length in front: a copy when few, a reference when many. */
  raw(bytes: Uint8Array): void {
    if (bytes.length < referenceBytesMin) {
      const position = this.#claim(bytes.length)
      this.#buffer.set(bytes, position)
      return
    }
    this.#closeChunk()
    this.#chunks.push(bytes)
    this.#chunkBytes += bytes.length
  }

  bytes(value: Uint8Array, flexible: boolean): void {
    this.#byteCount(value.length, flexible)
    this.raw(value)
  }

  nullableBytes(value: Uint8Array | null, flexible: boolean): void {
    if (value === null) this.#byteCount(-1, flexible)
    else this.bytes(value, flexible)
  }

  /** Like `nullableBytes`, for bytes that may come as a list of chunks. */
  records(value: Uint8Array | ReadonlyArray<Uint8Array> | null, flexible: boolean): void {
    if (value === null) return this.#byteCount(-1, flexible)
    if (value instanceof Uint8Array) return this.bytes(value, flexible)
    let total = 0
    for (const chunk of value) total += chunk.length
    this.#byteCount(total, flexible)
    for (const chunk of value) this.raw(chunk)
  }

  #byteCount(count: number, flexible: boolean): void {
    if (flexible) this.unsignedVarint(count + 1)
    else this.int32(count)
  }

  /** The element count of an array, -1 for null. */
  arrayLength(count: number, flexible: boolean): void {
    this.#byteCount(count, flexible)
  }

  /** The byte in front of a nullable structure. */
  present(present: boolean): void {
    this.int8(present ? 1 : -1)
  }

  /** The same mark in front of a tagged structure, where Kafka writes a varint: 0 for null. */
  taggedPresent(present: boolean): void {
    this.unsignedVarint(present ? 1 : 0)
  }

  /** A writer for the content of a tagged field. */
  nested(): Writer {
    return new Writer()
  }

  /**
   * A tagged field: its content is written to a second writer first, because its size, of one to five bytes,
   * comes before it.
   */
  tagged(tag: number, content: Writer): void {
    this.unsignedVarint(tag)
    this.unsignedVarint(content.byteLength)
    for (const chunk of content.finish()) this.raw(chunk)
  }
}

function outOfRange(type: string, value: number): EncodeError {
  return new EncodeError(`${value} does not fit ${type}`)
}
