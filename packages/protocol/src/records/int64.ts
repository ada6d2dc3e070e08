// Big-endian integers read and written in place, for the fixed fields of a record batch header.
//
// The 64-bit fields (offsets, timestamps, producer ids) are numbers here. A value outside the safe range comes
// back inexact but still outside it, so that one `Number.isSafeInteger` by the caller is the range check.

const twoTo32 = 0x1_0000_0000

export function readInt16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!
}

export function readInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}

export function readInt64(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) * twoTo32 + (readInt32(bytes, at + 4) >>> 0)
}

export function writeInt16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

export function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** The value has to be a safe integer; who reads it from outside has checked that. */
export function writeInt64(bytes: Uint8Array, at: number, value: number): void {
  writeInt32(bytes, at, Math.floor(value / twoTo32))
  writeInt32(bytes, at + 4, value % twoTo32)
}
