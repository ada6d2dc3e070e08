/** The first block of a journal file, and frames that only say something by their kind. */
import { FrameKind, noPayload, noTopicId, type JournalFrame } from './commit-log.ts'
import { writeFrame } from './frame.ts'
import { blockBytes } from './journal-position.ts'

/** A frame that only says something by its kind. */
export function plainFrame(kind: FrameKind, wallMs: number): JournalFrame {
  return {
    kind,
    topicId: noTopicId,
    partition: 0,
    leaderEpoch: 0,
    baseOffset: 0,
    lastOffset: 0,
    appendTimeMs: wallMs,
    payload: noPayload,
    onDurable: () => undefined,
    onFailed: () => undefined
  }
}

export interface Opening {
  /** The file before this one, 0 for the first, and where its content ends. */
  readonly generation: number
  readonly bytes: number
  readonly durable: number
  readonly wallMs: number
}

/** The first block of a file, with the opening frame in it twice: one of them may be damaged. */
export function openingBlock(
  file: { readonly generation: number; readonly seed: number },
  before: Opening
): Buffer {
  const frame: JournalFrame = {
    ...plainFrame(FrameKind.opening, before.wallMs),
    partition: before.generation,
    baseOffset: before.bytes,
    lastOffset: before.bytes
  }
  const block = Buffer.alloc(blockBytes)
  const place = { ...file, start: 0, sequence: 0, durable: before.durable, following: 0 }
  writeFrame(block, 0, frame, place)
  writeFrame(block, blockBytes / 2, frame, place)
  return block
}
