/** How many of something there are in all slots of this broker, against the most that it keeps. */
export class Capacity {
  readonly #max: number
  #used = 0

  constructor(max: number) {
    this.#max = max
  }

  get hasRoom(): boolean {
    return this.#used < this.#max
  }

  /** What is read from the log counts too, and is never turned away. */
  take(count = 1): void {
    this.#used += count
  }

  give(count = 1): void {
    this.#used -= count
  }
}
