/**
 * EndTxn: commits or aborts a transaction. Answered when the decision is durable; the markers follow at once, and until
 * they are in, the producer's next transaction is told CONCURRENT_TRANSACTIONS.
 *
 * - Up to version 4 (version 1 of transactions) the epoch stays, a repeated request is answered alike, and a
 *   transaction in which nothing was written is INVALID_TXN_STATE.
 * - From version 5 (KIP-890) every end raises the epoch and answers with it; when the epochs of the id are used up, with
 *   a new id. A repeated request comes with the epoch before. Aborting is fine when nothing was written.
 * - A producer that is fenced is told INVALID_PRODUCER_EPOCH before version 2.
 */
import { ErrorCode } from '@naru/protocol'
import { END_TXN, type EndTxnRequest, type EndTxnResponse } from '@naru/protocol/messages/26-end-txn'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { transactionsOf } from '../transactions/index.ts'

const PRODUCER_FENCED_FROM = 2
const EPOCH_RISES_FROM = 5

export const handler: ApiHandler<EndTxnRequest, EndTxnResponse> = {
  message: END_TXN,
  permission: 'transactional-id:write',
  handle
}

async function handle({ broker, version }: RequestContext, request: EndTxnRequest): Promise<EndTxnResponse> {
  const { error, producerId, producerEpoch } = await transactionsOf(broker).end({
    transactionalId: request.transactionalId,
    producerId: request.producerId,
    producerEpoch: request.producerEpoch,
    isCommit: request.committed,
    clientVersion: version >= EPOCH_RISES_FROM ? 2 : 0
  })
  const isFenced = error === ErrorCode.PRODUCER_FENCED && version < PRODUCER_FENCED_FROM
  return {
    throttleTimeMs: 0,
    errorCode: isFenced ? ErrorCode.INVALID_PRODUCER_EPOCH : error,
    producerId,
    producerEpoch
  }
}
