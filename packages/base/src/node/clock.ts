/** The process's own time. */
import type { Clock, Timer, Timers } from '../clock.ts'

export const nodeClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now()
}

/** setTimeout fires at once above this delay, so that longer ones are taken in steps. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1

class NodeTimer implements Timer {
  #handle: NodeJS.Timeout | undefined

  constructor(delayMs: number, callback: () => void, background: boolean) {
    this.#arm(delayMs, callback, background)
  }

  cancel(): void {
    clearTimeout(this.#handle)
  }

  #arm(delayMs: number, callback: () => void, background: boolean): void {
    const step = Math.min(delayMs, TIMEOUT_MS_MAX)
    this.#handle = setTimeout(() => {
      if (step < delayMs) this.#arm(delayMs - step, callback, background)
      else callback()
    }, step)
    if (background) this.#handle.unref()
  }
}

export const nodeTimers: Timers = {
  after: (delayMs, callback, options) => new NodeTimer(delayMs, callback, options?.background === true),
  soon: (callback) => void setImmediate(callback)
}
