/**
 * Which header stands in front of which message. Flexible versions (KIP-482) have flexible headers, with one
 * exception: an ApiVersions response always has the oldest header, since its reader does not know yet what the
 * broker speaks. Request headers start at version 1: version 0 belonged to ControlledShutdown v0 alone.
 */
import { ApiKey, apiKeyEntries } from './api-keys.ts'
import { NEVER_FLEXIBLE, type ApiKeyEntry } from './api-message.ts'

export { readRequestHeader, writeRequestHeader, type RequestHeader } from './headers/request-header.ts'
export { readResponseHeader, writeResponseHeader, type ResponseHeader } from './headers/response-header.ts'

const entryOfKey: ReadonlyArray<ApiKeyEntry | undefined> = byKey()

function byKey(): Array<ApiKeyEntry | undefined> {
  const entries: Array<ApiKeyEntry | undefined> = []
  for (const entry of apiKeyEntries) {
    while (entries.length < entry.key) entries.push(undefined)
    entries.push(entry)
  }
  return entries
}

/** The versions of an API, or undefined for a key that the broker listener does not have. */
export function apiKeyEntry(key: number): ApiKeyEntry | undefined {
  return entryOfKey[key]
}

/** The highest version that is offered by default. */
export function stableMaxVersion(entry: ApiKeyEntry): number {
  return entry.latestVersionUnstable ? entry.maxVersion - 1 : entry.maxVersion
}

/**
 * 1 or 2. Unknown keys count as inflexible; an ApiVersions request of a version from the future is read as
 * flexible, which it is.
 */
export function requestHeaderVersion(key: number, version: number): 1 | 2 {
  return version >= flexibleFrom(key) ? 2 : 1
}

/** 0 or 1. */
export function responseHeaderVersion(key: number, version: number): 0 | 1 {
  return key !== ApiKey.ApiVersions && version >= flexibleFrom(key) ? 1 : 0
}

function flexibleFrom(key: number): number {
  return entryOfKey[key]?.flexibleFrom ?? NEVER_FLEXIBLE
}
