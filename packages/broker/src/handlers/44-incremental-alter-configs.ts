/**
 * IncrementalAlterConfigs: sets, removes, appends to and subtracts from single settings (KIP-339).
 *
 * - All changes of one resource happen, or none; each resource is answered on its own. A resource that is named
 *   twice, or a key that is named twice within one, is INVALID_REQUEST.
 * - An unknown name or a bad value is INVALID_CONFIG; a broker setting that cannot change while running is
 *   INVALID_REQUEST.
 */
import {
  INCREMENTAL_ALTER_CONFIGS,
  type IncrementalAlterConfigsRequest,
  type IncrementalAlterConfigsResponse
} from '@naru/protocol/messages/44-incremental-alter-configs'
import { changeAndAnswer } from '../config/config-change.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse> = {
  message: INCREMENTAL_ALTER_CONFIGS,
  permission: 'topic:alter',
  handle
}

async function handle(
  context: RequestContext,
  request: IncrementalAlterConfigsRequest
): Promise<IncrementalAlterConfigsResponse> {
  const changes = request.resources.map(({ resourceType, resourceName, configs }) => ({
    resourceType,
    resourceName,
    replaceAll: false,
    changes: configs.map(({ name, configOperation, value }) => ({ name, operation: configOperation, value }))
  }))
  return {
    throttleTimeMs: 0,
    responses: await changeAndAnswer(context.broker, changes, request.validateOnly)
  }
}
