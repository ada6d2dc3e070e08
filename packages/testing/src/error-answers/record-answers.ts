/** Errors of the APIs that write, find and read records. */
import { ApiKey } from '@naru/protocol'
import type { ProduceRequest, ProduceResponse } from '@naru/protocol/messages/00-produce'
import type { FetchRequest, FetchResponse } from '@naru/protocol/messages/01-fetch'
import type { ListOffsetsRequest, ListOffsetsResponse } from '@naru/protocol/messages/02-list-offsets'
import type { MetadataRequest, MetadataResponse } from '@naru/protocol/messages/03-metadata'
import type { ApiVersionsResponse } from '@naru/protocol/messages/18-api-versions'
import type { DeleteRecordsRequest, DeleteRecordsResponse } from '@naru/protocol/messages/21-delete-records'
import type { InitProducerIdResponse } from '@naru/protocol/messages/22-init-producer-id'
import type {
  OffsetForLeaderEpochRequest,
  OffsetForLeaderEpochResponse
} from '@naru/protocol/messages/23-offset-for-leader-epoch'
import type {
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse
} from '@naru/protocol/messages/75-describe-topic-partitions'
import { ZERO_UUID } from '@naru/base'
import { NO_OPERATIONS, type Answer, type Node } from './answer.ts'

export const recordAnswers: readonly (readonly [number, Answer])[] = [
  [ApiKey.Produce, produce],
  [ApiKey.Fetch, fetch],
  [ApiKey.ListOffsets, listOffsets],
  [ApiKey.Metadata, metadata],
  [ApiKey.ApiVersions, apiVersions],
  [ApiKey.DeleteRecords, deleteRecords],
  [ApiKey.InitProducerId, initProducerId],
  [ApiKey.OffsetForLeaderEpoch, offsetForLeaderEpoch],
  [ApiKey.DescribeTopicPartitions, describeTopicPartitions]
]

function produce(request: ProduceRequest, errorCode: number): ProduceResponse {
  const responses = request.topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitionResponses: partitionData.map(({ index }) => ({
      index,
      errorCode,
      baseOffset: -1,
      logAppendTimeMs: -1,
      logStartOffset: -1,
      recordErrors: [],
      errorMessage: null,
      currentLeader: { leaderId: -1, leaderEpoch: -1 }
    }))
  }))
  return { responses, throttleTimeMs: 0, nodeEndpoints: [] }
}

/** An incremental fetch that changes nothing names no partitions, so that the error stands for the whole answer. */
function fetch(request: FetchRequest, errorCode: number): FetchResponse {
  const responses = request.topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(({ partition }) => ({
      partitionIndex: partition,
      errorCode,
      highWatermark: -1,
      lastStableOffset: -1,
      logStartOffset: -1,
      divergingEpoch: { epoch: -1, endOffset: -1 },
      currentLeader: { leaderId: -1, leaderEpoch: -1 },
      snapshotId: { endOffset: -1, epoch: -1 },
      abortedTransactions: null,
      preferredReadReplica: -1,
      records: null
    }))
  }))
  const whole = responses.length === 0 ? errorCode : 0
  return { throttleTimeMs: 0, errorCode: whole, sessionId: 0, responses, nodeEndpoints: [] }
}

function listOffsets(request: ListOffsetsRequest, errorCode: number): ListOffsetsResponse {
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode,
      timestamp: -1,
      offset: -1,
      leaderEpoch: -1
    }))
  }))
  return { throttleTimeMs: 0, topics }
}

const METADATA_NULL_NAMES_FROM = 12
const METADATA_ERROR_FROM = 13

function metadata(
  request: MetadataRequest,
  errorCode: number,
  { version, node }: { readonly version: number; readonly node: Node }
): MetadataResponse {
  const { nodeId, host, port, clusterId } = node
  const topics = (request.topics ?? []).map(({ name, topicId }) => ({
    errorCode,
    name: version < METADATA_NULL_NAMES_FROM ? (name ?? '') : name,
    topicId,
    isInternal: false,
    partitions: [],
    topicAuthorizedOperations: NO_OPERATIONS
  }))
  return {
    throttleTimeMs: 0,
    brokers: [{ nodeId, host, port, rack: null }],
    clusterId,
    controllerId: nodeId,
    topics,
    clusterAuthorizedOperations: NO_OPERATIONS,
    errorCode: topics.length === 0 && version >= METADATA_ERROR_FROM ? errorCode : 0
  }
}

function apiVersions(_request: unknown, errorCode: number): ApiVersionsResponse {
  return {
    errorCode,
    apiKeys: [],
    throttleTimeMs: 0,
    supportedFeatures: [],
    finalizedFeaturesEpoch: -1,
    finalizedFeatures: [],
    zkMigrationReady: false
  }
}

function deleteRecords(request: DeleteRecordsRequest, errorCode: number): DeleteRecordsResponse {
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, lowWatermark: -1, errorCode }))
  }))
  return { throttleTimeMs: 0, topics }
}

function initProducerId(_request: unknown, errorCode: number): InitProducerIdResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    producerId: -1,
    producerEpoch: -1,
    ongoingTxnProducerId: -1,
    ongoingTxnProducerEpoch: -1
  }
}

function offsetForLeaderEpoch(
  request: OffsetForLeaderEpochRequest,
  errorCode: number
): OffsetForLeaderEpochResponse {
  const topics = request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition }) => ({ errorCode, partition, leaderEpoch: -1, endOffset: -1 }))
  }))
  return { throttleTimeMs: 0, topics }
}

function describeTopicPartitions(
  request: DescribeTopicPartitionsRequest,
  errorCode: number
): DescribeTopicPartitionsResponse {
  const topics = request.topics.map(({ name }) => ({
    errorCode,
    name,
    topicId: ZERO_UUID,
    isInternal: false,
    partitions: [],
    topicAuthorizedOperations: NO_OPERATIONS
  }))
  return { throttleTimeMs: 0, topics, nextCursor: null }
}
