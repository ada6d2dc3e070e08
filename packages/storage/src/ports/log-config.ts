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
  timestampType: 'create-time'
}

/** Turns a topic's overrides into its settings; the broker supplies it, with its own defaults underneath. */
export type LogConfigResolver = (topicName: string, overrides: ReadonlyMap<string, string>) => LogConfig
