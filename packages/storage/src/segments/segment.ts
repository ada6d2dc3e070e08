/**
 * One segment: a .log, its indexes and its sidecar, and how far they have come. Appends go to the end of the
 * .log through the page cache; index and sidecar entries wait in memory until `sync`. One caller changes a
 * segment at a time (see `PartitionSegments`), readers need no turn: they hold on to one published state.
 */
import { errorCode } from '@naru/base'
import type { LogConfig } from '../ports/index.ts'
import { EntryFile, type EntryFormat } from './entry-file.ts'
import { writeRunBytesMax } from './limits.ts'
import { offsetIndexFormat } from './offset-index.ts'
import { ReadHints } from './read-hints.ts'
import { shouldRoll } from './roll-rule.ts'
import type { SegmentContext } from './segment-context.ts'
import { FileKind, segmentPath, stagedSuffix } from './segment-names.ts'
import {
  addBatch,
  addTimeEntry,
  emptyState,
  stateOf,
  type SegmentBatch,
  type SegmentDraft,
  type SegmentEntries,
  type SegmentState
} from './segment-state.ts'
import type { SegmentManifest } from './segments-manifest.ts'
import { settleAll } from './settle-all.ts'
import { sidecarFormat } from './sidecar.ts'
import { timeIndexFormat } from './time-index.ts'
import { IndexChecksums, transactionIndexFormat, type CheckedLength } from './transaction-index.ts'

export class Segment implements SegmentEntries {
  readonly directory: string
  readonly baseOffset: number
  readonly createdMs: number
  /** How often compaction has replaced the segment that begins at this offset. */
  readonly generation: number
  readonly index: EntryFile
  readonly timeIndex: EntryFile
  readonly sidecar: EntryFile
  readonly transactionIndex: EntryFile
  readonly hints: ReadHints = new ReadHints()
  /** Renamed away: what readers miss now is out of range, not lost. */
  dropped = false
  /** Another generation has its place now: what was read of this one meanwhile may be of both. */
  replaced = false
  /** Readers that stumble over the same index wait for one rebuild. */
  repair: Promise<void> | undefined

  #logPath: string
  #state: SegmentState
  #sealed = false
  #durable: SegmentManifest | undefined
  #logMade = false
  #logDirty = false
  /** A failed write may have left bytes beyond the end. */
  #overhang = false
  #lengthsChecked = true
  #reported: Set<string> | undefined
  readonly #transactionChecksums = new IndexChecksums()

