/** Walks the whole batches of a window, each checked by its own checksum, and gives the records of one. */
import { NaruError } from '@naru/base'
import {
  batchHeaderBytes,
  batchMagic,
  batchOffset,
  batchSizeAt,
  compressionOf,
  computeBatchCrc,
  decompressSync,
  lastOffsetOf,
  readBatchHeader,
  type BatchHeader
} from '@naru/protocol'

export interface SourceBatch {
  readonly header: BatchHeader
  readonly lastOffset: number
  /** The whole batch. */
  readonly bytes: Uint8Array
}

/** What a window looked like in the end. */
export interface WindowEnd {
  /** Bytes of the batches that were handled. */
  readonly consumedBytes: number
  /** Size of a batch that does not fit into the window; 0 when the window held at least one. */
  readonly neededBytes: number
}

/** Visits whole batches until the visitor says to stop, before the batch at hand. */
export function eachBatch(window: Uint8Array, visit: (batch: SourceBatch) => 'stop' | void): WindowEnd {
  let at = 0
  while (window.byteLength - at >= batchHeaderBytes) {
    const size = batchSizeAt(window, at)
    if (size < batchHeaderBytes || window[at + batchOffset.magic] !== batchMagic) throw damaged(window, at)
    if (at + size > window.byteLength) return { consumedBytes: at, neededBytes: at === 0 ? size : 0 }
    const header = readBatchHeader(window, at)
    if (computeBatchCrc(window, at) !== header.crc) throw damaged(window, at)
    const bytes = window.subarray(at, at + size)
    if (visit({ header, lastOffset: lastOffsetOf(header), bytes }) === 'stop') break
    at += size
  }
  return { consumedBytes: at, neededBytes: at === 0 ? batchHeaderBytes : 0 }
}

/** Where the first batch of a window begins. */
export function windowOffset(window: Uint8Array): number {
  return window.byteLength < batchHeaderBytes ? 0 : readBatchHeader(window).baseOffset
}

/** The uncompressed records. */
export function payloadOfBatch({ header, bytes }: SourceBatch): Uint8Array {
  const packed = bytes.subarray(batchOffset.records)
  return header.recordCount === 0 ? packed : decompressSync(compressionOf(header.attributes), packed)
}

export function unreadable(offset: number): NaruError {
  return new NaruError('CORRUPT_MESSAGE', `a stored batch at offset ${offset} cannot be read`)
}

function damaged(window: Uint8Array, at: number): NaruError {
  return unreadable(readBatchHeader(window, at).baseOffset)
}
