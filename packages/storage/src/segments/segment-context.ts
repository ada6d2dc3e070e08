/** What the segments of all partitions share: the disk, the open files, the indexes in memory, the log of events. */
import type { Clock, Disk, Logger } from '@naru/base'
import { DirectWrites } from './direct-writes.ts'
import { FileCache } from './file-cache.ts'
import { FolderNames } from './folder-names.ts'
import { IndexCache } from './index-cache.ts'
import { SharedWindows } from './shared-windows.ts'

/** Places where a test may stop, fail or crash the process. */
export type SegmentFailpoint =
  | 'segment-write'
  | 'segment-written'
  | 'segment-roll'
  | 'segment-sync'
  | 'segment-synced'
  | 'segment-drop'
  | 'segment-rebuild'
  | 'compaction-swap'
  | 'compaction-aside'
  | 'compaction-swapped'
  | 'compaction-purge'

export interface SegmentContext {
  readonly disk: Disk
  readonly clock: Clock
  readonly files: FileCache
  readonly directWrites: DirectWrites
  readonly indexes: IndexCache
  readonly windows: SharedWindows
  readonly folderNames: FolderNames
  readonly logger: Logger
  readonly waitingEntryBytesMax: number
  readonly failpoint?: ((name: SegmentFailpoint) => void | Promise<void>) | undefined
}

export interface SegmentContextOptions {
  readonly disk: Disk
  readonly clock: Clock
  readonly logger: Logger
  /** See `StorageLimits`; without it all writes go through the page cache. */
  readonly directBytesMin?: number | undefined
  /** See `StorageLimits`; without it every sync writes all entries. */
  readonly waitingEntryBytesMax?: number | undefined
  readonly openFilesMax?: number | undefined
  readonly indexCacheBytesMax?: number | undefined
  readonly failpoint?: SegmentContext['failpoint']
}

export function segmentContext(options: SegmentContextOptions): SegmentContext {
  return {
    disk: options.disk,
    clock: options.clock,
    files: new FileCache(options.disk, { filesMax: options.openFilesMax }),
    directWrites: new DirectWrites(options.disk, options.directBytesMin),
    indexes: new IndexCache({ bytesMax: options.indexCacheBytesMax }),
    windows: new SharedWindows(),
    folderNames: new FolderNames(options.disk),
    logger: options.logger,
    waitingEntryBytesMax: options.waitingEntryBytesMax ?? 0,
    failpoint: options.failpoint
  }
}
