// A greedy search for repeated bytes, which the TypeScript versions of snappy and lz4 share.
//
// Positions of four-byte groups are remembered in a hash table; a group that comes again within 64 KiB is a
// match, extended as far as it goes. Both formats can express every match found here.

const hashBits = 14
const offsetMax = 0xffff
const matchBytesMin = 4

/** A repetition: `length` bytes at `at` equal those `offset` bytes before. Called in order of `at`. */
export type OnMatch = (at: number, length: number, offset: number) => void

/** Finds matches that start before `startMax` and end by `end`. */
export function forEachMatch(
  input: Uint8Array,
  range: { readonly start: number; readonly startMax: number; readonly end: number },
  onMatch: OnMatch
): void {
  const seenAt = new Int32Array(1 << hashBits).fill(-1)
  let at = range.start
  while (at < range.startMax) {
    const slot = hashAt(input, at)
    const candidate = seenAt[slot]!
    seenAt[slot] = at
    if (candidate < 0 || at - candidate > offsetMax || !sameFour(input, candidate, at)) {
      at++
      continue
    }
    let length = matchBytesMin
    while (at + length < range.end && input[candidate + length] === input[at + length]) length++
    onMatch(at, length, at - candidate)
    at += length
  }
}

function hashAt(input: Uint8Array, at: number): number {
  const four = input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)
  return Math.imul(four, 0x9e3779b1) >>> (32 - hashBits)
}

function sameFour(input: Uint8Array, a: number, b: number): boolean {
  return (
    input[a] === input[b] &&
    input[a + 1] === input[b + 1] &&
    input[a + 2] === input[b + 2] &&
    input[a + 3] === input[b + 3]
  )
}

/**
 * Repeats `length` bytes from `offset` bytes back, as both formats define it: the source may overlap what is
 * being written, so that a short pattern grows.
 */
export function copyWithinOutput(output: Uint8Array, at: number, length: number, offset: number): void {
  if (offset >= length && length > 32) {
    output.copyWithin(at, at - offset, at - offset + length)
    return
  }
  for (let index = 0; index < length; index++) output[at + index] = output[at + index - offset]!
}
