/** What goes wrong in services, by code. */
import { NaruError } from '@naru/base'

/** One sentence for each code, for the reader who meets it at night. */
export const SERVICE_ERRORS = {
  INVALID_EVENT: 'The definition of an event cannot be.',
  INVALID_OPTION: 'A service got an option that does not exist or has a value that it cannot take.',
  INVALID_PAYLOAD: 'A payload does not fit the schema of its event.',
  UNKNOWN_EVENT: 'A record is of a type or version that the service has no handler for.',
  NOT_AN_EVENT: 'A record has no CloudEvents headers, or no JSON in it.',
  DEADLINE_EXCEEDED: 'A handler did not end in its time.',
  HANDLER_FAILED: 'A handler threw something that is no Error.',
  INCOMPATIBLE_CONTRACT: 'A version of an event breaks those who read or write another version of it.',
  NOT_STARTED: 'The service is not running.',
  STORE_UNAVAILABLE: 'The database did not answer before a handler could run; that is no try of the handler.',
  NO_BROKER: 'No Kafka broker answered while the service waited to start.',
  REQUEST_TIMED_OUT: 'No reply came in time.',
  REQUEST_FAILED: 'The handler of a request answered with an error.',
  TOO_MANY_REQUESTS: 'Too many requests of this process wait for a reply.'
} as const

export type ServiceErrorCode = keyof typeof SERVICE_ERRORS

/** An error of the SDK. `field` names the place in a payload or contract that is to blame. */
export class ServiceError extends NaruError {
  readonly field: string | undefined

  constructor(
    code: ServiceErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly field?: string; readonly retriable?: boolean } = {}
  ) {
    super(code, message, options)
    this.name = 'ServiceError'
    this.field = options.field
  }
}

/** Thrown by a handler whose record will never succeed: it goes to the dead letters without another try. */
export class PermanentError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'PermanentError'
  }
}

/** Whether another try could help. Payloads do not change, and a handler may say so. */
export function isPermanent(error: Error): boolean {
  if (error instanceof PermanentError) return true
  if (!(error instanceof ServiceError)) return false
  return error.code === 'INVALID_PAYLOAD' || error.code === 'UNKNOWN_EVENT' || error.code === 'NOT_AN_EVENT'
}

/** Whether the handler was never called, for nothing that the record could help. */
export function isNoTry(error: Error): boolean {
  return error instanceof ServiceError && error.code === 'STORE_UNAVAILABLE'
}

/** Any thrown value as an Error. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  const text = typeof thrown === 'string' ? thrown : describe(thrown)
  return new ServiceError('HANDLER_FAILED', `threw no Error: ${text}`, { cause: thrown, retriable: true })
}

function describe(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown)
  } catch {
    return Object.prototype.toString.call(thrown)
  }
}
