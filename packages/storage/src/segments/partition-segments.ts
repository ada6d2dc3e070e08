/**
 * The segments of one partition, from the oldest to the one that is being written.
 *
 * Writes, syncs, rolls, drops and rebuilding of indexes take turns in the order of the calls. Reads need no
 * turn: they see the state of the last finished write. Nothing is durable before `sync` resolved, and
 * `manifest` tells of nothing else. After a failed sync every further call that changes something fails.
 */
import { assert, DiskError, errorCode } from '@naru/base'
import { DEFAULT_LOG_CONFIG, type LogConfig } from '../ports/index.ts'
import { findAborted, repairTransactions, type AbortedPlace } from './aborted-lookup.ts'
import { rebuildIndexes } from './index-rebuild.ts'
import type { SegmentView } from './log-window.ts'
import { expiredCount } from './retention-rule.ts'
import type { SegmentContext } from './segment-context.ts'
import { deletedSuffix, parentDirectory, parseSegmentFileName } from './segment-names.ts'
import { readSegment, type ReadLimits, type SegmentCorrupt, type SegmentRecords } from './segment-reader.ts'
import { restoreSegments } from './segment-restore.ts'
import { findBatchByTimestamp } from './segment-search.ts'
import { removeSegment, SegmentSwaps, type Replacement } from './segment-swaps.ts'
import type { SegmentBatch } from './segment-state.ts'
import { isMissingFile, Segment } from './segment.ts'
import type { AbortedTransactionEntry, OffsetSpan } from './transaction-index.ts'
import type { SegmentManifest, SegmentProblem, SegmentsManifest } from './segments-manifest.ts'
import { Serial } from './serial.ts'

export type SegmentsRead = SegmentRecords | SegmentCorrupt | { readonly kind: 'out-of-range' }

export interface LargestTimestamp {
  readonly timestampMs: number
  readonly offset: number
  /** One beyond the last offset of the segment. */
  readonly endOffset: number
}

export interface RestoredSegments {
  readonly segments: PartitionSegments
  readonly problems: readonly SegmentProblem[]
}

const noSegments: readonly Segment[] = []
const noPaths: readonly string[] = []

export class PartitionSegments {
  readonly directory: string
  readonly #context: SegmentContext
  readonly #serial = new Serial()
  readonly #swaps: SegmentSwaps
  /** Written or sealed since the last sync. */
  #unsynced: readonly Segment[] = noSegments
  #segments: readonly Segment[] = noSegments
  /** Rises when compaction has exchanged segments: what was read before need not fit what is looked up after. */
  exchanges = 0
  #endOffset = 0
  #syncedEndOffset = 0
  #sizeBytes = 0
  #cleanedOffset = 0
  /** What `cleanedOffset` was before the replacements that wait, and is again when they are given up. */
  #cleanedBefore = 0
  /** Where the segments that were dropped end; behind it there may be a gap that compaction has left. */
  #droppedEnd = 0
  #config: LogConfig = DEFAULT_LOG_CONFIG
  /** The folder may not be there yet, or hold files of an attempt that nothing knows of. */
  #folderIsNew = true
  /** Of the folder's name while that is not synced, else 0. */
  #folderNumber = 0
  #namesUnsynced = false
  #renamed: readonly string[] = noPaths
  #failure: unknown

  private constructor(context: SegmentContext, directory: string) {
    this.#context = context
    this.directory = directory
    this.#swaps = new SegmentSwaps(context, directory)
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
    partition.#segments = restored.segments
    partition.#folderIsNew = !restored.folderExists
    partition.#renamed = restored.renamed
    partition.#swaps.keepAside(restored.aside)
    partition.#cleanedOffset = manifest.cleanedOffset ?? 0
    partition.#endOffset = manifest.endOffset
    partition.#syncedEndOffset = manifest.endOffset
    for (const segment of restored.segments) partition.#sizeBytes += segment.state.logBytes
    return { segments: partition, problems: restored.problems }
  }

