/** Errors of the APIs of transactions. */
import { ApiKey } from '@naru/protocol'
import type {
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnResponse,
  AddPartitionsToTxnTopic,
  AddPartitionsToTxnTopicResult
} from '@naru/protocol/messages/24-add-partitions-to-txn'
import type { AddOffsetsToTxnResponse } from '@naru/protocol/messages/25-add-offsets-to-txn'
import type { EndTxnResponse } from '@naru/protocol/messages/26-end-txn'
import type {
  WriteTxnMarkersRequest,
  WriteTxnMarkersResponse
} from '@naru/protocol/messages/27-write-txn-markers'
import type {
  TxnOffsetCommitRequest,
  TxnOffsetCommitResponse
} from '@naru/protocol/messages/28-txn-offset-commit'
import type {
  DescribeTransactionsRequest,
  DescribeTransactionsResponse
} from '@naru/protocol/messages/65-describe-transactions'
import type { ListTransactionsResponse } from '@naru/protocol/messages/66-list-transactions'
import type { Answer } from './answer.ts'

export const transactionAnswers: readonly (readonly [number, Answer])[] = [
  [ApiKey.AddPartitionsToTxn, addPartitions],
  [ApiKey.AddOffsetsToTxn, addOffsets],
  [ApiKey.EndTxn, endTransaction],
  [ApiKey.WriteTxnMarkers, writeMarkers],
  [ApiKey.TxnOffsetCommit, commitOffsets],
  [ApiKey.DescribeTransactions, describeTransactions],
  [ApiKey.ListTransactions, listTransactions]
]

const BATCHED_FROM = 4

/** Clients ask for one transaction, brokers for several. */
function addPartitions(
  request: AddPartitionsToTxnRequest,
  error: number,
  { version }: { readonly version: number }
): AddPartitionsToTxnResponse {
  const nothing = { throttleTimeMs: 0, errorCode: 0, resultsByTransaction: [], resultsByTopicV3AndBelow: [] }
  if (version < BATCHED_FROM) {
    return { ...nothing, resultsByTopicV3AndBelow: topicResults(request.v3AndBelowTopics, error) }
  }
  const resultsByTransaction = request.transactions.map(({ transactionalId, topics }) => ({
    transactionalId,
    topicResults: topicResults(topics, error)
  }))
  return { ...nothing, resultsByTransaction }
}

function topicResults(
  topics: readonly AddPartitionsToTxnTopic[],
  partitionErrorCode: number
): AddPartitionsToTxnTopicResult[] {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode }))
  }))
}

function addOffsets(_request: unknown, errorCode: number): AddOffsetsToTxnResponse {
  return { throttleTimeMs: 0, errorCode }
}

function endTransaction(_request: unknown, errorCode: number): EndTxnResponse {
  return { throttleTimeMs: 0, errorCode, producerId: -1, producerEpoch: -1 }
}

function writeMarkers(request: WriteTxnMarkersRequest, errorCode: number): WriteTxnMarkersResponse {
  const markers = request.markers.map(({ producerId, topics }) => ({
    producerId,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode }))
    }))
  }))
  return { markers }
}

function commitOffsets(request: TxnOffsetCommitRequest, errorCode: number): TxnOffsetCommitResponse {
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode }))
  }))
  return { throttleTimeMs: 0, topics }
}

function describeTransactions(
  request: DescribeTransactionsRequest,
  errorCode: number
): DescribeTransactionsResponse {
  const transactionStates = request.transactionalIds.map((transactionalId) => ({
    errorCode,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: -1,
    producerId: -1,
    producerEpoch: -1,
    topics: []
  }))
  return { throttleTimeMs: 0, transactionStates }
}

function listTransactions(_request: unknown, errorCode: number): ListTransactionsResponse {
  return { throttleTimeMs: 0, errorCode, unknownStateFilters: [], transactionStates: [] }
}
