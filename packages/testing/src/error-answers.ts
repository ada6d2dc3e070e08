/**
 * Responses that say nothing but an error, for faults on purpose: the error stands wherever a client of that API
 * looks for it, for every topic and partition of the request. Codecs load when an API is first refused.
 */
import type { InterceptedRequest } from '@naru/broker'
import type { FetchRequest } from '@naru/protocol/messages/01-fetch'
import type { CreateTopicsRequest } from '@naru/protocol/messages/19-create-topics'
import type { DeleteTopicsRequest } from '@naru/protocol/messages/20-delete-topics'
import type { FindCoordinatorRequest } from '@naru/protocol/messages/10-find-coordinator'
import type { ListOffsetsRequest } from '@naru/protocol/messages/02-list-offsets'
import type { MetadataRequest } from '@naru/protocol/messages/03-metadata'
import type { OffsetCommitRequest } from '@naru/protocol/messages/08-offset-commit'
import type { OffsetFetchRequest } from '@naru/protocol/messages/09-offset-fetch'
import type { ProduceRequest } from '@naru/protocol/messages/00-produce'

type Answer = (body: never, error: number, version: number) => Promise<unknown>

const answers: ReadonlyMap<number, Answer> = new Map<number, Answer>([
  [0, produce],
  [1, fetch],
  [2, listOffsets],
  [3, metadata],
  [8, offsetCommit],
  [9, offsetFetch],
  [10, findCoordinator],
  [11, joinGroup],
  [12, heartbeat],
  [13, leaveGroup],
  [14, syncGroup],
  [19, createTopics],
  [20, deleteTopics],
  [22, initProducerId]
])

export function canAnswerWithError(key: number): boolean {
  return answers.has(key)
}

/** The response of this API to this request with nothing but the error. */
export function answerWithError(request: InterceptedRequest, error: number): Promise<unknown> {
  const answer = answers.get(request.key)
  if (answer === undefined) return Promise.reject(new Error(`${request.name} has no error answer`))
  // The broker has decoded the body with the codec of this very key.
  return answer(request.body as never, error, request.version)
}

async function produce(request: ProduceRequest, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/00-produce')
  const responses = request.topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitionResponses: partitionData.map(({ index }) => ({
      ...codec.defaultPartitionProduceResponse(),
      index,
      errorCode,
      baseOffset: -1
    }))
  }))
  return { ...codec.defaultProduceResponse(), responses }
}

async function fetch(request: FetchRequest, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/01-fetch')
  const responses = request.topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(({ partition }) => ({
      ...codec.defaultPartitionData(),
      partitionIndex: partition,
      errorCode,
      highWatermark: -1
    }))
  }))
  return { ...codec.defaultFetchResponse(), responses }
}

async function listOffsets(request: ListOffsetsRequest, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/02-list-offsets')
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({
      ...codec.defaultListOffsetsPartitionResponse(),
      partitionIndex,
      errorCode
    }))
  }))
  return { ...codec.defaultListOffsetsResponse(), topics }
}

async function metadata(request: MetadataRequest, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/03-metadata')
  const topics = (request.topics ?? []).map(({ name, topicId }) => ({
    ...codec.defaultMetadataResponseTopic(),
    name,
    topicId,
    errorCode
  }))
  return { ...codec.defaultMetadataResponse(), topics }
}

async function offsetCommit(request: OffsetCommitRequest, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/08-offset-commit')
  const topics = request.topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode }))
  }))
  return { ...codec.defaultOffsetCommitResponse(), topics }
}

const OFFSET_FETCH_GROUPS_FROM = 8

async function offsetFetch(
  request: OffsetFetchRequest,
  errorCode: number,
  version: number
): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/09-offset-fetch')
  if (version < OFFSET_FETCH_GROUPS_FROM) return { ...codec.defaultOffsetFetchResponse(), errorCode }
  const groups = request.groups.map(({ groupId }) => ({
    ...codec.defaultOffsetFetchResponseGroup(),
    groupId,
    errorCode
  }))
  return { ...codec.defaultOffsetFetchResponse(), groups }
}

const FIND_COORDINATOR_BATCH_FROM = 4

async function findCoordinator(
  request: FindCoordinatorRequest,
  errorCode: number,
  version: number
): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/10-find-coordinator')
  const nowhere = { nodeId: -1, host: '', port: -1 }
  const response = codec.defaultFindCoordinatorResponse()
  if (version < FIND_COORDINATOR_BATCH_FROM) return { ...response, ...nowhere, errorCode }
  const coordinators = request.coordinatorKeys.map((key) => ({
    key,
    ...nowhere,
    errorCode,
    errorMessage: null
  }))
  return { ...response, coordinators }
}

async function joinGroup(_request: unknown, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/11-join-group')
  return { ...codec.defaultJoinGroupResponse(), errorCode, generationId: -1, protocolName: '' }
}

async function heartbeat(_request: unknown, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/12-heartbeat')
  return { ...codec.defaultHeartbeatResponse(), errorCode }
}

async function leaveGroup(_request: unknown, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/13-leave-group')
  return { ...codec.defaultLeaveGroupResponse(), errorCode }
}

async function syncGroup(_request: unknown, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/14-sync-group')
  return { ...codec.defaultSyncGroupResponse(), errorCode }
}

async function createTopics(request: CreateTopicsRequest, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/19-create-topics')
  const topics = request.topics.map(({ name }) => ({
    ...codec.defaultCreatableTopicResult(),
    name,
    errorCode
  }))
  return { throttleTimeMs: 0, topics }
}

async function deleteTopics(request: DeleteTopicsRequest, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/20-delete-topics')
  const byName = request.topicNames.map((name) => ({
    ...codec.defaultDeletableTopicResult(),
    name,
    errorCode
  }))
  const byState = request.topics.map((state) => ({
    ...codec.defaultDeletableTopicResult(),
    ...state,
    errorCode
  }))
  return { throttleTimeMs: 0, responses: [...byName, ...byState] }
}

async function initProducerId(_request: unknown, errorCode: number): Promise<unknown> {
  const codec = await import('@naru/protocol/messages/22-init-producer-id')
  return { ...codec.defaultInitProducerIdResponse(), errorCode, producerId: -1, producerEpoch: -1 }
}
