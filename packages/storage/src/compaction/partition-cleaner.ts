/**
 * Compacts one partition: notes the last offset of each key of what is dirty, then writes each group of closed
 * segments anew with what stays, and lets the next checkpoint exchange them. Nothing that readers or a start
 * depend on is touched here: the new files have names that nobody knows until the checkpoint.
 *
 * The CPU's part runs off the loop, a window of the log at a time; reads and writes keep to a pace.
 */
import { NaruError, type OffLoop } from '@naru/base'
import { lastOffsetOf, splitBatches } from '@naru/protocol'
import type { Failpoint } from '../failpoints.ts'
import { isPassing } from '../journal/journal-trouble.ts'
import { cleanerWindowBytes, type StorageLimits } from '../limits.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import type { LogConfig } from '../ports/index.ts'
import { loadWindow, type LogWindow } from '../segments/log-window.ts'
import type { SegmentContext } from '../segments/segment-context.ts'
import type { SegmentBatch } from '../segments/segment-state.ts'
import { removeSegment, type Replacement } from '../segments/segment-swaps.ts'
import { Segment } from '../segments/segment.ts'
import type { AbortedTransactionEntry, PartitionSegments } from '../segments/index.ts'
import { cleanWindow, producersInMemory, type CleanTaskOutput, type LastOfProducer } from './clean-task.ts'
import { groupSegments, type CleaningPlan } from './cleaning-plan.ts'
import { noteKeys } from './key-task.ts'
import { OffsetMap, type OffsetMapMemory } from './offset-map.ts'
import type { Pace } from './pace.ts'
import { noTransactions, type TransactionPassState } from './transaction-pass.ts'
import type { WindowEnd } from './batch-source.ts'

export interface CleanerParts {
  readonly context: SegmentContext
  readonly offLoop: OffLoop
  readonly pace: Pace
  readonly limits: StorageLimits
  readonly failpoint?: Failpoint | undefined
  /** Aborts when the engine stops: what was begun is then left to the next start. */
  readonly signal: AbortSignal
}

export interface CleaningReport {
  readonly cleanedOffset: number
  readonly bytesRead: number
  readonly bytesKept: number
  readonly recordsRead: number
  readonly recordsKept: number
}

/** Undefined when the partition, or what was being cleaned, went away meanwhile. */
export async function cleanPartition(
  parts: CleanerParts,
  log: PartitionLog,
  plan: CleaningPlan,
  nowMs: number
): Promise<CleaningReport | undefined> {
  const { segments } = log
  if (segments === undefined) return undefined
  const cleaner = new PartitionCleaner(parts, log, segments, plan, nowMs)
  try {
    return await cleaner.run()
  } catch (error) {
    await cleaner.discard()
    if (cleaner.isPointless) return undefined
    throw error
  }
}

class PartitionCleaner {
  readonly #parts: CleanerParts
  readonly #log: PartitionLog
  readonly #segments: PartitionSegments
  readonly #plan: CleaningPlan
  readonly #nowMs: number
  /** Everything before the end of what is cleaned. */
  readonly #closed: readonly Segment[]
  readonly #written: Segment[] = []
  readonly #producers: Float64Array
  #map: OffsetMapMemory
  #transactions: TransactionPassState = noTransactions
  #bytesRead = 0
  #bytesKept = 0
  #recordsRead = 0
  #recordsKept = 0

  constructor(
    parts: CleanerParts,
    log: PartitionLog,
    segments: PartitionSegments,
    plan: CleaningPlan,
    nowMs: number
  ) {
    const { cleanerBytesMax, cleanerLoadFactor } = parts.limits
    this.#parts = parts
    this.#log = log
    this.#segments = segments
    this.#plan = plan
    this.#nowMs = nowMs
    this.#closed = segments.closedSegments.filter(({ nextOffset }) => nextOffset <= plan.endOffset)
    this.#producers = producersInMemory(lastOfProducers(log))
    const room = {
      keysMax: plan.endOffset - plan.firstDirtyOffset,
      bytesMax: cleanerBytesMax,
      loadFactor: cleanerLoadFactor
    }
    this.#map = OffsetMap.withRoom(room).memory
  }

