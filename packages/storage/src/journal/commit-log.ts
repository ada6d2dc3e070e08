/**
 * What the partitions and the metadata ask of the journal: put frames into the group that is gathering, tell
 * them in order when the group is durable, or in reverse order that it failed. The memory engine answers the
 * same interface at once.
 */

/** What a frame holds; the numbers are on disk. */
export const FrameKind = {
  /** First in a file: which file and position came before. */
  opening: 1,
  batch: 2,
  /** A batch that was in an older file which is to be overwritten. */
  carriedBatch: 3,
  metadata: 4,
  /** The new log start of a partition is the base offset. */
  logStart: 5,
  /** Nothing but the durable position in its header. */
  marker: 6,
  /** Writes with a smaller sequence at or after this position failed and were never acknowledged. */
  abandoned: 7,
  /** The engine was closed: everything before is durable and complete. */
  closing: 8,
  /** Last in a file: the journal goes on in the file whose generation is the partition. */
  rolled: 9
} as const
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind]

export interface JournalFrame {
  readonly kind: FrameKind
  /** 16 bytes; zeros where no topic is meant. */
  readonly topicId: Uint8Array
  readonly partition: number
  readonly leaderEpoch: number
  readonly baseOffset: number
  readonly lastOffset: number
  /** Wall time of the append. */
  readonly appendTimeMs: number
  readonly payload: Uint8Array
  /** The group is durable at this journal position. Calls come in the order of `add`. */
  onDurable(position: number): void
  /** The group was not written and never will be. Calls come in the reverse order of `add`. */
  onFailed(code: string): void
}

/** A group of frames that become durable together. */
export interface Commit {
  /** Resolves when every frame of the group has been told how it ended; never rejects. */
  readonly settled: Promise<void>
}

export interface CommitLog {
  /** Adds to the group that is gathering. */
  add(frame: JournalFrame): Commit
  /** The newest group that has frames and is not settled; undefined when everything is settled. */
  readonly current: Commit | undefined
}

/** How the frame of an append ended. */
export const FrameState = { pending: 0, durable: 1, failed: 2 } as const
export type FrameState = (typeof FrameState)[keyof typeof FrameState]

export const noTopicId = new Uint8Array(16)
export const noPayload = new Uint8Array(0)
