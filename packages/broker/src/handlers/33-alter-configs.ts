/**
 * AlterConfigs: the settings of a resource are these, and no others (KIP-133). Newer clients use
 * IncrementalAlterConfigs, because here whoever forgets a setting removes it.
 *
 * - Errors as in IncrementalAlterConfigs.
 */
import {
  ALTER_CONFIGS,
  type AlterConfigsRequest,
  type AlterConfigsResponse
} from '@naru/protocol/messages/33-alter-configs'
import { changeAndAnswer, ConfigOperation } from '../config/config-change.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<AlterConfigsRequest, AlterConfigsResponse> = {
  message: ALTER_CONFIGS,
  permission: 'topic:alter',
  handle
}

async function handle(context: RequestContext, request: AlterConfigsRequest): Promise<AlterConfigsResponse> {
  const changes = request.resources.map(({ resourceType, resourceName, configs }) => ({
    resourceType,
    resourceName,
    replaceAll: true,
    changes: configs.map(({ name, value }) => ({ name, operation: ConfigOperation.set, value }))
  }))
  return {
    throttleTimeMs: 0,
    responses: await changeAndAnswer(context.broker, changes, request.validateOnly)
  }
}
