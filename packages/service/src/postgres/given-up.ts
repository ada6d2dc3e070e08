/**
 * Transactions whose work was given up (a deadline, a stop, a lost partition) while it may still go on. What it does later
 * on the connection must not become part of the transaction that has the connection next.
 */
import { NaruError, errorCode } from '@naru/base'

const GIVEN_UP: ReadonlySet<string> = new Set(['DEADLINE_EXCEEDED', 'STOPPING', 'LOST', 'CLOSED'])

/** Whether the work of a transaction that failed so may still be going on. */
export function wasGivenUp(error: unknown): boolean {
  return GIVEN_UP.has(errorCode(error) ?? '')
}

export function endedError(): NaruError {
  return new NaruError('TRANSACTION_ENDED', 'the transaction is over: heed the signal of the handler')
}
