/**
 * The batches of a Fetch answer: checked, and inflated off the loop, before anybody looks at a record. A broker may cut
 * the last batch short; that one is asked for again.
 */
import {
  type BatchHeader,
  CompressionError,
  batchHeaderBytes,
  batchOffset,
  compressionOf,
  crc32c,
  splitBatches,
  threadPoolCompression
} from '@naru/protocol'
import { NaruError } from '@naru/base'
import { KafkaError } from '../errors.ts'

export interface FetchedBatch {
  readonly header: BatchHeader
  /** The records as the wire has them, inflated; a view of the answer where nothing was compressed. */
  readonly payload: Buffer
}

/** Rejects with CORRUPT_MESSAGE for what is no batch or fails its checksum. */
export async function openBatches(records: Uint8Array | null): Promise<readonly FetchedBatch[]> {
  if (records === null || records.length === 0) return []
  const { batches, end } = splitBatches(records)
  if (end === 'corrupt' && batches.length === 0) throw corrupt('the broker sent what is no batch of format 2')
  const opened: FetchedBatch[] = []
  for (const { at, header } of batches) {
    const batch = asBuffer(records.subarray(at, at + header.sizeInBytes))
    if (crc32c(batch, batchOffset.attributes) !== header.crc) {
      throw corrupt(`the batch at offset ${header.baseOffset} fails its checksum`)
    }
    if (!Number.isSafeInteger(header.baseOffset + header.lastOffsetDelta)) {
      throw new NaruError('OUT_OF_RANGE', `${header.baseOffset} does not fit into 53 bits`)
    }
    const inflated = inflate(header, batch.subarray(batchHeaderBytes))
    opened.push({ header, payload: inflated instanceof Promise ? await inflated : inflated })
  }
  return opened
}

/** The offset after the last one that `batches` cover, whether its record is still there or not. */
export function nextOffset(batches: readonly FetchedBatch[]): number | undefined {
  const last = batches.at(-1)?.header
  return last === undefined ? undefined : last.baseOffset + last.lastOffsetDelta + 1
}

function inflate({ attributes, recordCount }: BatchHeader, payload: Buffer): Buffer | Promise<Buffer> {
  const codec = compressionOf(attributes)
  // Compaction leaves a header without records, whatever codec it names.
  if (codec === 0 || recordCount === 0) return payload
  return threadPoolCompression.decompress(codec, payload).then(asBuffer, (error: unknown) => {
    if (error instanceof CompressionError) throw new KafkaError(error.code, error.message, { cause: error })
    throw error
  })
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function corrupt(message: string): KafkaError {
  return new KafkaError('CORRUPT_MESSAGE', message)
}
