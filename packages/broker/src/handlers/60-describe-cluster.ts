/**
 * DescribeCluster: the cluster's id, its brokers and who controls it.
 *
 * - The address is the one that the client itself has reached. Fenced brokers (v2) do not exist here.
 * - From version 1 a client says whether it speaks to brokers or to a controller's own listener; there is none of
 *   those here, so that asking for controllers gets MISMATCHED_ENDPOINT_TYPE, and for anything else
 *   UNSUPPORTED_ENDPOINT_TYPE.
 */
import { ErrorCode } from '@naru/protocol'
import {
  DESCRIBE_CLUSTER,
  type DescribeClusterRequest,
  type DescribeClusterResponse
} from '@naru/protocol/messages/60-describe-cluster'
import { CLUSTER_OPERATIONS, NO_OPERATIONS } from '../authorized-operations.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const BROKERS = 1
const CONTROLLERS = 2

export const handler: ApiHandler<DescribeClusterRequest, DescribeClusterResponse> = {
  message: DESCRIBE_CLUSTER,
  permission: 'cluster:describe',
  handle
}

function handle(context: RequestContext, request: DescribeClusterRequest): DescribeClusterResponse {
  const { endpoints, topics } = context.broker
  const mismatch = request.endpointType !== BROKERS
  const { nodeId: brokerId, host, port, rack } = endpoints.self(context.client)
  return {
    throttleTimeMs: 0,
    errorCode: mismatch ? mismatchOf(request) : ErrorCode.NONE,
    errorMessage: mismatch
      ? 'The request was sent to an endpoint of type BROKER, but it asks for another type.'
      : null,
    endpointType: BROKERS,
    clusterId: mismatch ? '' : topics.image.clusterId,
    controllerId: mismatch ? -1 : endpoints.nodeId,
    brokers: mismatch ? [] : [{ brokerId, host, port, rack, isFenced: false }],
    clusterAuthorizedOperations:
      !mismatch && request.includeClusterAuthorizedOperations ? CLUSTER_OPERATIONS : NO_OPERATIONS
  }
}

function mismatchOf({ endpointType }: DescribeClusterRequest): ErrorCode {
  return endpointType === CONTROLLERS
    ? ErrorCode.MISMATCHED_ENDPOINT_TYPE
    : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE
}
