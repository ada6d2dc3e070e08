/**
 * The transactions of one partition: which are open, which have ended with a marker that is not durable yet, and
 * which of those that are not surely in a segment were aborted. Where the first of the former two begins, the log
 * is not stable any more.
 *
 * Transactions open in the order of their first offsets and end in the order of their markers; a journal that
 * refuses a group takes all of it back in reverse order.
 */
import { assert } from '@naru/base'
import type { AbortedTransactionEntry } from '../segments/index.ts'

export interface EndedTransaction extends AbortedTransactionEntry {
  readonly aborted: boolean
}

export interface TransactionEnd {
  readonly producerId: number
  readonly firstOffset: number
  readonly markerOffset: number
  readonly aborted: boolean
}

export class PartitionTransactions {
  /** Producer id by first offset, in ascending order. */
  readonly #open = new Map<number, number>()
  /** Their markers are on their way to the journal. */
  readonly #ending: EndedTransaction[] = []
  /** Smallest first offset in `#ending`. */
  #endingFrom = Number.POSITIVE_INFINITY
  /** In the order of their markers. */
  #aborted: AbortedTransactionEntry[] = []

  get openCount(): number {
    return this.#open.size
  }

  /** Nothing is left that a reader or a writer would have to know. */
  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#ending.length === 0 && this.#aborted.length === 0
  }

  /** The first offset that is not decided for sure; infinity when all are. */
  get firstUnstableOffset(): number {
    return Math.min(this.#firstOpen() ?? Number.POSITIVE_INFINITY, this.#endingFrom)
  }

  get aborted(): readonly AbortedTransactionEntry[] {
    return this.#aborted
  }

  #firstOpen(): number | undefined {
    for (const firstOffset of this.#open.keys()) return firstOffset
    return undefined
  }

  open(producerId: number, firstOffset: number): void {
    this.#open.set(firstOffset, producerId)
  }

  end({ producerId, firstOffset, markerOffset, aborted }: TransactionEnd): EndedTransaction {
    assert(this.#open.delete(firstOffset), 'only a transaction that is open can end')
    const lastStableOffset = this.#firstOpen() ?? markerOffset + 1
    const ended = { producerId, firstOffset, lastOffset: markerOffset, lastStableOffset, aborted }
    this.#ending.push(ended)
    this.#endingFrom = Math.min(this.#endingFrom, firstOffset)
    if (aborted) this.#aborted.push(ended)
    return ended
  }

  /** The marker is durable. */
  endedForGood(ended: EndedTransaction): void {
    assert(this.#ending.shift() === ended, 'markers become durable in order')
    if (ended.firstOffset === this.#endingFrom) this.#findEndingFrom()
  }

  /** The batch that opened a transaction here was refused by the journal. */
  takeBackOpen(firstOffset: number): void {
    this.#open.delete(firstOffset)
  }

  /** The marker was refused by the journal. */
  takeBackEnd(ended: EndedTransaction): void {
    assert(this.#ending.pop() === ended, 'markers are taken back in reverse order')
    this.#findEndingFrom()
    if (ended.aborted) this.#aborted.pop()
    const later = [...this.#open].filter(([firstOffset]) => firstOffset > ended.firstOffset)
    for (const [firstOffset] of later) this.#open.delete(firstOffset)
    this.#open.set(ended.firstOffset, ended.producerId)
    for (const [firstOffset, producerId] of later) this.#open.set(firstOffset, producerId)
  }

  /** After a start: transactions that were aborted below the journal's beginning but not in segments. */
  restoreAborted(entries: readonly AbortedTransactionEntry[]): void {
    this.#aborted = [...entries]
  }

  /** The segments below the offset are durable with their indexes, or the records are gone. */
  forgetAbortedBefore(offset: number): void {
    const count = this.#indexOfEnd(offset)
    if (count > 0) this.#aborted = this.#aborted.slice(count)
  }

  /** Those whose marker lies at or behind the offset and that begin before the end, in the order of their markers. */
  abortedWithin(offset: number, endOffset: number): AbortedTransactionEntry[] {
    const found: AbortedTransactionEntry[] = []
    for (let index = this.#indexOfEnd(offset); index < this.#aborted.length; index++) {
      const entry = this.#aborted[index] as AbortedTransactionEntry
      if (entry.firstOffset < endOffset) found.push(entry)
      // Whatever was aborted later begins there or behind it.
      if (entry.lastStableOffset >= endOffset) break
    }
    return found
  }

  /** Index of the first aborted transaction whose marker lies at or behind the offset. */
  #indexOfEnd(offset: number): number {
    let low = 0
    let high = this.#aborted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#aborted[middle] as AbortedTransactionEntry).lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  #findEndingFrom(): void {
    this.#endingFrom = Number.POSITIVE_INFINITY
    for (const { firstOffset } of this.#ending) this.#endingFrom = Math.min(this.#endingFrom, firstOffset)
  }
}
