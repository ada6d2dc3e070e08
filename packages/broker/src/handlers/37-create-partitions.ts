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
import { repeated } from '../repeated.ts'
import { partitionCountOf } from '../topics/topic-room.ts'

export const handler: ApiHandler<CreatePartitionsRequest, CreatePartitionsResponse> = {
  message: CREATE_PARTITIONS,
  permission: 'topic:alter',
  handle
}

async function handle(
  context: RequestContext,
  request: CreatePartitionsRequest
): Promise<CreatePartitionsResponse> {
  const twice = repeated(request.topics.map(({ name }) => name))
  const asked = [...new Map(request.topics.map((topic) => [topic.name, topic])).values()]
  const problems = await grow(
    context,
    asked.filter(({ name }) => !twice.has(name)),
    request.validateOnly
  )
  const duplicate: Problem = { error: ErrorCode.INVALID_REQUEST, message: 'Duplicate topic name.' }
  const results = asked.map(({ name }): CreatePartitionsTopicResult => {
    const problem = twice.has(name) ? duplicate : problems.get(name)
    return { name, errorCode: problem?.error ?? ErrorCode.NONE, errorMessage: problem?.message ?? null }
  })
  return { throttleTimeMs: 0, results }
}

interface Problem {
  readonly error: ErrorCode
  readonly message: string
}

/** In one change, however many topics there are; what is wrong with each of those that do not grow. */
async function grow(
  { broker: { storage } }: RequestContext,
  topics: readonly CreatePartitionsTopic[],
  validateOnly: boolean
): Promise<ReadonlyMap<string, Problem>> {
  try {
    return await storage.metadata.change((image) => {
      const problems = new Map<string, Problem>()
      const records: MetadataRecord[] = []
      const room = { partitions: PARTITIONS_MAX - partitionCountOf(image) }
      for (const topic of topics) {
        const decided = decide(image, storage.ownership.nodeIds, topic, room)
        if ('error' in decided) problems.set(topic.name, decided)
        else records.push(decided)
      }
      return { records: validateOnly ? [] : records, answer: problems }
    })
  } catch (error) {
    if (errorCode(error) !== 'KAFKA_STORAGE_ERROR') throw error
    const problem = { error: ErrorCode.KAFKA_STORAGE_ERROR, message: 'The metadata cannot be written.' }
    return new Map(topics.map(({ name }) => [name, problem]))
  }
}

function decide(
  image: MetadataImage,
  nodeIds: readonly number[],
  { name, count, assignments }: CreatePartitionsTopic,
  room: { partitions: number }
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
  if (added > room.partitions) {
    return {
      error: ErrorCode.POLICY_VIOLATION,
      message: `This broker keeps at most ${PARTITIONS_MAX} partitions.`
    }
  }
  const problem = assignmentProblem(nodeIds, added, assignments)
  if (problem !== undefined) return problem
  room.partitions -= added
  return { type: 'partitions-added', topicId: topic.topicId, partitionCount: count }
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
