/**
 * Reads the primitive types of Kafka's wire protocol from one run of bytes, front to back.
 *
 * Every length is compared with what remains before it is used, and every failure is a `DecodeError`. Byte
 * fields come back as views of the input: whoever keeps one beyond the call copies it. `flexible` arguments
 * choose the compact encodings of KIP-482 (varint lengths, shifted by one so that 0 is null).
 */
import { DecodeError } from './decode-error.ts'
import { decodeElementsMax } from './limits.ts'
import { uuidFromBytes, type Uuid } from './uuid.ts'

/** int64 values from `-2^53 + 1` to `2^53 - 1` have a high word within these bounds. */
const highWordMin = -0x200000
const highWordMax = 0x1fffff
const TWO_32 = 0x1_0000_0000

/** Kafka's texts are at most this long, also where a compact length could announce more. */
const stringBytesMax = 0x7fff

/** Java's `Long.MAX_VALUE` rounds to this number; fields that use it as "no limit" are read by `int64OrMax`. */
export const INT64_MAX = 2 ** 63

export class Reader {
  readonly #buffer: Buffer
  readonly #view: DataView
  readonly #end: number
  #position: number
  #elementsLeft: number

  /** A service that reads what strangers send may allow fewer elements of arrays than `decodeElementsMax`. */
  constructor(
    bytes: Uint8Array,
    position = 0,
    end: number = bytes.length,
    elementsMax: number = decodeElementsMax
  ) {
    if (position < 0 || end > bytes.length || position > end) throw new DecodeError('TRUNCATED', position)
    this.#buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#end = end
    this.#position = position
    this.#elementsLeft = elementsMax
  }

  get position(): number {
    return this.#position
  }

  get remaining(): number {
    return this.#end - this.#position
  }

