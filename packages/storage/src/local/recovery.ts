/**
 * Brings the state back: the checkpoint, the segments as it knows them, and the journal from there on. What
 * the journal holds twice counts once; what is not known to be on disk is written again before anybody sees
 * it; what is damaged is put aside and reported. Doing it again, after a crash in the middle, changes nothing.
 */
import { NaruError, uuidFromBytes, writeFully, type Disk, type Logger } from '@naru/base'
import type { Checkpoint, CheckpointedPartition } from '../checkpoint/checkpoint.ts'
import type { Failpoint } from '../failpoints.ts'
import { FrameKind } from '../journal/commit-log.ts'
import { isBatchKind, type FrameHeader } from '../journal/frame.ts'
import type { JournalChain } from '../journal/journal-chain.ts'
import {
  replayJournal,
  type JournalFault,
  type ReplayedFrame,
  type ReplayEnd,
  type ReplayVisitor
} from '../journal/journal-replay.ts'
import type { ImageBuilder } from '../metadata/image.ts'
import { decodeMetadataRecords } from '../metadata/metadata-frame.ts'
import type { TopicKeeper } from '../metadata/topic-keeper.ts'
import { CorruptRanges } from '../partition/corrupt-ranges.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import type { PartitionedLog } from '../partition/partitioned-log.ts'
import { restoreProducers } from '../partition/producer-memory.ts'
import { PartitionSegments, type SegmentContext } from '../segments/index.ts'
import { inParallel } from './in-parallel.ts'
import type { PartitionFolders } from './partition-folders.ts'
import { ReplayedPartition } from './replayed-partition.ts'

/** Partitions whose segments are looked at, at the same time. */
const parallelRestores = 16

export interface RecoveryOptions {
  readonly disk: Disk
  readonly logger: Logger
  readonly failpoint?: Failpoint | undefined
  readonly log: PartitionedLog
  readonly image: ImageBuilder
  readonly topics: TopicKeeper
  readonly folders: PartitionFolders
  readonly segments: SegmentContext
  /** The folder for what does not check. */
  readonly quarantine: string
  /** Makes room when tails have grown too large; resolves when they have shrunk. */
  readonly relieve: () => Promise<void> | undefined
  /** Goes on although acknowledged records are gone of which nobody can tell where they were. */
  readonly acceptsLoss: boolean
}

export interface RecoveredJournal extends ReplayEnd {
  readonly cleanStop: boolean
  /** Frames that are not known to be on disk. */
  readonly doubtful: readonly ReplayedFrame[]
}

export class Recovery implements ReplayVisitor {
  readonly #options: RecoveryOptions
  readonly #partitions = new Map<PartitionLog, ReplayedPartition>()
  readonly cuts: JournalFault[] = []
  readonly damaged: JournalFault[] = []
  #unknown: JournalFault | undefined
  /** Folders that hold the segments of a partition. */
  readonly usedFolders = new Set<string>()
  /** The journal held at least one frame. */
  replayedAny = false
  replayedBatches = 0
  replayedBytes = 0
  #doubtful: ReplayedFrame[] = []
  #durable = 0
  #cleanStop = true
  #claimedVersion = 0

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  /** Takes the partitions up as the checkpoint left them. */
  async restore(checkpoint: Checkpoint): Promise<void> {
    await inParallel(checkpoint.partitions, parallelRestores, (noted) => this.#restorePartition(noted))
  }

  async #restorePartition(noted: CheckpointedPartition): Promise<void> {
    const log = this.#options.log.partition(noted.topicId, noted.partition)
    if (log === undefined) return
    log.logStartOffset = noted.logStartOffset
    if (noted.manifest !== null) await this.#restoreSegments(log, noted)
    log.endOffset = noted.manifest?.endOffset ?? 0
    log.highWatermark = log.endOffset
    if (noted.corrupt.length > 0) log.corrupt = new CorruptRanges()
    for (const range of noted.corrupt) log.corrupt?.add(range)
    restoreProducers(log, noted)
    this.#partitions.set(log, new ReplayedPartition(log, noted))
  }

