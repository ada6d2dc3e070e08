/** The journal of the engine that has none: what is added in one turn is settled together right after it. */
import type { Commit, CommitLog, JournalFrame } from '../journal/commit-log.ts'

/** Frames in memory have a position, too, since 0 means that a frame is on its way. */
const memoryPosition = 1

export class MemoryCommitLog implements CommitLog {
  readonly #afterGroup: () => void
  #frames: JournalFrame[] = []
  #commit: Commit | undefined
  groups = 0
  bytes = 0

  constructor(afterGroup: () => void) {
    this.#afterGroup = afterGroup
  }

  get current(): Commit | undefined {
    return this.#commit
  }

  add(frame: JournalFrame): Commit {
    this.#frames.push(frame)
    this.#commit ??= { settled: Promise.resolve().then(() => this.#settle()) }
    return this.#commit
  }

  #settle(): void {
    const frames = this.#frames
    this.#frames = []
    this.#commit = undefined
    this.groups++
    for (const frame of frames) {
      this.bytes += frame.payload.byteLength
      frame.onDurable(memoryPosition)
    }
    this.#afterGroup()
  }
}
