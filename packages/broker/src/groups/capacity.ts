/** How many groups there are in all slots of this broker, against the most that it keeps. */
import { GROUPS_MAX } from './limits.ts'

export class GroupCapacity {
  readonly #max: number
  #used = 0

  constructor(max: number = GROUPS_MAX) {
    this.#max = max
  }

  get hasRoom(): boolean {
    return this.#used < this.#max
  }

  /** Groups that are read from the log count too, and are never turned away. */
  take(count = 1): void {
    this.#used += count
  }

  give(count = 1): void {
    this.#used -= count
  }
}
