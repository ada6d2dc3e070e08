/**
 * The shared journal: gathers frames into groups, has one group written at a time, and tells the frames in
 * order how it went. While a group is being synced the next one gathers, so that many producers share a sync.
 *
 * A group that could not be written takes all groups behind it along, since they were decided on top of it.
 * When the journal is broken nothing is acknowledged any more, and `onBroken` is told once.
 */
import { errorCode, NaruError, type Clock, type Timer, type Timers } from '@naru/base'
import { FrameKind, type Commit, type CommitLog, type JournalFrame } from './commit-log.ts'
import type { DurableNote } from './durable-note.ts'
import { frameBytes } from './frame.ts'
import { isPassing } from './journal-trouble.ts'
import { groupBytes, type JournalWriter } from './journal-writer.ts'
import { plainFrame } from './opening-block.ts'

/** A group that has grown to this is closed, and the next one is begun. */
const groupBytesMax = 8 * 1024 * 1024

/** A quarter of a file at most, so that little of it is wasted when the next group does not fit. */
const groupsPerFileMin = 4

/** After this much silence a marker makes known that the last group is durable. */
const markerAfterMs = 50

export interface JournalOptions {
  readonly writer: JournalWriter
  readonly clock: Clock
  readonly timers: Timers
  readonly synced: boolean
  readonly fileBytes: number
  /** The last thing in the journal that was found tells a clean stop. */
  readonly closed: boolean
  /** None where groups are not synced. */
  readonly note?: DurableNote | undefined
  /** The frames of a group have been told. */
  readonly afterGroup: () => void
  readonly onBroken: (error: unknown) => void
}

class Group implements Commit {
  readonly frames: JournalFrame[] = []
  readonly settled: Promise<void>
  bytes = 0
  resolve: () => void = () => undefined

  constructor() {
    this.settled = new Promise((resolve) => {
      this.resolve = resolve
    })
  }
}

function push(group: Group, frame: JournalFrame): void {
  group.frames.push(frame)
  group.bytes += frameBytes(frame.payload.byteLength)
}

/** The same content, with nobody who waits for it. */
function copyOf(frame: JournalFrame): JournalFrame {
  const { kind, topicId, partition, leaderEpoch, baseOffset, lastOffset, appendTimeMs, payload } = frame
  const fields = { kind, topicId, partition, leaderEpoch, baseOffset, lastOffset, appendTimeMs, payload }
  return { ...fields, onDurable: () => undefined, onFailed: () => undefined }
}

export class Journal implements CommitLog {
  readonly #options: JournalOptions
  readonly #groupBytesMax: number
  /** Groups that are not settled, the one being written first. */
  #groups: Group[] = []
  #running = false
  #broken: string | undefined
  #markerTimer: Timer | undefined
  #lastWriteMs = 0
  #closed = false
  /** The last group is followed by a marker. */
  #marked = true
  groupCommits = 0
  groupCommitBytes = 0
  groupCommitMs = 0

  constructor(options: JournalOptions) {
    this.#options = options
    this.#groupBytesMax = Math.min(groupBytesMax, options.fileBytes / groupsPerFileMin)
  }

  get current(): Commit | undefined {
    return this.#groups.at(-1)
  }

  /** Everything before this position has been settled. */
  get position(): number {
    return this.#options.writer.position
  }

