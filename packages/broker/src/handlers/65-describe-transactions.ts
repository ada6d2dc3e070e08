/**
 * DescribeTransactions: the state of transactional ids (KIP-664), each with its own error: INVALID_REQUEST for an empty
 * id, TRANSACTIONAL_ID_NOT_FOUND for one that nobody has used.
 */
import {
  DESCRIBE_TRANSACTIONS,
  type DescribeTransactionsRequest,
  type DescribeTransactionsResponse,
  type TransactionState
} from '@naru/protocol/messages/65-describe-transactions'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { transactionsOf } from '../transactions/index.ts'

export const handler: ApiHandler<DescribeTransactionsRequest, DescribeTransactionsResponse> = {
  message: DESCRIBE_TRANSACTIONS,
  permission: 'transactional-id:describe',
  handle
}

async function handle(
  context: RequestContext,
  request: DescribeTransactionsRequest
): Promise<DescribeTransactionsResponse> {
  const transactionStates: TransactionState[] = []
  for (const id of request.transactionalIds) transactionStates.push(await describe(context, id))
  return { throttleTimeMs: 0, transactionStates }
}

async function describe({ broker }: RequestContext, id: string): Promise<TransactionState> {
  const { error, transactionalId, state, timeoutMs, startMs, producerId, producerEpoch, topics } =
    await transactionsOf(broker).describe(id)
  return {
    errorCode: error,
    transactionalId,
    transactionState: state,
    transactionTimeoutMs: timeoutMs,
    transactionStartTimeMs: startMs,
    producerId,
    producerEpoch,
    topics
  }
}
