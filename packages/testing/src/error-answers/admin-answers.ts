/** Errors of the APIs of administration. */
import { ApiKey } from '@naru/protocol'
import { ZERO_UUID } from '@naru/base'
import type { CreateTopicsRequest, CreateTopicsResponse } from '@naru/protocol/messages/19-create-topics'
import type { DeleteTopicsRequest, DeleteTopicsResponse } from '@naru/protocol/messages/20-delete-topics'
import type {
  DescribeConfigsRequest,
  DescribeConfigsResponse
} from '@naru/protocol/messages/32-describe-configs'
import type { AlterConfigsRequest, AlterConfigsResponse } from '@naru/protocol/messages/33-alter-configs'
import type { DescribeLogDirsResponse } from '@naru/protocol/messages/35-describe-log-dirs'
import type {
  CreatePartitionsRequest,
  CreatePartitionsResponse
} from '@naru/protocol/messages/37-create-partitions'
import type { IncrementalAlterConfigsRequest } from '@naru/protocol/messages/44-incremental-alter-configs'
import type {
  DescribeClusterRequest,
  DescribeClusterResponse
} from '@naru/protocol/messages/60-describe-cluster'
import type { ListConfigResourcesResponse } from '@naru/protocol/messages/74-list-config-resources'
import { NO_OPERATIONS, type Answer, type Node } from './answer.ts'

export const adminAnswers: readonly (readonly [number, Answer])[] = [
  [ApiKey.CreateTopics, createTopics],
  [ApiKey.DeleteTopics, deleteTopics],
  [ApiKey.DescribeConfigs, describeConfigs],
  [ApiKey.AlterConfigs, alterConfigs],
  [ApiKey.DescribeLogDirs, describeLogDirs],
  [ApiKey.CreatePartitions, createPartitions],
  [ApiKey.IncrementalAlterConfigs, alterConfigs],
  [ApiKey.DescribeCluster, describeCluster],
  [ApiKey.ListConfigResources, listConfigResources]
]

function createTopics(request: CreateTopicsRequest, errorCode: number): CreateTopicsResponse {
  const topics = request.topics.map(({ name }) => ({
    name,
    topicId: ZERO_UUID,
    errorCode,
    errorMessage: null,
    topicConfigErrorCode: 0,
    numPartitions: -1,
    replicationFactor: -1,
    configs: []
  }))
  return { throttleTimeMs: 0, topics }
}

function deleteTopics(request: DeleteTopicsRequest, errorCode: number): DeleteTopicsResponse {
  const byName = request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }))
  const responses = [...byName, ...request.topics].map(({ name, topicId }) => ({
    name,
    topicId,
    errorCode,
    errorMessage: null
  }))
  return { throttleTimeMs: 0, responses }
}

function describeConfigs(request: DescribeConfigsRequest, errorCode: number): DescribeConfigsResponse {
  const results = request.resources.map(({ resourceType, resourceName }) => ({
    errorCode,
    errorMessage: null,
    resourceType,
    resourceName,
    configs: []
  }))
  return { throttleTimeMs: 0, results }
}

function alterConfigs(
  request: AlterConfigsRequest | IncrementalAlterConfigsRequest,
  errorCode: number
): AlterConfigsResponse {
  const responses = request.resources.map(({ resourceType, resourceName }) => ({
    errorCode,
    errorMessage: null,
    resourceType,
    resourceName
  }))
  return { throttleTimeMs: 0, responses }
}

const LOG_DIRS_ERROR_FROM = 3

function describeLogDirs(
  _request: unknown,
  errorCode: number,
  { version }: { readonly version: number }
): DescribeLogDirsResponse {
  if (version >= LOG_DIRS_ERROR_FROM) return { throttleTimeMs: 0, errorCode, results: [] }
  const folder = { errorCode, logDir: '', topics: [], totalBytes: -1, usableBytes: -1 }
  return { throttleTimeMs: 0, errorCode: 0, results: [folder] }
}

function createPartitions(request: CreatePartitionsRequest, errorCode: number): CreatePartitionsResponse {
  const results = request.topics.map(({ name }) => ({ name, errorCode, errorMessage: null }))
  return { throttleTimeMs: 0, results }
}

function describeCluster(
  request: DescribeClusterRequest,
  errorCode: number,
  { node }: { readonly node: Node }
): DescribeClusterResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    errorMessage: null,
    endpointType: request.endpointType,
    clusterId: node.clusterId,
    controllerId: -1,
    brokers: [],
    clusterAuthorizedOperations: NO_OPERATIONS
  }
}

function listConfigResources(_request: unknown, errorCode: number): ListConfigResourcesResponse {
  return { throttleTimeMs: 0, errorCode, configResources: [] }
}
