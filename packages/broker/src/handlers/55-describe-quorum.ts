/**
 * DescribeQuorum: who keeps the metadata. Here the node itself is leader and only voter.
 *
 * - Offsets count metadata records; leader epoch is 0. The voter's folder has the cluster's id, since a data folder
 *   is a cluster. Both of its times are now: a leader has what it has.
 * - Any other topic or partition than `__cluster_metadata` 0: UNKNOWN_TOPIC_OR_PARTITION.
 * - From version 2 the node is listed, beside the metadata, with the address that the client has reached.
 */
import { parseUuid, ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  DESCRIBE_QUORUM,
  type DescribeQuorumRequest,
  type DescribeQuorumResponse,
  type DescribeQuorumResponsePartitionData
} from '@naru/protocol/messages/55-describe-quorum'
import type { ApiHandler, RequestContext } from '../handler.ts'

const METADATA_TOPIC = '__cluster_metadata'
const DIRECTORY_FROM = 2
const TIMES_FROM = 1
const NODES_FROM = 2

export const handler: ApiHandler<DescribeQuorumRequest, DescribeQuorumResponse> = {
  message: DESCRIBE_QUORUM,
  permission: 'cluster:describe',
  handle
}

function handle(context: RequestContext, request: DescribeQuorumRequest): DescribeQuorumResponse {
  const topics = request.topics.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ partitionIndex }) =>
      topicName === METADATA_TOPIC && partitionIndex === 0
        ? metadataPartition(context)
        : unknownPartition(context, partitionIndex)
    )
  }))
  const isDescribed = topics.some(({ partitions }) =>
    partitions.some(({ errorCode }) => errorCode === ErrorCode.NONE)
  )
  return { errorCode: ErrorCode.NONE, errorMessage: '', topics, nodes: isDescribed ? nodes(context) : [] }
}

function metadataPartition({ broker, version }: RequestContext): DescribeQuorumResponsePartitionData {
  const { clusterId, version: endOffset } = broker.topics.image
  const nowMs = version >= TIMES_FROM ? broker.clock.wallMs() : -1
  const voter = {
    replicaId: broker.endpoints.nodeId,
    replicaDirectoryId: version >= DIRECTORY_FROM ? parseUuid(clusterId) : ZERO_UUID,
    logEndOffset: endOffset,
    lastFetchTimestamp: nowMs,
    lastCaughtUpTimestamp: nowMs
  }
  return {
    partitionIndex: 0,
    errorCode: ErrorCode.NONE,
    errorMessage: '',
    leaderId: broker.endpoints.nodeId,
    leaderEpoch: 0,
    highWatermark: endOffset,
    currentVoters: [voter],
    observers: []
  }
}

function unknownPartition(
  { broker, version }: RequestContext,
  partitionIndex: number
): DescribeQuorumResponsePartitionData {
  return {
    partitionIndex,
    errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    errorMessage: version >= NODES_FROM ? 'Only the metadata is kept by the quorum.' : '',
    leaderId: broker.endpoints.nodeId,
    leaderEpoch: 0,
    highWatermark: 0,
    currentVoters: [],
    observers: []
  }
}

function nodes({ broker, client, version }: RequestContext): DescribeQuorumResponse['nodes'] {
  if (version < NODES_FROM) return []
  const { nodeId, host, port } = broker.endpoints.self(client)
  return [{ nodeId, listeners: [{ name: 'CONTROLLER', host, port }] }]
}
