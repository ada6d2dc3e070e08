/**
 * What every decoder throws when bytes from outside do not make sense. The connection that brought them is
 * closed. The error carries no stack trace: a hostile peer can make us build many, and the place in the
 * decoder says nothing that `code` and `position` do not.
 */
import { NaruError } from './errors.ts'

export type DecodeErrorCode =
  /** Fewer bytes remain than a fixed-size field or a length announces. */
  | 'TRUNCATED'
  /** A length or count is below the smallest meaningful value. */
  | 'BAD_LENGTH'
  /** An array announces more elements than the remaining bytes, or one message's budget, can hold. */
  | 'TOO_MANY_ELEMENTS'
  /** Null where the version of the message does not allow it. */
  | 'UNEXPECTED_NULL'
  /** A variable-length integer is longer than its type allows. */
  | 'BAD_VARINT'
  /** An int64 lies outside the integers that a number represents exactly. */
  | 'INT64_OUT_OF_RANGE'
  /** Tagged fields are unsorted, duplicate, of the wrong size or not valid in this version. */
  | 'BAD_TAG'
  /** Bytes remain after the last field. */
  | 'TRAILING_BYTES'
  /** A value that the format does not know, such as another magic or an unknown codec. */
  | 'BAD_VALUE'

export class DecodeError extends NaruError {
  declare readonly code: DecodeErrorCode
  /** Where in the reader's bytes the field begins, or -1 when unknown. */
  readonly position: number

  constructor(code: DecodeErrorCode, position = -1) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(code, position < 0 ? `cannot decode: ${code}` : `cannot decode at byte ${position}: ${code}`)
    Error.stackTraceLimit = limit
    this.name = 'DecodeError'
    this.position = position
  }
}
