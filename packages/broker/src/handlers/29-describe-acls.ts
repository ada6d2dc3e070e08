/** DescribeAcls: nobody is authorized here yet, so that there are no ACLs: SECURITY_DISABLED, as on Kafka without an authorizer. */
import { ErrorCode } from '@naru/protocol'
import {
  DESCRIBE_ACLS,
  type DescribeAclsRequest,
  type DescribeAclsResponse
} from '@naru/protocol/messages/29-describe-acls'
import { NO_AUTHORIZER } from '../authorized-operations.ts'
import type { ApiHandler } from '../handler.ts'

export const handler: ApiHandler<DescribeAclsRequest, DescribeAclsResponse> = {
  message: DESCRIBE_ACLS,
  permission: 'cluster:describe',
  handle
}

function handle(): DescribeAclsResponse {
  return {
    throttleTimeMs: 0,
    errorCode: ErrorCode.SECURITY_DISABLED,
    errorMessage: NO_AUTHORIZER,
    resources: []
  }
}
