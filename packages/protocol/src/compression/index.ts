// Compression of record batches: the interface that broker and tools take, and the codecs behind it.
//
// Work goes to the thread pool, small payloads excepted. A simulation passes its own `Compression`, which calls
// the sync functions at a time that it draws.
import {
  compressInPlaceBytesMax,
  decompressedBatchBytesMax,
  inflateInPlaceBytesMax,
  inflatesAtOnceMax
} from '../limits.ts'
import { CompressionCodec } from '../records/batch-attributes.ts'
import type { Codec } from './codec.ts'
import { CompressionError } from './failure.ts'
import { gzip } from './gzip.ts'
import { lz4 } from './lz4.ts'
import { none } from './none.ts'
import { snappy } from './snappy.ts'
import { Turns } from './turns.ts'
import { zstd } from './zstd.ts'

export { CompressionError } from './failure.ts'

export type DecompressOptions = {
  /** The cap on the output, 64 MiB by default; checked while inflating. */
  readonly maxBytes?: number
}

export type CompressOptions = {
  /** By the codec's own scale; its default unless given. Only gzip and zstd have levels. */
  readonly level?: number
}

/**
 * Off-loop compression. Both fail with a `CompressionError`: CORRUPT_MESSAGE for damaged input, MESSAGE_TOO_LARGE
 * over the cap, UNSUPPORTED_COMPRESSION_TYPE for a number that is no codec. The input is not to be changed
 * before the promise settles; with `none` the output is the input.
 */
export interface Compression {
  compress(codec: number, bytes: Uint8Array, options?: CompressOptions): Promise<Uint8Array>
  decompress(codec: number, bytes: Uint8Array, options?: DecompressOptions): Promise<Uint8Array>
}

const codecs: ReadonlyMap<number, Codec> = new Map<number, Codec>([
  [CompressionCodec.none, none],
  [CompressionCodec.gzip, gzip],
  [CompressionCodec.snappy, snappy],
  [CompressionCodec.lz4, lz4],
  [CompressionCodec.zstd, zstd]
])

/** All that inflate at once have their output in memory, however small their input is. */
const inflating = new Turns(inflatesAtOnceMax)

/** Compression on Node's thread pool; native modules load on first use. */
export const threadPoolCompression: Compression = {
  async compress(codec, bytes, options) {
    if (bytes.length <= compressInPlaceBytesMax) return compressSync(codec, bytes, options)
    return codecOf(codec).compress(bytes, options?.level)
  },
  async decompress(codec, bytes, options = {}) {
    const maxBytes = options.maxBytes ?? decompressedBatchBytesMax
    const inPlace = bytes.length > compressInPlaceBytesMax ? undefined : inflateSmall(codec, bytes, maxBytes)
    return inPlace ?? inflating.take(() => codecOf(codec).decompress(bytes, maxBytes))
  }
}

/** The same on the event loop, as an object: for tests, tools and the simulation. */
export const inPlaceCompression: Compression = {
  compress: async (codec, bytes, options) => compressSync(codec, bytes, options),
  decompress: async (codec, bytes, options) => decompressSync(codec, bytes, options)
}

export function compressSync(codec: number, bytes: Uint8Array, options: CompressOptions = {}): Uint8Array {
  return codecOf(codec).compressSync(bytes, options.level)
}

export function decompressSync(
  codec: number,
  bytes: Uint8Array,
  options: DecompressOptions = {}
): Uint8Array {
  return codecOf(codec).decompressSync(bytes, options.maxBytes ?? decompressedBatchBytesMax)
}

/** A small input may still inflate to 30,000 times its size; then it gives up and the pool takes over. */
function inflateSmall(codec: number, bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  try {
    return decompressSync(codec, bytes, { maxBytes: Math.min(maxBytes, inflateInPlaceBytesMax) })
  } catch (error) {
    if (error instanceof CompressionError && error.code === 'MESSAGE_TOO_LARGE') return undefined
    throw error
  }
}

function codecOf(codec: number): Codec {
  const found = codecs.get(codec)
  if (found !== undefined) return found
  throw new CompressionError('UNSUPPORTED_COMPRESSION_TYPE', `there is no compression codec ${codec}`)
}
