/** The parts of the local engine, and what they tell each other. */
import { errorCode, NaruError, type Logger } from '@naru/base'
import type { Compression } from '@naru/protocol'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { CommitLog } from '../journal/commit-log.ts'
import { journalChain } from '../journal/journal-chain.ts'
import { readDurableNote, removeDurableNote, type NotePlace } from '../journal/durable-note.ts'
import { JournalFiles, listJournalFiles } from '../journal/journal-files.ts'
import type { JournalEnd } from '../journal/journal-writer.ts'
import type { Journal } from '../journal/journal.ts'
import { resumeShare, type StorageLimits } from '../limits.ts'
import { emptyImage, ImageBuilder, imageOf } from '../metadata/image.ts'
import type { MetadataLog } from '../metadata/metadata-log.ts'
import { TopicKeeper } from '../metadata/topic-keeper.ts'
import { Admission } from '../partition/admission.ts'
import type { TopicLogs } from '../partition/partition-host.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import { PartitionedLog } from '../partition/partitioned-log.ts'
import { singleOwner } from '../partition/single-owner.ts'
import type { Ownership, RecoveryReport, StorageStats } from '../ports/index.ts'
import { segmentContext, type SegmentContext } from '../segments/index.ts'
import { adoptJournal } from './adopt-journal.ts'
import type { Background } from './background.ts'
import type { DataFormat } from './format-file.ts'
import { LocalSnapshotStore } from './local-snapshot-store.ts'
import type { LocalStorageOptions } from './local-storage.ts'
import { PartitionFolders } from './partition-folders.ts'
import { Recovery } from './recovery.ts'
import { runningParts, type RunningParts } from './running-parts.ts'
import { ScopedTimers } from './scoped-timers.ts'
import { WriteOut } from './write-out.ts'

export interface LocalEngineOptions extends LocalStorageOptions {
  readonly logger: Logger
  readonly limits: StorageLimits
  readonly compression: Compression
  readonly format: DataFormat
  readonly checkpoint: Checkpoint | undefined
}

type Damage = RecoveryReport['damage']

export class LocalEngine {
  readonly log: PartitionedLog
  readonly snapshots: LocalSnapshotStore
  readonly ownership: Ownership
  recovery: RecoveryReport = emptyReport
  readonly #options: LocalEngineOptions
  readonly #synced: boolean
  readonly #timers: ScopedTimers
  readonly #failure = new AbortController()
  readonly #admission: Admission
  readonly #segments: SegmentContext
  readonly #folders: PartitionFolders
  readonly #files: JournalFiles
  readonly #writeOut: WriteOut
  readonly #topics: TopicKeeper
  #refusal: string | undefined = undefined
  #parts: RunningParts | undefined

