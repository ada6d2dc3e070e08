/** A clock that moves only when told, for tests: due timers run in order of their time, then of their making. */
import type { Clock, Timer, Timers } from '../clock.ts'

interface Due {
  readonly atMs: number
  readonly order: number
  readonly callback: () => void
}

export class ManualClock implements Clock, Timers {
  #nowMs: number
  #wallOffsetMs = 0
  #order = 0
  readonly #due = new Set<Due>()

  /** Starts at this wall time (milliseconds since 1970). */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, callback: () => void): Timer {
    const due: Due = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback }
    this.#due.add(due)
    return { cancel: () => void this.#due.delete(due) }
  }

  soon(callback: () => void): void {
    setImmediate(callback)
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#due.size
  }

  /** Lets the wall clock jump without letting time pass. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs
  }

  /** Moves time forward, running what becomes due on the way and letting promises settle in between. */
  async advance(byMs: number): Promise<void> {
    const target = this.#nowMs + byMs
    await settle()
    for (let next = this.#next(target); next !== undefined; next = this.#next(target)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      this.#due.delete(next)
      next.callback()
      await settle()
    }
    this.#nowMs = target
  }

  #next(untilMs: number): Due | undefined {
    let first: Due | undefined
    for (const due of this.#due) {
      if (due.atMs > untilMs) continue
      if (
        first === undefined ||
        due.atMs < first.atMs ||
        (due.atMs === first.atMs && due.order < first.order)
      ) {
        first = due
      }
    }
    return first
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