  /** Throws unless everything has been read: a message with bytes left over was not understood. */
  expectEnd(): void {
    if (this.#position !== this.#end) throw new DecodeError('TRAILING_BYTES', this.#position)
  }

  skip(bytes: number): void {
    this.#advance(bytes)
  }

  #advance(bytes: number): number {
    const position = this.#position
    const next = position + bytes
    if (bytes < 0 || next > this.#end) throw new DecodeError('TRUNCATED', position)
    this.#position = next
    return position
  }

  boolean(): boolean {
    return this.#view.getInt8(this.#advance(1)) !== 0
  }

  int8(): number {
    return this.#view.getInt8(this.#advance(1))
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2))
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2))
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4))
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4))
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8))
  }

  /** An int64 as a safe integer; values beyond the 53 bits that a number holds are refused. */
  int64(): number {
    const position = this.#advance(8)
    const high = this.#view.getInt32(position)
    const low = this.#view.getUint32(position + 4)
    if (high < highWordMin || high > highWordMax || (high === highWordMin && low === 0)) {
      throw new DecodeError('INT64_OUT_OF_RANGE', position)
    }
    return high * TWO_32 + low
  }

  /** Like `int64`, but Java's `Long.MAX_VALUE`, which a few fields use for "not set", becomes `INT64_MAX`. */
  int64OrMax(): number {
    const position = this.#position
    if (
      this.remaining >= 8 &&
      this.#view.getInt32(position) === 0x7fffffff &&
      this.#view.getInt32(position + 4) === -1
    ) {
      this.#position = position + 8
      return INT64_MAX
    }
    return this.int64()
  }

  uuid(): Uuid {
    return uuidFromBytes(this.#buffer, this.#advance(16))
  }

  /** At most five bytes; the result is 0 to 2^32 - 1. */
  unsignedVarint(): number {
    const start = this.#position
    const end = this.#end
    let position = start
    let value = 0
    for (let shift = 0; shift <= 28; shift += 7) {
      if (position >= end) throw new DecodeError('TRUNCATED', start)
      const byte = this.#buffer[position++]!
      if (shift === 28 && byte > 0x0f) throw new DecodeError('BAD_VARINT', start)
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.#position = position
        return value >>> 0
      }
    }
    throw new DecodeError('BAD_VARINT', start)
  }

  /** A zigzag-encoded int32. */
  varint(): number {
    const value = this.unsignedVarint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** A zigzag-encoded int64 of at most ten bytes, as a safe integer. */
  varlong(): number {
    const start = this.#position
    const low = this.#varlongPart(start)
    if (low < 0) {
      const high = this.#varlongPart(start)
      if (high < 0) return this.#varlongEnd(start, -low - 1, -high - 1)
      return unzigzag(-low - 1, high, start)
    }
    return unzigzag(low, 0, start)
  }

  /** Four groups of seven bits: the value itself when they end the integer, `-value - 1` when more follow. */
  #varlongPart(start: number): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      if (this.#position >= this.#end) throw new DecodeError('TRUNCATED', start)
      const byte = this.#buffer[this.#position++]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    return -value - 1
  }

  #varlongEnd(start: number, low: number, middle: number): number {
    let high = 0
    for (let shift = 0; shift < 14; shift += 7) {
      if (this.#position >= this.#end) throw new DecodeError('TRUNCATED', start)
      const byte = this.#buffer[this.#position++]!
      if (shift === 7 && byte > 1) throw new DecodeError('BAD_VARINT', start)
      high |= (byte & 0x7f) << shift
      if (byte < 0x80) return unzigzag(low, middle + high * 0x1000_0000, start)
    }
    throw new DecodeError('BAD_VARINT', start)
  }

  string(flexible: boolean): string {
    const length = flexible ? this.unsignedVarint() - 1 : this.int16()
    if (length < 0 || length > stringBytesMax) throw this.#badLength(length)
    return this.#text(length)
  }

  nullableString(flexible: boolean): string | null {
    const length = flexible ? this.unsignedVarint() - 1 : this.int16()
    if (length === -1) return null
    if (length < 0 || length > stringBytesMax) throw this.#badLength(length)
    return this.#text(length)
  }

  /** What is not UTF-8 becomes replacement characters of three bytes each, and may then be too long to be written. */
  #text(length: number): string {
    const position = this.#advance(length)
    const text = this.#buffer.toString('utf8', position, position + length)
    if (length * 3 > stringBytesMax && Buffer.byteLength(text) > stringBytesMax) throw this.#badLength(length)
    return text
  }

  /** A view of the next bytes. */
  view(bytes: number): Uint8Array {
    const position = this.#advance(bytes)
    return this.#buffer.subarray(position, position + bytes)
  }

  bytes(flexible: boolean): Uint8Array {
    const length = flexible ? this.unsignedVarint() - 1 : this.int32()
    if (length < 0) throw this.#badLength(length)
    return this.view(length)
  }

  nullableBytes(flexible: boolean): Uint8Array | null {
    const length = flexible ? this.unsignedVarint() - 1 : this.int32()
    if (length === -1) return null
    if (length < 0) throw this.#badLength(length)
    return this.view(length)
  }

  /** The element count of an array whose elements take at least `elementBytesMin` bytes each. */
  arrayLength(flexible: boolean, elementBytesMin: number): number {
    const count = this.nullableArrayLength(flexible, elementBytesMin)
    if (count < 0) throw this.#badLength(count)
    return count
  }

  /** Like `arrayLength`, with -1 for null. */
  nullableArrayLength(flexible: boolean, elementBytesMin: number): number {
    const start = this.#position
    const count = flexible ? this.unsignedVarint() - 1 : this.int32()
    if (count < -1) throw new DecodeError('BAD_LENGTH', start)
    if (count * elementBytesMin > this.#end - this.#position)
      throw new DecodeError('TOO_MANY_ELEMENTS', start)
    if (count > this.#elementsLeft) throw new DecodeError('TOO_MANY_ELEMENTS', start)
    if (count > 0) this.#elementsLeft -= count
    return count
  }

  /** True when a nullable structure is present; it is led by one byte, negative for null. */
  present(): boolean {
    return this.int8() >= 0
  }

  /** The same mark in front of a tagged structure, where Kafka writes a varint: 0 for null. */
  taggedPresent(): boolean {
    return this.unsignedVarint() > 0
  }

  /** The tag that comes next in a section of tagged fields; tags ascend strictly. */
  tag(previous: number): number {
    const start = this.#position
    const tag = this.unsignedVarint()
    if (tag <= previous) throw new DecodeError('BAD_TAG', start)
    return tag
  }

  /** The position at which the tagged field ends whose size comes next. */
  tagEnd(): number {
    const size = this.unsignedVarint()
    const end = this.#position + size
    if (end > this.#end) throw new DecodeError('TRUNCATED', this.#position)
    return end
  }

  /** Throws unless a known tagged field was exactly as long as announced. */
  expectTagEnd(end: number): void {
    if (this.#position !== end) throw new DecodeError('BAD_TAG', this.#position)
  }

  /** Passes over the content of an unknown tagged field. */
  skipTag(end: number): void {
    this.#position = end
  }

  /** Reads past a section of tagged fields of which none is known. */
  skipTags(): void {
    const count = this.unsignedVarint()
    let previous = -1
    for (let i = 0; i < count; i++) {
      previous = this.tag(previous)
      this.#position = this.tagEnd()
    }
  }

  #badLength(length: number): DecodeError {
    return new DecodeError(length === -1 ? 'UNEXPECTED_NULL' : 'BAD_LENGTH', this.#position)
  }
}

/** The signed value of a zigzag-encoded integer given as its low 28 bits and the rest. */
function unzigzag(low: number, high: number, position: number): number {
  const magnitude = high * 0x800_0000 + (low >>> 1)
  if (magnitude > Number.MAX_SAFE_INTEGER) throw new DecodeError('INT64_OUT_OF_RANGE', position)
  if ((low & 1) === 0) return magnitude
  if (magnitude === Number.MAX_SAFE_INTEGER) throw new DecodeError('INT64_OUT_OF_RANGE', position)
  return -magnitude - 1
}
