// The lz4 frame format around the blocks, as record batches of format v2 use it.
//
// Rules as in Kafka's own reader: version 1, independent blocks, no dictionary; the header's checksum always has
// to match, those of blocks and content where the frame has them. What follows the end mark is ignored.
import { corrupt } from './failure.ts'
import { deflateBlock } from './lz4-block.ts'
import { xxhash32 } from './xxhash32.ts'

const magic = 0x184d2204
const flagVersionMask = 0xc0
const flagVersion = 0x40
const flagIndependentBlocks = 0x20
const flagBlockChecksum = 0x10
const flagContentSize = 0x08
const flagContentChecksum = 0x04
const flagReservedOrDictionary = 0x03
/** Top bit of a block's length: the block is stored, not compressed. */
const storedBlock = 0x8000_0000
/** Code 4 of the block descriptor: blocks of 64 KiB, as the Java client writes them. */
const blockSizeCode = 4
const blockContentBytes = 64 * 1024

export type Lz4Block = { readonly bytes: Uint8Array; readonly stored: boolean }

export type Lz4Frame = {
  readonly blocks: readonly Lz4Block[]
  /** What one block may inflate to. */
  readonly blockContentBytesMax: number
  /** The announced length of the content, `undefined` when the frame does not tell. */
  readonly contentBytes: number | undefined
  /** The checksum of the whole content, `undefined` when the frame has none. */
  readonly contentChecksum: number | undefined
  /** Where the frame ends. */
  readonly frameBytes: number
}

/** Takes the frame apart into views; nothing is inflated yet. */
export function readLz4Frame(bytes: Uint8Array): Lz4Frame {
  if (bytes.length < 7 || readWord(bytes, 0) !== magic) throw corrupt('lz4')
  const flags = bytes[4]!
  const supported =
    (flags & (flagVersionMask | flagIndependentBlocks)) === (flagVersion | flagIndependentBlocks)
  if (!supported || (flags & flagReservedOrDictionary) !== 0) throw corrupt('lz4')
  const headerEnd = (flags & flagContentSize) === 0 ? 6 : 14
  const sizeCode = (bytes[5]! >>> 4) & 7
  if (sizeCode < blockSizeCode || (bytes[5]! & 0x8f) !== 0 || bytes.length <= headerEnd) throw corrupt('lz4')
  if (bytes[headerEnd] !== ((xxhash32(bytes, 4, headerEnd) >>> 8) & 0xff)) throw corrupt('lz4')
  const contentBytes = headerEnd === 6 ? undefined : readWord(bytes, 6) + readWord(bytes, 10) * 2 ** 32
  return { ...readBlocks(bytes, headerEnd + 1, flags, 2 ** (8 + 2 * sizeCode)), contentBytes }
}

function readBlocks(
  bytes: Uint8Array,
  start: number,
  flags: number,
  blockContentBytesMax: number
): Omit<Lz4Frame, 'contentBytes'> {
  const blocks: Lz4Block[] = []
  const checksumBytes = (flags & flagBlockChecksum) === 0 ? 0 : 4
  let at = start
  for (;;) {
    if (bytes.length - at < 4) throw corrupt('lz4')
    const word = readWord(bytes, at)
    at += 4
    if (word === 0) break
    const blockBytes = word % storedBlock
    if (blockBytes > blockContentBytesMax || blockBytes > bytes.length - at - checksumBytes)
      throw corrupt('lz4')
    const block = bytes.subarray(at, at + blockBytes)
    at += blockBytes
    if (checksumBytes > 0 && readWord(bytes, at) !== xxhash32(block)) throw corrupt('lz4')
    at += checksumBytes
    blocks.push({ bytes: block, stored: word >= storedBlock })
  }
  if ((flags & flagContentChecksum) === 0) {
    return { blocks, blockContentBytesMax, contentChecksum: undefined, frameBytes: at }
  }
  if (bytes.length - at < 4) throw corrupt('lz4')
  return { blocks, blockContentBytesMax, contentChecksum: readWord(bytes, at), frameBytes: at + 4 }
}

/** A frame as the Java client writes it: independent blocks of 64 KiB, no checksums but the header's. */
export function writeLz4Frame(content: Uint8Array): Uint8Array {
  const header = Uint8Array.of(0, 0, 0, 0, flagVersion | flagIndependentBlocks, blockSizeCode << 4, 0)
  writeWord(header, 0, magic)
  header[6] = xxhash32(header, 4, 6) >>> 8
  const parts: Uint8Array[] = [header]
  for (let at = 0; at < content.length; at += blockContentBytes) {
    const piece = content.subarray(at, at + blockContentBytes)
    const deflated = deflateBlock(piece)
    const isStored = deflated.length >= piece.length
    parts.push(word(isStored ? piece.length + storedBlock : deflated.length), isStored ? piece : deflated)
  }
  parts.push(word(0))
  return Buffer.concat(parts)
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  writeWord(bytes, 0, value)
  return bytes
}

function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

function writeWord(bytes: Uint8Array, at: number, value: number): void {
  for (let index = 0; index < 4; index++) bytes[at + index] = value >>> (8 * index)
}
