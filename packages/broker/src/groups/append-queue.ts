/**
 * What a slot has appended and does not know to be durable yet, in the order of the log, with what follows when
 * it is. The newest entry takes the records of further steps until it is handed to the log.
 */
import { assert } from '@naru/base'
import type { SlotAddress, SlotAppended, SlotLog } from './slot-log.ts'
import type { GroupRecord } from './state.ts'
import type { Continuation } from './step.ts'

interface Entry {
  readonly records: GroupRecord[]
  readonly continuations: Continuation[]
  result: SlotAppended | undefined
  onDurable: ((endOffset: number) => void) | undefined
}

export interface AppendQueueOptions {
  readonly address: SlotAddress
  readonly slotLog: SlotLog
  readonly run: (continuations: readonly Continuation[]) => void
  readonly failed: (reason: string) => void
  /** The state is that of everything handed over so far; what it gives is called when all that is durable. */
  readonly sealed: (recordCount: number) => ((endOffset: number) => void) | undefined
  /** Bytes and end of each append, in order. */
  readonly durable: (appended: { readonly endOffset: number; readonly bytes: number }) => void
}

export class AppendQueue {
  readonly #options: AppendQueueOptions
  readonly #inFlight: Entry[] = []
  #open: Entry | undefined
  #abandoned = false
  #settled: (() => void)[] = []

  constructor(options: AppendQueueOptions) {
    this.#options = options
  }

  get isIdle(): boolean {
    return this.#open === undefined && this.#inFlight.length === 0
  }

  /** Appends the records of a step; what follows them runs when they, and all before them, are durable. */
  add(records: readonly GroupRecord[], continuations: readonly Continuation[]): void {
    if (records.length > 0) {
      const open = this.#open ?? this.#openEntry()
      for (const record of records) open.records.push(record)
    }
    if (continuations.length === 0) return
    const last = this.#open ?? this.#inFlight.at(-1)
    if (last === undefined) return this.#options.run(continuations)
    last.continuations.push(...continuations)
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

  #openEntry(): Entry {
    const entry: Entry = { records: [], continuations: [], result: undefined, onDurable: undefined }
    this.#open = entry
    this.#options.slotLog.append({
      address: this.#options.address,
      records: entry.records,
      sealed: () => this.#seal(entry),
      appended: (result) => this.#appended(entry, result)
    })
    return entry
  }

  #seal(entry: Entry): void {
    assert(this.#open === entry, 'appends of a slot are handed over in order')
    this.#open = undefined
    this.#inFlight.push(entry)
    if (!this.#abandoned) entry.onDurable = this.#options.sealed(entry.records.length)
  }

  #appended(entry: Entry, result: SlotAppended): void {
    entry.result = result
    while (this.#inFlight[0]?.result !== undefined) this.#settle(this.#inFlight[0], this.#inFlight[0].result)
    if (!this.isIdle) return
    for (const resolve of this.#settled.splice(0)) resolve()
  }

  #settle(entry: Entry, result: SlotAppended): void {
    this.#inFlight.shift()
    if (this.#abandoned) return
    if (result.kind === 'failed') return this.#options.failed(result.reason)
    this.#options.durable(result)
    entry.onDurable?.(result.endOffset)
    if (entry.continuations.length > 0) this.#options.run(entry.continuations)
  }
}
