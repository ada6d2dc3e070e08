/**
 * Time as an argument. Everything that decides by time takes these two interfaces, so that tests move
 * time by hand and the simulation owns it.
 */

/** Tells the time; the two readings have nothing to do with each other. */
export interface Clock {
  /** Wall clock in milliseconds since 1970-01-01 UTC; may jump either way. For timestamps that users see. */
  wallMs(): number
  /** Milliseconds from an arbitrary start; never goes back. For time-outs and durations. */
  monotonicMs(): number
}

/** A callback that is due; cancelling one that has run or was cancelled does nothing. */
export interface Timer {
  cancel(): void
}

/** Runs callbacks later. */
export interface Timers {
  /** Calls back once after `delayMs` (0 or more); `background` timers do not keep a process alive. */
  after(delayMs: number, callback: () => void, options?: { readonly background?: boolean }): Timer
  /** Calls back after the I/O that is already waiting was handled, so that callers of one turn can be gathered. */
  soon(callback: () => void): void
}

/** Resolves after `delayMs`, or rejects with the signal's reason when that aborts first. */
export function sleep(timers: Timers, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error)
    const onAbort = (): void => {
      timer.cancel()
      reject(signal?.reason as Error)
    }
    const timer = timers.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
