/**
 * CreateTopics: makes topics, each on its own; durable when answered.
 *
 * - -1 partitions or replicas (v4) take the broker's defaults. A replication factor above one is accepted on one
 *   broker, so that code written for three runs; the topic has one replica. `naru.strict.replication=true`
 *   refuses it as Apache Kafka does.
 * - A manual assignment has to number its partitions from 0 without holes and name known brokers, and excludes a
 *   partition count and a replication factor.
 * - `validate_only` checks everything and makes nothing. The answer (v5) carries the settings that the topic has.
 * - A name that is listed twice is INVALID_REQUEST.
 */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  CREATE_TOPICS,
  type CreatableTopic,
  type CreatableTopicConfig,
  type CreatableTopicResult,
  type CreateTopicsRequest,
  type CreateTopicsResponse
} from '@naru/protocol/messages/19-create-topics'
import { topicEntries } from '../config/config-entry.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { repeated } from '../repeated.ts'
import type { NewTopic, Refusal } from '../topics/topic-catalog.ts'
import { topicConfigConflict, topicConfigProblem } from '../topics/topic-config.ts'

const DEFAULT = -1
const REPLICAS = 1

export const handler: ApiHandler<CreateTopicsRequest, CreateTopicsResponse> = {
  message: CREATE_TOPICS,
  permission: 'topic:create',
  handle
}

async function handle(context: RequestContext, request: CreateTopicsRequest): Promise<CreateTopicsResponse> {
  const twice = repeated(request.topics.map(({ name }) => name))
  const asked = [...new Map(request.topics.map((topic) => [topic.name, topic])).values()]
  const layouts = asked.filter(({ name }) => !twice.has(name)).map((topic) => layoutOf(context, topic))
  const results = new Map<string, CreatableTopicResult>()
  for (const [at, result] of (await outcomes(context, layouts, request.validateOnly)).entries()) {
    const layout = layouts[at] as NewTopic
    const { name } = layout
    results.set(name, 'error' in result ? failed(name, result) : created(context, layout, result.topicId))
  }
  const duplicate = refusal(ErrorCode.INVALID_REQUEST, 'Duplicate topic name.')
  return { throttleTimeMs: 0, topics: asked.map(({ name }) => results.get(name) ?? failed(name, duplicate)) }
}

async function outcomes(
  { broker: { topics } }: RequestContext,
  layouts: readonly NewTopic[],
  validateOnly: boolean
): Promise<readonly (Refusal | { readonly topicId: Uuid })[]> {
  if (validateOnly) return topics.checkAll(layouts).map((refused) => refused ?? { topicId: ZERO_UUID })
  const results = await topics.createAll(layouts)
  return results.map((result) => (result.kind === 'created' ? result.topic : result))
}

function layoutOf(context: RequestContext, topic: CreatableTopic): NewTopic {
  const { config, topics } = context.broker
  const { name, assignments, numPartitions } = topic
  const asked = assignments.length > 0 ? assignments.length : numPartitions
  const partitionCount = asked === DEFAULT ? config.number('num.partitions') : asked
  const configs = topic.configs.flatMap(({ name: key, value }) =>
    value === null ? [] : [{ name: key, value }]
  )
  const problem = configsProblem(topic.configs) ?? layoutProblem(context, topic)
  const layout = { name, partitionCount, configs, internal: topics.isInternal(name) }
  return problem === undefined ? layout : { ...layout, problem }
}

function layoutProblem(context: RequestContext, topic: CreatableTopic): Refusal | undefined {
  const { numPartitions, replicationFactor, assignments } = topic
  if (assignments.length > 0) return assignmentProblem(context, topic)
  if (replicationFactor !== DEFAULT && replicationFactor <= 0) {
    const message = 'Replication factor must be larger than 0, or -1 to use the default value.'
    return refusal(ErrorCode.INVALID_REPLICATION_FACTOR, message)
  }
  if (numPartitions !== DEFAULT && numPartitions <= 0) {
    return refusal(
      ErrorCode.INVALID_PARTITIONS,
      'Number of partitions was set to an invalid non-positive value.'
    )
  }
  const brokers = context.broker.storage.ownership.nodeIds.length
  if (replicationFactor > brokers && context.broker.config.flag('naru.strict.replication')) {
    const message = `Unable to replicate the partition ${replicationFactor} time(s): only ${brokers} broker(s) are registered.`
    return refusal(ErrorCode.INVALID_REPLICATION_FACTOR, message)
  }
  return undefined
}

function assignmentProblem(context: RequestContext, topic: CreatableTopic): Refusal | undefined {
  const { numPartitions, replicationFactor, assignments } = topic
  if (replicationFactor !== DEFAULT) {
    const message = 'A manual partition assignment was specified, but replication factor was not set to -1.'
    return refusal(ErrorCode.INVALID_REQUEST, message)
  }
  if (numPartitions !== DEFAULT) {
    const message = 'A manual partition assignment was specified, but numPartitions was not set to -1.'
    return refusal(ErrorCode.INVALID_REQUEST, message)
  }
  const indexes = assignments.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b)
  if (indexes.some((index, at) => index !== at)) {
    const message = 'Partitions of a manual assignment must be numbered from 0 without holes or repetitions.'
    return refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message)
  }
  const { nodeIds } = context.broker.storage.ownership
  for (const { brokerIds } of assignments) {
    const known = brokerIds.length > 0 && brokerIds.every((id) => nodeIds.includes(id))
    if (!known || new Set(brokerIds).size !== brokerIds.length) {
      const message = `The assignment to brokers ${brokerIds.join(', ')} names none, an unknown one or one twice.`
      return refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message)
    }
  }
  return undefined
}

function configsProblem(configs: readonly CreatableTopicConfig[]): Refusal | undefined {
  for (const { name, value } of configs) {
    const problem = topicConfigProblem(name, value)
    if (problem !== undefined) return refusal(ErrorCode.INVALID_CONFIG, problem)
  }
  const conflict = topicConfigConflict(new Map(configs.map(({ name, value }) => [name, value ?? ''])))
  return conflict === undefined ? undefined : refusal(ErrorCode.INVALID_CONFIG, conflict)
}

function refusal(error: ErrorCode, message: string): Refusal {
  return { kind: 'refused', error, message }
}

function created(
  context: RequestContext,
  layout: NewTopic,
  topicId: CreatableTopicResult['topicId']
): CreatableTopicResult {
  const overrides = new Map(layout.configs.map(({ name, value }) => [name, value]))
  return {
    name: layout.name,
    topicId,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    topicConfigErrorCode: ErrorCode.NONE,
    numPartitions: layout.partitionCount,
    replicationFactor: REPLICAS,
    configs: topicEntries(context.broker.config, overrides).map(
      ({ name, value, readOnly, configSource, isSensitive }) => ({
        name,
        // Kafka answers what was asked for as it was written, and prints it its own way only in DescribeConfigs.
        value: overrides.get(name) ?? value,
        readOnly,
        configSource,
        isSensitive
      })
    )
  }
}

function failed(name: string, { error, message }: Refusal): CreatableTopicResult {
  return {
    name,
    topicId: ZERO_UUID,
    errorCode: error,
    errorMessage: message,
    topicConfigErrorCode: ErrorCode.NONE,
    numPartitions: -1,
    replicationFactor: -1,
    configs: []
  }
}
