/**
 * Offsets that were committed in transactions which are still open. They show when the transaction commits, unless
 * something newer was committed meanwhile, and go when it aborts; a tombstone takes them too.
 */
import type { CommittedOffset, OffsetKey } from './offsets.ts'

export interface PendingOffset {
  readonly key: OffsetKey
  readonly value: CommittedOffset
  /** Its place among all records of the slot. */
  readonly sequence: number
}

export class PendingOffsets {
  readonly #byProducer = new Map<number, Map<string, PendingOffset>>()
  /** How many open transactions have one for this group, topic and partition; and for this group. */
  readonly #keys = new Map<string, number>()
  readonly #groups = new Map<string, number>()
  #size = 0

  /** Offsets in all open transactions. */
  get size(): number {
    return this.#size
  }

  has(key: OffsetKey): boolean {
    return this.#size > 0 && this.#keys.has(nameOf(key))
  }

  hasGroup(groupId: string): boolean {
    return this.#groups.has(groupId)
  }

  /** The producers with open transactions, and what they have pending. */
  *all(): Generator<readonly [producerId: number, pending: PendingOffset]> {
    for (const [producerId, pending] of this.#byProducer) {
      for (const one of pending.values()) yield [producerId, one]
    }
  }

  set(producerId: number, pending: PendingOffset): void {
    let ofProducer = this.#byProducer.get(producerId)
    if (ofProducer === undefined)
      this.#byProducer.set(producerId, (ofProducer = new Map<string, PendingOffset>()))
    const name = nameOf(pending.key)
    if (!ofProducer.has(name)) this.#count(pending.key, 1)
    ofProducer.set(name, pending)
  }

  /** Takes out what a producer has pending. */
  take(producerId: number): PendingOffset[] {
    const taken = [...(this.#byProducer.get(producerId)?.values() ?? [])]
    this.#byProducer.delete(producerId)
    for (const { key } of taken) this.#count(key, -1)
    return taken
  }

  /** Removes the offset from all transactions. */
  remove(key: OffsetKey): void {
    if (!this.has(key)) return
    const name = nameOf(key)
    for (const [producerId, ofProducer] of this.#byProducer) {
      if (!ofProducer.delete(name)) continue
      this.#count(key, -1)
      if (ofProducer.size === 0) this.#byProducer.delete(producerId)
    }
  }

  #count(key: OffsetKey, change: 1 | -1): void {
    this.#size += change
    for (const [counts, name] of [
      [this.#keys, nameOf(key)],
      [this.#groups, key.groupId]
    ] as const) {
      const count = (counts.get(name) ?? 0) + change
      if (count === 0) counts.delete(name)
      else counts.set(name, count)
    }
  }
}

/** Unambiguous, since topics have no zero character in their names. */
export function nameOf({ groupId, topic, partition }: OffsetKey): string {
  return `${groupId}\0${topic}\0${partition}`
}
