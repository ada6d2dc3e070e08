/**
 * The engine of mode `memory`: the same partitions and metadata as the local one, everything in tails, nothing
 * on disk. It is bounded: a batch beyond the limit is refused, until retention or a deletion has made room.
 */
import { SILENT_LOGGER, type Clock, type Logger, type Random, type Timers } from '@naru/base'
import { threadPoolCompression, type Compression } from '@naru/protocol'
import { DEFAULT_STORAGE_LIMITS, type StorageLimits } from '../limits.ts'
import { newClusterId } from '../metadata/cluster-id.ts'
import { emptyImage } from '../metadata/image.ts'
import { MetadataLog } from '../metadata/metadata-log.ts'
import { TopicKeeper } from '../metadata/topic-keeper.ts'
import { Admission } from '../partition/admission.ts'
import { PartitionedLog } from '../partition/partitioned-log.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import { RetentionClock } from '../partition/retention-clock.ts'
import { singleOwner } from '../partition/single-owner.ts'
import { Upkeep } from '../partition/upkeep.ts'
import type { LogConfigResolver, RecoveryReport, Storage, StorageStats } from '../ports/index.ts'
import { MemoryCommitLog } from './memory-commit-log.ts'
import { MemorySnapshotStore } from './memory-snapshot-store.ts'

export interface MemoryStorageOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logConfig: LogConfigResolver
  readonly logger?: Logger | undefined
  readonly limits?: Partial<StorageLimits> | undefined
  readonly nodeId?: number | undefined
  /** Unpacks batches for offsets by time; the thread pool unless given. */
  readonly compression?: Compression | undefined
}

const FRESH_START: RecoveryReport = {
  cleanStop: true,
  replayedBatches: 0,
  replayedBytes: 0,
  durationMs: 0,
  cuts: [],
  damage: []
}

const NO_STATS: StorageStats = {
  groupCommits: 0,
  groupCommitBytes: 0,
  groupCommitMsTotal: 0,
  tailBytes: 0,
  recentBytes: 0,
  journalBytes: 0,
  openFiles: 0,
  checkpoints: 0,
  writtenOutBytes: 0,
  throttledMsTotal: 0,
  scrubbedBytes: 0,
  scrubDamage: 0
}

export function openMemoryStorage(options: MemoryStorageOptions): Promise<Storage> {
  const limits = { ...DEFAULT_STORAGE_LIMITS, ...options.limits }
  const logger = options.logger ?? SILENT_LOGGER
  const { clock, timers } = options
  const failure = new AbortController()
  let closed = false
  const commits: MemoryCommitLog = new MemoryCommitLog(() => log.notifyMoved())
  const admission = new Admission(clock)
  const log: PartitionedLog = new PartitionedLog({
    clock,
    commits,
    admission,
    producersPerPartitionMax: limits.producersPerPartitionMax,
    compression: options.compression ?? threadPoolCompression,
    refusal: (bytes) => {
      if (closed) return 'CLOSED'
      return bytes > 0 && log.tailPinnedBytes + bytes > limits.memoryBytesMax ? 'ENOMEM' : undefined
    },
    tailChanged: () => undefined,
    trimmed: dropTrimmed
  })
  const topics = new TopicKeeper({
    log,
    logConfig: options.logConfig,
    created: () => undefined,
    removed: (topic) => {
      for (const partition of topic.partitions) partition.dropTailBefore(partition.endOffset)
    }
  })
  const metadata = new MetadataLog({
    clock,
    commits,
    image: emptyImage(newClusterId(options.random)),
    refusal: () => (closed ? 'CLOSED' : undefined),
    decided: (records) => topics.decided(records),
    undone: (records) => topics.undone(records),
    changed: (change) => topics.changed(change),
    announced: (change) => topics.announced(change)
  })
  const retentionClock = new RetentionClock(clock)
  const upkeep = new Upkeep({ timers, limits, log, retentionClock })
  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    await commits.current?.settled
    await upkeep.stop()
  }
  logger.log('debug', 'memory-storage-open', { clusterId: metadata.image.clusterId })
  return Promise.resolve({
    durability: 'memory',
    log,
    metadata,
    snapshots: new MemorySnapshotStore(),
    ownership: singleOwner(options.nodeId ?? 0),
    recovery: FRESH_START,
    stats: () => ({
      ...NO_STATS,
      groupCommits: commits.groups,
      groupCommitBytes: commits.bytes,
      tailBytes: log.tailPinnedBytes
    }),
    retentionNowMs: () => retentionClock.nowMs(),
    failed: failure.signal,
    close,
    abandon: close,
    [Symbol.asyncDispose]: close
  } satisfies Storage)
}

/** What lies below the log start leaves the memory. */
function dropTrimmed(log: PartitionLog): void {
  log.dropTailBefore(log.logStartOffset)
}
