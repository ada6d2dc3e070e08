// What every codec offers. The family: one file per codec, `index.ts` picks one by its number.

/**
 * Both directions of one codec, on the thread pool and in place. Every method fails with a `CompressionError`
 * only: CORRUPT_MESSAGE for damaged input, MESSAGE_TOO_LARGE as soon as the output would exceed `maxBytes`,
 * which is before that much has been allocated.
 */
export interface Codec {
  /** `level` by the codec's own scale; gzip and zstd have some, the others take no notice of it. */
  compress(bytes: Uint8Array, level?: number): Promise<Uint8Array>
  compressSync(bytes: Uint8Array, level?: number): Uint8Array
  decompress(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array>
  decompressSync(bytes: Uint8Array, maxBytes: number): Uint8Array
}
