/**
 * One partition: where its log begins and ends, what of it is durable, its newest batches in memory, what it
 * remembers of producers, and its segments when the engine has any.
 *
 * `append` decides and changes the state at once; the journal then tells each batch, in order, that it became
 * durable, or, in reverse order, that it failed. In between, `endOffset` is ahead of `highWatermark`. There
 * may be ten thousand partitions that nobody uses, so that everything that can wait is made on first use.
 */
import { assert } from '@naru/base'
import {
  isControl,
  isTransactional,
  noTimestamp,
  patchBaseOffset,
  patchLogAppendTime,
  patchPartitionLeaderEpoch,
  type BatchHeader
} from '@naru/protocol'
import { openTransactionsPerPartitionMax, pinnedShareMax } from '../limits.ts'
import type { AppendBatch, AppendResult, PartitionState } from '../ports/index.ts'
import type { PartitionSegments } from '../segments/index.ts'
import type { CorruptRanges } from './corrupt-ranges.ts'
import type { PartitionHost, TopicLogs } from './partition-host.ts'
import { endMarkerOf, type EndMarker } from './end-marker.ts'
import { rememberBatch, takeBackBatch } from './producer-memory.ts'
import {
  isIdempotent,
  judgeMarker,
  judgeProducer,
  type ProducerEntry,
  type ProducerVerdict
} from './producer-state.ts'
import type { ProducerTable } from './producer-table.ts'
import { TailBatch } from './tail-batch.ts'
import { Tail } from './tail.ts'
import type { PartitionTransactions } from './transactions.ts'
import type { Verifications } from './verification.ts'
import type { WriteOutState } from './write-out-state.ts'

/** What was decided about a batch: a frame for the journal, or an answer that may have to wait for a sync. */
export type AppendDecision = TailBatch | AppendResult

export class PartitionLog {
  readonly host: PartitionHost
  readonly topic: TopicLogs
  readonly partition: number
  leaderEpoch = 0
  ownerEpoch = 0
  logStartOffset = 0
  /** End of what is durable. */
  highWatermark = 0
  /** End of what was appended, durable or not. */
  endOffset = 0
  removed = false
  tail: Tail | undefined = undefined
  /** Batches before the tail that are in segments, too; see `RecentBatches`. */
  recent: Tail | undefined = undefined
  producers: ProducerTable | undefined = undefined
  /** Undefined while no transaction is open, ending, or aborted and not in durable segments. */
  transactions: PartitionTransactions | undefined = undefined
  verifications: Verifications | undefined = undefined
  segments: PartitionSegments | undefined = undefined
  corrupt: CorruptRanges | undefined = undefined
  /** Its movement was noted and is told to the listeners when the group has been handled. */
  touched = false
  /** Kept by the engine that has segments. */
  writeOut: WriteOutState | undefined = undefined
  /** What the last checkpoint noted, until something changes. */
  checkpointEntry: Buffer | undefined = undefined
  #listeners: Array<() => void> | undefined = undefined

  constructor(host: PartitionHost, topic: TopicLogs, partition: number) {
    this.host = host
    this.topic = topic
    this.partition = partition
  }

  get state(): PartitionState {
    return {
      logStartOffset: this.logStartOffset,
      highWatermark: this.highWatermark,
      lastStableOffset: this.lastStableOffset,
      leaderEpoch: this.leaderEpoch,
      ownerEpoch: this.ownerEpoch,
      sizeBytes: this.sizeBytes,
      cleanedOffset: this.segments?.cleanedOffset ?? 0
    }
  }

  /** A transaction that is open while the log start passes its beginning holds readers at the log start. */
  get lastStableOffset(): number {
    if (this.transactions === undefined) return this.highWatermark
    const unstable = Math.max(this.transactions.firstUnstableOffset, this.logStartOffset)
    return Math.min(this.highWatermark, unstable)
  }

  get sizeBytes(): number {
    return (this.segments?.sizeBytes ?? 0) + (this.tail?.bytes ?? 0)
  }

  /** First offset that is in memory; the end when nothing is. */
  get tailOffset(): number {
    return this.tail === undefined || this.tail.count === 0 ? this.endOffset : this.tail.at(0).baseOffset
  }

  /** Checks the batch against its producer and gives it its offset. */
  append(batch: AppendBatch, nowMs: number): AppendDecision {
    if (batch.ownerEpoch < this.ownerEpoch) return { kind: 'not-owner' }
    const { header } = batch
    if (!isIdempotent(header)) {
      const frame = this.#frame(batch, nowMs)
      this.push(frame)
      return frame
    }
    const before = this.producers?.get(header.producerId)
    const marker = endMarkerOf(batch.bytes, header)
    const verdict = this.#judge(batch, before, marker)
    if (verdict.kind === 'duplicate') {
      const { baseOffset, timestampMs } = verdict.batch
      return { kind: 'duplicate', baseOffset, appendTimeMs: timestampMs, logStartOffset: this.logStartOffset }
    }
    if (verdict.kind !== 'append') return verdict
    if (this.#opensTooMany(header, before)) return { kind: 'storage-error', code: 'TOO_MANY_TRANSACTIONS' }
    const frame = this.#frame(batch, nowMs)
    frame.producerBefore = before
    rememberBatch(this, frame, header, marker)
    this.push(frame)
    return frame
  }

  #judge(
    { header, transactionGuard, transactionVersion }: AppendBatch,
    before: ProducerEntry | undefined,
    marker: EndMarker | undefined
  ): ProducerVerdict {
    if (!isTransactional(header.attributes)) return judgeProducer(before, header)
    if (isControl(header.attributes)) {
      assert(marker !== undefined, 'a control batch of a producer holds an end marker')
      return judgeMarker(before, header, marker, transactionVersion ?? 1)
    }
    const verification = this.verifications?.get(header.producerId)
    return judgeProducer(before, header, { guard: transactionGuard, verification })
  }