  /** First offset that is kept; the end when nothing is. */
  get startOffset(): number {
    return this.#segments[0]?.baseOffset ?? this.#endOffset
  }

  /** One beyond the last offset that was written. */
  get endOffset(): number {
    return this.#endOffset
  }

  /** One beyond the last offset that is durable with its indexes. */
  get syncedEndOffset(): number {
    return this.#syncedEndOffset
  }

  /** Bytes in all .log files. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get segmentCount(): number {
    return this.#segments.length
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
      const last = this.#segments.at(-1)
      if (last !== undefined) await this.#seal(last)
    })
  }

  /**
   * For checkpoints alone, which note it: what is there as of the last sync, with cleaned segments in the place of
   * others. The next `checkpointed` exchanges those.
   */
  manifest(): SegmentsManifest {
    const segments: readonly SegmentManifest[] = this.#swaps.note(this.#segments)
    const startOffset = segments[0]?.baseOffset ?? this.#syncedEndOffset
    const cleaned = this.#cleanedOffset === 0 ? {} : { cleanedOffset: this.#cleanedOffset }
    return { startOffset, endOffset: this.#syncedEndOffset, segments, ...cleaned }
  }

  /** What lies in the folder under its own name as of the last sync; segments that are being exchanged do not count. */
  get durableSegments(): readonly SegmentManifest[] {
    const settled = this.#segments.filter(({ replaced }) => !replaced)
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
    const open = this.#segments.findIndex(
      ({ durable, state }) => durable?.sealed !== true || durable.logBytes !== state.logBytes
    )
    // The last one is never cleaned, so that the end of the log stays what it is.
    const end = open < 0 ? this.#segments.length - 1 : Math.min(open, this.#segments.length - 1)
    return this.#segments.slice(0, Math.max(0, end))
  }

  /** A segment as readers see it. */
  viewOf(segment: Segment): SegmentView {
    return this.#view(segment)
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
      const isThere = (segment: Segment): boolean => this.#segments.includes(segment)
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
      const before = this.#segments
      this.#segments = await this.#swaps.finish(before)
      if (this.#segments !== before) this.exchanges++
      this.#sizeBytes = 0
      for (const { state } of this.#segments) this.#sizeBytes += state.logBytes
    })
  }

