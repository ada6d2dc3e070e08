/**
 * The keys of one partition that have records in the partition's retry topic, with how many: new records of such a key
 * have to follow there, or they would overtake.
 */
export class MovedKeys {
  /**
   * Stands in the records that are moved while these keys are counted, which are counted at their move. A partition that
   * comes back counts anew, what the same process has moved before too.
   */
  readonly mover: string
  readonly #counts = new Map<string, number>()

  constructor(mover: string) {
    this.mover = mover
  }

  has(key: string | undefined): boolean {
    return key !== undefined && this.#counts.has(key)
  }

  get size(): number {
    return this.#counts.size
  }

  /** A record of the key is there, or about to be. */
  add(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** A record of the key is done with there. */
  done(key: string | undefined): void {
    if (key === undefined) return
    const count = this.#counts.get(key)
    if (count === undefined) return
    if (count > 1) this.#counts.set(key, count - 1)
    else this.#counts.delete(key)
  }
}
