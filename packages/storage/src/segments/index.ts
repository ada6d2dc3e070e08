export { PartitionSegments } from './partition-segments.ts'
export { segmentContext, type SegmentContext } from './segment-context.ts'
export type { SegmentsManifest } from './segments-manifest.ts'
export type { AbortedTransactionEntry } from './transaction-index.ts'
