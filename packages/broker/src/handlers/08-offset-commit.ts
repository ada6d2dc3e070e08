/**
 * OffsetCommit: keeps how far a consumer got, durable when answered.
 *
 * - Members commit in their generation, consumers without membership with an empty member id and generation -1
 *   while the group has no members. An unknown group is made for the latter; the former are told
 *   GROUP_ID_NOT_FOUND (ILLEGAL_GENERATION before version 9).
 * - Topics and partitions that do not exist are refused one by one, also where all the others are refused together.
 * - Metadata longer than `offset.metadata.max.bytes` is OFFSET_METADATA_TOO_LARGE for its partition.
 * - Versions up to 4 carry a retention of their own, which is kept with the offset. From version 10 topics are
 *   named by id: an unknown one is UNKNOWN_TOPIC_ID, and the id is stored with the offset. As on Kafka it is stored for
 *   these versions only: after a hand-over topics have other ids there, and whoever asks by id would find nothing.
 */
import { ErrorCode } from '@naru/protocol'
import {
  OFFSET_COMMIT,
  type OffsetCommitRequest,
  type OffsetCommitRequestTopic,
  type OffsetCommitResponse,
  type OffsetCommitResponseTopic
} from '@naru/protocol/messages/08-offset-commit'
import { groupsOf } from '../groups/index.ts'
import type { CommitTopic } from '../groups/commit.ts'
import type { OffsetsResult } from '../groups/results.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const GROUP_ID_NOT_FOUND_FROM = 9
const TOPIC_IDS_FROM = 10

export const handler: ApiHandler<OffsetCommitRequest, OffsetCommitResponse> = {
  message: OFFSET_COMMIT,
  permission: 'group:read',
  handle
}

/** A topic of the request, with the partitions of it that exist. */
interface Checked {
  readonly request: OffsetCommitRequestTopic
  readonly commit: CommitTopic
  /** Of the partitions that do not. */
  readonly error: ErrorCode
}

async function handle(context: RequestContext, request: OffsetCommitRequest): Promise<OffsetCommitResponse> {
  const checked = request.topics.map((topic) => check(context, topic))
  const wanted = checked.filter((topic) => topic.commit.partitions.length > 0)
  const result = wanted.length === 0 ? nothing : await commit(context, request, wanted)
  return { throttleTimeMs: 0, topics: checked.map((topic) => answer(topic, wanted, result)) }
}

const nothing: OffsetsResult = { error: ErrorCode.NONE, topics: [] }

function check({ broker, version }: RequestContext, request: OffsetCommitRequestTopic): Checked {
  const byId = version >= TOPIC_IDS_FROM
  const topic = broker.topics.find(request, byId)
  const known = request.partitions.filter(
    ({ partitionIndex }) => partitionIndex >= 0 && partitionIndex < (topic?.partitionCount ?? 0)
  )
  const partitions = known.map((partition) => ({
    partition: partition.partitionIndex,
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata
  }))
  const isUnknownId = byId && topic === undefined
  const error = isUnknownId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  return { request, commit: { topic: topic?.name ?? '', topicId: request.topicId, partitions }, error }
}

function commit(
  { broker, version }: RequestContext,
  request: OffsetCommitRequest,
  topics: readonly Checked[]
): OffsetsResult | Promise<OffsetsResult> {
  return groupsOf(broker).commit({
    groupId: request.groupId,
    memberId: request.memberId,
    generationId: request.generationIdOrMemberEpoch,
    groupInstanceId: request.groupInstanceId,
    retentionMs: request.retentionTimeMs,
    topics: topics.map((topic) => topic.commit),
    knowsGroupIdNotFound: version >= GROUP_ID_NOT_FOUND_FROM
  })
}

/** The coordinator answers in the order in which it was asked. */
function answer(
  topic: Checked,
  wanted: readonly Checked[],
  result: OffsetsResult
): OffsetCommitResponseTopic {
  const committed = result.topics[wanted.indexOf(topic)]?.partitions ?? []
  const asked = topic.commit.partitions
  const errors = new Map(
    result.error === ErrorCode.NONE
      ? committed.map(({ partition, error }) => [partition, error])
      : asked.map(({ partition }) => [partition, result.error])
  )
  const { name, topicId, partitions } = topic.request
  return {
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode: errors.get(partitionIndex) ?? topic.error
    }))
  }
}
