/**
 * DescribeTopicPartitions: topics page by page (KIP-966).
 *
 * - Topics in the order of their names, all of them when none is named; partitions from the cursor on; at most
 *   `response_partition_limit` and `max.request.partition.size.limit` partitions (one at least), then a cursor for
 *   the next page.
 * - Eligible and last known leader replicas are empty: the only replica is always in sync.
 */
import { ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  DESCRIBE_TOPIC_PARTITIONS,
  type DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
  type DescribeTopicPartitionsResponsePartition,
  type DescribeTopicPartitionsResponseTopic
} from '@naru/protocol/messages/75-describe-topic-partitions'
import type { TopicMetadata } from '@naru/storage'
import { TOPIC_OPERATIONS } from '../authorized-operations.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { topicNameProblem } from '../topics/topic-name.ts'

export const handler: ApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse> = {
  message: DESCRIBE_TOPIC_PARTITIONS,
  permission: 'topic:describe',
  handle
}

function handle(
  context: RequestContext,
  request: DescribeTopicPartitionsRequest
): DescribeTopicPartitionsResponse {
  const limit = context.broker.config.number('max.request.partition.size.limit')
  let room = Math.max(1, Math.min(request.responsePartitionLimit, limit))
  const topics: DescribeTopicPartitionsResponseTopic[] = []
  for (const name of namesFrom(context, request)) {
    const topic = context.broker.topics.byName(name)
    const from = request.cursor?.topicName === name ? Math.max(0, request.cursor.partitionIndex) : 0
    if (room <= 0) return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: from } }
    if (topic === undefined) {
      topics.push(unknown(name))
      continue
    }
    const to = Math.min(topic.partitionCount, from + room)
    topics.push(describe(context, topic, from, to))
    room -= to - from
    if (to < topic.partitionCount) {
      return { throttleTimeMs: 0, topics, nextCursor: { topicName: name, partitionIndex: to } }
    }
  }
  return { throttleTimeMs: 0, topics, nextCursor: null }
}

function namesFrom(context: RequestContext, request: DescribeTopicPartitionsRequest): string[] {
  const all = request.topics.length === 0
  const names = all
    ? [...context.broker.topics.image.topicsByName.keys()]
    : request.topics.map((topic) => topic.name)
  const first = request.cursor?.topicName ?? ''
  return [...new Set(names)].filter((name) => name >= first).sort()
}

function describe(
  context: RequestContext,
  topic: TopicMetadata,
  from: number,
  to: number
): DescribeTopicPartitionsResponseTopic {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.topicId,
    isInternal: topic.internal,
    partitions: Array.from({ length: to - from }, (_, at) => partition(context, topic, from + at)),
    topicAuthorizedOperations: TOPIC_OPERATIONS
  }
}

function partition(
  context: RequestContext,
  topic: TopicMetadata,
  partitionIndex: number
): DescribeTopicPartitionsResponsePartition {
  const { ownership, log } = context.broker.storage
  const owner = ownership.partitionOwner(topic.topicId, partitionIndex)
  const nodes = owner === undefined ? [] : [owner.nodeId]
  return {
    errorCode: owner === undefined ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
    partitionIndex,
    leaderId: owner?.nodeId ?? -1,
    leaderEpoch: log.state(topic.topicId, partitionIndex)?.leaderEpoch ?? 0,
    replicaNodes: nodes,
    isrNodes: nodes,
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
    offlineReplicas: []
  }
}

function unknown(name: string): DescribeTopicPartitionsResponseTopic {
  return {
    errorCode:
      topicNameProblem(name) === undefined
        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        : ErrorCode.INVALID_TOPIC_EXCEPTION,
    name,
    topicId: ZERO_UUID,
    isInternal: false,
    partitions: [],
    topicAuthorizedOperations: TOPIC_OPERATIONS
  }
}