  #opensTooMany({ attributes }: BatchHeader, before: ProducerEntry | undefined): boolean {
    if (!isTransactional(attributes) || isControl(attributes)) return false
    if (before !== undefined && before.transactionFirstOffset >= 0) return false
    return (this.transactions?.openCount ?? 0) >= openTransactionsPerPartitionMax
  }

  #frame(batch: AppendBatch, nowMs: number): TailBatch {
    const { header } = batch
    const copied = batch.bytes.byteLength * pinnedShareMax < batch.pinnedBytes
    const bytes = copied ? Buffer.from(batch.bytes) : batch.bytes
    patchBaseOffset(bytes, 0, this.endOffset)
    patchPartitionLeaderEpoch(bytes, 0, this.leaderEpoch)
    const byAppendTime = this.topic.config.timestampType === 'log-append-time'
    if (byAppendTime) patchLogAppendTime(bytes, 0, nowMs)
    return new TailBatch(this, {
      bytes,
      baseOffset: this.endOffset,
      lastOffset: this.endOffset + header.lastOffsetDelta,
      maxTimestampMs: byAppendTime ? nowMs : header.maxTimestamp,
      appendTimeMs: nowMs,
      pinnedBytes: copied ? bytes.byteLength : Math.max(batch.pinnedBytes, bytes.byteLength),
      memory: copied ? undefined : batch.memory,
      producerId: header.producerId,
      producerBefore: undefined
    })
  }

  /** Puts a batch at the end; used by `append` and by recovery. */
  push(frame: TailBatch): void {
    assert(frame.baseOffset >= this.endOffset, 'a batch is appended at the end')
    this.tail ??= new Tail()
    this.tail.push(frame)
    this.endOffset = frame.lastOffset + 1
    this.host.tailChanged(this, frame.pinnedBytes)
  }

  becameDurable(frame: TailBatch): void {
    assert(frame.baseOffset >= this.highWatermark, 'batches become durable in order')
    this.highWatermark = frame.lastOffset + 1
    if (frame.ended !== undefined) this.transactions?.endedForGood(frame.ended)
    this.checkpointEntry = undefined
    this.host.moved(this)
  }

  /** Takes the newest batch back: the journal could not take it. */
  rollBack(frame: TailBatch): void {
    assert(this.tail !== undefined, 'a batch that failed is in the tail')
    this.tail.pop(frame)
    this.endOffset = frame.baseOffset
    this.host.tailChanged(this, -frame.pinnedBytes)
    if (frame.producerId !== -1) takeBackBatch(this, frame)
  }

  /** Answer for a frame that has been settled. */
  resultOf(frame: TailBatch): AppendResult {
    const byAppendTime = this.topic.config.timestampType === 'log-append-time'
    return {
      kind: 'appended',
      baseOffset: frame.baseOffset,
      appendTimeMs: byAppendTime ? frame.maxTimestampMs : noTimestamp,
      logStartOffset: this.logStartOffset
    }
  }

  /** Moves the log start, which is durable, and lets go of what lies before it. */
  advanceLogStart(offset: number): void {
    if (offset <= this.logStartOffset) return
    assert(offset <= this.highWatermark, 'the log start stays within what is durable')
    this.logStartOffset = offset
    this.checkpointEntry = undefined
    this.corrupt?.dropBefore(offset)
    this.forgetAbortedBefore(offset)
    this.host.moved(this)
  }

  /** Drops the oldest batches of the tail that end before the offset. */
  dropTailBefore(offset: number): void {
    const { tail } = this
    if (tail === undefined) return
    const count = tail.indexOf(offset)
    if (count > 0) this.dropTail(count)
  }

  /** Drops the oldest `count` batches of the tail: they are in a segment or below the log start. */
  dropTail(count: number): void {
    const { tail } = this
    assert(tail !== undefined, 'only a tail that exists can be shortened')
    const pinned = tail.pinnedBytes
    tail.dropFirst(count)
    this.host.tailChanged(this, tail.pinnedBytes - pinned)
    if (tail.count === 0) this.tail = undefined
    // With segments, entries of aborted transactions are needed until a sync has made those of the index durable.
    if (this.segments === undefined) this.forgetAbortedBefore(this.tailOffset)
  }

  /** Transactions that were aborted below the offset are in durable segments, or nobody reads there any more. */
  forgetAbortedBefore(offset: number): void {
    this.transactions?.forgetAbortedBefore(offset)
    if (this.transactions?.isEmpty === true) this.transactions = undefined
  }

  watch(listener: () => void): () => void {
    const listeners = (this.#listeners ??= [])
    listeners.push(listener)
    return () => {
      const index = listeners.indexOf(listener)
      if (index >= 0) listeners.splice(index, 1)
      if (listeners.length === 0 && this.#listeners === listeners) this.#listeners = undefined
    }
  }

  notify(): void {
    if (this.#listeners === undefined) return
    for (const listener of this.#listeners.slice()) listener()
  }
}
