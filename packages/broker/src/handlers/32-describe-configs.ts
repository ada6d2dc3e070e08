/**
 * DescribeConfigs: every setting of topics, of this broker and of groups, with its source.
 *
 * - No keys (null, or an empty list) means all. Broker '' shows what is set for all brokers dynamically.
 * - Synonyms (v1) go from the value in force down to the default; types and documentation from version 3.
 * - Values of type password are never shown.
 * - A resource is answered once however often it is named, and only so many of one request: five bytes that name a
 *   broker become hundreds of settings, each with its documentation.
 *
 * Left out on purpose: log levels of loggers (resource type 8) and client metrics (16): INVALID_REQUEST.
 */
import { ErrorCode } from '@naru/protocol'
import {
  DESCRIBE_CONFIGS,
  type DescribeConfigsRequest,
  type DescribeConfigsResource,
  type DescribeConfigsResponse,
  type DescribeConfigsResult
} from '@naru/protocol/messages/32-describe-configs'
import { resourceKey } from '@naru/storage'
import {
  brokerEntries,
  clusterWideEntries,
  groupEntries,
  topicEntries,
  type ConfigEntry
} from '../config/config-entry.ts'
import {
  findResource,
  isProblem,
  type ConfigResource,
  type ResourceProblem
} from '../config/config-resource.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { CONFIG_RESOURCES_MAX } from '../limits.ts'

const TOO_MANY: ResourceProblem = {
  error: ErrorCode.INVALID_REQUEST,
  message: `One request may ask for the configs of at most ${CONFIG_RESOURCES_MAX} resources.`
}

export const handler: ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse> = {
  message: DESCRIBE_CONFIGS,
  permission: 'topic:describe',
  handle
}

function handle(context: RequestContext, request: DescribeConfigsRequest): DescribeConfigsResponse {
  const asked = new Map(request.resources.map((resource) => [keyOf(resource), resource]))
  const results = [...asked.values()].map((resource, at) =>
    at < CONFIG_RESOURCES_MAX ? describe(context, request, resource) : failed(resource, TOO_MANY)
  )
  return { throttleTimeMs: 0, results }
}

function keyOf({ resourceType, resourceName }: DescribeConfigsResource): string {
  return `${resourceType}:${resourceName}`
}

function failed(
  { resourceType, resourceName }: DescribeConfigsResource,
  { error, message }: ResourceProblem
): DescribeConfigsResult {
  return { errorCode: error, errorMessage: message, resourceType, resourceName, configs: [] }
}

function describe(
  context: RequestContext,
  request: DescribeConfigsRequest,
  asked: DescribeConfigsResource
): DescribeConfigsResult {
  const { topics, endpoints } = context.broker
  const { resourceType, resourceName } = asked
  const resource = findResource(topics, endpoints.nodeId, asked)
  if (isProblem(resource)) return failed(asked, resource)
  const keys = asked.configurationKeys ?? []
  const wanted = keys.length === 0 ? undefined : new Set(keys)
  const configs = entriesOf(context, resource)
    .filter((entry) => wanted === undefined || wanted.has(entry.name))
    .map((entry) => ({
      ...entry,
      synonyms: request.includeSynonyms ? entry.synonyms : [],
      documentation: request.includeDocumentation ? entry.documentation : null
    }))
  return { errorCode: ErrorCode.NONE, errorMessage: null, resourceType, resourceName, configs }
}

function entriesOf(context: RequestContext, { type, name }: ConfigResource): ConfigEntry[] {
  const { config, topics } = context.broker
  const overrides = topics.image.configs.get(resourceKey(type, name))
  if (type === 'topic') return topicEntries(config, overrides)
  if (type === 'group') return groupEntries(overrides)
  return name === '' ? clusterWideEntries(overrides) : brokerEntries(config)
}
