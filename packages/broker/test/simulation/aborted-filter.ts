/** Leaves out what a read-committed consumer does not see: markers, and records of transactions that were aborted. */
import {
  ControlRecordType,
  controlTypeOf,
  isControl,
  isTransactional,
  lastOffsetOf,
  readRecordsSync,
  type BatchHeader
} from '@naru/protocol'

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

export class AbortedFilter {
  /** Those that lie ahead, the first one last. */
  readonly #ahead: AbortedTransaction[]
  readonly #aborted = new Set<number>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((left, right) => right.firstOffset - left.firstOffset)
  }

  drops(chunk: Uint8Array, at: number, header: BatchHeader): boolean {
    const { attributes, producerId } = header
    for (let next = this.#ahead.at(-1); next !== undefined; next = this.#ahead.at(-1)) {
      if (next.firstOffset > lastOffsetOf(header)) break
      this.#aborted.add(next.producerId)
      this.#ahead.pop()
    }
    if (!isControl(attributes)) return isTransactional(attributes) && this.#aborted.has(producerId)
    const [marker] = readRecordsSync(chunk, at)
    if (controlTypeOf(marker?.key ?? null) === ControlRecordType.abort) this.#aborted.delete(producerId)
    return true
  }
}
