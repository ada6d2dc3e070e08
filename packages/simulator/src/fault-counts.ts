/** How often each fault was injected: what stays at zero was not tested. */

export class FaultCounts {
  readonly #counts = new Map<string, number>()

  /** Names that are known count zero until they are hit. */
  constructor(names: readonly string[] = []) {
    for (const name of names) this.#counts.set(name, 0)
  }

  hit(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  add(other: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(other)) {
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
    }
  }

  /** Names that were never hit, sorted. */
  get missing(): string[] {
    return [...this.#counts].filter(([, count]) => count === 0).map(([name]) => name)
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([left], [right]) => (left < right ? -1 : 1)))
  }
}
