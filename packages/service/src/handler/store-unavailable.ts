/**
 * Tells a database that is away from one that has looked at what it was given: with the first no record is to blame, so
 * that no record may end in the dead letters for it.
 */
import { errorCode } from '@naru/base'
import { asError, ServiceError } from '../errors.ts'

/** Five characters with a digit in them: what the server itself says. EPIPE has none. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/
/** Connection exception, insufficient resources, operator intervention (PostgreSQL, appendix A). */
const AWAY = /^(08|53|57)/

/** What a store threw before the handler was called, by the name of what it is. */
export function beforeHandler(thrown: unknown, eventName: string): Error {
  const error = asError(thrown)
  if (!isAway(error)) return error
  const message = `the database did not answer before the handler of ${eventName} could run: ${error.message}`
  return new ServiceError('STORE_UNAVAILABLE', message, { cause: error, retriable: true })
}

function isAway(error: Error): boolean {
  // Of this layer's own errors only the deadline can come from waiting for the database.
  if (error instanceof ServiceError) return error.code === 'DEADLINE_EXCEEDED'
  const code = errorCode(error) ?? ''
  return SQLSTATE.test(code) ? AWAY.test(code) : true
}
