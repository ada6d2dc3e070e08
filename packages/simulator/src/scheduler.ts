/**
 * Owns time and the order of everything that happens in a simulation: timers, disk completions and network
 * deliveries are events in one queue. Between two events all promises settle, so that one seed gives one run.
 */
import type { Timer } from '@naru/base'
import { EventQueue, type ScheduledEvent } from './event-queue.ts'
import { settle } from './node/settle.ts'
import { SeededRandom } from './seeded-random.ts'
import { Trace } from './trace.ts'

export class Scheduler {
  readonly random: SeededRandom
  readonly trace: Trace = new Trace()
  readonly #queue = new EventQueue()
  /** Set to see each event as it happens. */
  onEvent: ((event: ScheduledEvent) => void) | undefined
  #nowMs = 0
  #order = 0
  #events = 0
  #failure: { readonly error: unknown } | undefined

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
  }

  /** Virtual milliseconds since the beginning. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Events that have happened. */
  get events(): number {
    return this.#events
  }

  /** Runs `run` after a while; the label goes into the trace. */
  after(delayMs: number, label: string, run: () => void): Timer {
    return this.at(this.#nowMs + delayMs, label, run)
  }

  /** The same at a time, or now when that has passed; what is due at one time happens in the order of the calls. */
  at(atMs: number, label: string, run: () => void): Timer {
    const event: ScheduledEvent = { atMs: Math.max(this.#nowMs, atMs), order: this.#order++, label, run }
    this.#queue.push(event)
    return { cancel: () => void (event.run = undefined) }
  }

  /** Resolves after a while. */
  delay(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, label, resolve))
  }

  /** Ends the run with this error as soon as the event at hand has settled. */
  fail(error: unknown): void {
    this.#failure ??= { error }
  }

  /** Lets events happen until `done` says so; false when nothing is left or the time is over. */
  async runUntil(done: () => boolean, limits: { readonly untilMs?: number } = {}): Promise<boolean> {
    const untilMs = limits.untilMs ?? Number.POSITIVE_INFINITY
    await settle()
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error
      if (done()) return true
      const next = this.#queue.peek()
      if (next === undefined || next.atMs > untilMs) return false
      this.#queue.pop()
      if (next.run === undefined) continue
      this.#happen(next)
      await settle()
    }
  }

  #happen(event: ScheduledEvent): void {
    this.#nowMs = event.atMs
    this.#events++
    this.trace.add(`${event.atMs} ${event.label}`)
    this.onEvent?.(event)
    event.run?.()
  }
}
