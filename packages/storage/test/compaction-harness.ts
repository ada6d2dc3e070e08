/** Starts a storage whose logs are compacted all the time, on a simulated disk. */
import { drawnOffLoop } from '@naru/base'
import type { ManualClock } from '@naru/base/node'
import type { FaultyDisk, SeededRandom } from '@naru/simulator'
import {
  DEFAULT_LOG_CONFIG,
  type Failpoint,
  type LogConfig,
  type Storage,
  type StorageLimits
} from '../src/index.ts'
import { limits, openOn, traced } from './harness.ts'

export const deleteRetentionMs = 20_000

const compactedConfig: LogConfig = {
  ...DEFAULT_LOG_CONFIG,
  segmentBytes: 3_000,
  indexIntervalBytes: 300,
  fileDeleteDelayMs: 1_000,
  deleteRetentionMs,
  minCleanableDirtyRatio: 0.1,
  cleanupPolicy: { delete: false, compact: true }
}

const compactedLimits: Partial<StorageLimits> = {
  ...limits,
  tailWriteOutBytes: 1_000,
  tailQuietMs: 700,
  tailAgeMs: 500,
  cleanerBackoffMs: 2_000,
  scrubEveryMs: 400,
  scrubBytesPerSecond: 1_000_000
}

export interface CompactedStart {
  readonly disk: FaultyDisk
  readonly clock: ManualClock
  readonly random: SeededRandom
  /** Room for so few keys that a log takes several rounds. */
  readonly smallMap?: boolean
  readonly config?: Partial<LogConfig>
  readonly failpoint?: Failpoint | undefined
}

export function startCompacted(start: CompactedStart): Promise<Storage> {
  const { disk, clock, random, smallMap = false, config = {}, failpoint } = start
  return openOn(disk, clock, {
    ...traced,
    logConfig: () => ({ ...compactedConfig, ...config }),
    limits: { ...compactedLimits, ...(smallMap ? { cleanerBytesMax: 24 * 64, cleanerLoadFactor: 0.5 } : {}) },
    offLoop: drawnOffLoop({ timers: clock, random, delayMsMax: 300 }),
    failpoint
  })
}
