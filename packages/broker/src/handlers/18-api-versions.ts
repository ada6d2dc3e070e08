/**
 * ApiVersions: what this broker serves, and nothing else.
 *
 * - An unknown version is answered in version 0 with UNSUPPORTED_VERSION and our own range, so that the client
 *   tries again lower. The response header never carries tagged fields.
 * - Produce is listed from version 0 (see its handler).
 * - From version 3: supported and finalized features. Only features whose APIs work are listed.
 */
import { ErrorCode } from '@naru/protocol'
import {
  API_VERSIONS,
  type ApiVersionsRequest,
  type ApiVersionsResponse
} from '@naru/protocol/messages/18-api-versions'
import { FEATURES, type Feature } from '../features.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { UNKNOWN_VERSION } from '../handler.ts'
import { handlerTable } from './index.ts'

type ApiVersion = ApiVersionsResponse['apiKeys'][number]

const PRODUCE_KEY = 0
const API_VERSIONS_KEY = 18
const NAME_FROM = 3
const LEVEL_0_FROM = 4
/** KIP-511: what a client may call itself. */
const SOFTWARE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

export const handler: ApiHandler<ApiVersionsRequest, ApiVersionsResponse> = {
  message: API_VERSIONS,
  permission: 'none',
  handle
}

function handle(context: RequestContext, request: ApiVersionsRequest): ApiVersionsResponse {
  if (context.version === UNKNOWN_VERSION)
    return response(ErrorCode.UNSUPPORTED_VERSION, [range(API_VERSIONS_KEY)], [])
  if (context.version >= NAME_FROM && !isNamed(request)) return response(ErrorCode.INVALID_REQUEST, [], [])
  // Older clients cannot read a feature whose levels begin at 0 (KAFKA-17492).
  const supported = FEATURES.filter(({ minVersion }) => minVersion > 0 || context.version >= LEVEL_0_FROM)
  return response(ErrorCode.NONE, [...handlerTable.keys()].map(range), supported)
}

function isNamed(request: ApiVersionsRequest): boolean {
  return SOFTWARE_NAME.test(request.clientSoftwareName) && SOFTWARE_NAME.test(request.clientSoftwareVersion)
}

function range(apiKey: number): ApiVersion {
  const entry = handlerTable.get(apiKey)
  const minVersion = apiKey === PRODUCE_KEY ? 0 : (entry?.minVersion ?? 0)
  return { apiKey, minVersion, maxVersion: entry?.maxVersion ?? 0 }
}

function response(
  errorCode: ErrorCode,
  apiKeys: ApiVersion[],
  supported: readonly Feature[]
): ApiVersionsResponse {
  const features = errorCode === ErrorCode.NONE ? FEATURES : []
  return {
    errorCode,
    apiKeys,
    throttleTimeMs: 0,
    supportedFeatures: supported.map(({ name, minVersion, maxVersion }) => ({
      name,
      minVersion,
      maxVersion
    })),
    finalizedFeaturesEpoch: errorCode === ErrorCode.NONE ? 0 : -1,
    finalizedFeatures: features.map(({ name, level }) => ({
      name,
      minVersionLevel: level,
      maxVersionLevel: level
    })),
    zkMigrationReady: false
  }
}
