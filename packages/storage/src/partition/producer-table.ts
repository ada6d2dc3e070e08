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

  /** Replaces what is known; beyond the limit the longest silent producer is forgotten, and given back. */
  set(entry: ProducerEntry, entriesMax: number): ProducerEntry | undefined {
    this.#put(entry)
    if (this.#entries.size <= entriesMax) return undefined
    const [oldest] = this.#entries.values()
    if (oldest !== undefined) this.#entries.delete(oldest.producerId)
    return oldest
  }

  /** Puts back what was known before an append that failed: of its producer, and of the one that it made forgotten. */
  restore(
    producerId: number,
    before: { readonly entry: ProducerEntry | undefined; readonly forgotten: ProducerEntry | undefined }
  ): void {
    this.#delete(producerId)
    if (before.entry !== undefined) this.#put(before.entry)
    if (before.forgotten !== undefined) this.#putFirst(before.forgotten)
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

  /** As the longest silent one. */
  #putFirst(entry: ProducerEntry): void {
    const others = [...this.#entries.values()]
    this.#entries.clear()
    this.#entries.set(entry.producerId, entry)
    for (const other of others) this.#entries.set(other.producerId, other)
  }

  #delete(producerId: number): void {
    this.#entries.delete(producerId)
    this.#inTransaction.delete(producerId)
  }
}
