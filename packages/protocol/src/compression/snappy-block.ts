// The snappy block format in TypeScript: the fallback where the native module is missing.
//
// A block is the length of its content as a varint, then literals and copies (tag in the lowest two bits).
// `inflateBlock` trusts nothing: whoever calls it has compared the announced length with the cap.
import { corrupt } from './failure.ts'
import { copyWithinOutput, forEachMatch } from './lz-match.ts'

/** The announced length of the block's content and where its elements begin. */
export function blockPreamble(block: Uint8Array): { readonly contentBytes: number; readonly at: number } {
  let contentBytes = 0
  for (let at = 0; at < 5 && at < block.length; at++) {
    const byte = block[at]!
    contentBytes += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return { contentBytes, at: at + 1 }
  }
  throw corrupt('snappy')
}

export function inflateBlock(block: Uint8Array): Uint8Array {
  const preamble = blockPreamble(block)
  const output = new Uint8Array(preamble.contentBytes)
  let [at, outputAt] = [preamble.at, 0]
  while (at < block.length) {
    const tag = block[at]!
    const extraBytes = elementExtraBytes(tag)
    if (at + 1 + extraBytes > block.length) throw corrupt('snappy')
    const extra = littleEndian(block, at + 1, extraBytes)
    at += 1 + extraBytes
    const length = elementLength(tag, extra)
    if (length > output.length - outputAt) throw corrupt('snappy')
    if ((tag & 3) === 0) {
      if (length > block.length - at) throw corrupt('snappy')
      output.set(block.subarray(at, at + length), outputAt)
      at += length
    } else {
      const offset = (tag & 3) === 1 ? ((tag >>> 5) << 8) | extra : extra
      if (offset === 0 || offset > outputAt) throw corrupt('snappy')
      copyWithinOutput(output, outputAt, length, offset)
    }
    outputAt += length
  }
  if (outputAt !== output.length) throw corrupt('snappy')
  return output
}

/** Bytes that follow the tag: of a literal's length when it is 60 to 63, or of a copy's offset. */
function elementExtraBytes(tag: number): number {
  const kind = tag & 3
  if (kind === 0) return Math.max((tag >>> 2) - 59, 0)
  return kind === 3 ? 4 : kind
}

function elementLength(tag: number, extra: number): number {
  const kind = tag & 3
  if (kind === 0) return (tag >>> 2 < 60 ? tag >>> 2 : extra) + 1
  return kind === 1 ? 4 + ((tag >>> 2) & 7) : (tag >>> 2) + 1
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let index = 0; index < count; index++) value += bytes[at + index]! * 2 ** (8 * index)
  return value
}

export function deflateBlock(content: Uint8Array): Uint8Array {
  // The worst case of the format: a preamble, and one literal tag with its length per stretch without a match.
  const output = new Uint8Array(32 + content.length + Math.ceil(content.length / 6))
  let at = writePreamble(output, content.length)
  let literalAt = 0
  const range = { start: 0, startMax: content.length - 4, end: content.length }
  forEachMatch(content, range, (matchAt, length, offset) => {
    at = writeLiteral(output, at, content.subarray(literalAt, matchAt))
    at = writeCopies(output, at, length, offset)
    literalAt = matchAt + length
  })
  at = writeLiteral(output, at, content.subarray(literalAt))
  return output.subarray(0, at)
}

function writePreamble(output: Uint8Array, contentBytes: number): number {
  let [rest, at] = [contentBytes, 0]
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) output[at++] = (rest & 0x7f) | 0x80
  output[at++] = rest
  return at
}

function writeLiteral(output: Uint8Array, start: number, literal: Uint8Array): number {
  if (literal.length === 0) return start
  const last = literal.length - 1
  let at = start
  if (last < 60) {
    output[at++] = last << 2
  } else {
    const extraBytes = last < 0x100 ? 1 : last < 0x1_0000 ? 2 : last < 0x100_0000 ? 3 : 4
    output[at++] = (59 + extraBytes) << 2
    for (let index = 0; index < extraBytes; index++) output[at++] = last >>> (8 * index)
  }
  output.set(literal, at)
  return at + literal.length
}

/** Copies with a two-byte offset take up to 64 bytes each. */
function writeCopies(output: Uint8Array, start: number, length: number, offset: number): number {
  let at = start
  for (let rest = length; rest > 0;) {
    const piece = Math.min(rest, 64)
    output[at++] = ((piece - 1) << 2) | 2
    output[at++] = offset
    output[at++] = offset >>> 8
    rest -= piece
  }
  return at
}
