/**
 * The producers of one partition, the longest silent first. Those with an open transaction stand apart: they are
 * neither forgotten when there are too many nor when they are silent, since their transaction would never end.
 */
import type { ProducerEntry } from './producer-state.ts'

export class ProducerTable {
  readonly #entries = new Map<number, ProducerEntry>()
  readonly #inTransaction = new Map<number, ProducerEntry>()

  get(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId) ?? this.#inTransaction.get(producerId)
  }

  get size(): number {
    return this.#entries.size + this.#inTransaction.size
  }

  *entries(): IterableIterator<ProducerEntry> {
    yield* this.#entries.values()
    yield* this.#inTransaction.values()
  }

  /** Replaces what is known; beyond the limit the longest silent producer is forgotten. */
  set(entry: ProducerEntry, entriesMax: number): void {
    this.#put(entry)
    if (this.#entries.size <= entriesMax) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }

  /** Puts back what was known before an append that failed. */
  restore(producerId: number, entry: ProducerEntry | undefined): void {
    this.#delete(producerId)
    if (entry !== undefined) this.#put(entry)
  }

  /** Forgets producers whose last append was before the given time; answers how many. */
  expire(beforeMs: number): number {
    let count = 0
    for (const entry of this.#entries.values()) {
      if (entry.lastAppendMs >= beforeMs) continue
      this.#entries.delete(entry.producerId)
      count++
    }
    return count
  }

  #put(entry: ProducerEntry): void {
    this.#delete(entry.producerId)
    const map = entry.transactionFirstOffset < 0 ? this.#entries : this.#inTransaction
    map.set(entry.producerId, entry)
  }

  #delete(producerId: number): void {
    this.#entries.delete(producerId)
    this.#inTransaction.delete(producerId)
  }
}
