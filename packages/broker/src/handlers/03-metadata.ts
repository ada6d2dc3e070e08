/**
 * Metadata: brokers, topics and who leads each partition.
 *
 * - No list (null; in version 0 an empty one) means all topics; by name, or from version 12 by topic id, which
 *   goes before a name beside it; as in Kafka, topics without an id are left out where one has an id. Versions 10 and 11 have the field and refuse it: every topic is INVALID_REQUEST.
 * - A name that no topic can have is INVALID_TOPIC_EXCEPTION, whether topics are to be created or not.
 * - A missing topic is created when the client allows it (always before version 4) and
 *   `auto.create.topics.enable` is on; the same answer already carries its leader.
 * - One broker leads everything: leader, replicas and in-sync replicas are this node, whatever replication factor
 *   was asked for. The address is the one that the client itself has reached.
 * - Without an authorizer every operation is allowed, and is listed as such when asked for (v8 and above).
 */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { METADATA, type MetadataRequest, type MetadataResponse } from '@naru/protocol/messages/03-metadata'
import type { TopicMetadata } from '@naru/storage'
import { CLUSTER_OPERATIONS, NO_OPERATIONS, TOPIC_OPERATIONS } from '../authorized-operations.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { topicNameProblem } from '../topics/topic-name.ts'

type TopicResponse = MetadataResponse['topics'][number]
type RequestTopic = NonNullable<MetadataRequest['topics']>[number]
type PartitionResponse = TopicResponse['partitions'][number]

const ALL_BY_NULL_FROM = 1
const IDS_FROM = 12

export const handler: ApiHandler<MetadataRequest, MetadataResponse> = {
  message: METADATA,
  permission: 'topic:describe',
  handle
}

async function handle(context: RequestContext, request: MetadataRequest): Promise<MetadataResponse> {
  const { broker } = context
  if (context.version < IDS_FROM && request.topics?.some(hasId) === true) return refusedIds(request.topics)
  const topics = wantsAll(context, request)
    ? [...broker.topics.image.topicsByName.values()].map((topic) => topicResponse(context, request, topic))
    : await listed(context, request)
  return {
    throttleTimeMs: 0,
    brokers: [broker.endpoints.self(context.client)],
    clusterId: broker.topics.image.clusterId,
    controllerId: broker.endpoints.nodeId,
    topics,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? CLUSTER_OPERATIONS
      : NO_OPERATIONS,
    errorCode: ErrorCode.NONE
  }
}

function wantsAll(context: RequestContext, request: MetadataRequest): boolean {
  if (request.topics === null) return true
  return context.version < ALL_BY_NULL_FROM && request.topics.length === 0
}

function hasId({ name, topicId }: RequestTopic): boolean {
  return name === null || topicId !== ZERO_UUID
}

/** As Kafka answers a request that it cannot serve as a whole: no brokers, an error per topic. */
function refusedIds(topics: readonly RequestTopic[]): MetadataResponse {
  const errorCode = ErrorCode.INVALID_REQUEST
  return {
    throttleTimeMs: 0,
    brokers: [],
    clusterId: null,
    controllerId: -1,
    topics: topics.map(({ name, topicId }) =>
      failed({ name: name ?? '', topicId, errorCode, isInternal: false })
    ),
    clusterAuthorizedOperations: NO_OPERATIONS,
    errorCode
  }
}

/** Each once, however often it is named; by their ids alone as soon as one has an id. */
async function listed(context: RequestContext, request: MetadataRequest): Promise<TopicResponse[]> {
  const named = request.topics ?? []
  const withIds = named.filter(({ topicId }) => topicId !== ZERO_UUID)
  const topics = withIds.length > 0 ? withIds : named
  const ids = new Set(topics.filter(hasId).map(({ topicId }) => topicId))
  const names = new Set(topics.flatMap((topic) => (hasId(topic) ? [] : [topic.name ?? ''])))
  return [
    ...(await byNames(context, request, [...names])),
    ...[...ids].map((topicId) => byId(context, request, topicId))
  ]
}

function byId(context: RequestContext, request: MetadataRequest, topicId: Uuid): TopicResponse {
  const topic = context.broker.topics.byId(topicId)
  if (topic !== undefined) return topicResponse(context, request, topic)
  return failed({ name: null, topicId, errorCode: ErrorCode.UNKNOWN_TOPIC_ID, isInternal: false })
}

/** All at once, so that topics that are created share a sync. */
async function byNames(
  context: RequestContext,
  request: MetadataRequest,
  names: readonly string[]
): Promise<TopicResponse[]> {
  const { topics, config } = context.broker
  const creates = request.allowAutoTopicCreation && config.flag('auto.create.topics.enable')
  const missing = creates ? names.filter((name) => topics.byName(name) === undefined) : []
  const made = await topics.findOrCreateAll(missing)
  const results = new Map(missing.map((name, at) => [name, made[at]]))
  return names.map((name) => {
    const topic = topics.byName(name)
    if (topic !== undefined) return topicResponse(context, request, topic)
    const result = results.get(name)
    const errorCode = result?.kind === 'refused' ? result.error : absence(name)
    return failed({ name, topicId: ZERO_UUID, errorCode, isInternal: topics.isInternal(name) })
  })
}

function absence(name: string): ErrorCode {
  const isPossible = topicNameProblem(name) === undefined
  return isPossible ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION
}

function topicResponse(
  context: RequestContext,
  request: MetadataRequest,
  topic: TopicMetadata
): TopicResponse {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.topicId,
    isInternal: topic.internal,
    partitions: Array.from({ length: topic.partitionCount }, (_, index) =>
      partitionResponse(context, topic, index)
    ),
    topicAuthorizedOperations: request.includeTopicAuthorizedOperations ? TOPIC_OPERATIONS : NO_OPERATIONS
  }
}

function partitionResponse(
  context: RequestContext,
  topic: TopicMetadata,
  partitionIndex: number
): PartitionResponse {
  const owner = context.broker.storage.ownership.partitionOwner(topic.topicId, partitionIndex)
  const state = context.broker.storage.log.state(topic.topicId, partitionIndex)
  const nodes = owner === undefined ? [] : [owner.nodeId]
  return {
    errorCode: owner === undefined ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
    partitionIndex,
    leaderId: owner?.nodeId ?? -1,
    leaderEpoch: state?.leaderEpoch ?? 0,
    replicaNodes: nodes,
    isrNodes: nodes,
    offlineReplicas: []
  }
}

function failed(topic: {
  name: string | null
  topicId: Uuid
  errorCode: ErrorCode
  isInternal: boolean
}): TopicResponse {
  return { ...topic, partitions: [], topicAuthorizedOperations: NO_OPERATIONS }
}
