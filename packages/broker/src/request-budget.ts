/** Bytes of requests that are received and not answered yet, over all connections: one number with a bound. */
import type { BrokerMetrics } from './metrics.ts'

export class RequestBudget {
  readonly #bytesMax: number
  readonly #metrics: BrokerMetrics
  readonly #onFull: () => void
  #bytes = 0
  #waiters: (() => void)[] = []

  constructor(options: { bytesMax: number; metrics: BrokerMetrics; onFull: () => void }) {
    this.#bytesMax = options.bytesMax
    this.#metrics = options.metrics
    this.#onFull = options.onFull
  }

  /** False asks connections to stop reading. */
  get open(): boolean {
    return this.#bytes < this.#bytesMax
  }

  take(bytes: number): void {
    const wasOpen = this.open
    this.#bytes += bytes
    this.#metrics.requestBytesInFlight = this.#bytes
    if (wasOpen && !this.open) this.#onFull()
  }

  give(bytes: number): void {
    this.#bytes -= bytes
    this.#metrics.requestBytesInFlight = this.#bytes
    if (!this.open || this.#waiters.length === 0) return
    for (const wake of this.#waiters.splice(0)) wake()
  }

  /** Resolves when there is room again. */
  whenOpen(): Promise<void> {
    if (this.open) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push(resolve))
  }
}
