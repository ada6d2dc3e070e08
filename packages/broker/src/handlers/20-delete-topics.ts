/**
 * DeleteTopics: takes topics away, by name or from version 6 by topic id.
 *
 * - Durable when answered; the files go later. A topic of the same name that is made afterwards has another id and
 *   shares nothing with it; committed offsets of groups for it are removed.
 * - Name and id together are INVALID_REQUEST, neither of them too, and so is a topic that is named twice. With
 *   `delete.topic.enable=false` everything gets TOPIC_DELETION_DISABLED (INVALID_REQUEST before version 3).
 */
import { errorCode, ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  DELETE_TOPICS,
  type DeletableTopicResult,
  type DeleteTopicsRequest,
  type DeleteTopicsResponse,
  type DeleteTopicState
} from '@naru/protocol/messages/20-delete-topics'
import type { MetadataRecord, TopicMetadata } from '@naru/storage'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { repeated } from '../repeated.ts'

const STATES_FROM = 6
const DISABLED_ERROR_FROM = 3

export const handler: ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse> = {
  message: DELETE_TOPICS,
  permission: 'topic:delete',
  handle
}

async function handle(context: RequestContext, request: DeleteTopicsRequest): Promise<DeleteTopicsResponse> {
  const states = context.version >= STATES_FROM ? request.topics : request.topicNames.map(byName)
  const asked = states.map((state) => askedFor(context, state))
  const twice = repeated(asked.map(({ key }) => key))
  const once = [...new Map(asked.map((one) => [one.key, one])).values()]
  const problems = once.map((one) => problemOf(context, one, twice.has(one.key)))
  const wanted = once.flatMap(({ topic }, at) =>
    topic === undefined || problems[at] !== undefined ? [] : [topic.topicId]
  )
  const removed = await remove(context, wanted)
  const responses = once.map(({ state, topic }, at) => {
    const problem = problems[at]
    if (problem !== undefined) return problem
    if (topic === undefined) return unknown(state)
    if (removed === undefined) {
      return result(state, ErrorCode.KAFKA_STORAGE_ERROR, 'The metadata cannot be written.')
    }
    return removed.has(topic.topicId) ? deleted(topic) : unknown(state)
  })
  return { throttleTimeMs: 0, responses }
}

interface Asked {
  readonly state: DeleteTopicState
  readonly topic: TopicMetadata | undefined
  /** Equal for a topic's name and its id, so that one that is named both ways is named twice. */
  readonly key: string
}

function byName(name: string): DeleteTopicState {
  return { name, topicId: ZERO_UUID }
}

function askedFor({ broker: { topics } }: RequestContext, state: DeleteTopicState): Asked {
  const topic = state.name === null ? topics.byId(state.topicId) : topics.byName(state.name)
  const key = topic === undefined ? (state.name ?? `id:${state.topicId}`) : `id:${topic.topicId}`
  return { state, topic, key }
}

function problemOf(
  context: RequestContext,
  { state }: Asked,
  isTwice: boolean
): DeletableTopicResult | undefined {
  if (state.name !== null && state.topicId !== ZERO_UUID) {
    return result(state, ErrorCode.INVALID_REQUEST, 'You may not specify both topic name and topic id.')
  }
  if (state.name === null && state.topicId === ZERO_UUID) {
    return result(state, ErrorCode.INVALID_REQUEST, 'Neither topic name nor id were specified.')
  }
  if (isTwice) return result(state, ErrorCode.INVALID_REQUEST, 'Duplicate topic.')
  return context.broker.config.flag('delete.topic.enable') ? undefined : disabled(context, state)
}

/** In one change, however many: the ids that were there until now; undefined when nothing can be written. */
async function remove(
  { broker: { storage } }: RequestContext,
  topicIds: readonly Uuid[]
): Promise<ReadonlySet<Uuid> | undefined> {
  try {
    return await storage.metadata.change((image) => {
      const there = topicIds.filter((topicId) => image.topicsById.has(topicId))
      return {
        records: there.map((topicId): MetadataRecord => ({ type: 'topic-removed', topicId })),
        answer: new Set(there)
      }
    })
  } catch (error) {
    if (errorCode(error) !== 'KAFKA_STORAGE_ERROR') throw error
    return undefined
  }
}

function deleted({ name, topicId }: TopicMetadata): DeletableTopicResult {
  return { name, topicId, errorCode: ErrorCode.NONE, errorMessage: null }
}

function unknown(state: DeleteTopicState): DeletableTopicResult {
  if (state.name !== null) {
    return result(
      state,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      'This server does not host this topic-partition.'
    )
  }
  return result(state, ErrorCode.UNKNOWN_TOPIC_ID, 'This server does not host this topic ID.')
}

function disabled(context: RequestContext, state: DeleteTopicState): DeletableTopicResult {
  const known = context.version >= DISABLED_ERROR_FROM
  return result(
    state,
    known ? ErrorCode.TOPIC_DELETION_DISABLED : ErrorCode.INVALID_REQUEST,
    'Topic deletion is disabled.'
  )
}

function result(state: DeleteTopicState, error: ErrorCode, errorMessage: string): DeletableTopicResult {
  return { name: state.name, topicId: state.topicId, errorCode: error, errorMessage }
}
