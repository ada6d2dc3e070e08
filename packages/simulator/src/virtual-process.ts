/**
 * One life of one process: its clock and timers. When it ends, by a kill or a power cut, nothing that it still
 * waits for happens.
 */
import type { Clock, Timer, Timers } from '@naru/base'
import type { Scheduler } from './scheduler.ts'

/** Where wall clocks stand at the beginning: 2026-01-01 UTC. */
const wallStartMs = 1_767_225_600_000

/** The longest that a callback of `soon` waits. */
const soonMsMax = 0.02

/** The wall clock of one machine, which may jump under its processes. */
export class WallClock {
  #offsetMs = 0

  get offsetMs(): number {
    return this.#offsetMs
  }

  /** Lets it jump to so far before or after the true time. */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs
  }
}

export class VirtualProcess implements Clock, Timers {
  readonly name: string
  readonly #scheduler: Scheduler
  readonly #wall: WallClock
  readonly #startedMs: number
  readonly #onEnd = new Set<() => void>()
  #alive = true

  constructor(scheduler: Scheduler, name: string, wall: WallClock = new WallClock()) {
    this.name = name
    this.#scheduler = scheduler
    this.#wall = wall
    this.#startedMs = scheduler.nowMs
  }

  get alive(): boolean {
    return this.#alive
  }

  wallMs(): number {
    return Math.floor(wallStartMs + this.#scheduler.nowMs + this.#wall.offsetMs)
  }

  /** Begins anew with each process, as monotonic clocks do with each boot. */
  monotonicMs(): number {
    return this.#scheduler.nowMs - this.#startedMs
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#scheduler.after(delayMs, `${this.name} timer`, () => this.#call(callback))
  }

  soon(callback: () => void): void {
    const delayMs = this.#scheduler.random.fraction() * soonMsMax
    this.#scheduler.after(delayMs, `${this.name} soon`, () => this.#call(callback))
  }

  /** Calls back when the process ends, unless the answer is called before. */
  onEnd(callback: () => void): () => void {
    this.#onEnd.add(callback)
    return () => void this.#onEnd.delete(callback)
  }

  /** Ends at once, in the middle of whatever it does. */
  end(): void {
    if (!this.#alive) return
    this.#alive = false
    for (const callback of this.#onEnd) callback()
  }

  #call(callback: () => void): void {
    if (this.#alive) callback()
  }
}
