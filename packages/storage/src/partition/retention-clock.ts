/**
 * The time that retention and compaction go by. A wall clock that jumps ahead would make everything expire at
 * once, so that this one follows it at no more than twice the pace at which time really passes; it follows a clock
 * that goes back at once, since keeping records for longer harms nobody.
 *
 * At a start nobody can tell a clock that jumped from a long stop. It begins at the last time that the data folder
 * knows of, and catches up faster: a day within 24 minutes, a year within six days.
 *
 * So it is there to judge by, never to reckon from: a term that begins at its time while it catches up ends in a
 * sixtieth of its length.
 */
import type { Clock } from '@naru/base'

const catchUpPace = 2
const startPace = 60

export class RetentionClock {
  readonly #clock: Clock
  #trustedMs: number
  #monotonicMs: number
  #pace: number

  /** `knownMs` is the last time that an earlier run has trusted. */
  constructor(clock: Clock, knownMs?: number) {
    const wallMs = clock.wallMs()
    this.#clock = clock
    this.#trustedMs = Math.min(wallMs, knownMs ?? wallMs)
    this.#monotonicMs = clock.monotonicMs()
    this.#pace = this.#trustedMs < wallMs ? startPace : catchUpPace
  }

  /** In whole milliseconds. */
  nowMs(): number {
    const monotonicMs = this.#clock.monotonicMs()
    const passedMs = monotonicMs - this.#monotonicMs
    const wallMs = this.#clock.wallMs()
    this.#monotonicMs = monotonicMs
    this.#trustedMs = Math.min(wallMs, this.#trustedMs + this.#pace * passedMs)
    if (this.#trustedMs === wallMs) this.#pace = catchUpPace
    return Math.floor(this.#trustedMs)
  }
}
