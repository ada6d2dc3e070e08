// Snappy: written in the Java client's framing, read with and without it.
//
// Every block announces the length of its content, so the cap is checked against the sum of them before the first
// one is inflated, and the native module refuses a block whose content does not have that length.
import { snappyExpansionMax } from '../limits.ts'
import type { Codec } from './codec.ts'
import { CompressionError, corrupt, tooLarge } from './failure.ts'
import { nativeSnappy, type NativeSnappy } from './native.ts'
import { blockPreamble, deflateBlock, inflateBlock } from './snappy-block.ts'
import { cutForXerial, isXerial, joinXerial, xerialBlocks } from './xerial.ts'

export const snappy: Codec = {
  async compress(bytes) {
    const native = nativeSnappy()
    if (native === undefined) return snappyInTypeScript.compressSync(bytes)
    return joinXerial(await Promise.all(cutForXerial(bytes).map((piece) => native.compress(piece))))
  },
  compressSync(bytes) {
    const native = nativeSnappy()
    if (native === undefined) return snappyInTypeScript.compressSync(bytes)
    return joinXerial(cutForXerial(bytes).map((piece) => native.compressSync(piece)))
  },
  async decompress(bytes, maxBytes) {
    const native = nativeSnappy()
    const blocks = boundedBlocks(bytes, maxBytes)
    if (native === undefined) return joined(blocks.map((block) => inflateBlock(block)))
    return joined(await inflateOffLoop(native, blocks))
  },
  decompressSync(bytes, maxBytes) {
    const native = nativeSnappy()
    const blocks = boundedBlocks(bytes, maxBytes)
    if (native === undefined) return joined(blocks.map((block) => inflateBlock(block)))
    return joined(blocks.map((block) => inflateNatively(native, block)))
  }
}

/** The same without the native module. */
export const snappyInTypeScript: Pick<Codec, 'compressSync' | 'decompressSync'> = {
  compressSync: (bytes) => joinXerial(cutForXerial(bytes).map((piece) => deflateBlock(piece))),
  decompressSync: (bytes, maxBytes) =>
    joined(boundedBlocks(bytes, maxBytes).map((block) => inflateBlock(block)))
}

function boundedBlocks(bytes: Uint8Array, maxBytes: number): Uint8Array[] {
  const blocks = isXerial(bytes) ? xerialBlocks(bytes) : [bytes]
  let contentBytes = 0
  for (const block of blocks) {
    const announced = blockPreamble(block).contentBytes
    if (announced > block.length * snappyExpansionMax) throw corrupt('snappy')
    contentBytes += announced
    if (contentBytes > maxBytes) throw tooLarge('snappy', maxBytes)
  }
  return blocks
}

/** One block after the other: a batch takes one thread of the pool at a time. */
async function inflateOffLoop(native: NativeSnappy, blocks: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const outputs: Uint8Array[] = []
  try {
    for (const block of blocks) outputs.push(asBytes(await native.uncompress(block)))
  } catch (error) {
    throw failureOf(error)
  }
  return outputs
}

function inflateNatively(native: NativeSnappy, block: Uint8Array): Uint8Array {
  try {
    return asBytes(native.uncompressSync(block))
  } catch (error) {
    throw failureOf(error)
  }
}

/** The module answers with text only when it is asked to. */
function asBytes(output: string | Buffer): Uint8Array {
  if (typeof output === 'string') throw corrupt('snappy')
  return output
}

function failureOf(error: unknown): CompressionError {
  return error instanceof CompressionError ? error : corrupt('snappy', error)
}

function joined(outputs: readonly Uint8Array[]): Uint8Array {
  return outputs.length === 1 ? outputs[0]! : Buffer.concat(outputs)
}