  /**
   * Whole batches from the one that holds the offset on, of one segment; none at the end. `corrupt` when what
   * is stored there does not match its checksums. Rejects with a `DiskError` when the disk does not answer.
   */
  async read(offset: number, limits: ReadLimits): Promise<SegmentsRead> {
    for (;;) {
      if (this.#swaps.moving !== undefined) await this.#swaps.moving
      if (offset < this.#droppedEnd || offset > this.#endOffset) return { kind: 'out-of-range' }
      const segment = this.#segmentFor(offset)
      if (segment === undefined)
        return { kind: 'records', chunks: [], bytes: 0, nextOffset: offset, release: undefined }
      const from = Math.max(offset, segment.baseOffset)
      const read = await this.#unlessReplaced(segment, (view) => readSegment(view, from, limits))
      if (read === 'gone') return { kind: 'out-of-range' }
      if (read !== 'replaced') return read
    }
  }

  /** What was read of a segment whose files were exchanged meanwhile does not count. */
  async #unlessReplaced<T>(
    segment: Segment,
    read: (view: SegmentView) => Promise<T>
  ): Promise<T | 'replaced' | 'gone'> {
    try {
      const result = await read(this.#view(segment))
      return segment.replaced ? 'replaced' : result
    } catch (error) {
      if (segment.replaced) return 'replaced'
      if (segment.dropped && isMissingFile(error)) return 'gone'
      throw error
    }
  }

  /** The aborted transactions that overlap the offsets, those of the tail excluded, in the order of their markers. */
  abortedTransactions(span: OffsetSpan): Promise<AbortedTransactionEntry[]> {
    return findAborted(this.#abortedPlace, span)
  }

  /** The first batch whose max timestamp is at or after the time and that ends at or after `minOffset`. */
  async batchForTimestamp(
    timestampMs: number,
    minOffset: number = this.startOffset
  ): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#swaps.moving !== undefined) await this.#swaps.moving
      const found = await this.#searchTimestamp(timestampMs, minOffset)
      if (found !== 'replaced') return found
    }
  }

  async #searchTimestamp(
    timestampMs: number,
    minOffset: number
  ): Promise<Uint8Array | undefined | 'replaced'> {
    for (const segment of this.#segments) {
      if (segment.nextOffset <= minOffset || segment.state.maxTimestampMs < timestampMs) continue
      const found = await this.#unlessReplaced(segment, (view) =>
        findBatchByTimestamp(view, { timestampMs, minOffset })
      )
      if (found !== undefined && found !== 'gone') return found
    }
    return undefined
  }

  /**
   * Of each segment that ends behind the offset: its largest timestamp, with the last offset of the first batch that
   * has it, which may lie before the offset; segments without timestamps are left out.
   */
  largestTimestamps(from: number): LargestTimestamp[] {
    return this.#segments
      .filter(({ nextOffset, state }) => nextOffset > from && state.maxTimestampMs >= 0)
      .map(({ nextOffset, state }) => ({
        timestampMs: state.maxTimestampMs,
        offset: state.maxTimestampOffset,
        endOffset: nextOffset
      }))
  }

  /** The offset below which whole segments may go by `retention.ms` and `retention.bytes`; the start when none may. */
  expiredBefore(config: LogConfig, nowMs: number, totalBytes: number): number {
    const states = this.#segments.map((segment) => segment.state)
    const count = expiredCount(states, config, { wallMs: nowMs, totalBytes })
    return this.#segments[count - 1]?.nextOffset ?? this.startOffset
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
    return this.#serial.run(async () => {
      const renamed = this.#renamed
      this.#renamed = noPaths
      for (const path of renamed) await this.#context.disk.remove(path)
    })
  }

  /** Removes the whole folder. Its name is gone for good when the caller has synced the folder above. */
  remove(): Promise<void> {
    return this.#serial.run(() => this.#remove())
  }

  async #write(batches: readonly SegmentBatch[], config: LogConfig): Promise<void> {
    const [first] = batches
    if (first === undefined) return
    this.#checkUsable()
    assert(first.baseOffset >= this.#endOffset, 'a batch is written to segments twice or out of order')
    this.#config = config
    await this.#context.failpoint?.('segment-write')
    if (this.#folderIsNew) await this.#makeFolder()
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
    if (bytesBefore === 0) this.#segments = [...this.#segments, segment]
    this.#sizeBytes += segment.state.logBytes - bytesBefore
    this.#endOffset = segment.nextOffset
    return next
  }

  async #appendable(batch: SegmentBatch): Promise<Segment> {
    const last = this.#segments.at(-1)
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
    if (contents.includes(undefined)) await rebuildIndexes(this.#view(segment), this.#config)
    await repairTransactions(this.#abortedPlace, segment)
    segment.markLengthsChecked()
  }

  async #seal(segment: Segment): Promise<void> {
    if (segment.sealed) return
    await this.#context.failpoint?.('segment-roll')
    await segment.seal(this.#context)
    this.#markUnsynced(segment)
  }

  async #makeFolder(): Promise<void> {
    const { disk } = this.#context
    await disk.makeDirectory(this.directory)
    for (const entry of await disk.list(this.directory)) {
      if (parseSegmentFileName(entry.name) !== undefined) await disk.remove(`${this.directory}/${entry.name}`)
    }
    this.#folderIsNew = false
    this.#folderNumber = this.#context.folderNames.made(parentDirectory(this.directory))
  }

  async #sync(): Promise<void> {
    this.#checkUsable()
    if (this.#unsynced.length === 0 && !this.#namesUnsynced) return
    await this.#context.failpoint?.('segment-sync')
    for (const segment of this.#unsynced) await segment.flush(this.#context)
    try {
      await this.#syncFiles()
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
    this.#syncedEndOffset = this.#endOffset
    await this.#context.failpoint?.('segment-synced')
  }

  async #syncFiles(): Promise<void> {
    const { disk, folderNames } = this.#context
    for (const segment of this.#unsynced) {
      this.#namesUnsynced ||= segment.hasNewNames
      await segment.sync(this.#context)
    }
    if (this.#namesUnsynced) await disk.syncDirectory(this.directory)
    this.#namesUnsynced = false
    if (this.#folderNumber > 0) await folderNames.sync(parentDirectory(this.directory), this.#folderNumber)
    this.#folderNumber = 0
  }

  async #dropBefore(offset: number): Promise<void> {
    this.#checkUsable()
    for (;;) {
      const [first, ...others] = this.#segments
      // A replacement that a checkpoint may name is finished first: `checkpointed` comes before this.
      if (first === undefined || first.nextOffset > offset || this.#swaps.isNoted(first)) return
      await this.#context.failpoint?.('segment-drop')
      if (this.#swaps.isStaged(first)) await this.#undoPass()
      this.#segments = others.length === 0 ? noSegments : others
      this.#sizeBytes -= first.state.logBytes
      this.#droppedEnd = first.nextOffset
      this.#unsynced = this.#unsynced.filter((segment) => segment !== first)
      first.forget(this.#context)
      await this.#renameAway(first)
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

  /** The .log goes first: without it a start takes the segment for dropped, whatever else is left of it. */
  async #renameAway(segment: Segment): Promise<void> {
    const { index, timeIndex, sidecar, transactionIndex } = segment
    const entryFiles = [index, timeIndex, sidecar, transactionIndex].filter((file) => file.fileBytes > 0)
    for (const path of [segment.logPath, ...entryFiles.map((file) => file.path)]) {
      try {
        await this.#context.disk.rename(path, path + deletedSuffix)
        this.#renamed = [...this.#renamed, path + deletedSuffix]
      } catch (error) {
        if (!isMissingFile(error)) throw error
      }
    }
    this.#namesUnsynced = true
  }

  async #remove(): Promise<void> {
    const { disk } = this.#context
    for (const segment of this.#segments) segment.forget(this.#context)
    this.#segments = noSegments
    this.#sizeBytes = 0
    this.#unsynced = noSegments
    this.#renamed = noPaths
    this.#swaps.forget()
    this.#folderIsNew = true
    this.#namesUnsynced = false
    try {
      for (const entry of await disk.list(this.directory))
        await disk.remove(`${this.directory}/${entry.name}`)
    } catch (error) {
      if (!isMissingFile(error)) throw error
    }
    await disk.removeDirectory(this.directory)
  }

  /** The segment that holds the offset, or the next one when it falls between two; undefined at the end. */
  #segmentFor(offset: number): Segment | undefined {
    return this.#segments[this.#indexFor(offset)]
  }

  #indexFor(offset: number): number {
    const segments = this.#segments
    let low = 0
    let high = segments.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((segments[middle] as Segment).nextOffset <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  get #abortedPlace(): AbortedPlace {
    return {
      serial: this.#serial,
      segments: () => this.#segments,
      indexFor: (offset) => this.#indexFor(offset),
      view: (segment) => this.#view(segment)
    }
  }

  #view(segment: Segment): SegmentView {
    return {
      context: this.#context,
      segment,
      state: segment.state,
      repair: () => this.#repair(segment)
    }
  }

  #repair(segment: Segment): Promise<void> {
    segment.repair ??= this.#serial
      .run(() => rebuildIndexes(this.#view(segment), this.#config))
      .finally(() => {
        segment.repair = undefined
      })
    return segment.repair
  }

  #markUnsynced(segment: Segment): void {
    if (!this.#unsynced.includes(segment)) this.#unsynced = [...this.#unsynced, segment]
  }

  #checkUsable(): void {
    if (this.#failure !== undefined) throw this.#failure as Error
  }
}
