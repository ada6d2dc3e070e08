// What validation answers for a batch that it refuses; a value, since bad input is an expected outcome.
import type { ErrorCode } from '../errors/error-codes.ts'

/** One refused record, as the fields `batch_index` and `batch_index_error_message` of Produce name it. */
export type RecordError = {
  readonly batchIndex: number
  readonly message: string
}

export type InvalidBatch = {
  readonly kind: 'invalid'
  readonly error: ErrorCode
  /** For `error_message` of Produce and for the log. */
  readonly message: string
  readonly recordErrors: readonly RecordError[]
}

export function invalid(
  error: ErrorCode,
  message: string,
  recordErrors: readonly RecordError[] = []
): InvalidBatch {
  return { kind: 'invalid', error, message, recordErrors }
}
