/** ListPartitionReassignments: on one node nothing is ever on its way, so that the list is empty, unknown topics included. */
import { ErrorCode } from '@naru/protocol'
import {
  LIST_PARTITION_REASSIGNMENTS,
  type ListPartitionReassignmentsRequest,
  type ListPartitionReassignmentsResponse
} from '@naru/protocol/messages/46-list-partition-reassignments'
import type { ApiHandler } from '../handler.ts'

export const handler: ApiHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse> = {
  message: LIST_PARTITION_REASSIGNMENTS,
  permission: 'cluster:describe',
  handle
}

function handle(): ListPartitionReassignmentsResponse {
  return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, topics: [] }
}
