/**
 * What a checkpoint says: the metadata, and of each partition where its log begins and ends, what its segments
 * hold for sure, and its producers. Together with the journal from `replayFrom` on it is the whole state.
 *
 * Each part may be newer than the others: replay goes by versions and offsets, so that what is in already is
 * passed over.
 */
import type { Uuid } from '@naru/base'
import { FrameState } from '../journal/commit-log.ts'
import type { OffsetRange } from '../partition/corrupt-ranges.ts'
import type { PartitionLog } from '../partition/partition-log.ts'
import type { ProducerEntry } from '../partition/producer-state.ts'
import type { MetadataRecord } from '../ports/index.ts'
import type { AbortedTransactionEntry, SegmentsManifest } from '../segments/index.ts'

export interface CheckpointHeader {
  readonly number: number
  readonly clusterId: string
  readonly replayFrom: number
  /** Where the checkpoint before this one replays from: journal files are kept for it, too. */
  readonly previousReplayFrom: number
  readonly metadataVersion: number
  readonly partitionCount: number
  /** The time that retention went by; a start trusts no clock that is far ahead of it. */
  readonly retentionMs?: number
}

export interface CheckpointedPartition {
  readonly topicId: Uuid
  readonly partition: number
  readonly logStartOffset: number
  /** What was acknowledged; a log that ends before this has lost something. */
  readonly endOffset: number
  readonly manifest: SegmentsManifest | null
  readonly corrupt: readonly OffsetRange[]
  /** The producers know of batches below this offset. */
  readonly producersOffset: number
  readonly producers: readonly ProducerEntry[]
  /**
   * Transactions whose abort markers lie between the end of the manifest and `producersOffset`: replay cannot tell
   * where they began, since the producers are already past them. Left out when there are none.
   */
  readonly aborted?: readonly AbortedTransactionEntry[] | undefined
}

export interface Checkpoint {
  readonly header: CheckpointHeader
  readonly metadata: readonly MetadataRecord[]
  readonly partitions: readonly CheckpointedPartition[]
}

/** Nothing has to be noted of a partition that nobody has used. */
export function isUntouched(log: PartitionLog): boolean {
  return (
    log.highWatermark === 0 &&
    log.segments === undefined &&
    log.corrupt === undefined &&
    log.producers === undefined
  )
}

/** The partition as a line of the checkpoint; kept until something changes. */
export function partitionEntry(log: PartitionLog, options: { readonly synced: boolean }): Buffer {
  if (log.checkpointEntry !== undefined) return log.checkpointEntry
  const manifest = log.segments?.manifest() ?? null
  const partition: CheckpointedPartition = {
    topicId: log.topic.id,
    partition: log.partition,
    logStartOffset: log.logStartOffset,
    endOffset: options.synced ? log.highWatermark : (manifest?.endOffset ?? 0),
    manifest,
    corrupt: log.corrupt?.all ?? [],
    producersOffset: log.highWatermark,
    producers: durableProducers(log),
    aborted: durableAborted(log)
  }
  log.checkpointEntry = Buffer.from(`${JSON.stringify(partition)}\n`)
  return log.checkpointEntry
}

/** The producers as of the high watermark: appends that are still on their way are taken back. */
function durableProducers(log: PartitionLog): ProducerEntry[] {
  if (log.producers === undefined) return []
  const durable = new Map<number, ProducerEntry>()
  for (const entry of log.producers.entries()) durable.set(entry.producerId, entry)
  const { tail } = log
  for (let index = (tail?.count ?? 0) - 1; index >= 0; index--) {
    const batch = tail?.at(index)
    if (batch === undefined || batch.state !== FrameState.pending) break
    const { producerId, producerBefore, producerForgotten } = batch
    if (producerBefore === undefined) durable.delete(producerId)
    else durable.set(producerId, producerBefore)
    if (producerForgotten !== undefined) durable.set(producerForgotten.producerId, producerForgotten)
  }
  return [...durable.values()]
}

/** Undefined, which JSON leaves out, when there are none. */
function durableAborted(log: PartitionLog): AbortedTransactionEntry[] | undefined {
  if (log.transactions === undefined) return undefined
  const durable = log.transactions.aborted.filter(({ lastOffset }) => lastOffset < log.highWatermark)
  if (durable.length === 0) return undefined
  return durable.map(({ producerId, firstOffset, lastOffset, lastStableOffset }) => ({
    producerId,
    firstOffset,
    lastOffset,
    lastStableOffset
  }))
}
