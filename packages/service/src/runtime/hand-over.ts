/**
 * How partitions leave this process: their running handlers finish for a while, what is finished is committed, and the
 * rest is given up for whoever comes next.
 */
import { type Clock, NaruError, type Timers, sleep } from '@naru/base'
import type { Place } from '@naru/client'
import type { Executor } from '../executor/executor.ts'
import type { PartitionRun } from '../executor/partition-run.ts'
import type { HandlerRunner } from '../handler/handler-runner.ts'
import type { ScheduledEvents } from '../publish/scheduled-events.ts'
import type { Committer } from './committer.ts'

/** Each of the last steps: commit, flush, leave. */
export const END_MS_MAX = 2_000

export interface HandOverOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly commitMs: number
  /** A rebalance waits this long for running handlers. */
  readonly drainMs: number
  readonly executor: Executor
  readonly runner: HandlerRunner
  readonly scheduled: ScheduledEvents
  readonly committer: Committer
  /** Whether the group knows this member, so that a commit that was refused may succeed a moment later. */
  readonly isMember: () => boolean
}

export class HandOver {
  readonly #options: HandOverOptions

  constructor(options: HandOverOptions) {
    this.#options = options
  }

  /** Resolves when another member may have the partitions. */
  async revoked(places: readonly Place[]): Promise<void> {
    await this.drain(this.runsOf(places), this.#options.drainMs)
    await this.commitAll()
    this.drop(places, new NaruError('LOST', 'the partition went to another member'))
  }

  /** Lets running handlers finish for a while, then gives them up. */
  async drain(runs: readonly PartitionRun[], waitMs: number): Promise<void> {
    const { executor, runner } = this.#options
    const isIdle = await this.within(waitMs, executor.close(runs))
    if (isIdle) return
    runner.abort(new Set(runs), new NaruError('STOPPING', 'the partition is handed over'))
  }

  /** Forgets partitions at once. */
  drop(places: readonly Place[], reason: Error): void {
    const { executor, runner, scheduled } = this.#options
    const runs = this.runsOf(places)
    for (const place of places) scheduled.drop(place)
    executor.drop(runs)
    runner.abort(new Set(runs), reason)
  }

  runsOf(places: readonly Place[]): readonly PartitionRun[] {
    return places.flatMap((place) => this.#options.executor.runAt(place) ?? [])
  }

  /** Commits what is finished, as far as that is possible in the time of a last step. */
  async commitAll(): Promise<void> {
    await this.within(END_MS_MAX, this.#committed())
  }

  /** True when `work` was done within the time. */
  async within(timeMs: number, work: Promise<unknown>): Promise<boolean> {
    const late = new AbortController()
    const timeout = sleep(this.#options.timers, timeMs, late.signal).then(
      () => false,
      () => false
    )
    const isDone = await Promise.race([work.then(() => true), timeout])
    late.abort(new NaruError('CLOSED', 'done'))
    return isDone
  }

  /** A group that is between two generations takes the commit a moment later; who is away for longer does not. */
  async #committed(): Promise<void> {
    const { clock, timers, commitMs, committer, isMember } = this.#options
    const deadlineMs = clock.monotonicMs() + END_MS_MAX
    while (!(await committer.commit())) {
      if (!isMember() || clock.monotonicMs() >= deadlineMs) return
      await sleep(timers, commitMs)
    }
  }
}