  add(frame: JournalFrame): Commit {
    let group = this.#groups.at(-1)
    // The first group of a running writer is on its way to the disk, so that nothing joins it.
    const closed = group === undefined || (this.#running && this.#groups.length === 1)
    if (group === undefined || closed || group.bytes >= this.#groupBytesMax) {
      group = new Group()
      this.#groups.push(group)
      if (this.#groups.length === 1) this.#options.timers.soon(() => this.#start())
    }
    push(group, frame)
    // Metadata is little, and a start cannot do without any of it: one of the two copies may be damaged.
    if (frame.kind === FrameKind.metadata) push(group, copyOf(frame))
    return group
  }

  /** Writes what waits, then the frame that tells a clean stop. Nothing may be added afterwards. */
  async close(): Promise<void> {
    for (let commit = this.current; commit !== undefined; commit = this.current) await commit.settled
    this.#closed = true
    this.#markerTimer?.cancel()
    try {
      if (this.#broken === undefined) await this.#writeClosing()
    } finally {
      const { writer, note } = this.#options
      await note?.close(this.#broken === undefined && writer.isOpen ? writer.position : undefined)
      await writer.close()
    }
  }

  /** Fails everything that is not being written already, and everything that is added later. */
  refuse(code: string): void {
    this.#closed = true
    this.#broken ??= code
    this.#markerTimer?.cancel()
  }

  /** Ends without another write; `refuse` came first. */
  async abandon(): Promise<void> {
    for (let commit = this.current; commit !== undefined; commit = this.current) await commit.settled
    await this.#options.note?.close(undefined)
    await this.#options.writer.close()
  }

  async #writeClosing(): Promise<void> {
    const { writer, synced, clock, closed } = this.#options
    if (closed && !writer.isOpen) return
    if (!synced) await writer.sync()
    try {
      await writer.write([plainFrame(FrameKind.closing, clock.wallMs())])
    } catch (error) {
      // On a full disk everything that was acknowledged is there; the next start only looks more closely.
      if (!isPassing(error)) throw error
    }
    if (!synced) await writer.sync()
  }

  #start(): void {
    if (this.#running) return
    this.#running = true
    this.#run().catch((error: unknown) => this.#break(error))
  }

  async #run(): Promise<void> {
    let writing: Promise<number> | undefined
    for (let group = this.#groups[0]; group !== undefined; group = this.#groups[0]) {
      try {
        const position = await (writing ?? this.#write(group))
        this.#groups.shift()
        writing = this.#writeNext()
        this.#settle(group, position)
        this.#options.note?.tell(this.#options.writer.position)
      } catch (error) {
        await writing?.catch(() => undefined)
        writing = undefined
        this.#fail(error)
      }
    }
    this.#running = false
    this.#armMarker()
  }

  /** The disk need not wait until all who wait for the group before have their answers. */
  #writeNext(): Promise<number> | undefined {
    const next = this.#groups[0]
    if (next === undefined) return undefined
    const writing = this.#write(next)
    // Awaited in the next turn of the loop, whatever the callbacks of the group before do.
    writing.catch(() => undefined)
    return writing
  }

  async #write(group: Group): Promise<number> {
    if (this.#broken !== undefined) throw new NaruError(this.#broken, 'the journal takes no more')
    const startMs = this.#options.clock.monotonicMs()
    const position = await this.#options.writer.write(group.frames)
    this.#lastWriteMs = this.#options.clock.monotonicMs()
    this.groupCommits++
    this.groupCommitBytes += groupBytes(group.frames)
    this.groupCommitMs += this.#lastWriteMs - startMs
    return position
  }

  #settle(group: Group, position: number): void {
    if (group.frames[0]?.kind !== FrameKind.marker) this.#marked = false
    try {
      for (const frame of group.frames) frame.onDurable(position)
      this.#options.afterGroup()
    } finally {
      group.resolve()
    }
  }

  /** Everything that waits was decided on top of the group that failed, and goes with it. */
  #fail(error: unknown): void {
    const code = errorCode(error) ?? 'EIO'
    const failed = this.#groups
    this.#groups = []
    for (const group of failed.toReversed()) {
      for (const frame of group.frames.toReversed()) frame.onFailed(code)
    }
    this.#options.afterGroup()
    for (const group of failed) group.resolve()
    if (!isPassing(error)) this.#break(error)
  }

  #break(error: unknown): void {
    if (this.#broken !== undefined) return
    this.#broken = errorCode(error) ?? 'EIO'
    this.#options.onBroken(error)
  }

  /** What was acknowledged last is known to be durable only by what is written after it. */
  #armMarker(): void {
    if (this.#marked || this.#markerTimer !== undefined || this.#broken !== undefined) return
    this.#markerTimer = this.#options.timers.after(markerAfterMs, () => this.#markerDue(), {
      background: true
    })
  }

  #markerDue(): void {
    this.#markerTimer = undefined
    const idleMs = this.#options.clock.monotonicMs() - this.#lastWriteMs
    if (this.#groups.length > 0 || this.#broken !== undefined) return
    if (idleMs < markerAfterMs) return this.#armMarker()
    this.#marked = true
    this.#mark().catch((error: unknown) => {
      if (!isPassing(error)) this.#break(error)
    })
  }

  async #mark(): Promise<void> {
    if (!this.#options.synced) await this.#options.writer.sync()
    if (this.#closed) return
    let failed = false
    const onFailed = (): void => void (failed = true)
    await this.add({ ...plainFrame(FrameKind.marker, this.#options.clock.wallMs()), onFailed }).settled
    if (failed && this.#broken === undefined) this.#options.note?.keep(this.position)
  }
}
