// What gzip and zstd share: both come from `node:zlib`, which stops inflating at `maxOutputLength`.
//
// The output is collected in chunks; their size follows the input, so that a small batch costs no large buffer
// and a large one few trips to the thread pool.
import type * as NodeZlib from 'node:zlib'
import { inflateChunkBytesMax, inflateChunkBytesMin } from '../limits.ts'
import { CompressionError, corrupt, tooLarge } from './failure.ts'

/** Loaded on first use, since most processes never compress. */
export function loadZlib(): typeof NodeZlib {
  return process.getBuiltinModule('node:zlib')
}

export type InflateOptions = { readonly maxOutputLength: number; readonly chunkSize: number }

export function inflateOptions(inputBytes: number, maxBytes: number): InflateOptions {
  const chunkSize = Math.min(Math.max(inputBytes * 4, inflateChunkBytesMin), inflateChunkBytesMax)
  // A limit of zero is not accepted by zlib; an empty result passes the limit of one byte as well.
  return { maxOutputLength: Math.max(maxBytes, 1), chunkSize }
}

/** The typed failure for an error that zlib threw. */
export function zlibFailure(codec: string, maxBytes: number, error: unknown): CompressionError {
  if (error instanceof CompressionError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(codec, maxBytes) : corrupt(codec, error)
}
