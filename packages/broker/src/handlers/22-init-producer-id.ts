/**
 * InitProducerId: an id and epoch for an idempotent producer.
 *
 * - Without a transactional id every call gives a new id in epoch 0, also when the client names its old id and
 *   epoch (v3, KIP-360): that is how a producer starts over after it lost its sequence.
 * - An empty transactional id is INVALID_REQUEST, and so is an id without an epoch or an epoch without an id.
 *
 * Left out for now: transactional ids; they get UNSUPPORTED_VERSION, which clients treat as final.
 */
import { ErrorCode } from '@naru/protocol'
import {
  INIT_PRODUCER_ID,
  type InitProducerIdRequest,
  type InitProducerIdResponse
} from '@naru/protocol/messages/22-init-producer-id'
import { errorCode } from '@naru/base'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<InitProducerIdRequest, InitProducerIdResponse> = {
  message: INIT_PRODUCER_ID,
  permission: 'cluster:idempotent-write',
  handle
}

async function handle(
  context: RequestContext,
  request: InitProducerIdRequest
): Promise<InitProducerIdResponse> {
  if (request.transactionalId === '') return failed(ErrorCode.INVALID_REQUEST)
  if (request.transactionalId !== null) return failed(ErrorCode.UNSUPPORTED_VERSION)
  if (request.producerId < 0 !== request.producerEpoch < 0) return failed(ErrorCode.INVALID_REQUEST)
  try {
    const producerId = await context.broker.producerIds.next()
    return { ...failed(ErrorCode.NONE), producerId, producerEpoch: 0 }
  } catch (error) {
    if (errorCode(error) === 'KAFKA_STORAGE_ERROR') return failed(ErrorCode.KAFKA_STORAGE_ERROR)
    throw error
  }
}

function failed(error: ErrorCode): InitProducerIdResponse {
  return {
    throttleTimeMs: 0,
    errorCode: error,
    producerId: -1,
    producerEpoch: -1,
    ongoingTxnProducerId: -1,
    ongoingTxnProducerEpoch: -1
  }
}
