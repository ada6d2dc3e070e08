/** How keys and values become bytes and back. Bytes are the default: nothing is guessed. */

/** Null is a missing key or a tombstone and never reaches a codec. */
export interface Codec<T> {
  encode(value: T): Uint8Array
  decode(bytes: Uint8Array): T
}

/** Bytes as they are; what a consumer hands out is a view that stays valid as long as it is kept. */
export const bytesCodec: Codec<Uint8Array> = {
  encode: (value) => value,
  decode: (bytes) => bytes
}

/** UTF-8 text. Bytes that are not UTF-8 decode to replacement characters. */
export const stringCodec: Codec<string> = {
  encode: (value) => Buffer.from(value, 'utf8'),
  decode: (bytes) => asBuffer(bytes).toString('utf8')
}

/** JSON as UTF-8. Integers beyond 53 bits lose digits in JavaScript; send such numbers as strings. */
export function jsonCodec<T = unknown>(): Codec<T> {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value), 'utf8'),
    decode: (bytes) => JSON.parse(asBuffer(bytes).toString('utf8')) as T
  }
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
