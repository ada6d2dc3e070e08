/**
 * Whether a log is due for compaction, how far it may go, and which segments become one, by the rules of Apache
 * Kafka 4.2 (`LogCleanerManager`, `Cleaner.groupSegmentsBySize`). Segments are taken whole: one that an open
 * transaction or `min.compaction.lag.ms` reaches into waits.
 */
import type { LogConfig } from '../ports/index.ts'
import { int32Max } from '../segments/limits.ts'

/** What is asked of a closed segment. */
export interface ClosedSegment {
  readonly baseOffset: number
  readonly nextOffset: number
  readonly state: {
    readonly logBytes: number
    readonly maxTimestampMs: number
    readonly lastWrittenMs: number
    readonly firstTimestampMs: number
  }
  readonly index: { readonly entryBytes: number }
  readonly timeIndex: { readonly entryBytes: number }
}

export interface LogToClean {
  readonly closed: readonly ClosedSegment[]
  /** Clean up to here. */
  readonly cleanedOffset: number
  readonly logStartOffset: number
  readonly lastStableOffset: number
}

export interface CleaningPlan {
  readonly firstDirtyOffset: number
  /** Where cleaning ends: the end of a segment. */
  readonly endOffset: number
  readonly dirtyRatio: number
  /** `max.compaction.lag.ms` has passed for some record. */
  readonly isOverdue: boolean
}

/** Undefined when there is nothing to do yet. */
export function cleaningPlan(log: LogToClean, config: LogConfig, nowMs: number): CleaningPlan | undefined {
  const firstDirtyOffset = Math.max(log.cleanedOffset, log.logStartOffset)
  const cleanable = cleanableSegments(log, firstDirtyOffset, config, nowMs)
  const last = cleanable.at(-1)
  if (last === undefined || last.nextOffset <= firstDirtyOffset) return undefined
  const dirty = cleanable.filter((segment) => segment.nextOffset > firstDirtyOffset)
  const cleanBytes = bytesOf(cleanable.filter((segment) => segment.baseOffset < firstDirtyOffset))
  const dirtyBytes = bytesOf(dirty)
  const dirtyRatio = dirtyBytes / (cleanBytes + dirtyBytes)
  const isOverdue = isPast(dirty, config.maxCompactionLagMs, nowMs)
  if (!isOverdue && dirtyRatio <= config.minCleanableDirtyRatio) return undefined
  return { firstDirtyOffset, endOffset: last.nextOffset, dirtyRatio, isOverdue }
}

function cleanableSegments(
  { closed, lastStableOffset }: LogToClean,
  firstDirtyOffset: number,
  config: LogConfig,
  nowMs: number
): readonly ClosedSegment[] {
  const { minCompactionLagMs } = config
  const isTooYoung = ({ nextOffset, state }: ClosedSegment): boolean =>
    minCompactionLagMs > 0 && nextOffset > firstDirtyOffset && newestMs(state) > nowMs - minCompactionLagMs
  const end = closed.findIndex((segment) => segment.nextOffset > lastStableOffset || isTooYoung(segment))
  return end < 0 ? closed : closed.slice(0, end)
}

function newestMs({ maxTimestampMs, lastWrittenMs }: ClosedSegment['state']): number {
  return maxTimestampMs >= 0 ? maxTimestampMs : lastWrittenMs
}

/** The first batch of each segment stands for its oldest record. */
function isPast(dirty: readonly ClosedSegment[], lagMs: number, nowMs: number): boolean {
  return dirty.some(({ state }) => state.firstTimestampMs > 0 && state.firstTimestampMs < nowMs - lagMs)
}

function bytesOf(segments: readonly ClosedSegment[]): number {
  return segments.reduce((bytes, { state }) => bytes + state.logBytes, 0)
}

/** Neighbours that fit into one segment, which they become however much is left of them. */
export function groupSegments<S extends ClosedSegment>(segments: readonly S[], config: LogConfig): S[][] {
  const groups: S[][] = []
  let group: S[] = []
  for (const segment of segments) {
    if (group.length > 0 && !fits([...group, segment], config)) {
      groups.push(group)
      group = []
    }
    group.push(segment)
  }
  if (group.length > 0) groups.push(group)
  return groups
}

function fits(group: readonly ClosedSegment[], { segmentBytes, segmentIndexBytes }: LogConfig): boolean {
  const [first, last] = [group[0], group.at(-1)]
  if (first === undefined || last === undefined) return true
  const sum = (bytes: (segment: ClosedSegment) => number): number =>
    group.reduce((total, segment) => total + bytes(segment), 0)
  return (
    sum(({ state }) => state.logBytes) <= segmentBytes &&
    sum(({ index }) => index.entryBytes) <= segmentIndexBytes &&
    sum(({ timeIndex }) => timeIndex.entryBytes) <= segmentIndexBytes &&
    last.nextOffset - 1 - first.baseOffset <= int32Max
  )
}
