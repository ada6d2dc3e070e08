/**
 * AddOffsetsToTxn: the partition of `__consumer_offsets` that keeps a group belongs to a transaction, before offsets are
 * committed in it. Clients of version 2 of transactions do not ask: TxnOffsetCommit does it by itself.
 *
 * - Errors are those of AddPartitionsToTxn; a producer that is fenced is told INVALID_PRODUCER_EPOCH before version 2.
 */
import { ErrorCode } from '@naru/protocol'
import {
  ADD_OFFSETS_TO_TXN,
  type AddOffsetsToTxnRequest,
  type AddOffsetsToTxnResponse
} from '@naru/protocol/messages/25-add-offsets-to-txn'
import { groupsOf } from '../groups/index.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { transactionsOf } from '../transactions/index.ts'

const PRODUCER_FENCED_FROM = 2

export const handler: ApiHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> = {
  message: ADD_OFFSETS_TO_TXN,
  permission: 'transactional-id:write',
  handle
}

async function handle(
  context: RequestContext,
  request: AddOffsetsToTxnRequest
): Promise<AddOffsetsToTxnResponse> {
  const error = await add(context, request)
  const isFenced = error === ErrorCode.PRODUCER_FENCED && context.version < PRODUCER_FENCED_FROM
  return { throttleTimeMs: 0, errorCode: isFenced ? ErrorCode.INVALID_PRODUCER_EPOCH : error }
}

async function add({ broker }: RequestContext, request: AddOffsetsToTxnRequest): Promise<ErrorCode> {
  const { transactionalId, producerId, producerEpoch, groupId } = request
  const slot = await groupsOf(broker).partitionOf(groupId)
  if (slot === undefined) return ErrorCode.COORDINATOR_NOT_AVAILABLE
  const partitions = new Map([[slot.topic.name, new Set([slot.partition])]])
  return transactionsOf(broker).addPartitions({
    transactionalId,
    producerId,
    producerEpoch,
    partitions,
    clientVersion: 0,
    waitsForEnd: false
  })
}
