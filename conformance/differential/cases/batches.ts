// Record batches for the cases.

import { batchHeaderBytes, batchOffset, buildBatch, writeBatchCrc, type BatchOptions } from '@naru/protocol'

/** Old enough that it is never mistaken for now, young enough for any limit. */
export const RECORD_TIME = Date.now() - 3_600_000

export interface BatchPart extends BatchOptions {
  readonly count?: number
  readonly timestamp?: number
  readonly timestamps?: readonly number[]
  readonly key?: string | null
  readonly bytes?: number
}

export function batch(part: BatchPart = {}): Buffer {
  const { count = 2, timestamp = 1_700_000_000_000, key = 'k', bytes = 10, ...options } = part
  const stamps = part.timestamps ?? Array.from({ length: count }, (_, at) => timestamp + at)
  const records = stamps.map((stamp) => ({
    key: key === null ? null : Buffer.from(key),
    value: Buffer.alloc(bytes, 'v'),
    timestamp: stamp
  }))
  return buildBatch({ ...options, records })
}

/** A batch with one field changed, and the checksum right again unless told otherwise. */
export function changed(source: Buffer, change: (bytes: Buffer) => void, keepCrc = false): Buffer {
  const copy = Buffer.from(source)
  change(copy)
  if (!keepCrc && copy.length >= batchHeaderBytes) writeBatchCrc(copy, 0)
  return copy
}

export const offsetOf = batchOffset
