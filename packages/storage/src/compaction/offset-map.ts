/**
 * The last offset of each key in the part of a log that is being cleaned. Keys are known by 128 bits of their
 * SHA-256 only, so that an entry takes 24 bytes however long the key is; two keys with the same 128 bits have
 * never been seen, and nobody can make them. The table lies in memory that threads share, and never grows: when
 * it is full, the rest of the log waits for the next round, as in Kafka.
 */
import type * as NodeCrypto from 'node:crypto'

/** Four words of a hash and an offset. */
const offsetMapEntryBytes = 24

const hashWords = 4
const hashBytes = hashWords * 4
/** Slots beyond the keys that are expected, so that a search soon meets a free one. */
const spareShare = 0.7
const slotsMin = 64

/** What a thread needs to work on a map that another one made. */
export interface OffsetMapMemory {
  readonly shared: SharedArrayBuffer
  readonly slots: number
  readonly entriesMax: number
  readonly entries: number
}

export interface OffsetMapRoom {
  /** Keys that may come at most. */
  readonly keysMax: number
  readonly bytesMax: number
  /** Share of the slots that may be taken. */
  readonly loadFactor: number
}

export class OffsetMap {
  readonly #memory: OffsetMapMemory
  readonly #words: Int32Array
  /** Offset + 1; 0 is a free slot. */
  readonly #offsets: Float64Array
  #entries: number

  constructor(memory: OffsetMapMemory) {
    this.#memory = memory
    this.#offsets = new Float64Array(memory.shared, 0, memory.slots)
    this.#words = new Int32Array(memory.shared, memory.slots * 8, memory.slots * hashWords)
    this.#entries = memory.entries
  }

  /** A map with room for the keys, or as many of them as the memory allows. */
  static withRoom({ keysMax, bytesMax, loadFactor }: OffsetMapRoom): OffsetMap {
    const wanted = Math.max(slotsMin, Math.ceil(keysMax / spareShare))
    const slots = Math.max(slotsMin, Math.min(wanted, Math.floor(bytesMax / offsetMapEntryBytes)))
    return new OffsetMap({
      shared: new SharedArrayBuffer(slots * offsetMapEntryBytes),
      slots,
      entriesMax: Math.min(slots - 1, Math.floor(slots * loadFactor)),
      entries: 0
    })
  }

  get memory(): OffsetMapMemory {
    return { ...this.#memory, entries: this.#entries }
  }

  get entries(): number {
    return this.#entries
  }

  get isFull(): boolean {
    return this.#entries >= this.#memory.entriesMax
  }

  /** Notes the key at the offset, which is beyond all offsets before it. */
  set(key: Uint8Array, offset: number): void {
    const slot = this.#slotOf(key)
    if (this.#offsets[slot] === 0) this.#entries++
    this.#offsets[slot] = offset + 1
    this.#words.set(hash, slot * hashWords)
  }

  /** The last offset of the key, -1 when it has none. */
  get(key: Uint8Array): number {
    return (this.#offsets[this.#slotOf(key)] as number) - 1
  }

  /** The slot of the key, or the free one where it would be. */
  #slotOf(key: Uint8Array): number {
    hashInto(key)
    const { slots } = this.#memory
    const words = this.#words
    let slot = (hash[0]! >>> 0) % slots
    while (this.#offsets[slot] !== 0) {
      const at = slot * hashWords
      const isSame =
        words[at] === hash[0] &&
        words[at + 1] === hash[1] &&
        words[at + 2] === hash[2] &&
        words[at + 3] === hash[3]
      if (isSame) break
      slot = slot + 1 === slots ? 0 : slot + 1
    }
    return slot
  }
}

/** The hash of the key that was looked at last. */
const hash = new Int32Array(hashWords)
let crypto: typeof NodeCrypto | undefined

function hashInto(key: Uint8Array): void {
  crypto ??= process.getBuiltinModule('node:crypto')
  const digest = crypto.hash('sha256', key, 'buffer')
  for (let word = 0; word < hashBytes; word += 4) hash[word >> 2] = digest.readInt32LE(word)
}
