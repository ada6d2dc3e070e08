/**
 * What a slot has appended and does not know to be durable yet, in the order of the log, with what follows when
 * it is. The newest entry takes the records of further steps until it is handed to the log, unless it is one of a
 * transaction, which is a batch of its own.
 */
import { assert } from '@naru/base'
import type { EncodedRecord } from './slot-machine.ts'
import type { SlotAddress, SlotAppended, SlotContents, SlotLog, TransactionalContents } from './slot-log.ts'

interface Entry<Item, Continuation> {
  readonly contents: SlotContents<Item>
  readonly continuations: Continuation[]
  /** Of an entry of a transaction, whatever the log says about it. */
  readonly settled: ((outcome: SlotAppended) => void) | undefined
  result: SlotAppended | undefined
  onDurable: ((endOffset: number) => void) | undefined
}

export interface AppendQueueOptions<Item, Continuation> {
  readonly address: SlotAddress
  readonly slotLog: SlotLog
  readonly encode: (record: Item) => EncodedRecord
  readonly run: (continuations: readonly Continuation[]) => void
  readonly failed: (reason: string) => void
  /**
   * Records are handed over. When the state is that of everything handed over so far and of nothing else, `isExact`
   * is true, and what this gives is called when all that is durable.
   */
  readonly sealed: (recordCount: number, isExact: boolean) => ((endOffset: number) => void) | undefined
  /** Bytes and end of each append, in order. */
  readonly durable: (appended: { readonly endOffset: number; readonly bytes: number }) => void
}

export class AppendQueue<Item, Continuation> {
  readonly #options: AppendQueueOptions<Item, Continuation>
  /** In the order of the log: what the log has, then what waits to be handed over. */
  readonly #inFlight: Entry<Item, Continuation>[] = []
  readonly #unsealed: Entry<Item, Continuation>[] = []
  /** Entries of transactions that are not part of the state yet. */
  #undecided = 0
  #abandoned = false
  #settled: (() => void)[] = []

  constructor(options: AppendQueueOptions<Item, Continuation>) {
    this.#options = options
  }

  get isIdle(): boolean {
    return this.#unsealed.length === 0 && this.#inFlight.length === 0
  }

  /** Whether the log may hold something else than the state says. */
  get isAbandoned(): boolean {
    return this.#abandoned
  }

  /** Appends the records of a step; what follows them runs when they, and all before them, are durable. */
  add(records: readonly Item[], continuations: readonly Continuation[]): void {
    if (records.length > 0) {
      const into = this.#openRecords()
      for (const record of records) into.push(record)
    }
    if (continuations.length === 0) return
    const last = this.#unsealed.at(-1) ?? this.#inFlight.at(-1)
    if (last === undefined) return this.#options.run(continuations)
    last.continuations.push(...continuations)
  }

  /** Appends a batch of a transaction, of which the log decides whether it is taken. */
  addTransactional(contents: TransactionalContents<Item>, settled: (outcome: SlotAppended) => void): void {
    this.#undecided++
    this.#open(contents, settled)
  }

  /** Nothing follows any more, whatever becomes of what is on its way. */
  abandon(): void {
    this.#abandoned = true
  }

  /** Resolves when the log has said something about everything that was appended. */
  whenSettled(): Promise<void> {
    if (this.isIdle) return Promise.resolve()
    return new Promise((resolve) => this.#settled.push(resolve))
  }

  /** Where further records go. */
  #openRecords(): Item[] {
    const newest = this.#unsealed.at(-1)?.contents
    if (newest?.kind === 'records') return newest.records
    const records: Item[] = []
    this.#open({ kind: 'records', records }, undefined)
    return records
  }

  #open(contents: SlotContents<Item>, settled: Entry<Item, Continuation>['settled']): void {
    const entry = { contents, continuations: [], settled, result: undefined, onDurable: undefined }
    this.#unsealed.push(entry)
    this.#options.slotLog.append({
      address: this.#options.address,
      seal: () => this.#seal(entry),
      appended: (result) => this.#appended(entry, result)
    })
  }

  #seal(entry: Entry<Item, Continuation>): SlotContents<EncodedRecord> {
    assert(this.#unsealed[0] === entry, 'appends of a slot are handed over in order')
    this.#unsealed.shift()
    this.#inFlight.push(entry)
    const { contents } = entry
    const recordCount = contents.kind === 'marker' ? 1 : contents.records.length
    const isExact = this.#unsealed.length === 0 && this.#undecided === 0
    if (!this.#abandoned) entry.onDurable = this.#options.sealed(recordCount, isExact)
    if (contents.kind === 'marker') return contents
    return { ...contents, records: contents.records.map(this.#options.encode) }
  }

  #appended(entry: Entry<Item, Continuation>, result: SlotAppended): void {
    entry.result = result
    while (this.#inFlight[0]?.result !== undefined) this.#settle(this.#inFlight[0], this.#inFlight[0].result)
    if (!this.isIdle) return
    for (const resolve of this.#settled.splice(0)) resolve()
  }

  #settle(entry: Entry<Item, Continuation>, result: SlotAppended): void {
    this.#inFlight.shift()
    if (entry.settled !== undefined) this.#undecided--
    if (this.#abandoned) return
    if (result.kind === 'failed') return this.#options.failed(result.reason)
    if (result.kind === 'durable') {
      this.#options.durable(result)
      entry.onDurable?.(result.endOffset)
    }
    entry.settled?.(result)
    if (entry.continuations.length > 0) this.#options.run(entry.continuations)
  }
}
