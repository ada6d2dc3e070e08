/**
 * One batch in memory: from `append` until it is in a segment. It is the frame that the journal writes, too,
 * so that there is one object per batch on the way.
 */
import { FrameKind, FrameState, type JournalFrame } from '../journal/commit-log.ts'
import type { SharedMemory } from '../ports/index.ts'
import type { AbortedTransactionEntry } from '../segments/index.ts'
import type { PartitionLog } from './partition-log.ts'
import type { ProducerEntry } from './producer-state.ts'
import type { EndedTransaction } from './transactions.ts'

export interface TailBatchFields {
  readonly bytes: Uint8Array
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestampMs: number
  readonly appendTimeMs: number
  readonly pinnedBytes: number
  /** What the bytes lie in, where it is used again. */
  readonly memory: SharedMemory | undefined
  /** -1 when the producer is not idempotent. */
  readonly producerId: number
  /** What was known of the producer before, to be put back when the append fails. */
  readonly producerBefore: ProducerEntry | undefined
}

export class TailBatch implements JournalFrame {
  readonly kind: FrameKind = FrameKind.batch
  readonly log: PartitionLog
  /** The final bytes of the batch. */
  readonly payload: Uint8Array
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestampMs: number
  readonly appendTimeMs: number
  readonly pinnedBytes: number
  readonly memory: SharedMemory | undefined
  readonly producerId: number
  /** Where in the journal the batch is kept; 0 while it is on its way. */
  position: number
  state: FrameState
  producerBefore: ProducerEntry | undefined
  /** The producer that was forgotten to make room for this one, to be put back likewise. */
  producerForgotten: ProducerEntry | undefined
  /** The transaction that this batch, a marker, has ended. */
  ended: EndedTransaction | undefined
  failure: string

  constructor(log: PartitionLog, fields: TailBatchFields) {
    this.log = log
    this.payload = fields.bytes
    this.baseOffset = fields.baseOffset
    this.lastOffset = fields.lastOffset
    this.maxTimestampMs = fields.maxTimestampMs
    this.appendTimeMs = fields.appendTimeMs
    this.pinnedBytes = fields.pinnedBytes
    this.memory = fields.memory
    // For the journal, until it has told how it went.
    this.memory?.hold()
    this.producerId = fields.producerId
    this.position = 0
    this.state = FrameState.pending
    this.producerBefore = fields.producerBefore
    this.producerForgotten = undefined
    this.ended = undefined
    this.failure = ''
  }

  /** The same bytes, as the segments call them. */
  get bytes(): Uint8Array {
    return this.payload
  }

  /** What the segment has to note in its transaction index. */
  get aborted(): AbortedTransactionEntry | undefined {
    return this.ended?.aborted === true ? this.ended : undefined
  }

  get topicId(): Uint8Array {
    return this.log.topic.idBytes
  }

  get partition(): number {
    return this.log.partition
  }

  get leaderEpoch(): number {
    return this.log.leaderEpoch
  }

  onDurable(position: number): void {
    this.state = FrameState.durable
    this.producerBefore = undefined
    this.producerForgotten = undefined
    this.position = position
    this.log.becameDurable(this)
    this.memory?.release()
  }

  onFailed(code: string): void {
    this.state = FrameState.failed
    this.failure = code
    this.log.rollBack(this)
    this.producerBefore = undefined
    this.producerForgotten = undefined
    this.memory?.release()
  }
}
