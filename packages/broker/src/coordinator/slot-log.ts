/**
 * Appends what the slots of one broker decided. What came up in one turn of the loop goes out together: one batch per
 * slot (and one for each append of a transaction), one call for all slots, and so one sync.
 */
import type { Timers, Uuid } from '@naru/base'
import { buildControlBatch, endTransactionMarker, readBatchHeader, RecordBatchBuilder } from '@naru/protocol'
import type { AppendBatch, AppendResult, LogStore, TransactionGuard, TransactionVersion } from '@naru/storage'
import { BATCH_BYTES_SOFT_MAX, BATCH_RECORDS_MAX } from './limits.ts'
import type { EncodedRecord } from './slot-machine.ts'

/** Where the records of a slot go. */
export interface SlotAddress {
  readonly topicId: Uuid
  readonly partition: number
  readonly ownerEpoch: number
}

export interface TransactionalProducer {
  readonly producerId: number
  readonly producerEpoch: number
}

/** The end of a producer's transaction in one partition. */
export interface Marker extends TransactionalProducer {
  readonly isCommit: boolean
  readonly coordinatorEpoch: number
  /** 2 when the producer's epoch rises with each transaction (KIP-890). */
  readonly transactionVersion: TransactionVersion
}

/** Records in a producer's transaction, or its end. */
export type TransactionalContents<Item> =
  | {
      readonly kind: 'transactional'
      readonly producer: TransactionalProducer
      readonly guard: TransactionGuard | 'unguarded' | undefined
      readonly records: Item[]
    }
  | { readonly kind: 'marker'; readonly marker: Marker }

export type SlotContents<Item> =
  | { readonly kind: 'records'; readonly records: Item[] }
  | TransactionalContents<Item>

/** What became of an append. */
export type SlotAppended =
  /** With the offset behind its last record. */
  | { readonly kind: 'durable'; readonly endOffset: number; readonly bytes: number }
  /** Only in transactions: the log did not take it, and nothing else is in doubt. */
  | { readonly kind: 'refused'; readonly result: RefusedAppend }
  /** Nothing is certain any more. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Refusals that concern the producer, not the log. */
export type RefusedAppend = Exclude<
  AppendResult['kind'],
  'appended' | 'duplicate' | 'unknown-partition' | 'not-owner' | 'storage-error'
>

interface Waiting {
  readonly address: SlotAddress
  /** Called when the contents are handed over: what is appended later is not among them. */
  readonly seal: () => SlotContents<EncodedRecord>
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

  /** Hands over contents, which the caller may add to until `seal` is called. */
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
    try {
      return batchesOf(waiting.address, waiting.seal(), this.#wallMs())
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

function batchesOf(
  address: SlotAddress,
  contents: SlotContents<EncodedRecord>,
  timestamp: number
): AppendBatch[] {
  switch (contents.kind) {
    case 'records':
      return recordBatches(address, contents.records, timestamp)
    case 'transactional': {
      const builder = new RecordBatchBuilder({ ...contents.producer, transactional: true })
      for (const record of contents.records) builder.append({ ...record, timestamp })
      const batch = batchOf(address, builder.build())
      return [contents.guard === undefined ? batch : { ...batch, transactionGuard: contents.guard }]
    }
    case 'marker':
      return [markerBatch(address, contents.marker, timestamp)]
  }
}

/** The control batch that ends a transaction in one partition. */
export function markerBatch(address: SlotAddress, marker: Marker, timestamp: number): AppendBatch {
  const { producerId, producerEpoch, isCommit, coordinatorEpoch, transactionVersion } = marker
  const record = endTransactionMarker(isCommit ? 'commit' : 'abort', coordinatorEpoch)
  const bytes = buildControlBatch({ producerId, producerEpoch, transactional: true, record, timestamp })
  return { ...batchOf(address, bytes), transactionVersion }
}

function recordBatches(
  address: SlotAddress,
  records: readonly EncodedRecord[],
  timestamp: number
): AppendBatch[] {
  const batches: AppendBatch[] = []
  let builder = new RecordBatchBuilder()
  const finish = (): void => {
    batches.push(batchOf(address, builder.build()))
    builder = new RecordBatchBuilder()
  }
  for (const record of records) {
    builder.append({ ...record, timestamp })
    if (builder.recordCount >= BATCH_RECORDS_MAX || builder.sizeInBytes >= BATCH_BYTES_SOFT_MAX) finish()
  }
  if (builder.recordCount > 0) finish()
  return batches
}

function batchOf(address: SlotAddress, bytes: Uint8Array): AppendBatch {
  return { ...address, bytes, header: readBatchHeader(bytes), pinnedBytes: bytes.byteLength }
}

function outcome(batches: readonly AppendBatch[], results: readonly AppendResult[]): SlotAppended {
  let endOffset = -1
  let bytes = 0
  for (const [index, batch] of batches.entries()) {
    const result = results[index]
    if (result?.kind !== 'appended') return notAppended(batch, result)
    endOffset = result.baseOffset + batch.header.recordCount
    bytes += batch.bytes.byteLength
  }
  return { kind: 'durable', endOffset, bytes }
}

function notAppended(batch: AppendBatch, result: AppendResult | undefined): SlotAppended {
  if (result === undefined) return { kind: 'failed', reason: 'no result' }
  switch (result.kind) {
    case 'storage-error':
      return { kind: 'failed', reason: result.code }
    case 'appended':
    case 'duplicate':
    case 'unknown-partition':
    case 'not-owner':
      return { kind: 'failed', reason: result.kind }
    default:
      if (batch.header.producerId === -1) return { kind: 'failed', reason: result.kind }
      return { kind: 'refused', result: result.kind }
  }
}
