/**
 * How long a process that died waits for its next start: not at all when it had run for a while, longer and longer
 * when it dies at once again and again.
 */

export const FIRST_DELAY_MS = 50
export const DELAY_MS_MAX = 5_000
/** Who has run this long is forgiven what was before. */
export const STABLE_MS = 5_000

export class BackOff {
  #failures = 0

  /** The delay before the start after a death; `ranMs` is how long the process had lived. */
  next(ranMs: number): number {
    if (ranMs >= STABLE_MS) this.#failures = 0
    const delay = Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** this.#failures)
    this.#failures += 1
    return delay
  }
}
