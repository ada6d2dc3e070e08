/**
 * Whether producing is let in. Several reasons may close the door; it opens when the last of them is gone.
 */
import type { Clock } from '@naru/base'

export type ThrottleReason = 'memory' | 'journal'

export class Admission {
  readonly #clock: Clock
  readonly #closedBy = new Set<ThrottleReason>()
  #waiting: Array<() => void> = []
  #closedSinceMs = 0
  #throttledMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get accepting(): boolean {
    return this.#closedBy.size === 0
  }

  /** Time for which the door was closed. */
  get throttledMs(): number {
    return this.#throttledMs + (this.accepting ? 0 : this.#clock.monotonicMs() - this.#closedSinceMs)
  }

  isClosedBy(reason: ThrottleReason): boolean {
    return this.#closedBy.has(reason)
  }

  close(reason: ThrottleReason): void {
    if (this.accepting) this.#closedSinceMs = this.#clock.monotonicMs()
    this.#closedBy.add(reason)
  }

  open(reason: ThrottleReason): void {
    if (!this.#closedBy.delete(reason) || !this.accepting) return
    this.#throttledMs += this.#clock.monotonicMs() - this.#closedSinceMs
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  /** Resolves when the door is open. */
  whenAccepting(): Promise<void> {
    if (this.accepting) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
