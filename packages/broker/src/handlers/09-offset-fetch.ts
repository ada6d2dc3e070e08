/**
 * OffsetFetch: what groups have committed.
 *
 * - A group, topic or partition without a commit answers offset -1 without an error: the consumer then begins
 *   where its `auto.offset.reset` says. Only what is durable is told.
 * - With `requireStable` (version 7, KIP-447) an offset that an open transaction is about to change is
 *   UNSTABLE_OFFSET_COMMIT: the consumer asks again.
 * - Null topics ask for everything (from version 2). From version 8 several groups at once.
 * - Version 1 has no error of its own: one that concerns the group stands with each partition.
 * - From version 10 topics are named by id: an unknown one is UNKNOWN_TOPIC_ID, an offset that was committed for
 *   an earlier topic of the same name is -1, and of everything only topics that exist are told.
 * - Member id and epoch (version 9) are checked for groups of the newer protocol only.
 */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  OFFSET_FETCH,
  type OffsetFetchRequest,
  type OffsetFetchRequestGroup,
  type OffsetFetchRequestTopics,
  type OffsetFetchResponse,
  type OffsetFetchResponseGroup,
  type OffsetFetchResponsePartitions,
  type OffsetFetchResponseTopics
} from '@naru/protocol/messages/09-offset-fetch'
import { groupsOf } from '../groups/index.ts'
import type { WantedOffsets } from '../groups/fetch-offsets.ts'
import type { FetchedOffset, FetchedTopic } from '../groups/results.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const GROUP_ERROR_FROM = 2
const GROUPS_FROM = 8
const TOPIC_IDS_FROM = 10

export const handler: ApiHandler<OffsetFetchRequest, OffsetFetchResponse> = {
  message: OFFSET_FETCH,
  permission: 'group:describe',
  handle
}

async function handle(context: RequestContext, request: OffsetFetchRequest): Promise<OffsetFetchResponse> {
  if (context.version < GROUPS_FROM) return fetchOne(context, request)
  const groups = await Promise.all(
    request.groups.map((group) => fetchGroup(context, group, request.requireStable))
  )
  return { throttleTimeMs: 0, topics: [], errorCode: ErrorCode.NONE, groups }
}

/** Versions up to 7: the one group stands in the message itself. */
async function fetchOne(context: RequestContext, request: OffsetFetchRequest): Promise<OffsetFetchResponse> {
  const topics = request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null
  const group = { groupId: request.groupId, memberId: null, memberEpoch: -1, topics }
  const { errorCode, topics: fetched } = await fetchGroup(context, group, request.requireStable)
  const hasError = errorCode !== ErrorCode.NONE
  const answered =
    hasError && context.version < GROUP_ERROR_FROM ? refuseAll(topics ?? [], errorCode as ErrorCode) : fetched
  return { throttleTimeMs: 0, topics: answered, errorCode, groups: [] }
}

async function fetchGroup(
  context: RequestContext,
  { groupId, topics }: OffsetFetchRequestGroup,
  requireStable: boolean
): Promise<OffsetFetchResponseGroup> {
  const byId = context.version >= TOPIC_IDS_FROM
  const named = topics?.map((topic) => ({ topic, name: nameOf(context, topic, byId) }))
  const known = named?.filter(({ name }) => name !== undefined)
  const wanted = known?.map(({ topic, name }): WantedOffsets => ({
    topic: name ?? '',
    topicId: topic.topicId,
    partitions: topic.partitionIndexes
  }))
  const { error, topics: fetched } = await groupsOf(context.broker).fetchOffsets({
    groupId,
    wanted: wanted ?? null,
    requireStable
  })
  if (error !== ErrorCode.NONE) return { groupId, topics: [], errorCode: error }
  const answered = fetched.flatMap((topic, index) => {
    const topicId = known?.[index]?.topic.topicId ?? idOf(context, topic.topic, byId)
    return topicId === undefined ? [] : [answerOf(topic, topicId)]
  })
  const unknown = named?.filter(({ name }) => name === undefined).map(({ topic }) => topic) ?? []
  return {
    groupId,
    topics: [...answered, ...refuseAll(unknown, ErrorCode.UNKNOWN_TOPIC_ID)],
    errorCode: ErrorCode.NONE
  }
}

/** Undefined for an id that no topic has. */
function nameOf(context: RequestContext, topic: OffsetFetchRequestTopics, byId: boolean): string | undefined {
  return byId ? context.broker.topics.byId(topic.topicId)?.name : topic.name
}

/** Undefined when the version needs an id and there is none. */
function idOf(context: RequestContext, name: string, byId: boolean): Uuid | undefined {
  return byId ? context.broker.topics.byName(name)?.topicId : ZERO_UUID
}

function answerOf({ topic, partitions }: FetchedTopic, topicId: Uuid): OffsetFetchResponseTopics {
  return {
    name: topic,
    topicId,
    partitions: partitions.map((fetched) => partitionOf(fetched))
  }
}

function partitionOf(fetched: FetchedOffset): OffsetFetchResponsePartitions {
  return {
    partitionIndex: fetched.partition,
    committedOffset: fetched.offset,
    committedLeaderEpoch: fetched.leaderEpoch,
    metadata: fetched.metadata,
    errorCode: fetched.error
  }
}

function refuseAll(
  topics: readonly OffsetFetchRequestTopics[],
  errorCode: ErrorCode
): OffsetFetchResponseTopics[] {
  return topics.map(({ name, topicId, partitionIndexes }) => ({
    name,
    topicId,
    partitions: partitionIndexes.map((partition) =>
      partitionOf({ partition, offset: -1, leaderEpoch: -1, metadata: '', error: errorCode })
    )
  }))
}
