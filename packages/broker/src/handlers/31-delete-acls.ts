/** DeleteAcls: nobody is authorized here yet; each filter is refused with SECURITY_DISABLED, as on Kafka without an authorizer. */
import { ErrorCode } from '@naru/protocol'
import {
  DELETE_ACLS,
  type DeleteAclsRequest,
  type DeleteAclsResponse
} from '@naru/protocol/messages/31-delete-acls'
import { NO_AUTHORIZER } from '../authorized-operations.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<DeleteAclsRequest, DeleteAclsResponse> = {
  message: DELETE_ACLS,
  permission: 'cluster:alter',
  handle
}

function handle(_context: RequestContext, request: DeleteAclsRequest): DeleteAclsResponse {
  const refused = {
    errorCode: ErrorCode.SECURITY_DISABLED,
    errorMessage: NO_AUTHORIZER,
    matchingAcls: []
  }
  return { throttleTimeMs: 0, filterResults: request.filters.map(() => refused) }
}
