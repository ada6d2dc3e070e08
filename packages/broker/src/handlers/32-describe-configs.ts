/**
 * DescribeConfigs: every setting of topics, of this broker and of groups, with its source.
 *
 * - No keys (null, or an empty list) means all. Broker '' shows what is set for all brokers dynamically.
 * - Synonyms (v1) go from the value in force down to the default; types and documentation from version 3.
 * - Values of type password are never shown.
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
import { findResource, isProblem, type ConfigResource } from '../config/config-resource.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse> = {
  message: DESCRIBE_CONFIGS,
  permission: 'topic:describe',
  memoryEstimate: (frameBytes) => 64 * 1024 + 64 * frameBytes,
  handle
}

function handle(context: RequestContext, request: DescribeConfigsRequest): DescribeConfigsResponse {
  return {
    throttleTimeMs: 0,
    results: request.resources.map((resource) => describe(context, request, resource))
  }
}

function describe(
  context: RequestContext,
  request: DescribeConfigsRequest,
  asked: DescribeConfigsResource
): DescribeConfigsResult {
  const { topics, endpoints } = context.broker
  const { resourceType, resourceName } = asked
  const resource = findResource(topics, endpoints.nodeId, asked)
  if (isProblem(resource)) {
    return {
      errorCode: resource.error,
      errorMessage: resource.message,
      resourceType,
      resourceName,
      configs: []
    }
  }
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
