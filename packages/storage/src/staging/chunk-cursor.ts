/** Takes bytes from the front of a list of chunks, whatever their borders are. */
import { assert, byteCount } from '@naru/base'

export class ChunkCursor {
  readonly #chunks: readonly Uint8Array[]
  #index = 0
  /** Bytes of the chunk at the index that were taken. */
  #taken = 0
  #left: number

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks
    this.#left = byteCount(chunks)
  }

  /** Fills the target with the next bytes. */
  copyTo(target: Uint8Array): void {
    assert(target.byteLength <= this.#left, 'no more is taken than is there')
    this.#left -= target.byteLength
    for (let filled = 0; filled < target.byteLength;) {
      const chunk = this.#chunks[this.#index] as Uint8Array
      const part = chunk.subarray(this.#taken, this.#taken + target.byteLength - filled)
      target.set(part, filled)
      filled += part.byteLength
      this.#taken += part.byteLength
      if (this.#taken < chunk.byteLength) continue
      this.#index++
      this.#taken = 0
    }
  }

  /** A copy of the next bytes. */
  take(bytes: number): Uint8Array {
    const taken = Buffer.allocUnsafe(bytes)
    this.copyTo(taken)
    return taken
  }

  /** A copy of all that is left. */
  rest(): Uint8Array {
    return this.take(this.#left)
  }
}
