// Decides whether a batch from a client may be appended, as Kafka's broker decides it.
//
// The order of the checks is Kafka's, because the first failing one names the error: length and magic, base
// offset, size, CRC, codec, offset range, count, control, sequence, then the records. A batch is judged as a
// whole; records are walked by their varints and never become objects. A compressed payload cannot be walked
// here: who has inflated it (off the loop, bounded) calls `validateRecords` with the result.
//
// Stricter than Kafka, since no client depends on it and readers would suffer: offset deltas have to count up
// from zero, a transactional batch needs a producer id, a producer id needs an epoch, and 64-bit fields have to
// be safe integers.
import { crc32c } from '../crc32c.ts'
import { ErrorCode } from '../errors/error-codes.ts'
import {
  compressionOf,
  CompressionCodec,
  isCompressionCodec,
  isControl,
  isTransactional
} from './batch-attributes.ts'
import {
  batchHeaderBytes,
  batchLogOverheadBytes,
  batchMagic,
  batchOffset,
  batchSizeAt,
  readBatchHeader,
  type BatchHeader
} from './batch-header.ts'
import { validateRecords, type RecordRules, type RecordsVerdict } from './record-validation.ts'
import { invalid, type InvalidBatch } from './verdict.ts'

export type BatchRules = RecordRules & {
  /** `max.message.bytes`: the whole batch, header included. */
  readonly batchBytesMax: number
}

export type ValidBatch = {
  readonly kind: 'valid'
  readonly header: BatchHeader
  /**
   * What the records say, when the payload is not compressed; `undefined` when it is, and then the records are
   * still to be checked by `validateRecords`.
   */
  readonly maxTimestamp: number | undefined
}

export type BatchVerdict = ValidBatch | InvalidBatch

/** The smallest length that Kafka takes for a batch of any format before it looks at the magic. */
const anyFormatLengthMin = 14

/**
 * Judges the whole `records` field of one partition in a Produce request: exactly one whole batch. Bytes of a
 * torn second one are ignored as in Kafka; `header.sizeInBytes` tells what to append.
 */
export function validateProduceRecords(bytes: Uint8Array, rules: BatchRules): BatchVerdict {
  const first = wholeBatchSize(bytes, 0)
  if (typeof first !== 'number') return first
  if (first === 0) return invalid(ErrorCode.INVALID_RECORD, 'there is no whole record batch')
  if (bytes[batchOffset.magic] !== batchMagic) return refusedMagic(bytes[batchOffset.magic]!)
  const second = wholeBatchSize(bytes, first)
  if (typeof second !== 'number') return second
  if (second !== 0) return invalid(ErrorCode.INVALID_RECORD, 'there is more than one record batch')
  return validateBatch(bytes, 0, rules)
}

/** Judges the batch at `at`, which has to lie within the bytes completely. */
export function validateBatch(bytes: Uint8Array, at: number, rules: BatchRules): BatchVerdict {
  const size = wholeBatchSize(bytes, at)
  if (typeof size !== 'number') return size
  if (size === 0) return invalid(ErrorCode.CORRUPT_MESSAGE, 'the record batch is cut off')
  if (bytes[at + batchOffset.magic] !== batchMagic) return refusedMagic(bytes[at + batchOffset.magic]!)
  if (size < batchHeaderBytes) return tooShort(size)
  const header = readBatchHeader(bytes, at)
  const refused =
    checkEnvelope(bytes, at, header, rules) ?? checkFields(header) ?? checkProducer(header) ?? undefined
  if (refused !== undefined) return refused
  if (compressionOf(header.attributes) !== CompressionCodec.none) {
    return { kind: 'valid', header, maxTimestamp: undefined }
  }
  const payload = bytes.subarray(at + batchHeaderBytes, at + size)
  return withHeader(header, validateRecords(payload, header, rules))
}

/** Size of the whole batch of any format at `at`, 0 when the bytes end before it does. */
function wholeBatchSize(bytes: Uint8Array, at: number): number | InvalidBatch {
  const remaining = bytes.length - at
  if (remaining < batchLogOverheadBytes) return 0
  const size = batchSizeAt(bytes, at)
  if (size < anyFormatLengthMin + batchLogOverheadBytes) return tooShort(size)
  if (remaining <= batchOffset.magic) return 0
  if (bytes[at + batchOffset.magic]! > batchMagic) {
    return invalid(
      ErrorCode.CORRUPT_MESSAGE,
      `the record batch has the unknown magic ${bytes[at + batchOffset.magic]}`
    )
  }
  return size > remaining ? 0 : size
}

function checkEnvelope(
  bytes: Uint8Array,
  at: number,
  header: BatchHeader,
  rules: BatchRules
): InvalidBatch | undefined {
  if (header.baseOffset !== 0) {
    return invalid(ErrorCode.INVALID_RECORD, `the base offset is ${header.baseOffset} instead of 0`)
  }
  if (header.sizeInBytes > rules.batchBytesMax) {
    const sizes = `${header.sizeInBytes} bytes, allowed are ${rules.batchBytesMax}`
    return invalid(ErrorCode.MESSAGE_TOO_LARGE, `the record batch has ${sizes}`)
  }
  if (crc32c(bytes, at + batchOffset.attributes, at + header.sizeInBytes) !== header.crc) {
    return invalid(ErrorCode.CORRUPT_MESSAGE, 'the record batch does not match its checksum')
  }
  const codec = compressionOf(header.attributes)
  if (!isCompressionCodec(codec)) {
    return invalid(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, `there is no compression codec ${codec}`)
  }
  return undefined
}

function checkFields(header: BatchHeader): InvalidBatch | undefined {
  if (
    header.lastOffsetDelta < 0 ||
    header.recordCount <= 0 ||
    header.recordCount - 1 !== header.lastOffsetDelta
  ) {
    const counts = `${header.recordCount} records and last offset delta ${header.lastOffsetDelta}`
    return invalid(ErrorCode.INVALID_RECORD, `the record batch claims ${counts}`)
  }
  if (isControl(header.attributes)) {
    return invalid(ErrorCode.INVALID_RECORD, 'control records are written by brokers only')
  }
  if (!Number.isSafeInteger(header.baseTimestamp) || !Number.isSafeInteger(header.maxTimestamp)) {
    return invalid(ErrorCode.INVALID_TIMESTAMP, 'a timestamp of the record batch is out of range')
  }
  return undefined
}

function checkProducer(header: BatchHeader): InvalidBatch | undefined {
  if (header.producerId < 0) {
    return isTransactional(header.attributes)
      ? invalid(ErrorCode.INVALID_RECORD, 'a transactional record batch has no producer id')
      : undefined
  }
  if (header.baseSequence < 0 || header.producerEpoch < 0 || !Number.isSafeInteger(header.producerId)) {
    const { producerId, producerEpoch, baseSequence } = header
    const fields = `${producerId}, epoch ${producerEpoch} and sequence ${baseSequence}`
    return invalid(ErrorCode.INVALID_RECORD, `the record batch has producer id ${fields}`)
  }
  return undefined
}

function withHeader(header: BatchHeader, verdict: RecordsVerdict): BatchVerdict {
  if (verdict.kind === 'invalid') return verdict
  return { kind: 'valid', header, maxTimestamp: verdict.maxTimestamp }
}

function tooShort(size: number): InvalidBatch {
  return invalid(ErrorCode.CORRUPT_MESSAGE, `a record batch cannot have ${size} bytes`)
}

function refusedMagic(magic: number): InvalidBatch {
  return invalid(ErrorCode.INVALID_RECORD, `the record batch has magic ${magic}, only 2 is accepted`)
}
