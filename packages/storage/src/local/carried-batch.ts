/** A batch that is written to the journal once more, because the file that holds it is to be overwritten. */
import { FrameKind, type JournalFrame } from '../journal/commit-log.ts'
import type { TailBatch } from '../partition/tail-batch.ts'

export class CarriedBatch implements JournalFrame {
  readonly kind: FrameKind = FrameKind.carriedBatch
  readonly batch: TailBatch

  constructor(batch: TailBatch) {
    this.batch = batch
    // The segment may have the batch, and its tail none of it any more, before the journal comes to it.
    batch.memory?.hold()
  }

  get topicId(): Uint8Array {
    return this.batch.topicId
  }

  get partition(): number {
    return this.batch.partition
  }

  get leaderEpoch(): number {
    return this.batch.leaderEpoch
  }

  get baseOffset(): number {
    return this.batch.baseOffset
  }

  get lastOffset(): number {
    return this.batch.lastOffset
  }

  get appendTimeMs(): number {
    return this.batch.appendTimeMs
  }

  get payload(): Uint8Array {
    return this.batch.payload
  }

  onDurable(position: number): void {
    this.batch.position = position
    this.batch.memory?.release()
  }

  onFailed(_code: string): void {
    // The batch stays where it is, and the file that holds it stays in use.
    this.batch.memory?.release()
  }
}
