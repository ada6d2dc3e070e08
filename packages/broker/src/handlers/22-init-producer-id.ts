/**
 * InitProducerId: an id and epoch for an idempotent or a transactional producer.
 *
 * - Without a transactional id every call gives a new id in epoch 0, also when the client names its old id and
 *   epoch (v3, KIP-360): that is how a producer starts over after it lost its sequence.
 * - With one, the predecessor is fenced by a higher epoch. When it left a transaction open, this is aborted and the
 *   client is told CONCURRENT_TRANSACTIONS until that is done. An old id and epoch (v3) are continued, unless another
 *   producer came in between: PRODUCER_FENCED, which is INVALID_PRODUCER_EPOCH before version 4.
 * - The time-out of transactions has to be positive and at most `transaction.max.timeout.ms`.
 * - An empty transactional id is INVALID_REQUEST, and so is an id without an epoch or an epoch without an id.
 *
 * Left out on purpose: two-phase commit (version 6, unstable in Kafka 4.2).
 */
import { ErrorCode } from '@naru/protocol'
import {
  INIT_PRODUCER_ID,
  type InitProducerIdRequest,
  type InitProducerIdResponse
} from '@naru/protocol/messages/22-init-producer-id'
import { errorCode } from '@naru/base'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { lazyTransactionsOf } from '../transactions/lazy-transactions.ts'
import { producerError, type ProducerResult } from '../transactions/results.ts'

const PRODUCER_FENCED_FROM = 4

export const handler: ApiHandler<InitProducerIdRequest, InitProducerIdResponse> = {
  message: INIT_PRODUCER_ID,
  permission: 'cluster:idempotent-write',
  handle
}

async function handle(
  context: RequestContext,
  request: InitProducerIdRequest
): Promise<InitProducerIdResponse> {
  const { transactionalId, producerId, producerEpoch } = request
  if (transactionalId === '') return answer(context, producerError(ErrorCode.INVALID_REQUEST))
  if ((producerId === -1) !== (producerEpoch === -1)) {
    return answer(context, producerError(ErrorCode.INVALID_REQUEST))
  }
  if (transactionalId === null) return answer(context, await newProducer(context))
  const transactions = await lazyTransactionsOf(context.broker)
  const result = await transactions.initProducer({
    transactionalId,
    timeoutMs: request.transactionTimeoutMs,
    expected: producerId === -1 ? undefined : { producerId, producerEpoch }
  })
  return answer(context, result)
}

async function newProducer(context: RequestContext): Promise<ProducerResult> {
  try {
    const producerId = await context.broker.producerIds.next()
    return { error: ErrorCode.NONE, producerId, producerEpoch: 0 }
  } catch (error) {
    if (errorCode(error) === 'KAFKA_STORAGE_ERROR') return producerError(ErrorCode.KAFKA_STORAGE_ERROR)
    throw error
  }
}

function answer({ version }: RequestContext, result: ProducerResult): InitProducerIdResponse {
  const isFenced = result.error === ErrorCode.PRODUCER_FENCED && version < PRODUCER_FENCED_FROM
  return {
    throttleTimeMs: 0,
    errorCode: isFenced ? ErrorCode.INVALID_PRODUCER_EPOCH : result.error,
    producerId: result.producerId,
    producerEpoch: result.producerEpoch,
    ongoingTxnProducerId: -1,
    ongoingTxnProducerEpoch: -1
  }
}
