/**
 * CreatePartitions: gives topics more partitions; their number never goes down.
 *
 * - `count` is the new total. Not above the present one: INVALID_PARTITIONS. A topic that is named twice:
 *   INVALID_REQUEST.
 * - An assignment has to name one known broker per new partition; since one broker holds everything, it is checked
 *   and otherwise means nothing.
 */
import { errorCode } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  CREATE_PARTITIONS,
  type CreatePartitionsRequest,
  type CreatePartitionsResponse,
  type CreatePartitionsTopic,
  type CreatePartitionsTopicResult
} from '@naru/protocol/messages/37-create-partitions'
import type { MetadataImage, MetadataRecord } from '@naru/storage'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { PARTITIONS_MAX } from '../limits.ts'
import { partitionCountOf } from '../topics/topic-catalog.ts'

export const handler: ApiHandler<CreatePartitionsRequest, CreatePartitionsResponse> = {
  message: CREATE_PARTITIONS,
  permission: 'topic:alter',
  memoryEstimate: (frameBytes) => 4 * frameBytes,
  handle
}

async function handle(
  context: RequestContext,
  request: CreatePartitionsRequest
): Promise<CreatePartitionsResponse> {
  const names = request.topics.map((topic) => topic.name)
  const results: CreatePartitionsTopicResult[] = []
  for (const topic of request.topics) {
    const twice = names.indexOf(topic.name) !== names.lastIndexOf(topic.name)
    const problem = twice
      ? { error: ErrorCode.INVALID_REQUEST, message: 'Duplicate topic name.' }
      : await grow(context, topic, request.validateOnly)
    results.push({
      name: topic.name,
      errorCode: problem?.error ?? ErrorCode.NONE,
      errorMessage: problem?.message ?? null
    })
  }
  return { throttleTimeMs: 0, results }
}

interface Problem {
  readonly error: ErrorCode
  readonly message: string
}

async function grow(
  context: RequestContext,
  topic: CreatePartitionsTopic,
  validateOnly: boolean
): Promise<Problem | undefined> {
  try {
    return await context.broker.storage.metadata.change((image) => {
      const decided = decide(image, context.broker.storage.ownership.nodeIds, topic)
      if ('error' in decided) return { records: [], answer: decided }
      return { records: validateOnly ? [] : [decided], answer: undefined }
    })
  } catch (error) {
    if (errorCode(error) !== 'KAFKA_STORAGE_ERROR') throw error
    return { error: ErrorCode.KAFKA_STORAGE_ERROR, message: 'The metadata cannot be written.' }
  }
}

function decide(
  image: MetadataImage,
  nodeIds: readonly number[],
  { name, count, assignments }: CreatePartitionsTopic
): MetadataRecord | Problem {
  const topic = image.topicsByName.get(name)
  if (topic === undefined) {
    return { error: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message: `The topic '${name}' does not exist.` }
  }
  const added = count - topic.partitionCount
  if (added === 0) {
    return { error: ErrorCode.INVALID_PARTITIONS, message: `Topic already has ${count} partition(s).` }
  }
  if (added < 0) {
    const message = `The topic ${name} currently has ${topic.partitionCount} partition(s); ${count} would not be an increase.`
    return { error: ErrorCode.INVALID_PARTITIONS, message }
  }
  if (partitionCountOf(image) + added > PARTITIONS_MAX) {
    return {
      error: ErrorCode.POLICY_VIOLATION,
      message: `This broker keeps at most ${PARTITIONS_MAX} partitions.`
    }
  }
  return (
    assignmentProblem(nodeIds, added, assignments) ?? {
      type: 'partitions-added',
      topicId: topic.topicId,
      partitionCount: count
    }
  )
}

function assignmentProblem(
  nodeIds: readonly number[],
  added: number,
  assignments: CreatePartitionsTopic['assignments']
): Problem | undefined {
  if (assignments === null) return undefined
  if (assignments.length !== added) {
    const message = `Attempted to add ${added} additional partition(s), but only ${assignments.length} assignment(s) were specified.`
    return { error: ErrorCode.INVALID_REPLICA_ASSIGNMENT, message }
  }
  const known = assignments.every(
    ({ brokerIds }) => brokerIds.length > 0 && brokerIds.every((id) => nodeIds.includes(id))
  )
  if (known) return undefined
  return {
    error: ErrorCode.INVALID_REPLICA_ASSIGNMENT,
    message: 'The assignment names a broker that does not exist.'
  }
}