  async run(): Promise<CleaningReport | undefined> {
    const mappedEnd = await this.#noteKeys()
    const { config } = this.#log.topic
    this.#transactions = noTransactions
    const replacements: Replacement[] = []
    for (const old of groupSegments(
      this.#closed.filter(({ baseOffset }) => baseOffset < mappedEnd),
      config
    )) {
      const cleaned = await this.#cleanGroup(old, mappedEnd)
      if (cleaned !== undefined) replacements.push({ old, cleaned })
    }
    this.#checkGoingOn()
    const isReplaced = await this.#segments.replace(replacements, mappedEnd)
    if (!isReplaced) return undefined
    return {
      cleanedOffset: mappedEnd,
      bytesRead: this.#bytesRead,
      bytesKept: this.#bytesKept,
      recordsRead: this.#recordsRead,
      recordsKept: this.#recordsKept
    }
  }

  /** Removes what was written for nothing. */
  async discard(): Promise<void> {
    for (const segment of this.#written) await removeSegment(this.#parts.context, segment)
  }

  /** The offset up to which all keys are noted: the end of the plan, or where the memory was used up. */
  async #noteKeys(): Promise<number> {
    const { firstDirtyOffset } = this.#plan
    let mappedEnd = firstDirtyOffset
    for (const segment of this.#closed) {
      if (segment.nextOffset <= firstDirtyOffset) continue
      let isFull = false
      await this.#eachWindow(segment, async (window, aborted) => {
        const result = await this.#parts.offLoop.run(
          noteKeys,
          {
            window,
            map: this.#map,
            fromOffset: firstDirtyOffset,
            transactions: this.#transactions,
            aborted
          },
          buffersOf(window)
        )
        this.#map = result.map
        this.#transactions = result.transactions
        mappedEnd = Math.max(mappedEnd, result.endOffset)
        isFull = result.isFull
        return result.isFull ? 'stop' : result
      })
      if (isFull && mappedEnd <= firstDirtyOffset) throw tooManyKeys(firstDirtyOffset)
      if (isFull) return mappedEnd
    }
    return this.#plan.endOffset
  }

  /** The segment that stands for the group; undefined when the only one of the group stays as it is. */
  async #cleanGroup(old: readonly Segment[], mappedEnd: number): Promise<Segment | undefined> {
    const [first] = old as [Segment]
    const last = old.at(-1) as Segment
    const cleaned = Segment.staged(this.#parts.context, first)
    this.#written.push(cleaned)
    let isChanged = old.length > 1
    for (const segment of old) {
      await this.#eachWindow(segment, async (window, aborted) => {
        const windowBytes = window.byteLength
        const result = await this.#parts.offLoop.run(
          cleanWindow,
          {
            window,
            map: this.#map,
            mappedEnd,
            nowMs: this.#nowMs,
            wallMs: this.#parts.context.clock.wallMs(),
            deleteRetentionMs: this.#log.topic.config.deleteRetentionMs,
            keptEnds: [last.nextOffset, this.#plan.endOffset],
            producers: this.#producers,
            transactions: this.#transactions,
            aborted
          },
          buffersOf(window)
        )
        this.#transactions = result.transactions
        this.#count(result, windowBytes)
        isChanged ||= result.isChanged
        await this.#append(cleaned, result)
        return result
      })
    }
    if (!isChanged) {
      this.#written.pop()
      await removeSegment(this.#parts.context, cleaned)
      return undefined
    }
    await this.#finish(cleaned, last.state.lastWrittenMs)
    return cleaned
  }

  #count(result: CleanTaskOutput, windowBytes: number): void {
    this.#bytesRead += Math.min(windowBytes, result.consumedBytes)
    this.#bytesKept += result.kept.byteLength
    this.#recordsRead += result.recordsRead
    this.#recordsKept += result.recordsKept
  }

  async #append(cleaned: Segment, { kept, keptAborted }: CleanTaskOutput): Promise<void> {
    const { context, pace, failpoint, signal } = this.#parts
    if (kept.byteLength === 0) return
    await pace.take(kept.byteLength, signal)
    await failpoint?.('compaction-write')
    const batches = batchesOf(kept, keptAborted)
    const config = unbounded(this.#log.topic.config)
    for (let next = 0; next < batches.length;) {
      const taken = await cleaned.append(context, batches, next, config)
      if (taken === next) throw new NaruError('SEGMENT_FULL', 'cleaned segments do not fit into one')
      next = taken
    }
    await failpoint?.('compaction-written')
  }

  async #finish(cleaned: Segment, lastWrittenMs: number): Promise<void> {
    const { context, failpoint } = this.#parts
    cleaned.sealAs(lastWrittenMs)
    await failpoint?.('compaction-sync')
    await cleaned.flush(context)
    await cleaned.sync(context)
    await context.disk.syncDirectory(this.#segments.directory)
    cleaned.markDurable()
    await failpoint?.('compaction-synced')
  }

  /** Hands whole batches out, a window at a time, until the visitor stops or the segment ends. */
  async #eachWindow(
    segment: Segment,
    visit: (window: Uint8Array, aborted: readonly AbortedTransactionEntry[]) => Promise<WindowEnd | 'stop'>
  ): Promise<void> {
    const { logBytes } = segment.state
    const aborted = await this.#abortedIn(segment)
    let wantedBytes = cleanerWindowBytes
    for (let position = 0; position < logBytes;) {
      this.#checkGoingOn()
      await this.#parts.pace.take(Math.min(wantedBytes, logBytes - position), this.#parts.signal)
      const loaded = await this.#load(segment, position, wantedBytes)
      this.#checkGoingOn()
      if (loaded.conditions?.includes('damaged') === true) throw damaged(segment)
      const window = loaded.bytes.subarray(position - loaded.from)
      const windowBytes = window.byteLength
      const end = await visit(window, aborted)
      if (end === 'stop') return
      if (end.consumedBytes === 0 && position + windowBytes >= logBytes) throw damaged(segment)
      wantedBytes = end.consumedBytes === 0 ? Math.max(end.neededBytes, 2 * wantedBytes) : cleanerWindowBytes
      position += end.consumedBytes
    }
  }

  /** What cannot be read is no reason to stop the storage. */
  async #load(segment: Segment, position: number, bytes: number): Promise<LogWindow> {
    try {
      return await loadWindow(this.#segments.viewOf(segment), position, position + bytes)
    } catch (cause) {
      if (isPassing(cause)) throw cause
      throw damaged(segment, cause)
    }
  }

  /** Entries move from memory to segments only, so that those in memory are looked up first. */
  async #abortedIn({ baseOffset, nextOffset }: Segment): Promise<AbortedTransactionEntry[]> {
    const inMemory = this.#log.transactions?.abortedWithin(baseOffset, nextOffset) ?? []
    const span = { offset: baseOffset, endOffset: nextOffset }
    const known = new Map(inMemory.map((entry) => [entry.lastOffset, entry]))
    for (const entry of await this.#segments.abortedTransactions(span)) known.set(entry.lastOffset, entry)
    return [...known.values()]
  }

  /** There is no reason any more to go on: whatever failed, failed for that. */
  get isPointless(): boolean {
    const isGone = this.#log.removed || this.#closed.some((segment) => segment.dropped)
    return isGone || this.#parts.signal.aborted
  }

  #checkGoingOn(): void {
    if (this.isPointless) throw new NaruError('INTERRUPTED', 'there is nothing to compact any more')
  }
}

