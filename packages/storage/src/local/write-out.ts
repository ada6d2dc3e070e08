/**
 * Moves tails from memory to segments, in the background and in pieces. What is large goes first when memory
 * is short, what is oldest in the journal goes first otherwise; small tails wait until they have grown or gone
 * quiet, so that ten thousand partitions with a trickle each do not cost ten thousand small writes.
 */
import { assert, type Clock } from '@naru/base'
import type { Failpoint } from '../failpoints.ts'
import type { CommitLog } from '../journal/commit-log.ts'
import type { StorageLimits } from '../limits.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import type { PartitionedLog } from '../partition/partitioned-log.ts'
import { RecentBatches } from '../partition/recent-batches.ts'
import type { Tail } from '../partition/tail.ts'
import type { TailBatch } from '../partition/tail-batch.ts'
import { WriteOutState } from '../partition/write-out-state.ts'
import { CarriedBatch } from './carried-batch.ts'
import { inParallel } from './in-parallel.ts'
import type { PartitionFolders } from './partition-folders.ts'

/** Bytes of one write to a segment; then the next partition gets its turn. */
const pieceBytes = 8 * 1024 * 1024

/** Share of the memory for tails from which on large ones are written though they are neither old nor quiet. */
const busyShare = 1 / 3

/**
 * Share from which on small ones are, too, until so much is left. The later that begins, the more of them hold a second
 * batch, which costs no further write; it has to be over before what was throttled may go on.
 */
const shortShare = 2 / 3
const easedShare = 0.6

/** Small tails wait so many times longer for being quiet while there is much to write. */
const busyPatience = 2

/** Unsynced bytes in the segments of one partition after which they are synced, to spread the disk's work. */
const syncAfterBytes = 32 * 1024 * 1024

/** Partitions with large tails that are written at the same time. */
const parallelWrites = 2

/** Partitions with small ones: each is a few calls that wait for the disk and move hardly a byte. */
const parallelSmallWrites = 16

/** Small tails that are written before all are looked at again. */
const smallPerRound = 800

export interface WriteOutOptions {
  readonly log: PartitionedLog
  readonly clock: Clock
  readonly limits: StorageLimits
  readonly folders: PartitionFolders
  readonly commits: CommitLog
  readonly failpoint?: Failpoint | undefined
}

export class WriteOut {
  readonly #options: WriteOutOptions
  /** Partitions with a tail, or with segments that are not synced. */
  readonly dirty = new Set<PartitionLog>()
  readonly recent: RecentBatches = new RecentBatches()
  writtenBytes = 0
  stopped = false

  constructor(options: WriteOutOptions) {
    this.#options = options
  }

  /** A tail grew or shrank. */
  tailChanged(log: PartitionLog, pinnedBytes: number): void {
    if (pinnedBytes < 0) return
    this.#limitRecent()
    const nowMs = this.#options.clock.monotonicMs()
    if (log.writeOut === undefined) {
      log.writeOut = new WriteOutState(nowMs)
      this.dirty.add(log)
    }
    if (log.tail === undefined || log.tail.count <= 1) log.writeOut.firstMs = nowMs
    log.writeOut.lastMs = nowMs
  }

  get isBusy(): boolean {
    return this.#exceeds(busyShare)
  }

  /** Whether there is something to write now that the partition has grown. */
  isDueBy(log: PartitionLog): boolean {
    return this.#exceeds(shortShare) || (this.isBusy && this.#isLarge(log))
  }

