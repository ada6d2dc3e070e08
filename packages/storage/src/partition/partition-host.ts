/** What all partitions of an engine share, and the topic that a partition belongs to. */
import type { Uuid } from '@naru/base'
import type { Compression } from '@naru/protocol'
import type { LogConfig } from '../ports/index.ts'
import type { PartitionLog } from './partition-log.ts'

export interface PartitionHost {
  readonly producersPerPartitionMax: number
  readonly compression: Compression
  /** Memory that tails pin has grown or shrunk. */
  tailChanged(log: PartitionLog, pinnedBytes: number): void
  /** Readers of the partition may see something new; they are told when the group has been handled. */
  moved(log: PartitionLog): void
}

/** One topic as the log knows it; the settings are replaced when they change. */
export interface TopicLogs {
  readonly name: string
  readonly id: Uuid
  readonly idBytes: Uint8Array
  config: LogConfig
  /** Its removal was decided, so that nothing is appended any more. */
  removing: boolean
  readonly partitions: PartitionLog[]
}
