/**
 * Makes checkpoints: syncs the segments, notes what they hold, and lets the journal files before that go. What
 * a checkpoint no longer mentions - folders of removed topics, segments below the log start - is taken away
 * after it, so that a start from the checkpoint before finds everything that it expects.
 */
import type { Clock, Logger } from '@naru/base'
import { isUntouched, partitionEntry, type CheckpointHeader } from '../checkpoint/checkpoint.ts'
import { removeOldCheckpoints, writeCheckpoint, type CheckpointPlace } from '../checkpoint/checkpoint-file.ts'
import type { Failpoint } from '../failpoints.ts'
import type { JournalFiles } from '../journal/journal-files.ts'
import { bytesOf, generationOf, journalPosition } from '../journal/journal-position.ts'
import type { StorageLimits } from '../limits.ts'
import { imageRecords } from '../metadata/image.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import type { PartitionedLog } from '../partition/partitioned-log.ts'
import type { RetentionClock } from '../partition/retention-clock.ts'
import type { MetadataStore } from '../ports/index.ts'
import { inParallel } from './in-parallel.ts'
import type { PartitionFolders } from './partition-folders.ts'
import type { ScopedTimers } from './scoped-timers.ts'
import type { WriteOut } from './write-out.ts'

/** Lines of one section of the file. */
const sectionBytes = 64 * 1024

/** Partitions that are noted before others get their turn. */
const partitionsPerTurn = 500

/** Segments that are synced at the same time. */
const parallelSyncs = 16

/** A start should not have to read more of the journal than this after a while without writes. */
const replayBytesIdleMax = 1024 * 1024

/** However much there is to do, this much time lies between two checkpoints. */
const pauseMs = 500

export interface CheckpointerOptions {
  readonly place: CheckpointPlace
  readonly log: PartitionedLog
  readonly metadata: MetadataStore
  readonly journal: { readonly position: number; sync(): Promise<void> }
  readonly files: JournalFiles
  readonly writeOut: WriteOut
  readonly folders: PartitionFolders
  readonly limits: StorageLimits
  readonly clock: Clock
  readonly timers: ScopedTimers
  readonly retentionClock: RetentionClock
  readonly logger: Logger
  readonly synced: boolean
  readonly failpoint?: Failpoint | undefined
  /** The last checkpoint, undefined before the first one. */
  readonly last: CheckpointHeader | undefined
}

export class Checkpointer {
  readonly #options: CheckpointerOptions
  #number: number
  #replayFrom: number
  #metadataVersion: number
  #lastMs: number
  /** Log starts have moved since the last checkpoint. */
  #trimmed = new Set<PartitionLog>()
  /** Cleaned segments, or files that they have replaced, wait for further checkpoints. */
  readonly #compacted = new Set<PartitionLog>()
  count = 0

  constructor(options: CheckpointerOptions) {
    const { last } = options
    this.#options = options
    this.#number = last?.number ?? 0
    this.#replayFrom = last?.replayFrom ?? 0
    this.#metadataVersion = last?.metadataVersion ?? 0
    this.#lastMs = options.clock.monotonicMs()
    for (const { partitions } of options.log.topics.values()) {
      for (const log of partitions) if (log.segments?.hasSwaps === true) this.#compacted.add(log)
    }
  }

  /** Journal bytes that a start would have to replay now. */
  get replayBytes(): number {
    return this.#bytesSince(this.#replayFrom)
  }

  /** The journal position before which tails are not to be left. */
  get horizon(): number {
    const { journal, limits } = this.#options
    const files = Math.ceil(limits.checkpointAfterBytes / 2 / limits.journalFileBytes)
    return journalPosition(Math.max(0, generationOf(journal.position) - files), 0)
  }

  /** The log start of a partition has moved, so that segments may go after the next checkpoint. */
  trimmed(log: PartitionLog): void {
    this.#trimmed.add(log)
  }

  /** Segments of the partition were compacted, so that the next checkpoint exchanges them. */
  compacted(log: PartitionLog): void {
    log.checkpointEntry = undefined
    this.#options.writeOut.recent.forget(log)
    this.#compacted.add(log)
  }

  /** Whether a checkpoint is due; `pressed` when the journal has no room left. */
  isDue(pressed: boolean): boolean {
    const { limits, clock, folders, writeOut } = this.#options
    const passedMs = clock.monotonicMs() - this.#lastMs
    if (passedMs < pauseMs) return false
    if (pressed || folders.removalsWait || this.replayBytes >= limits.checkpointAfterBytes) return true
    if (!this.hasNews) return false
    const allWritten = [...writeOut.dirty].every((log) => log.tail === undefined)
    return passedMs >= limits.checkpointAfterMs || (allWritten && passedMs >= 2 * pauseMs)
  }

