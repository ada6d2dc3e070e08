/**
 * Appends what the slots of one broker decided. Records of one turn of the loop go out together: one batch per
 * slot, one call for all slots, and so one sync.
 */
import type { Timers, Uuid } from '@naru/base'
import { readBatchHeader, RecordBatchBuilder } from '@naru/protocol'
import type { AppendBatch, AppendResult, LogStore } from '@naru/storage'
import { BATCH_BYTES_SOFT_MAX, BATCH_RECORDS_MAX } from './limits.ts'
import { encodeRecord } from './records.ts'
import type { GroupRecord } from './state.ts'

/** Where the records of a slot go. */
export interface SlotAddress {
  readonly topicId: Uuid
  readonly partition: number
  readonly ownerEpoch: number
}

/** What became of an append: the offset behind its last record, or why nothing is certain any more. */
export type SlotAppended =
  | { readonly kind: 'durable'; readonly endOffset: number; readonly bytes: number }
  | { readonly kind: 'failed'; readonly reason: string }

interface Waiting {
  readonly address: SlotAddress
  readonly records: GroupRecord[]
  /** Called when the records are handed over: what is appended later is not among them. */
  readonly sealed: () => void
  readonly appended: (result: SlotAppended) => void
}

export class SlotLog {
  readonly #log: LogStore
  readonly #timers: Timers
  readonly #wallMs: () => number
  #waiting: Waiting[] = []

  constructor(options: { log: LogStore; timers: Timers; wallMs: () => number }) {
    this.#log = options.log
    this.#timers = options.timers
    this.#wallMs = options.wallMs
  }

  /** Hands over `records`, which the caller may add to until `sealed` is called. */
  append(waiting: Waiting): void {
    this.#waiting.push(waiting)
    if (this.#waiting.length === 1) this.#timers.soon(() => void this.flush())
  }

  /** Forgets what waits, as a crash would. */
  abandon(): void {
    this.#waiting = []
  }

  /** Appends what waits, resolving when it is settled; called by itself once per turn. Never rejects. */
  async flush(): Promise<void> {
    const slots = this.#waiting.map((waiting) => ({ waiting, batches: this.#seal(waiting) }))
    this.#waiting = []
    const results = await this.#append(
      slots.flatMap(({ batches }) => (typeof batches === 'string' ? [] : batches))
    )
    let next = 0
    for (const { waiting, batches } of slots) {
      if (typeof batches === 'string') {
        waiting.appended({ kind: 'failed', reason: batches })
        continue
      }
      waiting.appended(outcome(batches, results.slice(next, next + batches.length)))
      next += batches.length
    }
  }

  /** The batches of a slot, or why its records cannot be written. */
  #seal(waiting: Waiting): AppendBatch[] | string {
    waiting.sealed()
    try {
      return batchesOf(waiting, this.#wallMs())
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  async #append(batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> {
    if (batches.length === 0) return []
    try {
      return await this.#log.append(batches)
    } catch (error) {
      const code = error instanceof Error ? error.message : String(error)
      return batches.map(() => ({ kind: 'storage-error', code }))
    }
  }
}

function batchesOf({ address, records }: Waiting, timestamp: number): AppendBatch[] {
  const batches: AppendBatch[] = []
  let builder = new RecordBatchBuilder()
  const finish = (): void => {
    const bytes = builder.build()
    batches.push({ ...address, bytes, header: readBatchHeader(bytes), pinnedBytes: bytes.byteLength })
    builder = new RecordBatchBuilder()
  }
  for (const record of records) {
    builder.append({ ...encodeRecord(record), timestamp })
    if (builder.recordCount >= BATCH_RECORDS_MAX || builder.sizeInBytes >= BATCH_BYTES_SOFT_MAX) finish()
  }
  if (builder.recordCount > 0) finish()
  return batches
}

function outcome(batches: readonly AppendBatch[], results: readonly AppendResult[]): SlotAppended {
  let endOffset = -1
  let bytes = 0
  for (const [index, batch] of batches.entries()) {
    const result = results[index]
    if (result?.kind !== 'appended') return { kind: 'failed', reason: reasonOf(result) }
    endOffset = result.baseOffset + batch.header.recordCount
    bytes += batch.bytes.byteLength
  }
  return { kind: 'durable', endOffset, bytes }
}

function reasonOf(result: AppendResult | undefined): string {
  if (result === undefined) return 'no result'
  return result.kind === 'storage-error' ? result.code : result.kind
}
