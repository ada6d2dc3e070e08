/**
 * AddPartitionsToTxn: partitions belong to a transaction before anything is written there.
 *
 * - Versions up to 3 come from clients and name one transaction; 4 and higher from brokers, for several at once, and
 *   may only ask whether the partitions were added (`verifyOnly`, KIP-890): those that were not are
 *   TRANSACTION_ABORTABLE.
 * - One partition that does not exist spoils its transaction's whole request: it is UNKNOWN_TOPIC_OR_PARTITION, the
 *   others are OPERATION_NOT_ATTEMPTED. So do internal topics, in which no client writes: TOPIC_AUTHORIZATION_FAILED.
 *   Any other error is that of each partition.
 * - While the last transaction of the producer is being ended: CONCURRENT_TRANSACTIONS. An epoch that is not the
 *   present one is PRODUCER_FENCED, INVALID_PRODUCER_EPOCH before version 2.
 */
import { ErrorCode } from '@naru/protocol'
import {
  ADD_PARTITIONS_TO_TXN,
  type AddPartitionsToTxnRequest,
  type AddPartitionsToTxnResponse,
  type AddPartitionsToTxnTopic,
  type AddPartitionsToTxnTopicResult,
  type AddPartitionsToTxnTransaction
} from '@naru/protocol/messages/24-add-partitions-to-txn'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { transactionsOf } from '../transactions/index.ts'
import type { PartitionError } from '../transactions/results.ts'
import { errorsOf } from '../transactions/service.ts'
import type { TransactionPartitions } from '../transactions/transaction.ts'

const BATCHED_FROM = 4
const PRODUCER_FENCED_FROM = 2

export const handler: ApiHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> = {
  message: ADD_PARTITIONS_TO_TXN,
  permission: 'transactional-id:write',
  handle
}

async function handle(
  context: RequestContext,
  request: AddPartitionsToTxnRequest
): Promise<AddPartitionsToTxnResponse> {
  const empty = {
    throttleTimeMs: 0,
    errorCode: ErrorCode.NONE,
    resultsByTransaction: [],
    resultsByTopicV3AndBelow: []
  }
  if (context.version < BATCHED_FROM) {
    const results = await addOrVerify(context, {
      transactionalId: request.v3AndBelowTransactionalId,
      producerId: request.v3AndBelowProducerId,
      producerEpoch: request.v3AndBelowProducerEpoch,
      verifyOnly: false,
      topics: request.v3AndBelowTopics
    })
    return { ...empty, resultsByTopicV3AndBelow: results }
  }
  const resultsByTransaction = await Promise.all(
    request.transactions.map(async (transaction) => {
      const topicResults = await addOrVerify(context, transaction)
      return { transactionalId: transaction.transactionalId, topicResults }
    })
  )
  return { ...empty, resultsByTransaction }
}

async function addOrVerify(
  context: RequestContext,
  transaction: AddPartitionsToTxnTransaction
): Promise<AddPartitionsToTxnTopicResult[]> {
  const { transactionalId, producerId, producerEpoch, verifyOnly, topics } = transaction
  const partitions = partitionsOf(topics)
  const unknown = refusedPartitions(context, partitions)
  if (unknown !== undefined) return byTopic(unknown)
  const service = transactionsOf(context.broker)
  const command = { transactionalId, producerId, producerEpoch, partitions }
  if (verifyOnly) return byTopic(await service.verify(command))
  const clientVersion = context.version < BATCHED_FROM ? 0 : 2
  const error = await service.addPartitions({ ...command, clientVersion, waitsForEnd: false })
  const isFenced = error === ErrorCode.PRODUCER_FENCED && context.version < PRODUCER_FENCED_FROM
  return byTopic(errorsOf(partitions, isFenced ? ErrorCode.INVALID_PRODUCER_EPOCH : error))
}

function partitionsOf(topics: readonly AddPartitionsToTxnTopic[]): TransactionPartitions {
  const partitions = new Map<string, Set<number>>()
  for (const { name, partitions: indexes } of topics) {
    partitions.set(name, new Set([...(partitions.get(name) ?? []), ...indexes]))
  }
  return partitions
}

/** Undefined when all of them exist and may be written. */
function refusedPartitions(
  { broker, version }: RequestContext,
  partitions: TransactionPartitions
): PartitionError[] | undefined {
  let isRefused = false
  const errors = errorsOf(partitions, ErrorCode.OPERATION_NOT_ATTEMPTED).map((one) => {
    const count = broker.topics.byName(one.topic)?.partitionCount ?? 0
    const isOwn = version < BATCHED_FROM && broker.topics.isInternal(one.topic)
    if (!isOwn && one.partition >= 0 && one.partition < count) return one
    isRefused = true
    const error = isOwn ? ErrorCode.TOPIC_AUTHORIZATION_FAILED : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return { ...one, error }
  })
  return isRefused ? errors : undefined
}

function byTopic(errors: readonly PartitionError[]): AddPartitionsToTxnTopicResult[] {
  const topics = new Map<string, { partitionIndex: number; partitionErrorCode: ErrorCode }[]>()
  for (const { topic, partition, error } of errors) {
    const results = topics.get(topic) ?? []
    results.push({ partitionIndex: partition, partitionErrorCode: error })
    topics.set(topic, results)
  }
  return [...topics].map(([name, resultsByPartition]) => ({ name, resultsByPartition }))
}
