/**
 * The newest batches of one partition, in memory and in order. What is durable can be read from here until it
 * is in a segment; what is still on its way to the journal stands at the end.
 */
import { assert } from '@naru/base'
import type { SharedMemory } from '../ports/index.ts'
import type { TailBatch } from './tail-batch.ts'

/** Empty places at the front of the array before it is moved together. */
const emptyPlacesMax = 64

export interface TailBounds {
  /** Only batches below it are given. */
  readonly endOffset: number
  readonly maxBytes: number
  readonly minOneBatch: boolean
}

export interface TailRead {
  readonly chunks: readonly Uint8Array[]
  readonly bytes: number
  readonly nextOffset: number
  /** To be called when the chunks are not looked at any more. */
  readonly release: (() => void) | undefined
}

export class Tail {
  #batches: Array<TailBatch | undefined> = []
  #first = 0
  /** Bytes of all batches. */
  bytes = 0
  /** Receive memory that all batches pin. */
  pinnedBytes = 0

  get count(): number {
    return this.#batches.length - this.#first
  }

  /** The batch at an index from 0. */
  at(index: number): TailBatch {
    return this.#batches[this.#first + index] as TailBatch
  }

  push(batch: TailBatch): void {
    batch.memory?.hold()
    this.#batches.push(batch)
    this.bytes += batch.payload.byteLength
    this.pinnedBytes += batch.pinnedBytes
  }

  /** Takes the newest batch off again. */
  pop(batch: TailBatch): void {
    const last = this.#batches.pop()
    assert(last === batch, 'batches are rolled back in reverse order')
    this.bytes -= batch.payload.byteLength
    this.pinnedBytes -= batch.pinnedBytes
    batch.memory?.release()
  }

  /** Removes the oldest batches. */
  dropFirst(count: number): void {
    assert(count <= this.count, 'a tail drops only what it has')
    for (let index = 0; index < count; index++) {
      const batch = this.at(index)
      this.bytes -= batch.payload.byteLength
      this.pinnedBytes -= batch.pinnedBytes
      batch.memory?.release()
    }
    // The places are emptied at once, so that nothing keeps the memory of the batches.
    this.#batches.fill(undefined, this.#first, this.#first + count)
    this.#first += count
    if (this.#first < emptyPlacesMax && this.#first < this.#batches.length) return
    this.#batches = this.#batches.slice(this.#first)
    this.#first = 0
  }

  /** Index of the first batch that ends at or after the offset; `count` when there is none. */
  indexOf(offset: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.at(middle).lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Whole batches from the one that holds the offset. Their memory is held until they are released. */
  read(offset: number, bounds: TailBounds): TailRead {
    const chunks: Uint8Array[] = []
    let held: SharedMemory[] | undefined
    let bytes = 0
    let nextOffset = offset
    const count = this.count
    for (let index = this.indexOf(offset); index < count; index++) {
      const batch = this.at(index)
      if (batch.lastOffset >= bounds.endOffset) break
      const size = batch.payload.byteLength
      if (bytes + size > bounds.maxBytes && !(bytes === 0 && bounds.minOneBatch)) break
      chunks.push(batch.payload)
      if (batch.memory !== undefined) (held ??= []).push(batch.memory)
      bytes += size
      nextOffset = batch.lastOffset + 1
    }
    return { chunks, bytes, nextOffset, release: held && holding(held) }
  }
}

/** Holds all of the memory; what comes back lets go of it, the first time. */
function holding(memory: readonly SharedMemory[]): () => void {
  for (const one of memory) one.hold()
  let isHeld = true
  return () => {
    if (!isHeld) return
    isHeld = false
    for (const one of memory) one.release()
  }
}
