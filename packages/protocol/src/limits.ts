// Limits of the protocol package; reaching one has the answer named beside it.

/** Bytes that one batch may inflate to: MESSAGE_TOO_LARGE. Checked while inflating, for every codec. */
export const decompressedBatchBytesMax: number = 64 * 1024 * 1024

/** Batches that the thread pool, which has four threads, inflates at once; further ones wait for their turn. */
export const inflatesAtOnceMax = 4

/** Refused records that one refused batch names one by one; further ones are only counted. */
export const recordErrorsMax = 100

/** Bytes of one output buffer while inflating gzip or zstd; a larger output takes several. */
export const inflateChunkBytesMin: number = 4 * 1024
export const inflateChunkBytesMax: number = 512 * 1024

/** Payloads up to this many bytes are done in place: a trip to the thread pool costs more (about 60 us). */
export const compressInPlaceBytesMax: number = 4 * 1024
/** What such a payload may inflate to in place; beyond it the thread pool starts over. */
export const inflateInPlaceBytesMax: number = 64 * 1024

/** A snappy copy of three bytes gives at most 64: a block that announces more than this many times its size lies. */
export const snappyExpansionMax = 22

/** Blocks of one snappy payload and frames of one zstd payload: CORRUPT_MESSAGE. Each costs a trip to the pool. */
export const snappyBlocksMax: number = 16 * 1024
export const zstdFramesMax = 1024