  /** Whether a checkpoint would say anything that the last one does not, or something waits for it. */
  get hasNews(): boolean {
    const { writeOut, metadata, folders } = this.#options
    if (folders.removalsWait) return true
    if (this.#trimmed.size > 0 || this.#compacted.size > 0 || this.replayBytes > replayBytesIdleMax)
      return true
    if (metadata.image.version !== this.#metadataVersion) return true
    for (const log of writeOut.dirty) if (log.writeOut?.unsyncedFrom !== 0) return true
    return false
  }

  /** `relieve` is called now and then, so that memory does not fill up while many files are synced. */
  async run(relieve: () => Promise<void>): Promise<void> {
    const { journal, writeOut, folders, synced } = this.#options
    this.#lastMs = this.#options.clock.monotonicMs()
    const { removed } = folders
    // The checkpoint will know of at least these log starts: a start from it misses nothing below them.
    const trimmed = [...this.#trimmed].map((log) => ({ log, logStartOffset: log.logStartOffset }))
    this.#trimmed = new Set()
    try {
      await writeOut.carryForward(this.horizon)
      if (!synced) await journal.sync()
      const { position } = journal
      await this.#syncSegments(relieve)
      await this.#write(Math.min(position, writeOut.oldestPosition()))
      await folders.renameRemoved(removed)
      await this.#exchangeSegments()
      await this.#dropSegments(trimmed)
    } catch (error) {
      for (const { log } of trimmed) this.#trimmed.add(log)
      throw error
    }
    await this.#options.failpoint?.('checkpoint-done')
  }

  async #syncSegments(relieve: () => Promise<void>): Promise<void> {
    const { writeOut, failpoint } = this.#options
    await failpoint?.('checkpoint-segments')
    const unsynced = [...writeOut.dirty]
    for (let index = 0; index < unsynced.length; index += partitionsPerTurn) {
      if (writeOut.stopped) return
      await inParallel(unsynced.slice(index, index + partitionsPerTurn), parallelSyncs, (log) =>
        writeOut.sync(log)
      )
      await relieve()
    }
  }

  async #write(replayFrom: number): Promise<void> {
    const { place, metadata, files } = this.#options
    const { image } = metadata
    const partitions = [...this.#options.log.topics.values()].flatMap((topic) => topic.partitions)
    const header: CheckpointHeader = {
      number: this.#number + 1,
      clusterId: image.clusterId,
      replayFrom,
      previousReplayFrom: this.#replayFrom,
      metadataVersion: image.version,
      partitionCount: partitions.length,
      retentionMs: this.#options.retentionClock.nowMs()
    }
    const content = { metadata: imageRecords(image), partitions: this.#lines(partitions) }
    await writeCheckpoint(place, header, content)
    this.#number = header.number
    this.#replayFrom = replayFrom
    this.#metadataVersion = image.version
    this.count++
    await removeOldCheckpoints(place, header.number)
    await files.release(generationOf(Math.min(replayFrom, header.previousReplayFrom)))
    this.#options.logger.log('debug', 'checkpoint', { number: header.number, replayFrom })
  }

  async *#lines(partitions: readonly PartitionLog[]): AsyncGenerator<Uint8Array> {
    let lines: Buffer[] = []
    let bytes = 0
    for (const [index, log] of partitions.entries()) {
      if (index % partitionsPerTurn === partitionsPerTurn - 1) await this.#turn()
      if (log.removed || isUntouched(log)) continue
      const entry = partitionEntry(log, this.#options)
      lines.push(entry)
      bytes += entry.byteLength
      if (bytes < sectionBytes) continue
      yield Buffer.concat(lines)
      lines = []
      bytes = 0
    }
    if (bytes > 0) yield Buffer.concat(lines)
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#options.timers.soon(resolve))
  }

  /** What compaction has written comes into its place, and what it has replaced goes. */
  async #exchangeSegments(): Promise<void> {
    for (const log of this.#compacted) {
      const { segments } = log
      if (segments !== undefined && !log.removed) {
        log.checkpointEntry = undefined
        await segments.checkpointed()
        const { fileDeleteDelayMs } = log.topic.config
        this.#options.timers.later(fileDeleteDelayMs, () => segments.purgeReplaced(fileDeleteDelayMs))
      }
      if (segments?.hasSwaps !== true || log.removed) this.#compacted.delete(log)
    }
  }

  /** Whole segments below the log start go; their files after the topic's delay. */
  async #dropSegments(
    trimmed: readonly { readonly log: PartitionLog; readonly logStartOffset: number }[]
  ): Promise<void> {
    for (const { log, logStartOffset } of trimmed) {
      const { segments } = log
      if (segments === undefined || log.removed || segments.startOffset >= logStartOffset) continue
      await segments.dropBefore(logStartOffset)
      log.checkpointEntry = undefined
      this.#options.timers.later(log.topic.config.fileDeleteDelayMs, () => segments.purge())
    }
  }

  #bytesSince(position: number): number {
    const { journal, limits } = this.#options
    const files = generationOf(journal.position) - generationOf(position)
    return files * limits.journalFileBytes + bytesOf(journal.position) - bytesOf(position)
  }
}
