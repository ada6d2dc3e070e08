// lz4 in its frame format.
//
// The native module has no cap on its output, so the frame is taken apart first: blocks bound what they can
// inflate to, and where that bound is over the cap their sequences are counted.
import type { Codec } from './codec.ts'
import { CompressionError, corrupt, tooLarge } from './failure.ts'
import { inflateBlockInto, inflatedBytes } from './lz4-block.ts'
import { readLz4Frame, writeLz4Frame, type Lz4Frame } from './lz4-frame.ts'
import { nativeLz4 } from './native.ts'
import { xxhash32 } from './xxhash32.ts'

export const lz4: Codec = {
  async compress(bytes) {
    return (await nativeLz4()?.compressFrame(bytes)) ?? writeLz4Frame(bytes)
  },
  compressSync(bytes) {
    return nativeLz4()?.compressFrameSync(bytes) ?? writeLz4Frame(bytes)
  },
  async decompress(bytes, maxBytes) {
    const frame = boundedFrame(bytes, maxBytes)
    const native = nativeLz4()
    if (native === undefined) return inflateFrame(frame, maxBytes)
    try {
      return await native.decompressFrame(bytes.subarray(0, frame.frameBytes))
    } catch (error) {
      throw failureOf(error)
    }
  },
  decompressSync(bytes, maxBytes) {
    const frame = boundedFrame(bytes, maxBytes)
    const native = nativeLz4()
    if (native === undefined) return inflateFrame(frame, maxBytes)
    try {
      return native.decompressFrameSync(bytes.subarray(0, frame.frameBytes))
    } catch (error) {
      throw failureOf(error)
    }
  }
}

/** The same without the native module. */
export const lz4InTypeScript: Pick<Codec, 'compressSync' | 'decompressSync'> = {
  compressSync: writeLz4Frame,
  decompressSync: (bytes, maxBytes) => inflateFrame(boundedFrame(bytes, maxBytes), maxBytes)
}

function boundedFrame(bytes: Uint8Array, maxBytes: number): Lz4Frame {
  const frame = readLz4Frame(bytes)
  if (frame.blocks.length * frame.blockContentBytesMax <= maxBytes) return frame
  if (contentBytes(frame, maxBytes) > maxBytes) throw tooLarge('lz4', maxBytes)
  return frame
}

function contentBytes(frame: Lz4Frame, maxBytes: number): number {
  let total = 0
  for (const block of frame.blocks) {
    total += block.stored ? block.bytes.length : inflatedBytes(block.bytes, maxBytes - total)
    if (total > maxBytes) return total
  }
  return total
}

function inflateFrame(frame: Lz4Frame, maxBytes: number): Uint8Array {
  const output = new Uint8Array(contentBytes(frame, maxBytes))
  let at = 0
  for (const block of frame.blocks) {
    const start = at
    if (block.stored) {
      output.set(block.bytes, at)
      at += block.bytes.length
    } else {
      at = inflateBlockInto(block.bytes, output, at)
    }
    if (at - start > frame.blockContentBytesMax) throw corrupt('lz4')
  }
  const isWhole = at === output.length && (frame.contentBytes ?? at) === at
  const matches = frame.contentChecksum === undefined || frame.contentChecksum === xxhash32(output)
  if (!isWhole || !matches) throw corrupt('lz4')
  return output
}

function failureOf(error: unknown): CompressionError {
  return error instanceof CompressionError ? error : corrupt('lz4', error)
}
