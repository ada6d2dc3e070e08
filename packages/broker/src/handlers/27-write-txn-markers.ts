/**
 * WriteTxnMarkers: writes the ends of transactions into partitions. Brokers send it to each other; here it comes from
 * operators who end a hanging transaction (`kafka-transactions.sh abort`).
 *
 * - Partitions that do not exist are UNKNOWN_TOPIC_OR_PARTITION, the others are written. The coordinator's state is
 *   not touched.
 * - A marker with an older epoch than the partition's is INVALID_PRODUCER_EPOCH; with version 2 of transactions
 *   (request version 2, KIP-1228) also one whose epoch is not above that of the open transaction.
 */
import { ErrorCode } from '@naru/protocol'
import {
  WRITE_TXN_MARKERS,
  type WriteTxnMarkersRequest,
  type WriteTxnMarkersResponse,
  type WritableTxnMarker,
  type WritableTxnMarkerResult
} from '@naru/protocol/messages/27-write-txn-markers'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { transactionsOf } from '../transactions/index.ts'
import type { TransactionPartitions } from '../transactions/transaction.ts'

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

function partitionsOf({ topics }: WritableTxnMarker): TransactionPartitions {
  const partitions = new Map<string, Set<number>>()
  for (const { name, partitionIndexes } of topics) {
    const all = partitions.get(name) ?? new Set<number>()
    for (const index of partitionIndexes) all.add(index)
    partitions.set(name, all)
  }
  return partitions
}

async function write(
  { broker }: RequestContext,
  marker: WritableTxnMarker
): Promise<WritableTxnMarkerResult> {
  const { producerId, producerEpoch, coordinatorEpoch, transactionResult } = marker
  const transactionVersion = marker.transactionVersion >= EPOCH_RISES ? 2 : 1
  const results = await transactionsOf(broker).writeMarkers(
    { producerId, producerEpoch, coordinatorEpoch, isCommit: transactionResult, transactionVersion },
    partitionsOf(marker)
  )
  const errors = new Map(results.map(({ topic, partition, error }) => [`${topic}-${partition}`, error]))
  const topics = marker.topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({
      partitionIndex,
      errorCode: errors.get(`${name}-${partitionIndex}`) ?? ErrorCode.UNKNOWN_SERVER_ERROR
    }))
  }))
  return { producerId, topics }
}
