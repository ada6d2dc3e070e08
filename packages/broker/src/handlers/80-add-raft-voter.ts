/**
 * AddRaftVoter (KIP-853): the metadata is kept by one node, which takes no further voters.
 *
 * - Another cluster's id: INCONSISTENT_CLUSTER_ID. The id of this node: DUPLICATE_VOTER.
 * - No folder or no listener: INVALID_REQUEST. Everything else: UNSUPPORTED_VERSION, as on a Kafka cluster whose
 *   set of voters is static (`kraft.version` 0).
 */
import { ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  ADD_RAFT_VOTER,
  type AddRaftVoterRequest,
  type AddRaftVoterResponse
} from '@naru/protocol/messages/80-add-raft-voter'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<AddRaftVoterRequest, AddRaftVoterResponse> = {
  message: ADD_RAFT_VOTER,
  permission: 'cluster:alter',
  handle
}

function handle({ broker }: RequestContext, request: AddRaftVoterRequest): AddRaftVoterResponse {
  const { clusterId, voterId, voterDirectoryId, listeners } = request
  const own = broker.topics.image.clusterId
  if (clusterId !== null && clusterId !== own) {
    return refused(ErrorCode.INCONSISTENT_CLUSTER_ID, `The cluster's id is ${own}.`)
  }
  if (voterId < 0 || voterDirectoryId === ZERO_UUID) {
    return refused(ErrorCode.INVALID_REQUEST, 'The voter needs an id and the id of its folder.')
  }
  if (listeners.length === 0) return refused(ErrorCode.INVALID_REQUEST, 'The voter needs a listener.')
  if (voterId === broker.endpoints.nodeId) {
    return refused(ErrorCode.DUPLICATE_VOTER, `Node ${voterId} is a voter already.`)
  }
  return refused(ErrorCode.UNSUPPORTED_VERSION, 'The metadata is kept by one node; voters cannot be added.')
}

function refused(errorCode: ErrorCode, errorMessage: string): AddRaftVoterResponse {
  return { throttleTimeMs: 0, errorCode, errorMessage }
}
