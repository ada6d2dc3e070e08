/**
 * The segments of one partition, from the oldest to the one that is being written.
 *
 * Writes, syncs, rolls, drops and rebuilding of indexes take turns in the order of the calls. Reads need no
 * turn: they see the state of the last finished write. Nothing is durable before `sync` resolved, and
 * `manifest` tells of nothing else. After a failed sync every further call that changes something fails.
 */
import { assert, DiskError, errorCode } from '@naru/base'
import type { LogConfig } from '../ports/index.ts'
import { repairTransactions } from './aborted-lookup.ts'
import type { SegmentView } from './log-window.ts'
import type { SegmentContext } from './segment-context.ts'
import { SegmentFolder } from './segment-folder.ts'
import { SegmentList, type LargestTimestamp } from './segment-list.ts'
import type { ReadLimits } from './segment-reader.ts'
import { restoreSegments } from './segment-restore.ts'
import { removeSegment, SegmentSwaps, type Replacement } from './segment-swaps.ts'
import type { SegmentBatch } from './segment-state.ts'
import { Segment } from './segment.ts'
import { SegmentsReader, type SegmentsRead } from './segments-reader.ts'
import type { AbortedTransactionEntry, OffsetSpan } from './transaction-index.ts'
import type { SegmentManifest, SegmentProblem, SegmentsManifest } from './segments-manifest.ts'
import { Serial } from './serial.ts'

export interface RestoredSegments {
  readonly segments: PartitionSegments
  readonly problems: readonly SegmentProblem[]
}

const noSegments: readonly Segment[] = []

export class PartitionSegments {
  readonly #context: SegmentContext
  readonly #serial = new Serial()
  readonly #list = new SegmentList()
  readonly #folder: SegmentFolder
  readonly #swaps: SegmentSwaps
  readonly #reader: SegmentsReader
  /** Written or sealed since the last sync. */
  #unsynced: readonly Segment[] = noSegments
  /** Rises when compaction has exchanged segments: what was read before need not fit what is looked up after. */
  exchanges = 0
  #syncedEndOffset = 0
  #cleanedOffset = 0
  /** What `cleanedOffset` was before the replacements that wait, and is again when they are given up. */
  #cleanedBefore = 0
  #failure: unknown

  private constructor(context: SegmentContext, directory: string) {
    this.#context = context
    this.#folder = new SegmentFolder(context, directory)
    this.#swaps = new SegmentSwaps(context, directory)
    this.#reader = new SegmentsReader({ context, list: this.#list, swaps: this.#swaps, serial: this.#serial })
  }

  /** A partition without segments; the disk is not touched before the first write. */
  static fresh(context: SegmentContext, directory: string): PartitionSegments {
    return new PartitionSegments(context, directory)
  }

  /**
   * The partition as a manifest tells of it. Files are cut to its lengths, and files of segments that it does
   * not know are removed. What is missing of a .log is reported and answers `corrupt` to readers; missing or
   * damaged indexes are built anew when they are first needed.
   */
  static async restore(
    context: SegmentContext,
    directory: string,
    manifest: SegmentsManifest
  ): Promise<RestoredSegments> {
    const partition = new PartitionSegments(context, directory)
    const restored = await restoreSegments(context, directory, manifest)
    partition.#list.replace(restored.segments)
    partition.#list.endOffset = manifest.endOffset
    partition.#folder.restored(restored.folderExists, restored.renamed)
    partition.#swaps.keepAside(restored.aside)
    partition.#cleanedOffset = manifest.cleanedOffset ?? 0
    partition.#syncedEndOffset = manifest.endOffset
    return { segments: partition, problems: restored.problems }
  }

  get directory(): string {
    return this.#folder.path
  }

  /** First offset that is kept; the end when nothing is. */
  get startOffset(): number {
    return this.#list.startOffset
  }

  /** One beyond the last offset that was written. */
  get endOffset(): number {
    return this.#list.endOffset
  }