  async #restoreSegments(log: PartitionLog, noted: CheckpointedPartition): Promise<void> {
    const { folders, segments } = this.#options
    const path = folders.pathOf(log)
    this.usedFolders.add(path)
    const owner = await folders.topicIdIn(path)
    if (owner !== undefined && isOneBitOff(owner, log.topic.id)) {
      // Nothing is read from the file but this, and the checkpoint knows it better.
      this.repaired({
        file: `${path}/partition.metadata`,
        position: 0,
        bytes: 0,
        reason: 'a bit had flipped'
      })
    } else if (owner !== undefined && owner !== log.topic.id) {
      throw new NaruError(
        'FOREIGN_PARTITION',
        `${path} holds the data of another topic (${owner}): put the right folder back, or restore the data folder from a backup`
      )
    }
    if (noted.manifest === null) return
    // Segments below the log start were taken away after the checkpoint, or are now.
    const kept = noted.manifest.segments.filter(({ nextOffset }) => nextOffset > noted.logStartOffset)
    const restored = await PartitionSegments.restore(segments, path, { ...noted.manifest, segments: kept })
    log.segments = restored.segments
    for (const problem of restored.problems) this.damage(problem)
  }

  async replay(chain: JournalChain): Promise<RecoveredJournal> {
    this.#durable = chain.durable
    this.#cleanStop = chain.files.length === 0
    const end = await replayJournal({ disk: this.#options.disk, chain, visitor: this })
    if (this.#claimedVersion > this.#options.image.version) throw metadataLost()
    if (this.#unknown !== undefined && !this.#options.acceptsLoss) throw recordsLost(this.#unknown)
    for (const partition of this.#partitions.values()) this.#finish(partition)
    for (const topic of this.#options.log.topics.values()) {
      for (const log of topic.partitions) log.checkpointEntry = undefined
    }
    this.#settleDoubtful(end.durable)
    return { ...end, cleanStop: this.#cleanStop, doubtful: this.#doubtful }
  }

  #finish(partition: ReplayedPartition): void {
    const missing = partition.finish()
    if (missing === undefined || partition.log.removed) return
    const { topic, partition: index } = partition.log
    for (const { from, to } of missing.all) {
      this.#options.logger.log('error', 'records-lost', {
        topic: topic.name,
        partition: index,
        fromOffset: from,
        toOffset: to
      })
    }
  }

  frame(frame: ReplayedFrame): void | Promise<void> {
    const { header } = frame
    this.#cleanStop = header.kind === FrameKind.closing
    this.replayedAny = true
    this.#settleDoubtful(header.durable)
    if (isBatchKind(header.kind)) {
      this.#doubtful.push(frame)
      this.#batch(frame)
      return this.#options.relieve()
    }
    if (header.kind === FrameKind.metadata) {
      this.#doubtful.push(frame)
      this.#metadata(frame)
    } else if (header.kind === FrameKind.logStart) {
      this.#doubtful.push(frame)
      this.#partitionOf(header)?.logStart(header.baseOffset)
    }
  }

  /** What was written before the durable position is on disk, whatever became of the process. */
  #settleDoubtful(durable: number): void {
    if (durable <= this.#durable && this.#doubtful.length === 0) return
    this.#durable = Math.max(this.#durable, durable)
    if ((this.#doubtful[0]?.position ?? Number.POSITIVE_INFINITY) >= this.#durable) return
    this.#doubtful = this.#doubtful.filter(({ position }) => position >= this.#durable)
  }

  #batch(frame: ReplayedFrame): void {
    if (this.#partitionOf(frame.header)?.batch(frame) !== true) return
    this.replayedBatches++
    this.replayedBytes += frame.payload.byteLength
  }

  /** Undefined for a topic that was removed, whose removal is in the checkpoint. */
  #partitionOf(header: FrameHeader): ReplayedPartition | undefined {
    const log = this.#options.log.partition(uuidFromBytes(header.topicId), header.partition)
    if (log === undefined) return undefined
    let partition = this.#partitions.get(log)
    if (partition === undefined) {
      partition = new ReplayedPartition(log, { producersOffset: 0, endOffset: 0 })
      this.#partitions.set(log, partition)
    }
    return partition
  }

  #metadata({ header, payload }: ReplayedFrame): void {
    const { image, topics } = this.#options
    if (header.baseOffset < image.version) return
    if (header.baseOffset > image.version) throw metadataLost()
    const records = decodeMetadataRecords(payload)
    for (const record of records) image.apply(record)
    topics.changed({ records, image: image.build() })
  }

  lost(header: FrameHeader): void {
    if (isBatchKind(header.kind)) this.#partitionOf(header)?.lost(header.lastOffset + 1)
    if (header.kind === FrameKind.metadata) {
      this.#claimedVersion = Math.max(this.#claimedVersion, header.lastOffset + 1)
    }
  }

  damage(fault: JournalFault): void {
    this.damaged.push(fault)
    this.#options.logger.log('error', 'damage', { ...fault })
  }

  unknown(fault: JournalFault): void {
    this.#unknown ??= fault
  }

  cut(fault: JournalFault): void {
    this.cuts.push(fault)
    this.#options.logger.log('warn', 'journal-cut', { ...fault })
  }

  repaired(fault: JournalFault): void {
    this.#options.logger.log('warn', 'journal-repaired', { ...fault })
  }

  async quarantine(fault: JournalFault, bytes: Uint8Array): Promise<void> {
    const { disk, quarantine, failpoint } = this.#options
    await failpoint?.('quarantine-write')
    await disk.makeDirectory(quarantine)
    const name = fault.file.slice(fault.file.lastIndexOf('/') + 1)
    const path = `${quarantine}/${name}-${fault.position}`
    await disk.remove(path)
    const file = await disk.open(path, { mode: 'create' })
    try {
      await writeFully(file, [bytes], 0)
      await file.datasync()
    } finally {
      await file.close()
    }
    await disk.syncDirectory(quarantine)
    await failpoint?.('quarantine-written')
  }
}

/** Whether two ids of the same length differ by a single bit of their spelling, which no two topics do by chance. */
function isOneBitOff(left: string, right: string): boolean {
  let bits = 0
  for (let index = 0; index < left.length; index++) {
    for (let rest = left.charCodeAt(index) ^ right.charCodeAt(index); rest !== 0; rest &= rest - 1) bits++
  }
  return bits === 1
}

/**
 * A log that lost its end would give the offsets of what was acknowledged to other records, and nobody who has
 * seen the old ones would notice.
 */
function recordsLost({ file, position, bytes }: JournalFault): NaruError {
  return new NaruError(
    'JOURNAL_DAMAGED',
    `${bytes} bytes at ${position} of ${file} are damaged, and nobody can tell whose acknowledged records they held: restore the data folder from a backup, or go on without them with: naru doctor --data <folder> --repair`
  )
}

function metadataLost(): NaruError {
  return new NaruError(
    'METADATA_DAMAGED',
    'a change of the metadata in the journal cannot be read: restore the data folder from a backup'
  )
}
