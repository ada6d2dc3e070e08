/**
 * ElectLeaders: on one node every partition is led by its preferred replica, which is also the only one.
 *
 * - A partition that exists: ELECTION_NOT_NEEDED; one that does not: UNKNOWN_TOPIC_OR_PARTITION.
 * - All partitions (null): those that need no election are left out, so that topics come back empty.
 * - A type other than 0 (preferred) and 1 (unclean): INVALID_REQUEST, for the answer and for every partition named.
 */
import { ErrorCode } from '@naru/protocol'
import {
  ELECT_LEADERS,
  type ElectLeadersRequest,
  type ElectLeadersResponse,
  type PartitionResult
} from '@naru/protocol/messages/43-elect-leaders'
import type { ApiHandler, RequestContext } from '../handler.ts'

const PREFERRED = 0
const UNCLEAN = 1

export const handler: ApiHandler<ElectLeadersRequest, ElectLeadersResponse> = {
  message: ELECT_LEADERS,
  permission: 'cluster:alter',
  handle
}

function handle(context: RequestContext, request: ElectLeadersRequest): ElectLeadersResponse {
  const { electionType } = request
  const known = electionType === PREFERRED || electionType === UNCLEAN
  const unknownType = {
    errorCode: ErrorCode.INVALID_REQUEST,
    errorMessage: `Unknown election type ${electionType}`
  }
  const replicaElectionResults = (request.topicPartitions ?? allTopics(context)).map(
    ({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((partitionId): PartitionResult => ({
        partitionId,
        ...(known ? elect(context, topic, partitionId) : unknownType)
      }))
    })
  )
  const errorCode = known ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST
  return { throttleTimeMs: 0, errorCode, replicaElectionResults }
}

function allTopics(
  context: RequestContext
): { readonly topic: string; readonly partitions: readonly number[] }[] {
  return [...context.broker.topics.image.topicsByName.keys()].map((topic) => ({ topic, partitions: [] }))
}

function elect(
  { broker }: RequestContext,
  name: string,
  partition: number
): { readonly errorCode: ErrorCode; readonly errorMessage: string } {
  const topic = broker.topics.byName(name)
  if (topic === undefined) {
    return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage: `No such topic as ${name}` }
  }
  if (partition < 0 || partition >= topic.partitionCount) {
    const errorMessage = `No such partition as ${name}-${partition}`
    return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage }
  }
  return { errorCode: ErrorCode.ELECTION_NOT_NEEDED, errorMessage: 'The preferred replica leads already.' }
}
