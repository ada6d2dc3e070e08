// The lz4 block format in TypeScript: the fallback where the native module is missing.
//
// A block is a row of sequences: a token with two lengths, literals, then an offset back and a match. The last
// sequence has literals only. A match has at least four bytes, starts at least twelve and ends at least five
// bytes before the end of the content.
import { corrupt } from './failure.ts'
import { copyWithinOutput, forEachMatch } from './lz-match.ts'

const matchBytesMin = 4
const matchStartTail = 12
const literalTail = 5

/** Inflates `block` into `output` from `outputAt` on and tells where it ended; stays within `output`. */
export function inflateBlockInto(block: Uint8Array, output: Uint8Array, outputStart: number): number {
  let [at, outputAt] = [0, outputStart]
  const length = { value: 0, at: 0 }
  for (;;) {
    if (at >= block.length) throw corrupt('lz4')
    const token = block[at++]!
    readLength(block, at, token >>> 4, length)
    at = length.at
    if (length.value > block.length - at || length.value > output.length - outputAt) throw corrupt('lz4')
    output.set(block.subarray(at, at + length.value), outputAt)
    at += length.value
    outputAt += length.value
    if (at === block.length) return outputAt
    if (block.length - at < 2) throw corrupt('lz4')
    const offset = block[at]! | (block[at + 1]! << 8)
    readLength(block, at + 2, token & 15, length)
    at = length.at
    const matchBytes = length.value + matchBytesMin
    if (offset === 0 || offset > outputAt - outputStart || matchBytes > output.length - outputAt) {
      throw corrupt('lz4')
    }
    copyWithinOutput(output, outputAt, matchBytes, offset)
    outputAt += matchBytes
  }
}

/** A length of 15 goes on in further bytes, up to the first that is not 255. */
function readLength(
  block: Uint8Array,
  start: number,
  nibble: number,
  into: { value: number; at: number }
): void {
  into.value = nibble
  into.at = start
  if (nibble < 15) return
  for (;;) {
    if (into.at >= block.length) throw corrupt('lz4')
    const byte = block[into.at++]!
    into.value += byte
    if (byte !== 255) return
  }
}

/**
 * How many bytes the block inflates to, without inflating it: what makes the cap hold for the native module,
 * which has none. Counting stops as soon as it is over `maxBytes`.
 */
export function inflatedBytes(block: Uint8Array, maxBytes: number): number {
  let [at, total] = [0, 0]
  const length = { value: 0, at: 0 }
  while (at < block.length && total <= maxBytes) {
    const token = block[at++]!
    readLength(block, at, token >>> 4, length)
    at = length.at + length.value
    total += length.value
    if (at >= block.length) break
    readLength(block, at + 2, token & 15, length)
    at = length.at
    total += length.value + matchBytesMin
  }
  return total
}

/** Deflates `content`; the result may be longer than it, and the frame then stores the content as it is. */
export function deflateBlock(content: Uint8Array): Uint8Array {
  const output = new Uint8Array(content.length + Math.ceil(content.length / 255) + 16)
  let [at, literalAt] = [0, 0]
  const range = { start: 0, startMax: content.length - matchStartTail, end: content.length - literalTail }
  forEachMatch(content, range, (matchAt, matchBytes, offset) => {
    at = writeSequence(output, at, content.subarray(literalAt, matchAt), matchBytes - matchBytesMin)
    output[at++] = offset
    output[at++] = offset >>> 8
    at = writeLength(output, at, matchBytes - matchBytesMin)
    literalAt = matchAt + matchBytes
  })
  at = writeSequence(output, at, content.subarray(literalAt), 0)
  return output.subarray(0, at)
}

function writeSequence(output: Uint8Array, start: number, literals: Uint8Array, matchLength: number): number {
  output[start] = (Math.min(literals.length, 15) << 4) | Math.min(matchLength, 15)
  const at = writeLength(output, start + 1, literals.length)
  output.set(literals, at)
  return at + literals.length
}

function writeLength(output: Uint8Array, start: number, length: number): number {
  if (length < 15) return start
  let [at, rest] = [start, length - 15]
  for (; rest >= 255; rest -= 255) output[at++] = 255
  output[at++] = rest
  return at
}
