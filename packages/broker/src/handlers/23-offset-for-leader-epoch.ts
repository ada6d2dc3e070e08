/**
 * OffsetForLeaderEpoch: where a leader epoch ends, so that a client can tell whether its position was cut off.
 *
 * - Answers the largest epoch at or below the one asked for with the offset where the next one begins; for the
 *   current epoch that is the high watermark. An epoch that we know nothing of gives -1 for both.
 * - The client's own idea of the current epoch is fenced as in Fetch (KIP-320).
 */
import { ErrorCode } from '@naru/protocol'
import {
  OFFSET_FOR_LEADER_EPOCH,
  type OffsetForLeaderEpochRequest,
  type OffsetForLeaderEpochResponse
} from '@naru/protocol/messages/23-offset-for-leader-epoch'
import type { TopicMetadata } from '@naru/storage'
import { epochError } from '../fetch/partition-reader.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

type RequestPartition = OffsetForLeaderEpochRequest['topics'][number]['partitions'][number]
type PartitionResponse = OffsetForLeaderEpochResponse['topics'][number]['partitions'][number]

export const handler: ApiHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse> = {
  message: OFFSET_FOR_LEADER_EPOCH,
  permission: 'topic:describe',
  handle
}

function handle(context: RequestContext, request: OffsetForLeaderEpochRequest): OffsetForLeaderEpochResponse {
  const topics = request.topics.map(({ topic: name, partitions }) => {
    const topic = context.broker.topics.byName(name)
    return { topic: name, partitions: partitions.map((partition) => lookUp(context, topic, partition)) }
  })
  return { throttleTimeMs: 0, topics }
}

function lookUp(
  context: RequestContext,
  topic: TopicMetadata | undefined,
  request: RequestPartition
): PartitionResponse {
  const { log } = context.broker.storage
  const { partition } = request
  const state = topic && log.state(topic.topicId, partition)
  if (topic === undefined || state === undefined) {
    return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, partition, leaderEpoch: -1, endOffset: -1 }
  }
  const errorCode = epochError(request, state)
  if (errorCode !== ErrorCode.NONE) return { errorCode, partition, leaderEpoch: -1, endOffset: -1 }
  const end = log.epochEnd(topic.topicId, partition, request.leaderEpoch)
  return { errorCode, partition, leaderEpoch: end?.leaderEpoch ?? -1, endOffset: end?.endOffset ?? -1 }
}
