export { FileCache, type FileCacheOptions } from './file-cache.ts'
export { IndexCache, type IndexCacheOptions } from './index-cache.ts'
export { PartitionSegments, type RestoredSegments, type SegmentsRead } from './partition-segments.ts'
export {
  segmentContext,
  type SegmentContext,
  type SegmentContextOptions,
  type SegmentFailpoint
} from './segment-context.ts'
export type { ReadLimits, SegmentCorrupt, SegmentRecords } from './segment-reader.ts'
export type { SegmentBatch } from './segment-state.ts'
export type { SegmentManifest, SegmentProblem, SegmentsManifest } from './segments-manifest.ts'
