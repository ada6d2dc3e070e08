// No compression: the bytes themselves, not a copy.
import type { Codec } from './codec.ts'
import { tooLarge } from './failure.ts'

function bounded(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length > maxBytes) throw tooLarge('uncompressed', maxBytes)
  return bytes
}

export const none: Codec = {
  compress: async (bytes) => bytes,
  compressSync: (bytes) => bytes,
  decompress: async (bytes, maxBytes) => bounded(bytes, maxBytes),
  decompressSync: bounded
}
