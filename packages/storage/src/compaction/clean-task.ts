/**
 * The second step of cleaning: what stays of a window of the log. The rules are those of Apache Kafka 4.2's
 * cleaner: a record stays while it is the last of its key, a tombstone until its delete horizon has passed, a
 * marker as long as a batch of its transaction is there and then until its horizon, records of aborted
 * transactions and without a key go. A batch without records stays as a header when it is its producer's last
 * one, or the last one of what is being cleaned.
 */
import type { OffLoopTask } from '@naru/base'
import { isControl, isTransactional, RecordCursor, timestampAt, type BatchHeader } from '@naru/protocol'
import {
  eachBatch,
  payloadOfBatch,
  unreadable,
  windowOffset,
  type SourceBatch,
  type WindowEnd
} from './batch-source.ts'
import { markerType } from './key-task.ts'
import { OffsetMap, type OffsetMapMemory } from './offset-map.ts'
import { deleteHorizonOf, emptyBatch, rewrittenBatch, type RetainedRecords } from './retained-batch.ts'
import type { AbortedTransactionEntry } from '../segments/index.ts'
import { TransactionPass, type TransactionPassState } from './transaction-pass.ts'

/** The last batch that a producer is known by. */
export interface LastOfProducer {
  readonly producerId: number
  /** -1 when the partition knows of markers only. */
  readonly lastOffset: number
  readonly epoch: number
}

const producerFields = 3

/** Producers in memory that threads share: there may be ten thousand, and they go with every window. */
export function producersInMemory(producers: readonly LastOfProducer[]): Float64Array {
  const memory = new SharedArrayBuffer(producers.length * producerFields * Float64Array.BYTES_PER_ELEMENT)
  const fields = new Float64Array(memory)
  for (const [index, { producerId, lastOffset, epoch }] of producers.entries()) {
    fields.set([producerId, lastOffset, epoch], index * producerFields)
  }
  return fields
}

function producersById(fields: Float64Array): ReadonlyMap<number, LastOfProducer> {
  const producers = new Map<number, LastOfProducer>()
  for (let at = 0; at < fields.length; at += producerFields) {
    const [producerId = -1, lastOffset = -1, epoch = -1] = fields.subarray(at, at + producerFields)
    producers.set(producerId, { producerId, lastOffset, epoch })
  }
  return producers
}

export interface CleanTaskInput {
  /** Begins with a batch; may end within one. */
  readonly window: Uint8Array
  readonly map: OffsetMapMemory
  /** Keys are noted below this offset; records from here on stay. */
  readonly mappedEnd: number
  /** The time that retention goes by: what has passed by it goes. */
  readonly nowMs: number
  /** Far ahead of that after a long stop. */
  readonly wallMs: number
  readonly deleteRetentionMs: number
  /** The batches that end before these offsets stay, if only as headers. */
  readonly keptEnds: readonly number[]
  /** From `producersInMemory`. */
  readonly producers: Float64Array
  readonly transactions: TransactionPassState
  readonly aborted: readonly AbortedTransactionEntry[]
}

export interface CleanTaskOutput extends WindowEnd {
  /** The batches that stay, one after the other. */
  readonly kept: Uint8Array
  readonly recordsRead: number
  readonly recordsKept: number
  /** Some batch does not stay as it was. */
  readonly isChanged: boolean
  readonly keptAborted: readonly AbortedTransactionEntry[]
  readonly transactions: TransactionPassState
}

export const cleanWindow: OffLoopTask<CleanTaskInput, CleanTaskOutput> = {
  module: import.meta.url,
  name: 'cleanWindow',
  run: (input) => {
    const cleaning = new WindowCleaning(input)
    const end = eachBatch(input.window, (batch) => cleaning.batch(batch))
    return { ...end, ...cleaning.result() }
  }
}

class WindowCleaning {
  readonly #input: CleanTaskInput
  readonly #map: OffsetMap
  readonly #producers: ReadonlyMap<number, LastOfProducer>
  readonly #pass: TransactionPass
  readonly #kept: Uint8Array[] = []
  #recordsRead = 0
  #recordsKept = 0
  #isChanged = false

  constructor(input: CleanTaskInput) {
    this.#input = input
    this.#map = new OffsetMap(input.map)
    this.#producers = producersById(input.producers)
    this.#pass = new TransactionPass(input.transactions, input.aborted, windowOffset(input.window))
  }

