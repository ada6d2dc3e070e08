/** What an engine gives when it is open: all ports over one place. */
import type { LogStore } from './log-store.ts'
import type { MetadataStore } from './metadata-store.ts'
import type { Ownership } from './ownership.ts'
import type { SnapshotStore } from './snapshot-store.ts'

/** `fsync`: durable before acknowledged. `os`: in the page cache. `memory`: gone with the process. */
export type Durability = 'fsync' | 'os' | 'memory'

/** One line of what a start found; `damage` entries name what was quarantined. */
export interface RecoveryReport {
  readonly cleanStop: boolean
  readonly replayedBatches: number
  readonly replayedBytes: number
  readonly durationMs: number
  readonly cuts: readonly {
    readonly file: string
    readonly position: number
    readonly bytes: number
    readonly reason: string
  }[]
  readonly damage: readonly {
    readonly file: string
    readonly position: number
    readonly bytes: number
    readonly reason: string
  }[]
}

/** Counters for metrics; all are totals since the start unless named otherwise. */
export interface StorageStats {
  readonly groupCommits: number
  readonly groupCommitBytes: number
  readonly groupCommitMsTotal: number
  readonly tailBytes: number
  /** Of batches that are in segments and still in memory. */
  readonly recentBytes: number
  readonly journalBytes: number
  readonly openFiles: number
  readonly checkpoints: number
  readonly writtenOutBytes: number
  readonly throttledMsTotal: number
  /** Read to look for damage in segments that nobody reads, and what was found. */
  readonly scrubbedBytes: number
  readonly scrubDamage: number
}

export interface Storage extends AsyncDisposable {
  readonly durability: Durability
  readonly log: LogStore
  readonly metadata: MetadataStore
  readonly snapshots: SnapshotStore
  readonly ownership: Ownership
  readonly recovery: RecoveryReport
  stats(): StorageStats
  /**
   * The time that retention goes by: it follows a wall clock that jumps ahead slowly, so that nothing expires at once. To
   * judge by, never to reckon from.
   */
  retentionNowMs(): number
  /** Aborts with the reason when a write or sync failed for good: nothing is acknowledged any more, stop the process. */
  readonly failed: AbortSignal
  /** Makes everything durable and writes the closing record; does not wait for write-out. */
  close(): Promise<void>
  /**
   * Lets go of everything as if the process had died: writes nothing more, not even a closing record, and frees
   * files and the lock. What was acknowledged is there at the next open, except in mode `memory`.
   */
  abandon(): Promise<void>
}
