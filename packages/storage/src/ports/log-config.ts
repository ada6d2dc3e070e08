/** The settings of one topic that decide how its log is kept; names, units and defaults are Kafka's. */

export interface LogConfig {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly segmentIndexBytes: number
  readonly indexIntervalBytes: number
  /** -1: no limit. */
  readonly retentionBytes: number
  /** -1: no limit. */
  readonly retentionMs: number
  readonly cleanupPolicy: { readonly delete: boolean; readonly compact: boolean }
  readonly fileDeleteDelayMs: number
  /** Taken off `segmentMs` at random per segment, so that many partitions do not roll at the same moment. */
  readonly segmentJitterMs: number
  /** Share of a compacted log that may have been written since it was cleaned. */
  readonly minCleanableDirtyRatio: number
  /** Records younger than this are not compacted. */
  readonly minCompactionLagMs: number
  /** Records older than this are compacted, however few there are. */
  readonly maxCompactionLagMs: number
  /** Tombstones and markers stay for this long after they were first cleaned. */
  readonly deleteRetentionMs: number
  readonly timestampType: 'create-time' | 'log-append-time'
}

export const DEFAULT_LOG_CONFIG: LogConfig = {
  segmentBytes: 1024 ** 3,
  segmentMs: 7 * 24 * 3_600_000,
  segmentIndexBytes: 10 * 1024 ** 2,
  indexIntervalBytes: 4096,
  retentionBytes: -1,
  retentionMs: 7 * 24 * 3_600_000,
  cleanupPolicy: { delete: true, compact: false },
  fileDeleteDelayMs: 60_000,
  segmentJitterMs: 0,
  minCleanableDirtyRatio: 0.5,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.POSITIVE_INFINITY,
  deleteRetentionMs: 24 * 3_600_000,
  timestampType: 'create-time'
}

/** Turns a topic's overrides into its settings; the broker supplies it, with its own defaults underneath. */
export type LogConfigResolver = (topicName: string, overrides: ReadonlyMap<string, string>) => LogConfig
