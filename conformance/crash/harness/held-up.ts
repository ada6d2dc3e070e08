/**
 * Whether this process stood still: somebody stopped the whole machine's processes for a measurement, or the machine is
 * far too busy. What a test says about times is then worth nothing, since its limits ran out meanwhile.
 */
const BEAT_MS = 250
/** Longer than any busy machine keeps a process waiting, and shorter than any limit of a test. */
const HELD_UP_MS = 4_000

/** What was only not done in time; everything else is a finding, however busy the machine was. */
export function isLate(problem: string): boolean {
  return /no answer from \S+ within|was not read at the end/.test(problem)
}

/** Beats as long as it lives. */
export class Heartbeat implements Disposable {
  readonly #timer: NodeJS.Timeout
  #lastMs = performance.now()
  #longestMs = 0

  constructor() {
    this.#timer = setInterval(() => this.#beat(), BEAT_MS)
    this.#timer.unref()
  }

  #beat(): void {
    const now = performance.now()
    this.#longestMs = Math.max(this.#longestMs, now - this.#lastMs)
    this.#lastMs = now
  }

  /** Since it was made. */
  get wasHeldUp(): boolean {
    this.#beat()
    return this.#longestMs > HELD_UP_MS
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
