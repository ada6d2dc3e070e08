/**
 * Looks into a batch as Kafka does before it is appended: what is compressed is inflated off the loop, bounded, and
 * its records are checked; where the topic wants another codec than the producer has chosen, it is compressed anew.
 * Producer, sequence, offsets and timestamps stay what they are.
 */
import {
  batchAttribute,
  batchHeaderBytes,
  batchLogOverheadBytes,
  batchOffset,
  CompressionCodec,
  CompressionError,
  compressionOf,
  ErrorCode,
  validateRecords,
  writeBatchCrc,
  type BatchHeader,
  type BatchRules,
  type Compression,
  type InvalidBatch
} from '@naru/protocol'
import type { TopicSettings } from '../config/broker-config.ts'

export interface BatchToOpen {
  /** Exactly one batch, whose header was accepted. */
  readonly bytes: Uint8Array
  readonly header: BatchHeader
  /** Of the records, where they were looked at already. */
  readonly maxTimestamp: number | undefined
  readonly rules: BatchRules
  readonly settings: TopicSettings
}

export interface OpenedBatch {
  readonly kind: 'opened'
  /** As it is to be stored. */
  readonly bytes: Uint8Array
  readonly maxTimestamp: number
}

/** Whether the batch can be appended as it is, its records having been looked at. */
export function isOpen({ header, settings }: Pick<BatchToOpen, 'header' | 'settings'>): boolean {
  return compressionOf(header.attributes) === CompressionCodec.none && targetOf(header, settings) === 0
}

function targetOf(header: BatchHeader, settings: TopicSettings): number {
  return settings.compression ?? compressionOf(header.attributes)
}

export async function openBatch(
  compression: Compression,
  batch: BatchToOpen
): Promise<OpenedBatch | InvalidBatch> {
  const { bytes, header, rules, settings } = batch
  const codec = compressionOf(header.attributes)
  const packed = bytes.subarray(batchHeaderBytes)
  try {
    const payload = codec === CompressionCodec.none ? packed : await compression.decompress(codec, packed)
    const maxTimestamp = batch.maxTimestamp ?? checked(payload, header, rules)
    if (typeof maxTimestamp !== 'number') return maxTimestamp
    const target = targetOf(header, settings)
    if (target === codec) return { kind: 'opened', bytes, maxTimestamp }
    const level = settings.compressionLevel === undefined ? {} : { level: settings.compressionLevel }
    const stored = repacked(bytes, await compression.compress(target, payload, level), target)
    if (stored.byteLength > rules.batchBytesMax) return tooLarge(stored.byteLength, rules)
    return { kind: 'opened', bytes: stored, maxTimestamp }
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error
    return { kind: 'invalid', error: error.errorCode, message: error.message, recordErrors: [] }
  }
}

function checked(payload: Uint8Array, header: BatchHeader, rules: BatchRules): number | InvalidBatch {
  const verdict = validateRecords(payload, header, rules)
  return verdict.kind === 'valid' ? verdict.maxTimestamp : verdict
}

/** The same batch around another payload. */
function repacked(source: Uint8Array, payload: Uint8Array, codec: number): Buffer {
  const batch = Buffer.allocUnsafe(batchHeaderBytes + payload.byteLength)
  batch.set(source.subarray(0, batchHeaderBytes))
  batch.set(payload, batchHeaderBytes)
  batch.writeInt32BE(batch.byteLength - batchLogOverheadBytes, batchOffset.batchLength)
  const attributes = batch.readInt16BE(batchOffset.attributes) & ~batchAttribute.compressionMask
  batch.writeInt16BE(attributes | codec, batchOffset.attributes)
  writeBatchCrc(batch, 0)
  return batch
}

function tooLarge(bytes: number, { batchBytesMax }: BatchRules): InvalidBatch {
  const message = `the record batch has ${bytes} bytes as the topic compresses it, allowed are ${batchBytesMax}`
  return { kind: 'invalid', error: ErrorCode.MESSAGE_TOO_LARGE, message, recordErrors: [] }
}
