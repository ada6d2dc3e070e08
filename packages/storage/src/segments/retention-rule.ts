/** Which whole segments may go, by Kafka's rules for `retention.ms` and `retention.bytes`. */
import type { LogConfig } from '../ports/index.ts'

export interface RetainedSegment {
  readonly logBytes: number
  readonly maxTimestampMs: number
  readonly lastWrittenMs: number
}

/**
 * The number of segments, from the oldest, that have expired. Either rule stops at the first segment that it
 * keeps. `totalBytes` is the size of the whole log, including what is not in segments yet.
 */
export function expiredCount(
  segments: readonly RetainedSegment[],
  config: LogConfig,
  now: { readonly wallMs: number; readonly totalBytes: number }
): number {
  if (!config.cleanupPolicy.delete) return 0
  const byTime = expiredByTime(segments, config.retentionMs, now.wallMs)
  const bySize = expiredBySize(segments, config.retentionBytes, now.totalBytes)
  return Math.max(byTime, bySize)
}

function expiredByTime(segments: readonly RetainedSegment[], retentionMs: number, nowMs: number): number {
  if (retentionMs < 0) return 0
  const kept = segments.findIndex((segment) => {
    const newestMs = segment.maxTimestampMs >= 0 ? segment.maxTimestampMs : segment.lastWrittenMs
    return nowMs - newestMs <= retentionMs
  })
  return kept < 0 ? segments.length : kept
}

function expiredBySize(
  segments: readonly RetainedSegment[],
  retentionBytes: number,
  totalBytes: number
): number {
  if (retentionBytes < 0) return 0
  let excess = totalBytes - retentionBytes
  let count = 0
  for (const segment of segments) {
    excess -= segment.logBytes
    if (excess < 0) break
    count++
  }
  return count
}
