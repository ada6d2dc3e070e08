/**
 * Decides how far a log may be shortened by time and size. Whole segments go first; when none is left, or in
 * the engine that has none, batches in memory follow one by one.
 */
import type { LogConfig } from '../ports/index.ts'
import type { PartitionLog } from './partition-log.ts'

/** The log start that retention asks for; the present one when everything may stay. */
export function expiredBefore(log: PartitionLog, nowMs: number): number {
  const { config } = log.topic
  if (!config.cleanupPolicy.delete) return log.logStartOffset
  const { segments } = log
  if (segments === undefined || segments.endOffset === segments.startOffset) {
    return expiredTail(log, config, { nowMs, bytes: log.sizeBytes })
  }
  const before = segments.expiredBefore(config, nowMs, log.sizeBytes)
  if (before < segments.endOffset) return Math.max(before, log.logStartOffset)
  return expiredTail(log, config, { nowMs, bytes: log.sizeBytes - segments.sizeBytes, from: before })
}

function expiredTail(
  log: PartitionLog,
  config: LogConfig,
  at: { readonly nowMs: number; readonly bytes: number; readonly from?: number }
): number {
  let { bytes } = at
  let before = Math.max(log.logStartOffset, at.from ?? 0)
  const { tail } = log
  if (tail === undefined) return before
  for (let index = 0; index < tail.count; index++) {
    const batch = tail.at(index)
    if (batch.lastOffset >= log.highWatermark) break
    const timestampMs = batch.maxTimestampMs < 0 ? batch.appendTimeMs : batch.maxTimestampMs
    const old = config.retentionMs >= 0 && at.nowMs - timestampMs > config.retentionMs
    const much = config.retentionBytes >= 0 && bytes - batch.payload.byteLength >= config.retentionBytes
    if (!old && !much) break
    bytes -= batch.payload.byteLength
    before = Math.max(before, batch.lastOffset + 1)
  }
  return before
}
