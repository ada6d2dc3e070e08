/** The fact that a partition begins later than before: records were deleted or have expired. */
import { FrameKind, FrameState, noPayload, type JournalFrame } from '../journal/commit-log.ts'
import type { PartitionLog } from './partition-log.ts'

export class LogStartFrame implements JournalFrame {
  readonly kind: FrameKind = FrameKind.logStart
  readonly payload: Uint8Array = noPayload
  readonly log: PartitionLog
  readonly baseOffset: number
  readonly lastOffset: number
  readonly appendTimeMs: number
  state: FrameState
  failure: string

  constructor(log: PartitionLog, logStartOffset: number, appendTimeMs: number) {
    this.log = log
    this.baseOffset = logStartOffset
    this.lastOffset = logStartOffset
    this.appendTimeMs = appendTimeMs
    this.state = FrameState.pending
    this.failure = ''
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

  onDurable(_position: number): void {
    this.state = FrameState.durable
    this.log.advanceLogStart(this.baseOffset)
  }

  onFailed(code: string): void {
    this.state = FrameState.failed
    this.failure = code
  }
}
