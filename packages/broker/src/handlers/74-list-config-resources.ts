/**
 * ListConfigResources: names of the resources whose settings can be described (KIP-1142).
 *
 * - Version 0 knows client metrics only, of which there are none here.
 * - From version 1: topics, this broker, and groups that have settings; no type means all types. An unknown type
 *   is UNSUPPORTED_VERSION.
 */
import { ErrorCode } from '@naru/protocol'
import {
  LIST_CONFIG_RESOURCES,
  type ConfigResource,
  type ListConfigResourcesRequest,
  type ListConfigResourcesResponse
} from '@naru/protocol/messages/74-list-config-resources'
import { ResourceType } from '../config/config-resource.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const GROUP_PREFIX = 'group:'
const listedTypes: readonly number[] = Object.values(ResourceType)

export const handler: ApiHandler<ListConfigResourcesRequest, ListConfigResourcesResponse> = {
  message: LIST_CONFIG_RESOURCES,
  permission: 'cluster:describe',
  handle
}

function handle(context: RequestContext, request: ListConfigResourcesRequest): ListConfigResourcesResponse {
  if (context.version === 0) return response(ErrorCode.NONE, [])
  const asked = request.resourceTypes.length === 0 ? listedTypes : request.resourceTypes
  if (asked.some((type) => !listedTypes.includes(type))) return response(ErrorCode.UNSUPPORTED_VERSION, [])
  return response(
    ErrorCode.NONE,
    [...new Set(asked)].flatMap((resourceType) =>
      namesOf(context, resourceType).map((resourceName) => ({ resourceName, resourceType }))
    )
  )
}

function namesOf(context: RequestContext, resourceType: number): string[] {
  const { topics, endpoints } = context.broker
  switch (resourceType) {
    case ResourceType.topic:
      return [...topics.image.topicsByName.keys()]
    case ResourceType.broker:
    case ResourceType.brokerLogger:
      return [String(endpoints.nodeId)]
    case ResourceType.group:
      return [...topics.image.configs.keys()]
        .filter((key) => key.startsWith(GROUP_PREFIX))
        .map((key) => key.slice(GROUP_PREFIX.length))
    default:
      return []
  }
}

function response(errorCode: ErrorCode, configResources: ConfigResource[]): ListConfigResourcesResponse {
  return { throttleTimeMs: 0, errorCode, configResources }
}