  result(): Omit<CleanTaskOutput, keyof WindowEnd> {
    return {
      kept: Buffer.concat(this.#kept),
      recordsRead: this.#recordsRead,
      recordsKept: this.#recordsKept,
      isChanged: this.#isChanged,
      keptAborted: this.#pass.kept,
      transactions: this.#pass.state
    }
  }

  batch(batch: SourceBatch): void {
    const { header, lastOffset, bytes } = batch
    this.#recordsRead += header.recordCount
    const isMarker = isControl(header.attributes)
    const isUnneeded = isMarker ? this.#marker(batch) : this.#isAborted(header, lastOffset)
    const horizonMs = deleteHorizonOf(header)
    const isDue = horizonMs !== undefined && horizonMs <= this.#input.nowMs
    const goes = isUnneeded && (!isMarker || isDue)
    const retained = goes || header.recordCount === 0 ? undefined : this.#retained(batch, isMarker)
    if (retained === undefined || retained.places.length === 0) {
      const isKept = this.#isKeptEmpty(header, lastOffset)
      this.#isChanged ||= !isKept || header.recordCount > 0
      if (isKept) this.#kept.push(header.recordCount === 0 ? bytes : emptyBatch(bytes, header))
      return
    }
    const count = retained.places.length / 2
    this.#recordsKept += count
    const endsLater = retained.hasTombstones || (isMarker && isUnneeded)
    const newHorizonMs = endsLater && horizonMs === undefined ? this.#horizonMs : undefined
    const isWhole = count === header.recordCount && newHorizonMs === undefined
    this.#isChanged ||= !isWhole
    this.#kept.push(isWhole ? bytes : rewrittenBatch(bytes, header, retained, newHorizonMs))
  }

  /**
   * From the later of both clocks on: one that catches up a long stop passes `delete.retention.ms` in a fraction of
   * the time. That may be as large as no number here can be.
   */
  get #horizonMs(): number {
    const { nowMs, wallMs, deleteRetentionMs } = this.#input
    return Math.min(Math.max(nowMs, wallMs) + deleteRetentionMs, Number.MAX_SAFE_INTEGER)
  }

  #marker(batch: SourceBatch): boolean {
    return this.#pass.meetsMarker(batch.header.producerId, batch.lastOffset, markerType(batch))
  }

  #isAborted(header: BatchHeader, lastOffset: number): boolean {
    return isTransactional(header.attributes) && this.#pass.meetsBatch(header.producerId, lastOffset)
  }

  #retained(batch: SourceBatch, isMarker: boolean): RetainedRecords & { readonly hasTombstones: boolean } {
    const { header } = batch
    const payload = payloadOfBatch(batch)
    const cursor = new RecordCursor(payload)
    const places: number[] = []
    let maxTimestampMs = -1
    let hasTombstones = false
    while (cursor.next()) {
      if (!isMarker && !this.#stays(cursor, header)) continue
      places.push(cursor.recordAt, cursor.at)
      maxTimestampMs = Math.max(maxTimestampMs, timestampAt(cursor, header))
      hasTombstones ||= !isMarker && cursor.valueBytes < 0
    }
    if (cursor.malformed !== undefined) throw unreadable(header.baseOffset)
    return { payload, places, maxTimestampMs, hasTombstones }
  }

  #stays(cursor: RecordCursor, header: BatchHeader): boolean {
    const offset = header.baseOffset + cursor.offsetDelta
    if (offset >= this.#input.mappedEnd) return true
    if (cursor.keyBytes < 0) return false
    const key = cursor.bytes.subarray(cursor.keyAt, cursor.keyAt + cursor.keyBytes)
    if (offset < this.#map.get(key)) return false
    const horizonMs = deleteHorizonOf(header)
    return cursor.valueBytes >= 0 || horizonMs === undefined || this.#input.nowMs < horizonMs
  }

  #isKeptEmpty(header: BatchHeader, lastOffset: number): boolean {
    if (this.#input.keptEnds.includes(lastOffset + 1)) return true
    const last = header.producerId < 0 ? undefined : this.#producers.get(header.producerId)
    if (last === undefined) return false
    if (last.lastOffset >= 0) return last.lastOffset === lastOffset
    return isControl(header.attributes) && header.producerEpoch === last.epoch
  }
}
