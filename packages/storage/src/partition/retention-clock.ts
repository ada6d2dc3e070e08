/**
 * The time that retention goes by. A wall clock that jumps ahead would make everything expire at once, so
 * that this one follows it at no more than twice the pace at which time really passes; it follows a clock
 * that goes back at once, since keeping records for longer harms nobody.
 */
import type { Clock } from '@naru/base'

const catchUpPace = 2

export class RetentionClock {
  readonly #clock: Clock
  #trustedMs: number
  #monotonicMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#trustedMs = clock.wallMs()
    this.#monotonicMs = clock.monotonicMs()
  }

  nowMs(): number {
    const monotonicMs = this.#clock.monotonicMs()
    const passedMs = monotonicMs - this.#monotonicMs
    this.#monotonicMs = monotonicMs
    this.#trustedMs = Math.min(this.#clock.wallMs(), this.#trustedMs + catchUpPace * passedMs)
    return this.#trustedMs
  }
}
