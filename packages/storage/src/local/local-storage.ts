/**
 * The engine of modes `fsync` and `os`: one shared journal, tails in memory, segments per partition, in one
 * folder:
 *
 *   format  lock  checkpoint-<n>  journal/{<generation>.journal,durable}  log/<topic>-<partition>/  snapshots/  quarantine/
 *
 * This file puts the parts together: open, stop, and who tells whom. Each part has its own file.
 */
import {
  NaruError,
  SILENT_LOGGER,
  type Clock,
  type Disk,
  type DiskLock,
  type Logger,
  type OffLoop,
  type Random,
  type Timers
} from '@naru/base'
import { threadPoolCompression, type Compression } from '@naru/protocol'
import { loadCheckpoint } from '../checkpoint/checkpoint-file.ts'
import type { Failpoint } from '../failpoints.ts'
import { DEFAULT_STORAGE_LIMITS, type StorageLimits } from '../limits.ts'
import type { LogConfigResolver, Storage } from '../ports/index.ts'
import { openFormat, refuseForeignFolder } from './format-file.ts'
import { LocalEngine } from './local-engine.ts'

export interface LocalStorageOptions {
  readonly disk: Disk
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  /** The data folder; it is made when it is not there. */
  readonly directory: string
  readonly durability: 'fsync' | 'os'
  readonly logConfig: LogConfigResolver
  readonly logger?: Logger | undefined
  readonly limits?: Partial<StorageLimits> | undefined
  readonly nodeId?: number | undefined
  readonly failpoint?: Failpoint | undefined
  /** Unpacks batches for offsets by time; the thread pool unless given. */
  readonly compression?: Compression | undefined
  /** Runs what compaction computes; in place unless given. */
  readonly offLoop?: OffLoop | undefined
  /** Goes on although acknowledged records are gone of which nobody can tell where they were: JOURNAL_DAMAGED. */
  readonly acceptsLoss?: boolean | undefined
}

/**
 * Opens the data folder, replaying what the last run left. Rejects with a `NaruError`: LOCKED when another
 * process has it, FOREIGN_FOLDER, UNFINISHED_IMPORT, NEWER_FORMAT, FORMAT_DAMAGED, CHECKPOINT_DAMAGED, JOURNAL_MISSING,
 * JOURNAL_DAMAGED, METADATA_DAMAGED or FOREIGN_PARTITION when it cannot be trusted, and with the disk's error otherwise.
 */
export async function openLocalStorage(options: LocalStorageOptions): Promise<Storage> {
  const { disk, directory } = options
  await disk.makeDirectory(directory)
  await refuseForeignFolder(disk, directory)
  const lock = await disk.lock(`${directory}/lock`)
  if (lock === undefined) {
    throw new NaruError('LOCKED', `${directory} is in use by another process: stop it, or use another folder`)
  }
  try {
    return await openLocked(options, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function openLocked(options: LocalStorageOptions, lock: DiskLock): Promise<Storage> {
  const { disk, directory, clock } = options
  const startMs = clock.monotonicMs()
  const logger = options.logger ?? SILENT_LOGGER
  const format = await openFormat(options)
  for (const name of ['journal', 'log']) await disk.makeDirectory(`${directory}/${name}`)
  // A process that was killed may have left names that are seen and not durable: nothing may rest on them.
  const folders = [directory, `${directory}/journal`, `${directory}/log`]
  await Promise.all(folders.map((path) => disk.syncDirectory(path)))
  const loaded = await loadCheckpoint(options)
  const engine = new LocalEngine({
    ...options,
    logger,
    limits: { ...DEFAULT_STORAGE_LIMITS, ...options.limits },
    compression: options.compression ?? threadPoolCompression,
    format,
    checkpoint: loaded.checkpoint
  })
  try {
    await engine.recover(startMs, loaded.damaged)
  } catch (error) {
    await engine.discard()
    throw error
  }
  logger.log('info', 'storage-open', {
    directory,
    durability: options.durability,
    replayedBatches: engine.recovery.replayedBatches,
    durationMs: engine.recovery.durationMs
  })
  let ending: Promise<void> | undefined
  const end = (work: () => Promise<void>): Promise<void> => {
    ending ??= ended(work, lock)
    return ending
  }
  const close = (): Promise<void> => end(() => engine.close())
  return {
    durability: options.durability,
    log: engine.log,
    metadata: engine.metadata,
    snapshots: engine.snapshots,
    ownership: engine.ownership,
    recovery: engine.recovery,
    failed: engine.failed,
    stats: () => engine.stats(),
    retentionNowMs: () => engine.retentionNowMs(),
    close,
    abandon: () => end(() => engine.abandon()),
    [Symbol.asyncDispose]: close
  }
}

/** The lock goes last, and goes however the work ended. */
async function ended(work: () => Promise<void>, lock: DiskLock): Promise<void> {
  try {
    await work()
  } finally {
    await lock.release()
  }
}
