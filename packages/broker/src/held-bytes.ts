/**
 * Bytes that connections hold against one bound. Whoever holds some for longest gives way when it is passed: those
 * who take or send at an ordinary speed are never the oldest for long.
 */

export interface Holder {
  /** Has to let go of everything it holds. */
  giveWay(): void
}

export class HeldBytes {
  readonly #bytesMax: number
  /** The one that holds for longest first. */
  readonly #holders = new Map<Holder, number>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** What a holder has now; less than before counts as a new beginning. */
  set(holder: Holder, bytes: number): void {
    const before = this.#holders.get(holder) ?? 0
    if (bytes === before) return
    if (bytes < before) this.#holders.delete(holder)
    if (bytes > 0) this.#holders.set(holder, bytes)
    this.#bytes += bytes - before
    this.#enforce()
  }

  #enforce(): void {
    while (this.#bytes > this.#bytesMax) {
      const [oldest] = this.#holders.keys()
      if (oldest === undefined) return
      oldest.giveWay()
      // One that does not let go is not asked twice.
      if (this.#holders.has(oldest)) this.set(oldest, 0)
    }
  }
}
