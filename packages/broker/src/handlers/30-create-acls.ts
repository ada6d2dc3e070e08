/** CreateAcls: nobody is authorized here yet; each ACL is refused with SECURITY_DISABLED, as on Kafka without an authorizer. */
import { ErrorCode } from '@naru/protocol'
import {
  CREATE_ACLS,
  type CreateAclsRequest,
  type CreateAclsResponse
} from '@naru/protocol/messages/30-create-acls'
import { NO_AUTHORIZER } from '../authorized-operations.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<CreateAclsRequest, CreateAclsResponse> = {
  message: CREATE_ACLS,
  permission: 'cluster:alter',
  handle
}

function handle(_context: RequestContext, request: CreateAclsRequest): CreateAclsResponse {
  const refused = { errorCode: ErrorCode.SECURITY_DISABLED, errorMessage: NO_AUTHORIZER }
  return { throttleTimeMs: 0, results: request.creations.map(() => refused) }
}
