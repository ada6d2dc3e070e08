/** Timers that end together with the engine that set them, and the work that they have begun. */
import type { Timer, Timers } from '@naru/base'

export class ScopedTimers implements Timers {
  readonly #timers: Timers
  readonly #waiting = new Set<Timer>()
  readonly #running = new Set<Promise<void>>()
  #closed = false

  constructor(timers: Timers) {
    this.#timers = timers
  }

  after(delayMs: number, callback: () => void, options?: { readonly background?: boolean }): Timer {
    if (this.#closed) return { cancel: () => undefined }
    const timer = this.#timers.after(
      delayMs,
      () => {
        this.#waiting.delete(timer)
        callback()
      },
      options
    )
    this.#waiting.add(timer)
    return {
      cancel: () => {
        this.#waiting.delete(timer)
        timer.cancel()
      }
    }
  }

  soon(callback: () => void): void {
    this.#timers.soon(callback)
  }

  /** Begins work after a delay; a failure is nobody's concern, since the next start does it again. */
  later(delayMs: number, work: () => Promise<void>): void {
    const begin = (): void => {
      const running = work()
        .catch(() => undefined)
        .finally(() => this.#running.delete(running))
      this.#running.add(running)
    }
    this.after(delayMs, begin, { background: true })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#waiting) timer.cancel()
    this.#waiting.clear()
    await Promise.all(this.#running)
  }
}