  #exceeds(share: number): boolean {
    return this.#options.log.tailPinnedBytes > this.#options.limits.tailBytesMax * share
  }

  /** Where in the journal the first batch stands that is not surely in segments; infinity when there is none. */
  oldestPosition(): number {
    let oldest = Number.POSITIVE_INFINITY
    for (const log of this.dirty) oldest = Math.min(oldest, positionOf(log))
    return oldest
  }

  /**
   * Writes a piece of each tail that is due; `horizon` is the journal position before which nothing should be
   * left. Resolves to whether anything was due.
   */
  async round(horizon: number): Promise<boolean> {
    const due = this.#due(horizon)
    if (due.length === 0) return this.#exceeds(shortShare) && this.#writeLargest()
    const large = due.filter((log) => this.#isLarge(log))
    const small = due.filter((log) => !this.#isLarge(log)).slice(0, smallPerRound)
    const write = (log: PartitionLog): Promise<void> => (this.stopped ? Promise.resolve() : this.write(log))
    await inParallel(large, parallelWrites, write)
    await inParallel(small, parallelSmallWrites, write)
    return true
  }

  #isLarge({ tail }: PartitionLog): boolean {
    return (tail?.bytes ?? 0) >= this.#options.limits.tailWriteOutBytes
  }

  /** Partitions whose tail is to be written now, in order. */
  #due(horizon: number): PartitionLog[] {
    const { clock, limits } = this.#options
    const nowMs = clock.monotonicMs()
    const isBusy = this.isBusy
    const due: PartitionLog[] = []
    for (const log of this.dirty) {
      const { tail, writeOut } = log
      if (
        writeOut === undefined ||
        tail === undefined ||
        log.removed ||
        log.highWatermark <= log.tailOffset
      ) {
        continue
      }
      if (this.#options.folders.isBlocked(log)) continue
      const large = this.#isLarge(log)
      const old = nowMs - writeOut.firstMs >= limits.tailAgeMs || positionOf(log) < horizon
      const quietMs = limits.tailQuietMs * (isBusy && !large ? busyPatience : 1)
      const quiet = nowMs - writeOut.lastMs >= quietMs
      if (quiet || (large && (old || isBusy))) due.push(log)
    }
    return due.sort((a, b) => positionOf(a) - positionOf(b))
  }

  /**
   * Only small tails are left and memory is short all the same. Of those that are alike the newest go first: when all
   * partitions take their batches in turn, the oldest is the next one to grow.
   */
  async #writeLargest(): Promise<boolean> {
    const { folders } = this.#options
    const largest = [...this.dirty]
      .filter((log) => log.highWatermark > log.tailOffset && !log.removed && !folders.isBlocked(log))
      .sort((a, b) => pinnedBytesOf(b) - pinnedBytesOf(a) || tailPosition(b) - tailPosition(a))
      .slice(0, smallPerRound)
    await inParallel(largest, parallelSmallWrites, (log) =>
      this.stopped || !this.#exceeds(easedShare) ? Promise.resolve() : this.write(log)
    )
    return largest.length > 0
  }

  /** Writes a piece of a tail to its segments and lets go of the memory. */
  async write(log: PartitionLog): Promise<void> {
    const { folders, failpoint } = this.#options
    const { writeOut } = log
    if (writeOut === undefined || writeOut.busy || log.removed) return
    const batches = durablePiece(log)
    const first = batches[0]
    if (first === undefined) return
    writeOut.busy = true
    // A topic that is removed drops its tail at once.
    for (const { memory } of batches) memory?.hold()
    try {
      await failpoint?.('write-out')
      const segments = await folders.segmentsOf(log)
      if (writeOut.unsyncedFrom === 0) writeOut.unsyncedFrom = first.position
      await segments.write(batches, log.topic.config)
      await failpoint?.('written-out')
    } finally {
      writeOut.busy = false
      this.#letGo(log, batches)
      for (const { memory } of batches) memory?.release()
    }
    if (writeOut.unsyncedBytes >= syncAfterBytes) await this.sync(log)
  }

  /** Drops from memory what has arrived in the segments, which may be less than was asked for. */
  #letGo(log: PartitionLog, batches: readonly TailBatch[]): void {
    const { segments, writeOut } = log
    if (segments === undefined || writeOut === undefined) return
    const { endOffset } = segments
    const written = batches.filter(({ lastOffset }) => lastOffset < endOffset)
    for (const { payload } of written) {
      writeOut.unsyncedBytes += payload.byteLength
      this.writtenBytes += payload.byteLength
    }
    log.checkpointEntry = undefined
    log.dropTailBefore(Math.max(endOffset, log.logStartOffset))
    // Who reads a compacted log wants what compaction leaves of it.
    if (log.removed || log.topic.config.cleanupPolicy.compact) return
    this.recent.keep(log, written)
    this.#limitRecent()
  }

  #limitRecent(): void {
    const { log, limits } = this.#options
    this.recent.shrinkTo(limits.recentBytesMax - log.tailPinnedBytes)
  }

  /** Makes the segments of a partition durable. */
  async sync(log: PartitionLog): Promise<void> {
    const { writeOut, segments } = log
    if (writeOut === undefined || segments === undefined || log.removed) return
    assert(!writeOut.busy, 'a partition is written or synced, not both')
    if (writeOut.unsyncedFrom === 0) return this.#forgetClean(log)
    await segments.sync()
    log.forgetAbortedBefore(segments.syncedEndOffset)
    writeOut.unsyncedBytes = 0
    writeOut.unsyncedFrom = 0
    log.checkpointEntry = undefined
    this.#forgetClean(log)
  }

  #forgetClean(log: PartitionLog): void {
    if (log.writeOut?.unsyncedFrom !== 0 || log.tail !== undefined) return
    log.writeOut = undefined
    this.dirty.delete(log)
  }

  /** Copies small tails that stand before the horizon to the end of the journal, with one sync for all. */
  async carryForward(horizon: number): Promise<void> {
    if (this.#carriedBefore(horizon).length === 0) return
    await this.#options.failpoint?.('carry-forward')
    let commit = undefined
    for (const { tail } of this.#carriedBefore(horizon)) {
      // Also what is still on its way to the journal: it will stand before these copies, and a tail whose first
      // batch stands behind a later one would let go of the file that holds the later one.
      for (let index = 0; index < (tail?.count ?? 0); index++) {
        commit = this.#options.commits.add(new CarriedBatch((tail as Tail).at(index)))
      }
    }
    await commit?.settled
    await this.#options.failpoint?.('carried-forward')
  }

  #carriedBefore(horizon: number): PartitionLog[] {
    return [...this.dirty].filter(
      (log) => log.tail !== undefined && log.writeOut?.unsyncedFrom === 0 && tailPosition(log) < horizon
    )
  }

  /** The topic of the partition was removed. */
  forget(log: PartitionLog): void {
    log.dropTailBefore(log.endOffset)
    this.recent.forget(log)
    log.writeOut = undefined
    this.dirty.delete(log)
  }

  /** The log start has moved: memory below it is free, unless it is just being written. */
  trimmed(log: PartitionLog): void {
    if (log.writeOut?.busy === true) return
    log.dropTailBefore(log.logStartOffset)
    if (log.writeOut !== undefined) this.#forgetClean(log)
  }
}

function pinnedBytesOf({ tail }: PartitionLog): number {
  return tail?.pinnedBytes ?? 0
}

/** Where in the journal the first batch of a tail stands; infinity when there is none, or none that is durable. */
function tailPosition(log: PartitionLog): number {
  const { tail } = log
  if (tail === undefined || tail.count === 0) return Number.POSITIVE_INFINITY
  const { position } = tail.at(0)
  return position === 0 ? Number.POSITIVE_INFINITY : position
}

function positionOf(log: PartitionLog): number {
  const unsynced = log.writeOut?.unsyncedFrom ?? 0
  return unsynced === 0 ? tailPosition(log) : unsynced
}

/** The oldest durable batches of a tail, as many as one write takes. */
function durablePiece(log: PartitionLog): TailBatch[] {
  const piece: TailBatch[] = []
  const { tail } = log
  let bytes = 0
  for (let index = 0; index < (tail?.count ?? 0); index++) {
    const batch = tail?.at(index)
    if (batch === undefined || batch.lastOffset >= log.highWatermark) break
    if (bytes > 0 && bytes + batch.payload.byteLength > pieceBytes) break
    piece.push(batch)
    bytes += batch.payload.byteLength
  }
  return piece
}
