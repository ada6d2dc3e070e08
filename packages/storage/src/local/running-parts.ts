/** The parts of the local engine that exist only once recovery has ended, and how they are put together. */
import { inPlaceOffLoop } from '@naru/base'
import { Compaction } from '../compaction/compaction.ts'
import { DurableNote, type NotePlace } from '../journal/durable-note.ts'
import type { JournalFiles } from '../journal/journal-files.ts'
import { isPassing } from '../journal/journal-trouble.ts'
import { JournalWriter, type JournalEnd } from '../journal/journal-writer.ts'
import { Journal } from '../journal/journal.ts'
import type { ImageBuilder } from '../metadata/image.ts'
import { MetadataLog } from '../metadata/metadata-log.ts'
import type { TopicKeeper } from '../metadata/topic-keeper.ts'
import type { Admission } from '../partition/admission.ts'
import type { PartitionedLog } from '../partition/partitioned-log.ts'
import { RetentionClock } from '../partition/retention-clock.ts'
import { Upkeep } from '../partition/upkeep.ts'
import { Scrub } from '../scrub/scrub.ts'
import type { SegmentContext } from '../segments/index.ts'
import { Background } from './background.ts'
import { Checkpointer } from './checkpointer.ts'
import type { LocalEngineOptions } from './local-engine.ts'
import type { PartitionFolders } from './partition-folders.ts'
import type { ScopedTimers } from './scoped-timers.ts'
import type { WriteOut } from './write-out.ts'

export interface RunningParts {
  readonly journal: Journal
  readonly metadata: MetadataLog
  readonly checkpointer: Checkpointer
  readonly background: Background
  readonly upkeep: Upkeep
  readonly compaction: Compaction
  readonly scrub: Scrub
}

/** What recovery leaves behind, and what the engine wants to be told. */
export interface PartsContext extends LocalEngineOptions {
  readonly synced: boolean
  readonly timers: ScopedTimers
  readonly log: PartitionedLog
  readonly admission: Admission
  readonly segments: SegmentContext
  readonly folders: PartitionFolders
  readonly files: JournalFiles
  readonly writeOut: WriteOut
  readonly topics: TopicKeeper
  readonly notePlace: NotePlace
  readonly image: ImageBuilder
  readonly end: JournalEnd
  /** The journal that was found ends with a closing record. */
  readonly closed: boolean
  /** Why nothing is accepted any more. */
  refusal(): string | undefined
  afterGroup(): void
  reviewJournal(): void
  wake(): void
  onBroken(error: unknown): void
}

export function runningParts(context: PartsContext): RunningParts {
  const { clock, timers, limits, log, logger, disk, checkpoint } = context
  const retentionClock = new RetentionClock(clock, checkpoint?.header.retentionMs)
  const writer = journalWriter(context)
  const journal = journalOf(context, writer)
  const metadata = metadataLog(context, journal)
  const checkpointer = checkpointerOf(context, { writer, journal, metadata, retentionClock })
  return {
    journal,
    metadata,
    checkpointer,
    background: backgroundOf(context, checkpointer),
    upkeep: new Upkeep({ timers, limits, log, retentionClock }),
    compaction: compactionOf(context, checkpointer, retentionClock),
    scrub: new Scrub({ disk, clock, timers, logger, limits, log })
  }
}

function journalWriter({
  files,
  synced,
  format,
  limits,
  clock,
  failpoint,
  end
}: PartsContext): JournalWriter {
  return new JournalWriter({
    files,
    synced,
    secret: format.secret,
    fileBytes: limits.journalFileBytes,
    wallMs: () => clock.wallMs(),
    failpoint,
    end
  })
}

function journalOf(context: PartsContext, writer: JournalWriter): Journal {
  const { clock, timers, synced, limits, closed } = context
  return new Journal({
    writer,
    note: durableNote(context),
    clock,
    timers,
    synced,
    fileBytes: limits.journalFileBytes,
    closed,
    afterGroup: () => context.afterGroup(),
    onBroken: (error) => context.onBroken(error)
  })
}

function durableNote({ synced, notePlace, clock, ...context }: PartsContext): DurableNote | undefined {
  if (!synced) return undefined
  // Without room the note stays behind; a disk that cannot be written to any more is none to go on with.
  const onError = (error: unknown): void => {
    if (!isPassing(error)) context.onBroken(error)
  }
  return new DurableNote(notePlace, { clock, onError })
}

function metadataLog(context: PartsContext, commits: Journal): MetadataLog {
  const { clock, image, topics } = context
  return new MetadataLog({
    clock,
    commits,
    image: image.build(),
    refusal: () => context.refusal(),
    decided: (records) => topics.decided(records),
    undone: (records) => topics.undone(records),
    changed: (change) => topics.changed(change),
    announced: (change) => topics.announced(change)
  })
}

interface CheckpointedParts {
  readonly writer: JournalWriter
  readonly journal: Journal
  readonly metadata: MetadataLog
  readonly retentionClock: RetentionClock
}

function checkpointerOf(context: PartsContext, parts: CheckpointedParts): Checkpointer {
  const { disk, directory, failpoint, log, files, writeOut, folders, limits, clock, timers } = context
  const { writer, journal, metadata, retentionClock } = parts
  return new Checkpointer({
    place: { disk, directory, failpoint },
    log,
    metadata,
    journal: {
      get position() {
        return journal.position
      },
      sync: () => writer.sync()
    },
    files,
    writeOut,
    folders,
    limits,
    clock,
    timers,
    retentionClock,
    logger: context.logger,
    synced: context.synced,
    failpoint,
    last: context.checkpoint?.header
  })
}

function backgroundOf(context: PartsContext, checkpointer: Checkpointer): Background {
  const { timers, logger, writeOut, admission } = context
  return new Background({
    timers,
    logger,
    writeOut,
    checkpointer,
    // From the upper limit on until the lower one is reached: in between nothing is accepted that could free it.
    isPressed: () => admission.isClosedBy('journal'),
    eased: () => context.reviewJournal(),
    onBroken: (error) => context.onBroken(error)
  })
}

function compactionOf(
  context: PartsContext,
  checkpointer: Checkpointer,
  retentionClock: RetentionClock
): Compaction {
  const { log, segments, clock, timers, limits, logger, failpoint, offLoop = inPlaceOffLoop } = context
  return new Compaction({
    log,
    context: segments,
    clock,
    timers,
    offLoop,
    limits,
    logger,
    failpoint,
    nowMs: () => retentionClock.nowMs(),
    replaced: (changed) => {
      checkpointer.compacted(changed)
      context.wake()
    },
    onBroken: (error) => context.onBroken(error)
  })
}
