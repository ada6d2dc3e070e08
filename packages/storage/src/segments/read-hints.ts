/** Where the last few reads of a segment ended: who reads on in order starts there and needs no index. */
import { readHintsMax } from './limits.ts'

export class ReadHints {
  #offsets: number[] | undefined
  #positions: number[] | undefined
  #next = 0

  /** Position of the batch that begins at or before the offset and follows a read that ended there. */
  find(offset: number): number | undefined {
    const index = this.#offsets?.indexOf(offset) ?? -1
    return index < 0 ? undefined : this.#positions?.[index]
  }

  add(offset: number, position: number): void {
    this.#offsets ??= []
    this.#positions ??= []
    this.#offsets[this.#next] = offset
    this.#positions[this.#next] = position
    this.#next = (this.#next + 1) % readHintsMax
  }
}
