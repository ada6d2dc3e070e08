/**
 * Transactions as one pass of the cleaner over a log meets them, from its start on: whose batches were aborted,
 * and which markers have no batch of their transaction left in front of them. It goes from window to window,
 * and from thread to thread, as plain data.
 */
import { ControlRecordType } from '@naru/protocol'
import type { AbortedTransactionEntry } from '../segments/index.ts'

/** Between two windows. */
export interface TransactionPassState {
  /** Aborted transactions whose marker is still to come, and whether a batch of them was met. */
  readonly aborted: ReadonlyArray<{ readonly span: AbortedTransactionEntry; readonly isObserved: boolean }>
  /** Producers with batches that were not aborted, since their last marker. */
  readonly committed: readonly number[]
}

export const noTransactions: TransactionPassState = { aborted: [], committed: [] }

export class TransactionPass {
  readonly #aborted = new Map<number, { readonly span: AbortedTransactionEntry; isObserved: boolean }>()
  readonly #committed: Set<number>
  /** Those that have not begun yet, the next one first. */
  readonly #coming: readonly AbortedTransactionEntry[]
  #next = 0
  /** Entries whose marker was met and has to stay in a transaction index. */
  readonly kept: AbortedTransactionEntry[] = []

  /** `spans` may hold transactions of a window before, too. */
  constructor(state: TransactionPassState, spans: readonly AbortedTransactionEntry[], fromOffset: number) {
    for (const { span, isObserved } of state.aborted) this.#aborted.set(span.producerId, { span, isObserved })
    this.#committed = new Set(state.committed)
    const isKnown = (span: AbortedTransactionEntry): boolean =>
      span.lastOffset < fromOffset ||
      this.#aborted.get(span.producerId)?.span.firstOffset === span.firstOffset
    this.#coming = spans.filter((span) => !isKnown(span)).sort((a, b) => a.firstOffset - b.firstOffset)
  }

  get state(): TransactionPassState {
    return { aborted: [...this.#aborted.values()], committed: [...this.#committed] }
  }

  /** A transactional batch of data; whether its transaction was aborted. */
  meetsBatch(producerId: number, lastOffset: number): boolean {
    this.#beginUpTo(lastOffset)
    const aborted = this.#aborted.get(producerId)
    if (aborted === undefined) {
      this.#committed.add(producerId)
      return false
    }
    aborted.isObserved = true
    return true
  }

  /** A marker, `undefined` when its record is gone already; whether nothing of its transaction is left before it. */
  meetsMarker(producerId: number, lastOffset: number, type: number | undefined): boolean {
    this.#beginUpTo(lastOffset)
    if (type === undefined) return true
    if (type === ControlRecordType.commit) return !this.#committed.delete(producerId)
    if (type !== ControlRecordType.abort) return false
    const aborted = this.#aborted.get(producerId)
    this.#aborted.delete(producerId)
    if (aborted === undefined || !aborted.isObserved) return true
    this.kept.push(aborted.span)
    return false
  }

  #beginUpTo(offset: number): void {
    for (; this.#next < this.#coming.length; this.#next++) {
      const span = this.#coming[this.#next] as AbortedTransactionEntry
      if (span.firstOffset > offset) return
      if (!this.#aborted.has(span.producerId)) this.#aborted.set(span.producerId, { span, isObserved: false })
    }
  }
}
