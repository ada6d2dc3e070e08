/**
 * UpdateFeatures: raises or lowers what a cluster does. Here the levels belong to the release and do not change, so
 * that asking for what is already there succeeds and everything else is refused with INVALID_UPDATE_VERSION.
 *
 * - All updates succeed or fail together; the answer names the first that fails. Until version 1 a success lists
 *   its features.
 * - Left out: lowering the metadata version, which Kafka allows where no record would be lost.
 */
import { ErrorCode } from '@naru/protocol'
import {
  UPDATE_FEATURES,
  type FeatureUpdateKey,
  type UpdateFeaturesRequest,
  type UpdateFeaturesResponse
} from '@naru/protocol/messages/57-update-features'
import { FEATURES } from '../features.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const UPGRADE = 1
const UNSAFE_DOWNGRADE = 3
const UPGRADE_TYPE_FROM = 1
const RESULTS_UNTIL = 1

export const handler: ApiHandler<UpdateFeaturesRequest, UpdateFeaturesResponse> = {
  message: UPDATE_FEATURES,
  permission: 'cluster:alter',
  handle
}

function handle({ version }: RequestContext, request: UpdateFeaturesRequest): UpdateFeaturesResponse {
  for (const update of request.featureUpdates) {
    const problem = problemOf(update, version)
    if (problem === undefined) continue
    const errorMessage = `Nothing was changed: level ${update.maxVersionLevel} of ${update.feature} is refused. ${problem}`
    return { throttleTimeMs: 0, errorCode: ErrorCode.INVALID_UPDATE_VERSION, errorMessage, results: [] }
  }
  const results =
    version <= RESULTS_UNTIL ? request.featureUpdates.map(({ feature }) => unchanged(feature)) : []
  return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, results }
}

function unchanged(feature: string): UpdateFeaturesResponse['results'][number] {
  return { feature, errorCode: ErrorCode.NONE, errorMessage: 'NONE' }
}

function problemOf(update: FeatureUpdateKey, version: number): string | undefined {
  const { maxVersionLevel, upgradeType } = update
  if (version >= UPGRADE_TYPE_FROM && (upgradeType < UPGRADE || upgradeType > UNSAFE_DOWNGRADE)) {
    return 'The type of the upgrade is unknown.'
  }
  if (maxVersionLevel < 0) return 'A level is not negative.'
  const feature = FEATURES.find(({ name }) => name === update.feature)
  if (feature === undefined) return 'This broker does not have this feature.'
  if (maxVersionLevel === feature.level) return undefined
  if (maxVersionLevel < feature.minVersion || maxVersionLevel > feature.maxVersion) {
    return `This broker has levels ${feature.minVersion} to ${feature.maxVersion}.`
  }
  return `The level belongs to the release and stays ${feature.level}.`
}
