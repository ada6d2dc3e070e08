/**
 * WriteTxnMarkers: writes the ends of transactions into partitions. Brokers send it to each other; here it comes from
 * operators who end a hanging transaction (`kafka-transactions.sh abort`).
 *
 * - Partitions that do not exist are UNKNOWN_TOPIC_OR_PARTITION, the others are written. The coordinator's state is
 *   not touched.
 * - A marker with an older epoch than the partition's is INVALID_PRODUCER_EPOCH; with version 2 of transactions
 *   (request version 2, KIP-1228) also one whose epoch is not above that of the open transaction.
 */
import {
  WRITE_TXN_MARKERS,
  type WriteTxnMarkersRequest,
  type WriteTxnMarkersResponse,
  type WritableTxnMarker,
  type WritableTxnMarkerResult
} from '@naru/protocol/messages/27-write-txn-markers'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { transactionsOf } from '../transactions/index.ts'

const EPOCH_RISES = 2

export const handler: ApiHandler<WriteTxnMarkersRequest, WriteTxnMarkersResponse> = {
  message: WRITE_TXN_MARKERS,
  permission: 'cluster:alter',
  handle
}

async function handle(
  context: RequestContext,
  request: WriteTxnMarkersRequest
): Promise<WriteTxnMarkersResponse> {
  const markers: WritableTxnMarkerResult[] = []
  for (const marker of request.markers) markers.push(await write(context, marker))
  return { markers }
}

async function write(
  { broker }: RequestContext,
  marker: WritableTxnMarker
): Promise<WritableTxnMarkerResult> {
  const { producerId, producerEpoch, coordinatorEpoch, transactionResult } = marker
  const transactionVersion = marker.transactionVersion >= EPOCH_RISES ? 2 : 1
  const results = await transactionsOf(broker).writeMarkers(
    { producerId, producerEpoch, coordinatorEpoch, isCommit: transactionResult, transactionVersion },
    new Map(marker.topics.map(({ name, partitionIndexes }) => [name, new Set(partitionIndexes)]))
  )
  const topics = marker.topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.flatMap((partitionIndex) => {
      const result = results.find(({ topic, partition }) => topic === name && partition === partitionIndex)
      return result === undefined ? [] : [{ partitionIndex, errorCode: result.error }]
    })
  }))
  return { producerId, topics }
}
