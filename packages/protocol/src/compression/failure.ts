// What goes wrong when a payload cannot be inflated: it is broken, or it would grow beyond the cap.
import { NaruError } from '@naru/base'
import { ErrorCode, type ErrorName } from '../errors/error-codes.ts'

export class CompressionError extends NaruError {
  /** The code that Produce answers with. */
  readonly errorCode: ErrorCode

  constructor(code: ErrorName, message: string, cause?: unknown) {
    super(code, message, { cause })
    this.name = 'CompressionError'
    this.errorCode = ErrorCode[code]
  }
}

export function corrupt(codec: string, cause?: unknown): CompressionError {
  return new CompressionError('CORRUPT_MESSAGE', `the ${codec} data is damaged`, cause)
}

export function tooLarge(codec: string, maxBytes: number): CompressionError {
  const message = `the ${codec} data inflates to more than ${maxBytes} bytes`
  return new CompressionError('MESSAGE_TOO_LARGE', message)
}
