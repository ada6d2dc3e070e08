/** What grows in the storage, where it ends, and what happens then. `StorageLimits` may be set per engine. */

const KIB = 1024
const MIB = 1024 * KIB

export interface StorageLimits {
  /** Receive memory that acknowledged batches may pin before they are in segments; then producing is throttled. */
  readonly tailBytesMax: number
  /** What tails leave of this is for batches that are in segments already, so that who reads them needs no disk. */
  readonly recentBytesMax: number
  /** Everything that the memory engine keeps; a batch beyond it is refused with a storage error. */
  readonly memoryBytesMax: number
  /** Size of one journal file, which is overwritten again and again. */
  readonly journalFileBytes: number
  /** All journal files together; then producing is throttled until a checkpoint has freed some. */
  readonly journalBytesMax: number
  /** Journal bytes since the last checkpoint that make the next one due. */
  readonly checkpointAfterBytes: number
  /** Time since the last checkpoint after which one is due when segments were written. */
  readonly checkpointAfterMs: number
  /** A tail of at least this size is written to its segment when its turn comes; a smaller one may wait. */
  readonly tailWriteOutBytes: number
  /** Bytes of one write to a segment from which on it goes past the page cache; less is not worth two more calls. */
  readonly directBytesMin: number
  /** Entries of an index or a sidecar that wait in the checkpoint; a sync with more of them writes them to their file. */
  readonly waitingEntryBytesMax: number
  /** A tail whose partition took nothing for this long is written out, however small. */
  readonly tailQuietMs: number
  /** A tail is written out at the latest when its first batch is this old and the tail is not small. */
  readonly tailAgeMs: number
  /** How often the engine looks for expired segments; Kafka's `log.retention.check.interval.ms`. */
  readonly retentionCheckMs: number
  /** Kafka's `producer.id.expiration.ms`. */
  readonly producerExpirationMs: number
  /** Kafka's `producer.id.expiration.check.interval.ms`. */
  readonly producerExpirationCheckMs: number
  /** Producers that one partition remembers; the one that was silent longest is forgotten. */
  readonly producersPerPartitionMax: number
  /** How often the engine looks for logs to compact; Kafka's `log.cleaner.backoff.ms`. */
  readonly cleanerBackoffMs: number
  /** Memory for the offsets of keys; what does not fit waits for the next round. Kafka's `log.cleaner.dedupe.buffer.size`. */
  readonly cleanerBytesMax: number
  /** Share of that memory that may be taken; Kafka's `log.cleaner.io.buffer.load.factor`. */
  readonly cleanerLoadFactor: number
  /** Read and written per second while compacting, so that a disk stays free for others; Kafka's `log.cleaner.io.max.bytes.per.second`. */
  readonly cleanerBytesPerSecond: number
  /** Read per second while looking for damage in segments that nobody reads; 0 switches that off. */
  readonly scrubBytesPerSecond: number
  /** Time between two such looks at everything. */
  readonly scrubEveryMs: number
  /** Whether compaction runs at all; Kafka's `log.cleaner.enable`. */
  readonly cleanerEnabled: boolean
}

export const DEFAULT_STORAGE_LIMITS: StorageLimits = {
  tailBytesMax: 96 * MIB,
  recentBytesMax: 64 * MIB,
  memoryBytesMax: 1024 * MIB,
  journalFileBytes: 64 * MIB,
  journalBytesMax: 1024 * MIB,
  checkpointAfterBytes: 192 * MIB,
  checkpointAfterMs: 10_000,
  tailWriteOutBytes: 256 * KIB,
  directBytesMin: 256 * KIB,
  waitingEntryBytesMax: 256,
  tailQuietMs: 3_000,
  tailAgeMs: 5_000,
  retentionCheckMs: 300_000,
  producerExpirationMs: 86_400_000,
  producerExpirationCheckMs: 600_000,
  producersPerPartitionMax: 10_000,
  cleanerBackoffMs: 15_000,
  cleanerBytesMax: 128 * MIB,
  cleanerLoadFactor: 0.9,
  cleanerBytesPerSecond: 64 * MIB,
  cleanerEnabled: true,
  scrubBytesPerSecond: 4 * MIB,
  scrubEveryMs: 3_600_000
}

/** Damage that the scrub tells one by one; beyond it, only `naru doctor` does. */
export const scrubReportedMax = 10_000

/** Bytes of log that compaction reads at once, unless a single batch is larger. */
export const cleanerWindowBytes = 512 * KIB

/** Producing resumes when what was over its limit has fallen to this share of it. */
export const resumeShare = 0.75

/** A batch that would pin more than this many times its size is copied out of its receive buffer. */
export const pinnedShareMax = 4

/** Batches that a producer may repeat; Kafka remembers as many. */
export const producerBatchesMax = 5

/** Open transactions in one partition; a batch that would open another one is refused with a storage error. */
export const openTransactionsPerPartitionMax = 100_000

/** Transactional producers of one partition that are being checked; the oldest check is forgotten, and retried. */
export const verificationsPerPartitionMax = 10_000
