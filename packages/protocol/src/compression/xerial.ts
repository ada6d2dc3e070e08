// The framing in which the Java client wraps snappy blocks, after the library that it uses.
//
// Eight bytes of magic, a version and the lowest compatible version (32 bits each), then blocks, each behind its
// length. librdkafka and sarama may send one bare snappy block instead; the magic tells the two apart, because a
// bare block that began with it would announce a content that it cannot hold.
import { snappyBlocksMax } from '../limits.ts'
import { readInt32, writeInt32 } from '../records/int64.ts'
import { corrupt } from './failure.ts'

const magic = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00)
const headerBytes = 16
const version = 1
/** Content of one block, as the Java client cuts it. */
const xerialBlockBytes: number = 32 * 1024

export function isXerial(bytes: Uint8Array): boolean {
  return bytes.length >= headerBytes && magic.every((byte, index) => bytes[index] === byte)
}

/** The blocks of a framed payload, as views. */
export function xerialBlocks(bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = []
  for (let at = headerBytes; at < bytes.length;) {
    if (bytes.length - at < 4) throw corrupt('snappy')
    const blockBytes = readInt32(bytes, at)
    if (blockBytes <= 0 || blockBytes > bytes.length - at - 4) throw corrupt('snappy')
    blocks.push(bytes.subarray(at + 4, at + 4 + blockBytes))
    at += 4 + blockBytes
    if (blocks.length > snappyBlocksMax) throw corrupt('snappy')
  }
  return blocks
}

/** The content of each block to be, as views. */
export function cutForXerial(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += xerialBlockBytes) {
    pieces.push(bytes.subarray(at, at + xerialBlockBytes))
  }
  return pieces
}

export function joinXerial(blocks: readonly Uint8Array[]): Uint8Array {
  const header = new Uint8Array(headerBytes)
  header.set(magic)
  writeInt32(header, 8, version)
  writeInt32(header, 12, version)
  const parts: Uint8Array[] = [header]
  for (const block of blocks) {
    const length = new Uint8Array(4)
    writeInt32(length, 0, block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}
