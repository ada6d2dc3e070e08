/**
 * DeleteTopics: takes topics away, by name or from version 6 by topic id.
 *
 * - Durable when answered; the files go later. A topic of the same name that is made afterwards has another id and
 *   shares nothing with it; committed offsets of groups for it are removed.
 * - Name and id together are INVALID_REQUEST, and so is a topic that is named twice. With
 *   `delete.topic.enable=false` everything gets TOPIC_DELETION_DISABLED (INVALID_REQUEST before version 3).
 */
import { errorCode, ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  DELETE_TOPICS,
  type DeletableTopicResult,
  type DeleteTopicsRequest,
  type DeleteTopicsResponse,
  type DeleteTopicState
} from '@naru/protocol/messages/20-delete-topics'
import type { TopicMetadata } from '@naru/storage'
import type { ApiHandler, RequestContext } from '../handler.ts'

const STATES_FROM = 6
const DISABLED_ERROR_FROM = 3

export const handler: ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse> = {
  message: DELETE_TOPICS,
  permission: 'topic:delete',
  memoryEstimate: (frameBytes) => 8 * frameBytes,
  handle
}

async function handle(context: RequestContext, request: DeleteTopicsRequest): Promise<DeleteTopicsResponse> {
  const states = context.version >= STATES_FROM ? request.topics : request.topicNames.map(byName)
  const seen = new Map<string, number>()
  for (const state of states) count(seen, keyOf(state))
  const responses = await Promise.all(states.map((state) => deleteOne(context, state, seen)))
  return { throttleTimeMs: 0, responses }
}

function byName(name: string): DeleteTopicState {
  return { name, topicId: ZERO_UUID }
}

function keyOf(state: DeleteTopicState): string {
  return state.name ?? `id:${state.topicId}`
}

function count(seen: Map<string, number>, key: string): void {
  seen.set(key, (seen.get(key) ?? 0) + 1)
}

async function deleteOne(
  context: RequestContext,
  state: DeleteTopicState,
  seen: ReadonlyMap<string, number>
): Promise<DeletableTopicResult> {
  const { topics, storage } = context.broker
  if (state.name !== null && state.topicId !== ZERO_UUID) {
    return result(state, ErrorCode.INVALID_REQUEST, 'You may not specify both topic name and topic id.')
  }
  if ((seen.get(keyOf(state)) ?? 0) > 1) return result(state, ErrorCode.INVALID_REQUEST, 'Duplicate topic.')
  if (!context.broker.config.flag('delete.topic.enable')) return disabled(context, state)
  const topic = state.name === null ? topics.byId(state.topicId) : topics.byName(state.name)
  if (topic === undefined) return unknown(state)
  try {
    const removed = await storage.metadata.change((image) => ({
      records: image.topicsById.has(topic.topicId) ? [{ type: 'topic-removed', topicId: topic.topicId }] : [],
      answer: image.topicsById.has(topic.topicId)
    }))
    return removed ? deleted(topic) : unknown(state)
  } catch (error) {
    if (errorCode(error) !== 'KAFKA_STORAGE_ERROR') throw error
    return result(state, ErrorCode.KAFKA_STORAGE_ERROR, 'The metadata cannot be written.')
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
