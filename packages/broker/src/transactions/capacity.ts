/** How many transactional ids there are in all slots of this broker, against the most that it keeps. */
import { TRANSACTIONAL_IDS_MAX } from './limits.ts'

export class TransactionCapacity {
  readonly #max: number
  #used = 0

  constructor(max: number = TRANSACTIONAL_IDS_MAX) {
    this.#max = max
  }

  get hasRoom(): boolean {
    return this.#used < this.#max
  }

  /** Ids that are read from the log count too, and are never turned away. */
  take(count = 1): void {
    this.#used += count
  }

  give(count = 1): void {
    this.#used -= count
  }
}
