/**
 * AlterPartitionReassignments: partitions have one place to be, so that a move there is done at once and there is
 * never one to cancel.
 *
 * - Unknown topic or partition: UNKNOWN_TOPIC_OR_PARTITION, looked at first.
 * - Cancelled (null): NO_REASSIGNMENT_IN_PROGRESS.
 * - No broker, one that does not exist, or one twice: INVALID_REPLICA_ASSIGNMENT.
 */
import { ErrorCode } from '@naru/protocol'
import {
  ALTER_PARTITION_REASSIGNMENTS,
  type AlterPartitionReassignmentsRequest,
  type AlterPartitionReassignmentsResponse,
  type ReassignablePartition
} from '@naru/protocol/messages/45-alter-partition-reassignments'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse> = {
  message: ALTER_PARTITION_REASSIGNMENTS,
  permission: 'cluster:alter',
  handle
}

interface Outcome {
  readonly errorCode: ErrorCode
  readonly errorMessage: string | null
}

const DONE: Outcome = { errorCode: ErrorCode.NONE, errorMessage: null }
const NOTHING_TO_CANCEL: Outcome = { errorCode: ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, errorMessage: null }

function handle(
  context: RequestContext,
  request: AlterPartitionReassignmentsRequest
): AlterPartitionReassignmentsResponse {
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => ({
      partitionIndex: partition.partitionIndex,
      ...outcome(context, name, partition)
    }))
  }))
  return {
    throttleTimeMs: 0,
    allowReplicationFactorChange: request.allowReplicationFactorChange,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    responses
  }
}

function outcome({ broker }: RequestContext, name: string, partition: ReassignablePartition): Outcome {
  const { partitionIndex, replicas } = partition
  const topic = broker.topics.byName(name)
  if (topic === undefined) return unknown(`Unable to find a topic named ${name}.`)
  if (partitionIndex < 0 || partitionIndex >= topic.partitionCount) {
    return unknown(`Unable to find partition ${name}:${partitionIndex}.`)
  }
  if (replicas === null) return NOTHING_TO_CANCEL
  const problem = problemOf(replicas, broker.storage.ownership.nodeIds)
  return problem === undefined
    ? DONE
    : { errorCode: ErrorCode.INVALID_REPLICA_ASSIGNMENT, errorMessage: problem }
}

function unknown(errorMessage: string): Outcome {
  return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage }
}

function problemOf(replicas: readonly number[], nodeIds: readonly number[]): string | undefined {
  if (replicas.length === 0) return 'The assignment names no broker.'
  const stranger = replicas.find((id) => !nodeIds.includes(id))
  if (stranger !== undefined) return `The assignment names broker ${stranger}, which does not exist.`
  if (new Set(replicas).size < replicas.length) return 'The assignment names a broker more than once.'
  return undefined
}
