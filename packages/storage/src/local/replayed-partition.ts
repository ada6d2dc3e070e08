/**
 * One partition while the journal is replayed: batches may come twice, and those that were carried forward
 * come late, so that they are put in order by offset. What is missing in the end was damaged.
 */
import { readBatchHeader } from '@naru/protocol'
import { FrameState } from '../journal/commit-log.ts'
import type { ReplayedFrame } from '../journal/journal-replay.ts'
import { CorruptRanges } from '../partition/corrupt-ranges.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import { endMarkerOf } from '../partition/end-marker.ts'
import { rememberBatch } from '../partition/producer-memory.ts'
import { isIdempotent } from '../partition/producer-state.ts'
import { TailBatch } from '../partition/tail-batch.ts'
import type { EndedTransaction } from '../partition/transactions.ts'
import type { AbortedTransactionEntry } from '../segments/index.ts'

/** What a checkpoint says. */
export interface KnownPartition {
  readonly producersOffset: number
  readonly endOffset: number
  readonly aborted?: readonly AbortedTransactionEntry[] | undefined
}

export class ReplayedPartition {
  readonly log: PartitionLog
  /** Batches that lie ahead of the end, by base offset. */
  readonly #ahead = new Map<number, TailBatch>()
  /** The producers know of batches below this offset already. */
  readonly #producersOffset: number
  /** Transactions that were aborted below that offset, by the offset of their marker. */
  readonly #aborted = new Map<number, EndedTransaction>()
  /** What was acknowledged reaches at least this far. */
  #claimedEnd: number

  constructor(log: PartitionLog, known: KnownPartition) {
    this.log = log
    this.#producersOffset = known.producersOffset
    this.#claimedEnd = known.endOffset
    for (const entry of known.aborted ?? []) this.#aborted.set(entry.lastOffset, { ...entry, aborted: true })
  }

  /** Whether the batch was new. */
  batch(frame: ReplayedFrame): boolean {
    const { header } = frame
    if (header.lastOffset < this.#expected) return false
    if (header.baseOffset > this.#expected) {
      if (this.#ahead.has(header.baseOffset)) return false
      this.#ahead.set(header.baseOffset, this.#tailBatch(frame))
      return true
    }
    if (header.baseOffset < this.log.endOffset) return false
    this.#push(this.#tailBatch(frame))
    this.#pushAhead()
    return true
  }

  /** A batch whose content is lost ends here. */
  lost(endOffset: number): void {
    this.#claimedEnd = Math.max(this.#claimedEnd, endOffset)
  }

  logStart(offset: number): void {
    this.log.logStartOffset = Math.max(this.log.logStartOffset, offset)
    this.#pushAhead()
  }

  /** Ends the replay; gives the ranges that are missing. */
  finish(): CorruptRanges | undefined {
    const missing = new CorruptRanges()
    for (const base of [...this.#ahead.keys()].sort((a, b) => a - b)) {
      const batch = this.#ahead.get(base)
      if (batch === undefined || batch.lastOffset < this.#expected) continue
      if (base > this.#expected) missing.add({ from: this.#expected, to: base })
      this.#push(batch)
    }
    const { log } = this
    log.endOffset = Math.max(log.endOffset, log.logStartOffset)
    if (log.endOffset < this.#claimedEnd) {
      missing.add({ from: log.endOffset, to: this.#claimedEnd })
      log.endOffset = this.#claimedEnd
    }
    log.highWatermark = log.endOffset
    log.dropTailBefore(log.logStartOffset)
    if (missing.all.length === 0) return undefined
    log.corrupt ??= new CorruptRanges()
    for (const range of missing.all) log.corrupt.add(range)
    return missing
  }

  get #expected(): number {
    return Math.max(this.log.endOffset, this.log.logStartOffset)
  }

  #pushAhead(): void {
    while (this.#ahead.size > 0) {
      const next = this.#ahead.get(this.#expected)
      if (next === undefined) return
      this.#ahead.delete(next.baseOffset)
      this.#push(next)
    }
  }

  #push(batch: TailBatch): void {
    const { log } = this
    log.push(batch)
    log.highWatermark = log.endOffset
    const header = readBatchHeader(batch.payload)
    if (!isIdempotent(header)) return
    if (batch.baseOffset < this.#producersOffset) {
      batch.ended = this.#aborted.get(batch.lastOffset)
      return
    }
    rememberBatch(log, batch, header, endMarkerOf(batch.payload, header))
    // What is in the journal is durable: nobody takes it back.
    batch.producerForgotten = undefined
    if (batch.ended !== undefined) log.transactions?.endedForGood(batch.ended)
  }

  #tailBatch({ header, payload, position }: ReplayedFrame): TailBatch {
    // The payload is a view of a whole journal file.
    const bytes = Buffer.from(payload)
    const { maxTimestamp, producerId } = readBatchHeader(bytes)
    const batch = new TailBatch(this.log, {
      bytes,
      baseOffset: header.baseOffset,
      lastOffset: header.lastOffset,
      maxTimestampMs: maxTimestamp,
      appendTimeMs: header.appendTimeMs,
      pinnedBytes: bytes.byteLength,
      memory: undefined,
      producerId,
      producerBefore: undefined
    })
    batch.state = FrameState.durable
    batch.position = position
    return batch
  }
}
