/**
 * What an engine does from time to time for all partitions: retention and the expiry of producers, in pieces
 * so that ten thousand partitions do not hold the loop.
 */
import type { Timer, Timers } from '@naru/base'
import type { StorageLimits } from '../limits.ts'
import type { PartitionLog } from './partition-log.ts'
import type { PartitionedLog } from './partitioned-log.ts'
import { expiredBefore } from './retention.ts'
import type { RetentionClock } from './retention-clock.ts'

/** Partitions that are looked at before others get their turn. */
const partitionsPerTurn = 500

export interface UpkeepOptions {
  readonly timers: Timers
  readonly limits: StorageLimits
  readonly log: PartitionedLog
  readonly retentionClock: RetentionClock
}

export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #timers = new Map<'retention' | 'producers', Timer>()
  #stopped = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#arm('retention', options.limits.retentionCheckMs, () => this.applyRetention())
    this.#arm('producers', options.limits.producerExpirationCheckMs, () => this.expireProducers())
  }

  /** Ends the timers and waits for what is running. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers.values()) timer.cancel()
    await this.#running
  }

  #arm(name: 'retention' | 'producers', everyMs: number, work: () => Promise<void>): void {
    const due = (): void => {
      this.#running = this.#running.then(work).then(() => {
        if (!this.#stopped) this.#arm(name, everyMs, work)
      })
    }
    this.#timers.set(name, this.#options.timers.after(everyMs, due, { background: true }))
  }

  retentionNowMs(): number {
    return this.#options.retentionClock.nowMs()
  }

  async applyRetention(): Promise<void> {
    const nowMs = this.retentionNowMs()
    await this.#forEach(async (log) => {
      const before = expiredBefore(log, nowMs)
      if (before <= log.logStartOffset) return
      // A failure leaves everything where it was; the next round tries again.
      await this.#options.log.moveLogStart(log, before)
    })
  }

  async expireProducers(): Promise<void> {
    const beforeMs = this.retentionNowMs() - this.#options.limits.producerExpirationMs
    await this.#forEach((log) => {
      if ((log.producers?.expire(beforeMs) ?? 0) > 0) log.checkpointEntry = undefined
      if (log.producers?.size === 0) log.producers = undefined
      log.verifications?.expire(beforeMs)
    })
  }

  async #forEach(visit: (log: PartitionLog) => void | Promise<void>): Promise<void> {
    let visited = 0
    for (const topic of Array.from(this.#options.log.topics.values())) {
      for (const log of topic.partitions) {
        if (this.#stopped) return
        if (!log.removed) await visit(log)
        if (++visited % partitionsPerTurn === 0) await this.#turn()
      }
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#options.timers.soon(resolve))
  }
}
