// Finds the frames of a zstd payload (RFC 8878, section 3) without inflating them.
//
// Node needs the help twice: it inflates the first frame only, and Node 22 takes a frame that is cut off for a
// whole one. A frame whose blocks are all there is either inflated to its end or fails.
import { zstdFramesMax } from '../limits.ts'
import { corrupt } from './failure.ts'

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50
const blockHeaderBytes = 3
const checksumBytes = 4
/** Bytes of the dictionary id and of the content size, by their two bits in the frame header. */
const dictionaryIdBytes = [0, 1, 2, 4]
const contentSizeBytes = [0, 2, 4, 8]

/** Every frame as a view; skippable frames, which hold no content, are left out. */
export function zstdFrames(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length === 0) throw corrupt('zstd')
  const frames: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 8) throw corrupt('zstd')
    const magic = readWord(bytes, at)
    const isSkippable = magic >= skippableMagic && magic <= skippableMagic + 15
    if (!isSkippable && magic !== frameMagic) throw corrupt('zstd')
    const end = isSkippable ? at + 8 + readWord(bytes, at + 4) : frameEnd(bytes, at)
    if (end > bytes.length) throw corrupt('zstd')
    if (!isSkippable) frames.push(bytes.subarray(at, end))
    at = end
    if (frames.length > zstdFramesMax) throw corrupt('zstd')
  }
  return frames
}

/** The end may lie beyond the bytes. */
function frameEnd(bytes: Uint8Array, frameAt: number): number {
  const descriptor = bytes[frameAt + 4]!
  const isSingleSegment = (descriptor & 0x20) !== 0
  const sizeBytes = contentSizeBytes[descriptor >>> 6]! || (isSingleSegment ? 1 : 0)
  const windowBytes = isSingleSegment ? 0 : 1
  let at = frameAt + 5 + windowBytes + dictionaryIdBytes[descriptor & 3]! + sizeBytes
  for (let isLast = false; !isLast;) {
    if (at + blockHeaderBytes > bytes.length) throw corrupt('zstd')
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
    at += blockHeaderBytes + blockBytes(header)
    isLast = (header & 1) !== 0
  }
  return (descriptor & 0x04) === 0 ? at : at + checksumBytes
}

/** A block of type 1 is one byte, repeated; type 3 is reserved. */
function blockBytes(header: number): number {
  const type = (header >>> 1) & 3
  if (type === 3) throw corrupt('zstd')
  return type === 1 ? 1 : header >>> 3
}

function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}