/** The memory of a window is the task's alone. */
function buffersOf(window: Uint8Array): ArrayBuffer[] {
  return window.buffer instanceof ArrayBuffer ? [window.buffer] : []
}

function lastOfProducers(log: PartitionLog): LastOfProducer[] {
  return [...(log.producers?.entries() ?? [])].map(({ producerId, epoch, batches }) => {
    const last = batches.at(-1)
    // Sequences wrap at 2^31.
    const count = last === undefined ? 0 : (last.lastSequence - last.firstSequence) & 0x7fff_ffff
    return { producerId, epoch, lastOffset: last === undefined ? -1 : last.baseOffset + count }
  })
}

function batchesOf(bytes: Uint8Array, aborted: readonly AbortedTransactionEntry[]): SegmentBatch[] {
  const byMarker = new Map(aborted.map((entry) => [entry.lastOffset, entry]))
  return splitBatches(bytes).batches.map(({ at, header }) => ({
    bytes: bytes.subarray(at, at + header.sizeInBytes),
    baseOffset: header.baseOffset,
    lastOffset: lastOffsetOf(header),
    maxTimestampMs: header.maxTimestamp,
    aborted: byMarker.get(lastOffsetOf(header))
  }))
}

/** What fitted into segments before fits into one now; its size and age are those of the old ones. */
function unbounded(config: LogConfig): LogConfig {
  return {
    ...config,
    segmentBytes: Number.MAX_SAFE_INTEGER,
    segmentMs: Number.POSITIVE_INFINITY,
    cleanupPolicy: { delete: false, compact: false }
  }
}

function damaged(segment: Segment, cause?: unknown): NaruError {
  return new NaruError('CORRUPT_MESSAGE', `${segment.logPath} is damaged and cannot be compacted`, { cause })
}

function tooManyKeys(offset: number): NaruError {
  return new NaruError('CLEANER_MEMORY', `the keys of one batch at offset ${offset} need more memory`)
}