  constructor(
    directory: string,
    baseOffset: number,
    nowMs: number,
    durable?: SegmentManifest,
    generation = durable?.generation ?? 0
  ) {
    this.directory = directory
    this.baseOffset = baseOffset
    this.generation = generation
    this.#logPath = segmentPath(directory, baseOffset, FileKind.log)
    const entryFile = (
      kind: FileKind,
      format: EntryFormat,
      fileBytes?: number,
      waiting?: string
    ): EntryFile =>
      new EntryFile({
        path: segmentPath(directory, baseOffset, kind),
        baseOffset,
        format,
        fileBytes,
        waiting
      })
    const { index, timeIndex, sidecar } = durable?.waiting ?? {}
    this.index = entryFile(FileKind.index, offsetIndexFormat, durable?.indexBytes, index)
    this.timeIndex = entryFile(FileKind.timeIndex, timeIndexFormat, durable?.timeIndexBytes, timeIndex)
    this.sidecar = entryFile(FileKind.sidecar, sidecarFormat, durable?.sidecarBytes, sidecar)
    const transactions = transactionIndexFormat(this.#transactionChecksums)
    const transactionBytes = durable?.transactionIndexBytes
    this.transactionIndex = entryFile(FileKind.transactionIndex, transactions, transactionBytes)
    this.createdMs = durable?.createdMs ?? nowMs
    this.#state = durable === undefined ? emptyState(baseOffset, nowMs) : stateOf(durable)
    this.#transactionChecksums.note(this.#transactionIndexLength)
    if (durable === undefined) return
    const { replaces: _, ...own } = durable
    this.#durable = own
    this.#sealed = durable.sealed
    this.#logMade = true
    this.#lengthsChecked = false
  }

  /** A segment that compaction writes; its files have names of their own until `unstaged`. */
  static staged(context: SegmentContext, replaced: Segment): Segment {
    const { directory, baseOffset, createdMs } = replaced
    const segment = new Segment(directory, baseOffset, createdMs, undefined, replaced.generation + 1)
    segment.#rename(context, stagedSuffix(segment.generation))
    return segment
  }

  /** Its files have been renamed to where readers of later starts look for them. */
  unstaged(context: SegmentContext): void {
    this.#rename(context, '')
  }

  #rename(context: SegmentContext, suffix: string): void {
    const { directory, baseOffset } = this
    context.files.forget(this.#logPath)
    this.#logPath = segmentPath(directory, baseOffset, FileKind.log) + suffix
    context.files.forget(this.#logPath)
    for (const [kind, file] of this.#filesByKind()) {
      file.renamed(context, segmentPath(directory, baseOffset, kind) + suffix)
    }
  }

  get logPath(): string {
    return this.#logPath
  }

  /** Names of all files that it has. */
  get paths(): readonly string[] {
    const entryFiles = this.#entryFiles().filter((file) => file.fileBytes > 0)
    return [this.#logPath, ...entryFiles.map((file) => file.path)]
  }

  /** The newest state whose bytes are in the file. */
  get state(): SegmentState {
    return this.#state
  }

  get sealed(): boolean {
    return this.#sealed
  }

  /** As of the last sync; undefined before the first one. */
  get durable(): SegmentManifest | undefined {
    return this.#durable
  }

  get nextOffset(): number {
    return this.#state.nextOffset
  }

  /** True the first time: each kind of damage gets one line in the log, not one per read. */
  isNews(event: string): boolean {
    this.#reported ??= new Set()
    if (this.#reported.has(event)) return false
    this.#reported.add(event)
    return true
  }

  /** Whether the lengths of the index files were compared with the manifest, which appending requires. */
  get lengthsChecked(): boolean {
    return this.#lengthsChecked
  }

  markLengthsChecked(): void {
    this.#lengthsChecked = true
  }

  /**
   * Appends from `batches[from]` on until the segment is full or the write large enough, and resolves to the
   * index of the first batch that was not taken. When the write fails, nothing of it counts.
   */
  async append(
    context: SegmentContext,
    batches: readonly SegmentBatch[],
    from: number,
    config: LogConfig
  ): Promise<number> {
    if (this.#sealed) return from
    const undo = this.#pendingMarks()
    const draft: SegmentDraft = { ...this.#state }
    const chunks: Uint8Array[] = []
    const nowMs = context.clock.wallMs()
    const createdMs = this.createdMs
    let next = from
    for (; next < batches.length; next++) {
      const batch = batches[next] as SegmentBatch
      if (shouldRoll({ state: draft, entries: this, createdMs, batch, config, nowMs })) break
      if (chunks.length > 0 && draft.logBytes - this.#state.logBytes >= writeRunBytesMax) break
      addBatch(draft, this, batch, config)
      chunks.push(batch.bytes)
    }
    if (chunks.length === 0) return next
    draft.lastWrittenMs = nowMs
    try {
      await this.#writeLog(context, chunks)
    } catch (error) {
      undo()
      this.#overhang = this.#logMade
      throw error
    }
    this.#state = draft
    return next
  }

  /** Ends the segment; the next batch begins another one. */
  async seal(context: SegmentContext): Promise<void> {
    if (this.#sealed) return
    await this.#cutOverhang(context)
    const draft: SegmentDraft = { ...this.#state }
    addTimeEntry(draft, this)
    this.#state = draft
    this.#sealed = true
  }

  /** Ends a segment that compaction has written, which is as old as what it replaces. */
  sealAs(lastWrittenMs: number): void {
    const draft: SegmentDraft = { ...this.#state, lastWrittenMs }
    addTimeEntry(draft, this)
    this.#state = draft
    this.#sealed = true
  }

  /** For a segment whose .log has lost its end: what is left stays readable, nothing is appended. */
  sealDamaged(): void {
    this.#sealed = true
  }

  /** Whether the folder has names of this segment that were not synced. */
  get hasNewNames(): boolean {
    return this.#durable === undefined || this.#entryFiles().some((file) => file.nameIsNew)
  }

  /**
   * Writes index and sidecar entries that wait; a few of a segment that still grows go into the manifest instead. It
   * may fail for want of space, and be tried again.
   */
  async flush(context: SegmentContext): Promise<void> {
    await this.#cutOverhang(context)
    this.#transactionChecksums.note(this.#transactionIndexLength)
    const waitingBytesMax = this.#sealed ? 0 : context.waitingEntryBytesMax
    const mayWait = [this.index, this.timeIndex, this.sidecar]
    await settleAll([
      this.transactionIndex.flush(context),
      ...mayWait.map((file) => file.flush(context, waitingBytesMax))
    ])
  }

  /** Makes everything that was written durable, but for the names. */
  async sync(context: SegmentContext): Promise<void> {
    await settleAll([this.#syncLog(context), ...this.#entryFiles().map((file) => file.sync(context))])
  }

  /** Notes the present state as the durable one; called when names are durable too. */
  markDurable(): void {
    const { bytesSinceIndexEntry: _, ...state } = this.#state
    this.#durable = {
      baseOffset: this.baseOffset,
      ...state,
      indexBytes: this.index.fileBytes,
      timeIndexBytes: this.timeIndex.fileBytes,
      sidecarBytes: this.sidecar.fileBytes,
      transactionIndexBytes: this.transactionIndex.fileBytes,
      ...this.#waiting,
      createdMs: this.createdMs,
      sealed: this.#sealed,
      ...(this.generation === 0 ? {} : { generation: this.generation })
    }
  }

  /** Nothing when nothing waits, which is so with most segments. */
  get #waiting(): Pick<SegmentManifest, 'waiting'> {
    const { index, timeIndex, sidecar } = this
    if (index.pendingBytes + timeIndex.pendingBytes + sidecar.pendingBytes === 0) return {}
    return {
      waiting: { index: index.waiting, timeIndex: timeIndex.waiting, sidecar: sidecar.waiting }
    }
  }

  /**
   * Takes over indexes that were built anew from the .log and are durable. `durable` is how much of them tells
   * of what was synced before.
   */
  indexesReplaced(context: SegmentContext, rebuilt: IndexLengths, durable: IndexLengths): void {
    this.index.replaced(context, rebuilt.indexBytes)
    this.timeIndex.replaced(context, rebuilt.timeIndexBytes)
    this.#state = { ...this.#state, lastTimeIndexMs: rebuilt.lastTimeIndexMs }
    if (this.#durable === undefined) return
    const waiting = { sidecar: this.#durable.waiting?.sidecar }
    this.#durable = { ...this.#durable, ...durable, waiting }
  }

  /** The same for the transaction index alone. */
  transactionIndexReplaced(context: SegmentContext, rebuilt: CheckedLength, durable: CheckedLength): void {
    this.transactionIndex.replaced(context, rebuilt.bytes)
    this.#transactionChecksums.restart(rebuilt)
    this.#state = { ...this.#state, transactionIndexCrc: rebuilt.crc }
    if (this.#durable === undefined) return
    this.#durable = {
      ...this.#durable,
      transactionIndexBytes: durable.bytes,
      transactionIndexCrc: durable.crc
    }
  }

  get #transactionIndexLength(): CheckedLength {
    return { bytes: this.transactionIndex.entryBytes, crc: this.#state.transactionIndexCrc }
  }

  /** Closes all files and drops what is in memory. */
  forget(context: SegmentContext): void {
    this.dropped = true
    context.files.forget(this.#logPath)
    for (const file of this.#entryFiles()) file.forget(context)
  }

  async #writeLog(context: SegmentContext, chunks: readonly Uint8Array[]): Promise<void> {
    const position = this.#state.logBytes
    const create = !this.#logMade
    await context.files.change(
      this.#logPath,
      (file) => {
        this.#logMade = true
        this.#logDirty = true
        return context.directWrites.write({ path: this.#logPath, file }, chunks, position)
      },
      { create }
    )
  }

  async #syncLog(context: SegmentContext): Promise<void> {
    if (!this.#logDirty) return
    await context.files.datasync(this.#logPath)
    this.#logDirty = false
  }

  async #cutOverhang(context: SegmentContext): Promise<void> {
    if (!this.#overhang) return
    await context.files.change(this.#logPath, (file) => file.truncate(this.#state.logBytes))
    this.#overhang = false
  }

  #entryFiles(): readonly EntryFile[] {
    return this.#filesByKind().map(([, file]) => file)
  }

  #filesByKind(): ReadonlyArray<readonly [FileKind, EntryFile]> {
    return [
      [FileKind.index, this.index],
      [FileKind.timeIndex, this.timeIndex],
      [FileKind.sidecar, this.sidecar],
      [FileKind.transactionIndex, this.transactionIndex]
    ]
  }

  #pendingMarks(): () => void {
    const marks = this.#entryFiles().map((file) => [file, file.pendingBytes] as const)
    return () => {
      for (const [file, bytes] of marks) file.dropPending(bytes)
    }
  }
}

export interface IndexLengths {
  readonly indexBytes: number
  readonly timeIndexBytes: number
  readonly lastTimeIndexMs: number
}

/** Whether the trouble is a missing file. */
export function isMissingFile(error: unknown): boolean {
  return errorCode(error) === 'ENOENT'
}
