/**
 * The folders of the partitions: `log/<topic>-<partition>`, as Kafka's tools expect them, with Kafka's
 * `partition.metadata` in each. A topic may be removed and made again under the same name: the old folder is
 * renamed away before the new partition writes its first byte, and the topic id in it tells them apart.
 */
import { errorCode, readFully, writeFully, type Disk, type DiskFile, type Uuid } from '@naru/base'
import type { Failpoint } from '../failpoints.ts'
import type { TopicLogs } from '../partition/partition-host.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import { PartitionSegments, type SegmentContext } from '../segments/index.ts'
import type { ScopedTimers } from './scoped-timers.ts'

const metadataName = 'partition.metadata'
const metadataBytesMax = 1024
const deletedPattern = /\.deleted$/
/** Anything else than an id, which a rotten file may say, says nothing. */
const topicIdPattern = /^topic_id: ([\w-]{22})$/m

export interface PartitionFoldersOptions {
  readonly disk: Disk
  readonly timers: ScopedTimers
  /** The folder of all partition folders. */
  readonly directory: string
  readonly segments: SegmentContext
  readonly failpoint?: Failpoint | undefined
}

/** Kafka's `partition.metadata`. */
export async function writePartitionMetadata(disk: Disk, path: string, topicId: Uuid): Promise<void> {
  const target = `${path}/${metadataName}`
  const file = await openNew(disk, target)
  try {
    // Not synced: a folder whose file says nothing after a power cut is taken for what the checkpoint says.
    await writeFully(file, [Buffer.from(`version: 0\ntopic_id: ${topicId}\n`)], 0)
  } finally {
    await file.close()
  }
}

/** One that is there is the rest of an earlier attempt, which is rare: ten thousand new folders hold none. */
async function openNew(disk: Disk, path: string): Promise<DiskFile> {
  try {
    return await disk.open(path, { mode: 'create' })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    await disk.remove(path)
    return disk.open(path, { mode: 'create' })
  }
}

export class PartitionFolders {
  readonly #options: PartitionFoldersOptions
  /** Topics whose folders are to be renamed once a checkpoint no longer needs them. */
  #removed: readonly TopicLogs[] = []
  /** Folders that still belong to a removed topic. */
  #blocked = new Set<string>()
  /** Folders that were renamed, until that is durable. */
  #renamed: Array<{ readonly path: string; readonly delayMs: number }> = []

  constructor(options: PartitionFoldersOptions) {
    this.#options = options
  }

  pathOf(log: PartitionLog): string {
    return `${this.#options.directory}/${log.topic.name}-${log.partition}`
  }

  get removalsWait(): boolean {
    return this.#removed.length > 0
  }

  /** Whether a removed topic of the same name is still in the way. */
  isBlocked(log: PartitionLog): boolean {
    return this.#blocked.has(this.pathOf(log))
  }

  /** The segments of a partition, with a folder that is its own. */
  async segmentsOf(log: PartitionLog): Promise<PartitionSegments> {
    if (log.segments !== undefined) return log.segments
    const path = this.pathOf(log)
    const segments = PartitionSegments.fresh(this.#options.segments, path)
    await segments.makeFolder()
    await writePartitionMetadata(this.#options.disk, path, log.topic.id)
    log.segments = segments
    return segments
  }

  /** The topic that a folder says it belongs to; undefined when it says nothing. */
  async topicIdIn(path: string): Promise<string | undefined> {
    try {
      const file = await this.#options.disk.open(`${path}/${metadataName}`, { mode: 'read' })
      try {
        const bytes = Buffer.alloc(metadataBytesMax)
        const text = bytes.toString('utf8', 0, await readFully(file, bytes, 0))
        return topicIdPattern.exec(text)?.[1]
      } finally {
        await file.close()
      }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /** The topic is gone; its folders follow after the next checkpoint. */
  topicRemoved(topic: TopicLogs): void {
    this.#removed = [...this.#removed, topic]
    for (const log of topic.partitions) this.#blocked.add(this.pathOf(log))
  }

  /** The topics whose folders may be renamed as soon as a checkpoint that begins now is durable. */
  get removed(): readonly TopicLogs[] {
    return this.#removed
  }

  /**
   * Renames the folders of removed topics; the files go after the topic's `file.delete.delay.ms`. Where that fails for
   * lack of space, say, the next checkpoint tries it again: until then the folders stay blocked.
   */
  async renameRemoved(topics: readonly TopicLogs[]): Promise<void> {
    const { disk, directory, timers } = this.#options
    if (topics.length === 0) return
    for (const topic of topics) {
      for (const log of topic.partitions) {
        const path = await this.#renameAway(this.pathOf(log), topic.id)
        if (path !== undefined) this.#renamed.push({ path, delayMs: topic.config.fileDeleteDelayMs })
        // The old paths lead nowhere any more, so that this closes files and forgets caches only.
        await log.segments?.remove()
      }
    }
    await disk.syncDirectory(directory)
    await this.#options.failpoint?.('topic-renamed')
    this.#unblock(topics)
    for (const { path, delayMs } of this.#renamed) timers.later(delayMs, () => this.#deleteFolder(path))
    this.#renamed = []
  }

  /** A topic of the same name that was removed meanwhile goes on blocking the folder: its own checkpoint is still to come. */
  #unblock(renamed: readonly TopicLogs[]): void {
    this.#removed = this.#removed.filter((topic) => !renamed.includes(topic))
    const waiting = this.#removed.flatMap(({ partitions }) => partitions)
    this.#blocked = new Set(waiting.map((log) => this.pathOf(log)))
  }

  async #renameAway(path: string, id: string): Promise<string | undefined> {
    await this.#options.failpoint?.('topic-rename')
    const target = `${path}.${id}.deleted`
    try {
      await this.#options.disk.rename(path, target)
      return target
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async #deleteFolder(path: string): Promise<void> {
    const { disk, failpoint } = this.#options
    await failpoint?.('topic-delete')
    for (const { name } of await disk.list(path)) await disk.remove(`${path}/${name}`)
    await disk.removeDirectory(path)
    await failpoint?.('topic-deleted')
  }

  /** At the start: folders that belong to no partition with segments are renamed away, deleted ones emptied. */
  async clean(used: ReadonlySet<string>): Promise<void> {
    const { disk, directory, timers } = this.#options
    let renamed = false
    for (const { name, kind } of await disk.list(directory)) {
      const path = `${directory}/${name}`
      if (kind !== 'directory' || used.has(path)) continue
      let target = path
      if (!deletedPattern.test(name)) {
        const id = await this.topicIdIn(path)
        // What does not look like ours is left alone, unless a partition needs the name.
        if (id === undefined && !/-\d+$/.test(name)) continue
        target = (await this.#renameAway(path, id ?? 'unknown')) ?? path
        renamed = true
      }
      timers.later(0, () => this.#deleteFolder(target))
    }
    if (renamed) await disk.syncDirectory(directory)
  }
}