  constructor(options: LocalEngineOptions) {
    const { disk, clock, directory, limits, logger, failpoint } = options
    this.#options = options
    this.#synced = options.durability === 'fsync'
    this.#timers = new ScopedTimers(options.timers)
    this.#admission = new Admission(clock)
    this.#segments = segmentContext({
      disk,
      clock,
      logger,
      failpoint,
      directBytesMin: limits.directBytesMin,
      waitingEntryBytesMax: limits.waitingEntryBytesMax
    })
    this.#folders = new PartitionFolders({
      disk,
      timers: this.#timers,
      directory: `${directory}/log`,
      segments: this.#segments,
      failpoint
    })
    this.#files = new JournalFiles({
      disk,
      directory: `${directory}/journal`,
      synced: this.#synced,
      fileBytes: limits.journalFileBytes,
      failpoint
    })
    const commits: CommitLog = this.#commits()
    this.log = new PartitionedLog({
      clock,
      commits,
      admission: this.#admission,
      producersPerPartitionMax: limits.producersPerPartitionMax,
      compression: options.compression,
      refusal: () => this.#refusal,
      tailChanged: (log, pinnedBytes) => this.#tailChanged(log, pinnedBytes),
      trimmed: (log) => this.#trimmed(log)
    })
    this.#writeOut = new WriteOut({
      log: this.log,
      clock,
      limits,
      folders: this.#folders,
      commits,
      failpoint
    })
    this.#topics = new TopicKeeper({
      log: this.log,
      logConfig: options.logConfig,
      created: () => undefined,
      removed: (topic) => this.#topicRemoved(topic)
    })
    this.snapshots = new LocalSnapshotStore({ disk, directory: `${directory}/snapshots`, failpoint })
    this.ownership = singleOwner(options.nodeId ?? 0)
  }

  get metadata(): MetadataLog {
    return this.#running.metadata
  }

  get failed(): AbortSignal {
    return this.#failure.signal
  }

  get #running(): RunningParts {
    if (this.#parts === undefined) throw new NaruError('NOT_OPEN', 'the storage has not been recovered yet')
    return this.#parts
  }

  /** The journal is there when recovery has ended; nothing is appended before. */
  #commits(): CommitLog {
    const journal = (): Journal => this.#running.journal
    return {
      add: (frame) => journal().add(frame),
      get current() {
        return journal().current
      }
    }
  }

  /** Replays what is on disk, then begins to serve. */
  async recover(
    startMs: number,
    damagedCheckpoints: readonly { file: string; bytes: number; reason: string }[]
  ): Promise<void> {
    const { checkpoint, clock, format, directory, disk } = this.#options
    const image = new ImageBuilder(
      checkpoint === undefined
        ? emptyImage(format.clusterId)
        : imageOf(format.clusterId, checkpoint.metadata, checkpoint.header.metadataVersion)
    )
    this.#topics.load(image.build())
    const recovery = this.#recovery(image)
    if (checkpoint !== undefined) await recovery.restore(checkpoint)
    await this.#folders.clean(recovery.usedFolders)
    const files = await listJournalFiles(disk, `${directory}/journal`)
    const from = checkpoint?.header.replayFrom ?? 0
    const noted = await readDurableNote(this.#notePlace)
    const chain = await journalChain({ disk, secret: format.secret, files, from, noted })
    const recovered = await recovery.replay(chain)
    // The note names what is gone now, and the next start would miss it again.
    if (this.#options.acceptsLoss === true) await removeDurableNote(this.#notePlace)
    const end = await adoptJournal(files, recovered, {
      ...this.#options,
      secret: format.secret,
      synced: this.#synced,
      checkpoint: checkpoint?.header,
      files: this.#files
    })
    this.#start(image, end, recovered.cleanStop && recovery.replayedAny)
    const damage: Damage = [
      ...damagedCheckpoints.map((one) => ({ ...one, position: 0 })),
      ...recovery.damaged
    ]
    this.recovery = {
      cleanStop: recovered.cleanStop,
      replayedBatches: recovery.replayedBatches,
      replayedBytes: recovery.replayedBytes,
      durationMs: clock.monotonicMs() - startMs,
      cuts: recovery.cuts,
      damage
    }
    if (this.#options.acceptsLoss === true) await this.#settle()
    this.#background.wake()
  }

  get #notePlace(): NotePlace {
    const { disk, directory, format } = this.#options
    return { disk, directory: `${directory}/journal`, secret: format.secret }
  }

  /** Writes down all that there is, so that no start has to read the journal that led here again. */
  async #settle(): Promise<void> {
    for (const log of Array.from(this.#writeOut.dirty)) {
      while (log.tail !== undefined && log.tail.count > 0) await this.#writeOut.write(log)
    }
    // The journal is kept for the checkpoint before the last one, too.
    for (let count = 0; count < 2; count++) await this.#running.checkpointer.run(() => Promise.resolve())
  }

  #recovery(image: ImageBuilder): Recovery {
    const { disk, logger, failpoint, directory } = this.#options
    return new Recovery({
      disk,
      logger,
      failpoint,
      log: this.log,
      image,
      topics: this.#topics,
      folders: this.#folders,
      segments: this.#segments,
      quarantine: `${directory}/quarantine`,
      relieve: () => (this.#isFull ? this.#relieve() : undefined),
      acceptsLoss: this.#options.acceptsLoss ?? false
    })
  }

  get #isFull(): boolean {
    return this.log.tailPinnedBytes > this.#options.limits.tailBytesMax
  }

  /** During recovery: moves tails to segments until there is room again. */
  async #relieve(): Promise<void> {
    while (this.#writeOut.isBusy && (await this.#writeOut.round(0)));
  }

  #start(image: ImageBuilder, end: JournalEnd, closed: boolean): void {
    this.#parts = runningParts({
      ...this.#options,
      synced: this.#synced,
      timers: this.#timers,
      log: this.log,
      admission: this.#admission,
      segments: this.#segments,
      folders: this.#folders,
      files: this.#files,
      writeOut: this.#writeOut,
      topics: this.#topics,
      notePlace: this.#notePlace,
      image,
      end,
      closed,
      refusal: () => this.#refusal,
      afterGroup: () => this.#afterGroup(),
      reviewJournal: () => this.#reviewJournal(),
      wake: () => this.#background.wake(),
      onBroken: (error) => this.#broken(error)
    })
  }

  get #background(): Background {
    return this.#running.background
  }

  #afterGroup(): void {
    this.log.notifyMoved()
    this.#reviewJournal()
    this.#background.wake()
  }

  #reviewJournal(): void {
    const { journalBytesMax } = this.#options.limits
    if (this.#files.liveBytes >= journalBytesMax) {
      this.#admission.close('journal')
      this.#background.kick()
    } else if (this.#files.liveBytes <= journalBytesMax * resumeShare) {
      this.#admission.open('journal')
    }
  }

  #tailChanged(log: PartitionLog, pinnedBytes: number): void {
    this.#writeOut.tailChanged(log, pinnedBytes)
    const { tailBytesMax } = this.#options.limits
    if (pinnedBytes > 0) {
      if (this.log.tailPinnedBytes > tailBytesMax) this.#admission.close('memory')
      if (this.#writeOut.isDueBy(log)) this.#parts?.background.kick()
    } else if (this.log.tailPinnedBytes <= tailBytesMax * resumeShare) {
      this.#admission.open('memory')
    }
  }

  #trimmed(log: PartitionLog): void {
    this.#writeOut.trimmed(log)
    this.#running.checkpointer.trimmed(log)
    this.#background.wake()
  }

  #topicRemoved(topic: TopicLogs): void {
    for (const log of topic.partitions) this.#writeOut.forget(log)
    this.#folders.topicRemoved(topic)
    this.#parts?.background.wake()
  }

  /** Nothing can be promised any more: refuse everything and say so. */
  #broken(error: unknown): void {
    const code = errorCode(error) ?? 'EIO'
    this.#refusal ??= code
    this.#options.logger.log('error', 'storage-failed', { code, message: String(error) })
    if (this.#failure.signal.aborted) return
    this.#failure.abort(
      new NaruError('KAFKA_STORAGE_ERROR', `the data folder can no longer be written: ${code}`, {
        cause: error
      })
    )
  }

  /** Ends the background work and makes the journal complete; tails stay in it for the next start. */
  close(): Promise<void> {
    return this.#end((journal) => journal.close())
  }

  /** Ends without a closing record, as if the process had died. */
  abandon(): Promise<void> {
    this.#running.journal.refuse('ABANDONED')
    return this.#end((journal) => journal.abandon())
  }

  async #end(endJournal: (journal: Journal) => Promise<void>): Promise<void> {
    const { journal, background, upkeep, compaction, scrub } = this.#running
    this.#refusal ??= 'CLOSED'
    await upkeep.stop()
    await compaction.stop()
    await scrub.stop()
    await background.stop()
    await this.#timers.close()
    try {
      await endJournal(journal)
    } finally {
      await this.#segments.files.close()
    }
  }

  /** Lets go of what was opened, after a recovery that failed. */
  async discard(): Promise<void> {
    await this.#timers.close()
    await this.#segments.files.close()
  }

  retentionNowMs(): number {
    return this.#running.upkeep.retentionNowMs()
  }

  stats(): StorageStats {
    const { journal, checkpointer, scrub } = this.#running
    return {
      groupCommits: journal.groupCommits,
      groupCommitBytes: journal.groupCommitBytes,
      groupCommitMsTotal: journal.groupCommitMs,
      tailBytes: this.log.tailPinnedBytes,
      recentBytes: this.#writeOut.recent.bytes,
      journalBytes: this.#files.liveBytes,
      openFiles: this.#segments.files.openCount,
      checkpoints: checkpointer.count,
      writtenOutBytes: this.#writeOut.writtenBytes,
      throttledMsTotal: this.#admission.throttledMs,
      scrubbedBytes: scrub.scrubbedBytes,
      scrubDamage: scrub.damageCount
    }
  }
}

const emptyReport: RecoveryReport = {
  cleanStop: true,
  replayedBatches: 0,
  replayedBytes: 0,
  durationMs: 0,
  cuts: [],
  damage: []
}
