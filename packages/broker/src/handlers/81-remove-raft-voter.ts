/**
 * RemoveRaftVoter (KIP-853): there is one voter, which cannot go.
 *
 * - Another cluster's id: INCONSISTENT_CLUSTER_ID; no id of a voter or of its folder: INVALID_REQUEST; everything else:
 *   VOTER_NOT_FOUND, also for this node itself, as Kafka answers for the last voter.
 */
import { ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  REMOVE_RAFT_VOTER,
  type RemoveRaftVoterRequest,
  type RemoveRaftVoterResponse
} from '@naru/protocol/messages/81-remove-raft-voter'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<RemoveRaftVoterRequest, RemoveRaftVoterResponse> = {
  message: REMOVE_RAFT_VOTER,
  permission: 'cluster:alter',
  handle
}

function handle({ broker }: RequestContext, request: RemoveRaftVoterRequest): RemoveRaftVoterResponse {
  const own = broker.topics.image.clusterId
  if (request.clusterId !== null && request.clusterId !== own) {
    const errorMessage = `The cluster's id is ${own}.`
    return { throttleTimeMs: 0, errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID, errorMessage }
  }
  if (request.voterId < 0 || request.voterDirectoryId === ZERO_UUID) {
    const errorMessage = 'The voter needs an id and the id of its folder.'
    return { throttleTimeMs: 0, errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
  }
  const errorMessage = `Voter ${request.voterId} is not one that could be removed.`
  return { throttleTimeMs: 0, errorCode: ErrorCode.VOTER_NOT_FOUND, errorMessage }
}
