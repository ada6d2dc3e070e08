/**
 * UnregisterBroker: forgets a broker that is gone for good.
 *
 * - An id that nobody has: BROKER_ID_NOT_REGISTERED. The own one: INVALID_REQUEST, since a cluster of one node that
 *   forgets it has nobody left to answer; Kafka takes it and leaves the broker fenced until its restart.
 */
import { ErrorCode } from '@naru/protocol'
import {
  UNREGISTER_BROKER,
  type UnregisterBrokerRequest,
  type UnregisterBrokerResponse
} from '@naru/protocol/messages/64-unregister-broker'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<UnregisterBrokerRequest, UnregisterBrokerResponse> = {
  message: UNREGISTER_BROKER,
  permission: 'cluster:alter',
  handle
}

function handle({ broker }: RequestContext, { brokerId }: UnregisterBrokerRequest): UnregisterBrokerResponse {
  const isKnown = broker.storage.ownership.nodeIds.includes(brokerId)
  return isKnown
    ? {
        throttleTimeMs: 0,
        errorCode: ErrorCode.INVALID_REQUEST,
        errorMessage: `Broker ${brokerId} is alive and cannot be forgotten.`
      }
    : {
        throttleTimeMs: 0,
        errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED,
        errorMessage: `Broker ID ${brokerId} is not currently registered`
      }
}
