/** What a producer is told when the log does not take a batch of its transaction. */
import { ErrorCode } from '@naru/protocol'
import type { RefusedAppend } from './slot-log.ts'

export function refusalError(result: RefusedAppend): ErrorCode {
  switch (result) {
    case 'fenced':
      return ErrorCode.INVALID_PRODUCER_EPOCH
    case 'coordinator-fenced':
      return ErrorCode.TRANSACTION_COORDINATOR_FENCED
    case 'out-of-order':
      return ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    case 'transaction-not-verified':
    case 'transaction-open':
      return ErrorCode.INVALID_TXN_STATE
  }
}
