/**
 * One partition: where its log begins and ends, what of it is durable, its newest batches in memory, what it
 * remembers of producers, and its segments when the engine has any.
 *
 * `append` decides and changes the state at once; the journal then tells each batch, in order, that it became
 * durable, or, in reverse order, that it failed. In between, `endOffset` is ahead of `highWatermark`. There
 * may be ten thousand partitions that nobody uses, so that everything that can wait is made on first use.
 */
import { assert } from '@naru/base'
import { noTimestamp, patchBaseOffset, patchLogAppendTime, patchPartitionLeaderEpoch } from '@naru/protocol'
import { pinnedShareMax } from '../limits.ts'
import type { AppendBatch, AppendResult, PartitionState } from '../ports/index.ts'
import type { PartitionSegments } from '../segments/index.ts'
import type { CorruptRanges } from './corrupt-ranges.ts'
import type { PartitionHost, TopicLogs } from './partition-host.ts'
import { isIdempotent, judgeProducer, producerAfter, ProducerTable } from './producer-state.ts'
import { TailBatch } from './tail-batch.ts'
import { Tail } from './tail.ts'
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
  producers: ProducerTable | undefined = undefined
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
      lastStableOffset: this.highWatermark,
      leaderEpoch: this.leaderEpoch,
      ownerEpoch: this.ownerEpoch,
      sizeBytes: this.sizeBytes
    }
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
    const idempotent = isIdempotent(header)
    const before = idempotent ? this.producers?.get(header.producerId) : undefined
    const verdict = judgeProducer(before, header)
    if (verdict.kind === 'duplicate') {
      const { baseOffset, timestampMs } = verdict.batch
      return { kind: 'duplicate', baseOffset, appendTimeMs: timestampMs, logStartOffset: this.logStartOffset }
    }
    if (verdict.kind !== 'append') return verdict
    const frame = this.#frame(batch, nowMs)
    if (idempotent) {
      frame.producerBefore = before
      const appended = { baseOffset: frame.baseOffset, timestampMs: frame.maxTimestampMs, nowMs }
      this.producers ??= new ProducerTable()
      this.producers.set(producerAfter(before, header, appended), this.host.producersPerPartitionMax)
    }
    this.push(frame)
    return frame
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
    this.checkpointEntry = undefined
    this.host.moved(this)
  }

  /** Takes the newest batch back: the journal could not take it. */
  rollBack(frame: TailBatch): void {
    assert(this.tail !== undefined, 'a batch that failed is in the tail')
    this.tail.pop(frame)
    this.endOffset = frame.baseOffset
    this.host.tailChanged(this, -frame.pinnedBytes)
    if (frame.producerId !== -1) this.producers?.restore(frame.producerId, frame.producerBefore)
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
