export * from './ports/index.ts'
export * from './memory/index.ts'
export { DEFAULT_STORAGE_LIMITS, type StorageLimits } from './limits.ts'
export { FAILPOINTS, type Failpoint, type FailpointName } from './failpoints.ts'
