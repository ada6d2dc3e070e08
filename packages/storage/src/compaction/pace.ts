/** Spreads work over time, so that so many bytes per second are not exceeded for longer than a moment. */
import { sleep, type Clock, type Timers } from '@naru/base'

export interface PaceOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly bytesPerSecond: number
}

export class Pace {
  readonly #options: PaceOptions
  #freeMs = 0

  constructor(options: PaceOptions) {
    this.#options = options
  }

  /** Resolves when these bytes may be read or written; rejects with the signal's reason when that aborts first. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const { clock, timers, bytesPerSecond } = this.#options
    const nowMs = clock.monotonicMs()
    const startMs = Math.max(nowMs, this.#freeMs)
    this.#freeMs = startMs + (bytes / bytesPerSecond) * 1000
    if (startMs > nowMs) await sleep(timers, Math.ceil(startMs - nowMs), signal)
  }
}