  /** One beyond the last offset that is durable with its indexes. */
  get syncedEndOffset(): number {
    return this.#syncedEndOffset
  }

  /** Bytes in all .log files. */
  get sizeBytes(): number {
    return this.#list.sizeBytes
  }

  get segmentCount(): number {
    return this.#list.all.length
  }

  /**
   * Appends final batches, which follow each other and what was written before, through the page cache. When
   * it fails, what was surely written counts, and the rest can be written again from `endOffset` on.
   */
  write(batches: readonly SegmentBatch[], config: LogConfig): Promise<void> {
    return this.#serial.run(() => this.#write(batches, config))
  }

  /** Makes everything written so far durable: files, their names, and the folder's name. */
  sync(): Promise<void> {
    return this.#serial.run(() => this.#sync())
  }

  /** Ends the segment that is being written; the next write begins another one. */
  roll(): Promise<void> {
    return this.#serial.run(async () => {
      this.#checkUsable()
      const last = this.#list.last
      if (last !== undefined) await this.#seal(last)
    })
  }

  /**
   * For checkpoints alone, which note it: what is there as of the last sync, with cleaned segments in the place of
   * others. The next `checkpointed` exchanges those.
   */
  manifest(): SegmentsManifest {
    const segments: readonly SegmentManifest[] = this.#swaps.note(this.#list.all)
    const startOffset = segments[0]?.baseOffset ?? this.#syncedEndOffset
    const cleaned = this.#cleanedOffset === 0 ? {} : { cleanedOffset: this.#cleanedOffset }
    return { startOffset, endOffset: this.#syncedEndOffset, segments, ...cleaned }
  }

  /** What lies in the folder under its own name as of the last sync; segments that are being exchanged do not count. */
  get durableSegments(): readonly SegmentManifest[] {
    const settled = this.#list.all.filter(({ replaced }) => !replaced)
    return settled.flatMap(({ durable }) => durable ?? [])
  }

  /**
   * Compaction has been through everything below, if only for the next checkpoint: it goes back when a pass is undone
   * before that, which readers have not seen anything of.
   */
  get cleanedOffset(): number {
    return this.#cleanedOffset
  }

  /**
   * Segments that take no further batches, with all of them durable: what compaction may look at. None while cleaned
   * ones wait for their checkpoint.
   */
  get closedSegments(): readonly Segment[] {
    if (this.#swaps.hasStaged) return noSegments
    const open = this.#list.all.findIndex(
      ({ durable, state }) => durable?.sealed !== true || durable.logBytes !== state.logBytes
    )
    // The last one is never cleaned, so that the end of the log stays what it is.
    const end = open < 0 ? this.#list.all.length - 1 : Math.min(open, this.#list.all.length - 1)
    return this.#list.all.slice(0, Math.max(0, end))
  }

  /** A segment as readers see it. */
  viewOf(segment: Segment): SegmentView {
    return this.#reader.view(segment)
  }

  /** Whether a checkpoint has something to do here, for `checkpointed`. */
  get hasSwaps(): boolean {
    return this.#swaps.needsCheckpoint
  }

  /**
   * Lets the next checkpoint note cleaned segments, which are durable, in place of others. False when some of
   * those have gone meanwhile; the new files are removed then.
   */
  replace(replacements: readonly Replacement[], cleanedOffset: number): Promise<boolean> {
    return this.#serial.run(async () => {
      this.#checkUsable()
      const isThere = (segment: Segment): boolean => this.#list.all.includes(segment)
      if (replacements.every(({ old }) => old.every(isThere))) {
        if (!this.#swaps.hasStaged) this.#cleanedBefore = this.#cleanedOffset
        for (const replacement of replacements) this.#swaps.stage(replacement)
        this.#cleanedOffset = Math.max(this.#cleanedOffset, cleanedOffset)
        return true
      }
      for (const { cleaned } of replacements) await removeSegment(this.#context, cleaned)
      return false
    })
  }

  /** Removes the files of replaced segments that no checkpoint names any more, when their delay has passed. */
  purgeReplaced(fileDeleteDelayMs: number): Promise<void> {
    return this.#serial.run(() => this.#swaps.purge(fileDeleteDelayMs))
  }

  /** A checkpoint has noted the last `manifest`: cleaned segments come into their place. */
  checkpointed(): Promise<void> {
    return this.#serial.run(async () => {
      this.#swaps.countCheckpoint()
      const before = this.#list.all
      const after = await this.#swaps.finish(before)
      this.#list.replace(after)
      if (after !== before) this.exchanges++
    })
  }

  /** Makes the folder, so that other files can come into it; the first write does so otherwise. */
  makeFolder(): Promise<void> {
    return this.#serial.run(() => this.#folder.make())
  }

  /**
   * Whole batches from the one that holds the offset on, of one segment; none at the end. `corrupt` when what
   * is stored there does not match its checksums. Rejects with a `DiskError` when the disk does not answer.
   */
  read(offset: number, limits: ReadLimits): Promise<SegmentsRead> {
    return this.#reader.read(offset, limits)
  }

  /** The aborted transactions that overlap the offsets, those of the tail excluded, in the order of their markers. */
  abortedTransactions(span: OffsetSpan): Promise<AbortedTransactionEntry[]> {
    return this.#reader.abortedTransactions(span)
  }

  /** The first batch whose max timestamp is at or after the time and that ends at or after `minOffset`. */
  batchForTimestamp(
    timestampMs: number,
    minOffset: number = this.startOffset
  ): Promise<Uint8Array | undefined> {
    return this.#reader.batchForTimestamp(timestampMs, minOffset)
  }

  /**
   * Of each segment that ends behind the offset: its largest timestamp, with the last offset of the first batch that
   * has it, which may lie before the offset; segments without timestamps are left out.
   */
  largestTimestamps(from: number): LargestTimestamp[] {
    return this.#list.largestTimestamps(from)
  }

  /** The offset below which whole segments may go by `retention.ms` and `retention.bytes`; 0 when none may. */
  expiredBefore(config: LogConfig, nowMs: number, totalBytes: number): number {
    return this.#list.expiredBefore(config, nowMs, totalBytes)
  }

  /**
   * Takes whole segments that end at or below the offset away: they are gone for readers at once, and their
   * files are renamed. `purge` removes those. A pass of compaction that waits for its checkpoint with one of them is
   * undone.
   */
  dropBefore(offset: number): Promise<void> {
    return this.#serial.run(() => this.#dropBefore(offset))
  }

  /**
   * Removes the files that `dropBefore` renamed. Call it after `file.delete.delay.ms`, and not before a manifest
   * without their segments is durable: a start would otherwise take them for lost. A restore removes those that
   * the manifest does not know any more.
   */
  purge(): Promise<void> {
    return this.#serial.run(() => this.#folder.purge())
  }

  /** Removes the whole folder. Its name is gone for good when the caller has synced the folder above. */
  remove(): Promise<void> {
    return this.#serial.run(() => this.#remove())
  }

  async #write(batches: readonly SegmentBatch[], config: LogConfig): Promise<void> {
    const [first] = batches
    if (first === undefined) return
    this.#checkUsable()
    assert(first.baseOffset >= this.#list.endOffset, 'a batch is written to segments twice or out of order')
    this.#reader.config = config
    await this.#context.failpoint?.('segment-write')
    await this.#folder.make()
    for (let next = 0; next < batches.length;) next = await this.#writeRun(batches, next, config)
    await this.#context.failpoint?.('segment-written')
  }

  async #writeRun(batches: readonly SegmentBatch[], from: number, config: LogConfig): Promise<number> {
    const segment = await this.#appendable(batches[from] as SegmentBatch)
    const bytesBefore = segment.state.logBytes
    const next = await segment.append(this.#context, batches, from, config)
    if (next === from) {
      await this.#seal(segment)
      return next
    }
    this.#markUnsynced(segment)
    this.#list.grown(segment, bytesBefore)
    return next
  }

  async #appendable(batch: SegmentBatch): Promise<Segment> {
    const last = this.#list.last
    if (last === undefined || last.sealed) {
      return new Segment(this.directory, batch.baseOffset, this.#context.clock.wallMs())
    }
    if (!last.lengthsChecked) await this.#checkLengths(last)
    return last
  }

  /** Before the first append after a start: entries beyond the manifest go, lost ones are made up for. */
  async #checkLengths(segment: Segment): Promise<void> {
    const context = this.#context
    await segment.sidecar.patch(context)
    await segment.index.cut(context)
    await segment.timeIndex.cut(context)
    await segment.transactionIndex.cut(context)
    const contents = [await segment.index.content(context), await segment.timeIndex.content(context)]
    if (contents.includes(undefined)) await this.#reader.rebuild(segment)
    await repairTransactions(this.#reader, segment)
    segment.markLengthsChecked()
  }

  async #seal(segment: Segment): Promise<void> {
    if (segment.sealed) return
    await this.#context.failpoint?.('segment-roll')
    await segment.seal(this.#context)
    this.#markUnsynced(segment)
  }

  async #sync(): Promise<void> {
    this.#checkUsable()
    if (this.#unsynced.length === 0 && !this.#folder.needsSync) return
    await this.#context.failpoint?.('segment-sync')
    for (const segment of this.#unsynced) await segment.flush(this.#context)
    try {
      await this.#folder.sync(this.#unsynced)
    } catch (cause) {
      // Without a descriptor nothing was synced, and nothing was lost by it.
      if (errorCode(cause) === 'EMFILE' || errorCode(cause) === 'ENFILE') throw cause
      // Whatever the reason, a lack of space among them: what was written may be lost although it can be read, so
      // that trying again would prove nothing. EIO is what everybody takes for final.
      this.#failure = new DiskError({ code: 'EIO', operation: 'sync', path: this.directory, cause })
      throw this.#failure
    }
    for (const segment of this.#unsynced) segment.markDurable()
    this.#unsynced = noSegments
    this.#syncedEndOffset = this.#list.endOffset
    await this.#context.failpoint?.('segment-synced')
  }

  async #dropBefore(offset: number): Promise<void> {
    this.#checkUsable()
    for (;;) {
      const [first] = this.#list.all
      // A replacement that a checkpoint may name is finished first: `checkpointed` comes before this.
      if (first === undefined || first.nextOffset > offset || this.#swaps.isNoted(first)) return
      await this.#context.failpoint?.('segment-drop')
      if (this.#swaps.isStaged(first)) await this.#undoPass()
      this.#list.dropFirst()
      this.#unsynced = this.#unsynced.filter((segment) => segment !== first)
      first.forget(this.#context)
      await this.#folder.renameAway(first)
    }
  }

  /**
   * Gives up what a pass of compaction has written, and all of it. The segments that stay would otherwise count as
   * cleaned with records in them that the pass has left out, and a later one would remove tombstones above those.
   */
  #undoPass(): Promise<void> {
    this.#cleanedOffset = this.#cleanedBefore
    return this.#swaps.cancel()
  }

  async #remove(): Promise<void> {
    for (const segment of this.#list.all) segment.forget(this.#context)
    this.#list.replace(noSegments)
    this.#unsynced = noSegments
    this.#swaps.forget()
    await this.#folder.remove()
  }

  #markUnsynced(segment: Segment): void {
    if (!this.#unsynced.includes(segment)) this.#unsynced = [...this.#unsynced, segment]
  }

  #checkUsable(): void {
    if (this.#failure !== undefined) throw this.#failure as Error
  }
}
