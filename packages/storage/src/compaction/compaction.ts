/**
 * Looks from time to time for the compacted log that needs cleaning most, and cleans one after another. A log
 * that cannot be cleaned is left alone until the next start, and reported once.
 */
import {
  DiskError,
  errorCode,
  type Clock,
  type Logger,
  type OffLoop,
  type Timer,
  type Timers
} from '@naru/base'
import type { Failpoint } from '../failpoints.ts'
import { isPassing } from '../journal/journal-trouble.ts'
import type { StorageLimits } from '../limits.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import type { PartitionedLog } from '../partition/partitioned-log.ts'
import type { SegmentContext } from '../segments/index.ts'
import { cleaningPlan, type CleaningPlan } from './cleaning-plan.ts'
import { Pace } from './pace.ts'
import { cleanPartition, type CleanerParts } from './partition-cleaner.ts'

/** Partitions that are looked at before others get their turn. */
const partitionsPerTurn = 500

export interface CompactionOptions {
  readonly log: PartitionedLog
  readonly context: SegmentContext
  readonly clock: Clock
  readonly timers: Timers
  readonly offLoop: OffLoop
  readonly limits: StorageLimits
  readonly logger: Logger
  readonly failpoint?: Failpoint | undefined
  /** The time that tombstones and lags go by, which does not jump ahead with the wall clock. */
  readonly nowMs: () => number
  /** Cleaned segments wait for a checkpoint. */
  readonly replaced: (log: PartitionLog) => void
  readonly onBroken: (error: unknown) => void
}

interface Candidate {
  readonly log: PartitionLog
  readonly plan: CleaningPlan
}

export class Compaction {
  readonly #options: CompactionOptions
  readonly #parts: CleanerParts
  readonly #uncleanable = new WeakSet<PartitionLog>()
  #timer: Timer | undefined
  #running: Promise<void> = Promise.resolve()
  readonly #stop = new AbortController()

  constructor(options: CompactionOptions) {
    const { clock, timers, limits, context, offLoop, failpoint } = options
    this.#options = options
    const pace = new Pace({ clock, timers, bytesPerSecond: limits.cleanerBytesPerSecond })
    this.#parts = { context, offLoop, limits, failpoint, pace, signal: this.#stop.signal }
    if (limits.cleanerEnabled) this.#arm()
  }

  /** Ends before the next window of the log. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#timer?.cancel()
    await this.#running
  }

  #arm(): void {
    const { timers, limits } = this.#options
    if (this.#stop.signal.aborted) return
    const due = (): void => {
      this.#running = this.#round().finally(() => this.#arm())
    }
    this.#timer = timers.after(limits.cleanerBackoffMs, due, { background: true })
  }

  /** Cleans what is due, the dirtiest first. */
  async #round(): Promise<void> {
    try {
      for (;;) {
        const nowMs = this.#options.nowMs()
        const found = await this.#dirtiest(nowMs)
        if (found === undefined || this.#stop.signal.aborted) return
        await this.#clean(found, nowMs)
      }
    } catch (error) {
      if (!isPassing(error)) return this.#options.onBroken(error)
      this.#options.logger.log('warn', 'compaction-failed', { code: errorCode(error) ?? 'EIO' })
    }
  }

  async #dirtiest(nowMs: number): Promise<Candidate | undefined> {
    let best: Candidate | undefined
    let looked = 0
    for (const topic of Array.from(this.#options.log.topics.values())) {
      if (!topic.config.cleanupPolicy.compact) continue
      for (const log of topic.partitions) {
        if (++looked % partitionsPerTurn === 0) await this.#turn()
        const plan = this.#planFor(log, nowMs)
        if (plan !== undefined && plan.dirtyRatio > (best?.plan.dirtyRatio ?? -1)) best = { log, plan }
      }
    }
    return best
  }

  #planFor(log: PartitionLog, nowMs: number): CleaningPlan | undefined {
    const { segments } = log
    if (segments === undefined || log.removed || this.#uncleanable.has(log)) return undefined
    const { closedSegments: closed, cleanedOffset } = segments
    const { logStartOffset, lastStableOffset } = log
    return cleaningPlan({ closed, cleanedOffset, logStartOffset, lastStableOffset }, log.topic.config, nowMs)
  }

  async #clean({ log, plan }: Candidate, nowMs: number): Promise<void> {
    const { logger, replaced } = this.#options
    const where = { topic: log.topic.name, partition: log.partition }
    try {
      const report = await cleanPartition(this.#parts, log, plan, nowMs)
      if (report === undefined) return
      logger.log('debug', 'compacted', { ...where, ...report })
      replaced(log)
    } catch (error) {
      if (error instanceof DiskError) throw error
      this.#uncleanable.add(log)
      logger.log('error', 'compaction-impossible', {
        ...where,
        code: errorCode(error),
        message: String(error)
      })
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#options.timers.soon(resolve))
  }
}
