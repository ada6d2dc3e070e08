/**
 * Writes everything that a data folder holds in the form in which a fresh Apache Kafka takes it over: a folder of
 * segments per partition with unchanged offsets and timestamps, the offsets of groups among them, and no transaction
 * that is half done. The data folder itself is only read.
 *
 * `__transaction_state` stays behind: transactions are ended here, and producers that come back get new ids.
 */
import { NaruError, type Clock, type Disk, type Logger, type Random, type Timers } from '@naru/base'
import { buildControlBatch, endTransactionMarker, type Compression } from '@naru/protocol'
import { OverlayDisk } from '../doctor/overlay-disk.ts'
import { needDataFolder } from '../doctor/examine.ts'
import { openReadOnly } from '../doctor/read-only-storage.ts'
import {
  DEFAULT_LOG_CONFIG,
  resourceKey,
  type MetadataImage,
  type Storage,
  type TopicMetadata
} from '../ports/index.ts'
import { writeLogStarts, type LogStart } from './log-starts.ts'
import { PartitionFolder } from './partition-folder.ts'
import { TRANSACTION_TOPIC, committingProducers } from './undecided.ts'
import { wholeLog } from './whole-log.ts'

export interface HandOverOptions {
  readonly disk: Disk
  /** The data folder. */
  readonly directory: string
  /** An empty folder, or one that is not there yet. */
  readonly target: string
  /** Reads everything and writes nothing. */
  readonly dryRun: boolean
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
  readonly compression?: Compression | undefined
  /** Bytes that were read, for whoever shows how far it is. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

export interface HandedPartition {
  readonly partition: number
  readonly startOffset: number
  /** Behind the last record, markers that were added included. */
  readonly endOffset: number
  readonly bytes: number
  /** Transactions that were open and have been ended. */
  readonly endedTransactions: number
}

export interface HandedTopic {
  readonly name: string
  readonly internal: boolean
  readonly configs: ReadonlyMap<string, string>
  readonly partitions: readonly HandedPartition[]
}

export interface HandOver {
  readonly clusterId: string
  readonly topics: readonly HandedTopic[]
}

/**
 * Rejects as an examination does, with RECORDS_LOST where something cannot be read, and with NOT_EMPTY when the
 * target holds anything.
 */
export async function handOver(options: HandOverOptions): Promise<HandOver> {
  const { disk, directory, target, dryRun } = options
  await needDataFolder(disk, directory)
  if (!dryRun) await needEmpty(disk, target)
  const overlay = await OverlayDisk.over(disk, directory)
  const storage = await openReadOnly({ ...options, disk: overlay })
  try {
    const { image } = storage.metadata
    const committing = await committingProducers(storage.log, image)
    const starts: LogStart[] = []
    const topics: HandedTopic[] = []
    for (const topic of image.topicsByName.values()) {
      if (topic.name === TRANSACTION_TOPIC) continue
      topics.push(await handTopic({ ...options, storage, image, committing, starts }, topic))
    }
    if (!dryRun) await writeLogStarts(disk, logFolder(target), starts)
    return { clusterId: image.clusterId, topics }
  } finally {
    await storage.abandon()
  }
}

/** Where the partitions' folders lie in the target. */
export function logFolder(target: string): string {
  return `${target}/log`
}

async function needEmpty(disk: Disk, target: string): Promise<void> {
  await disk.makeDirectory(logFolder(target))
  const names = (await disk.list(target)).map(({ name }) => name).filter((name) => name !== 'log')
  const inside = await disk.list(logFolder(target))
  if (names.length + inside.length > 0) throw new NaruError('NOT_EMPTY', `${target} is not empty`)
}

interface Setting extends HandOverOptions {
  readonly storage: Storage
  readonly image: MetadataImage
  readonly committing: ReadonlySet<number>
  readonly starts: LogStart[]
}

async function handTopic(setting: Setting, topic: TopicMetadata): Promise<HandedTopic> {
  const configs = setting.image.configs.get(resourceKey('topic', topic.name)) ?? new Map<string, string>()
  const partitions: HandedPartition[] = []
  for (let partition = 0; partition < topic.partitionCount; partition++) {
    partitions.push(await handPartition(setting, { topic, configs, partition }))
  }
  return { name: topic.name, internal: topic.internal, configs, partitions }
}

async function handPartition(
  setting: Setting,
  place: {
    readonly topic: TopicMetadata
    readonly configs: ReadonlyMap<string, string>
    readonly partition: number
  }
): Promise<HandedPartition> {
  const { storage, disk, target, dryRun, onProgress, starts } = setting
  const { topic, partition } = place
  const { topicId, name } = topic
  const segmentBytes = Number(place.configs.get('segment.bytes') ?? DEFAULT_LOG_CONFIG.segmentBytes)
  const path = `${logFolder(target)}/${name}-${partition}`
  const folder = dryRun ? undefined : new PartitionFolder(disk, path, segmentBytes)
  const state = storage.log.state(topicId, partition)
  const startOffset = state?.logStartOffset ?? 0
  let endOffset = state?.highWatermark ?? 0
  let bytes = 0
  for await (const chunk of wholeLog(storage.log, topic, partition)) {
    await folder?.append(chunk)
    bytes += chunk.byteLength
    onProgress?.(chunk.byteLength)
  }
  const markers = endMarkers(setting, place, endOffset)
  for (const marker of markers) await folder?.append(marker)
  endOffset += markers.length
  await folder?.finish(endOffset)
  if (startOffset > 0) starts.push({ topic: name, partition, offset: startOffset })
  return { partition, startOffset, endOffset, bytes, endedTransactions: markers.length }
}

/** One marker for each transaction that is open in the partition. */
function endMarkers(
  { storage, committing, clock }: Setting,
  { topic, partition }: { readonly topic: TopicMetadata; readonly partition: number },
  endOffset: number
): Uint8Array[] {
  const open = storage.log
    .producers(topic.topicId, partition)
    .filter(({ currentTransactionStartOffset }) => currentTransactionStartOffset >= 0)
  return open.map(({ producerId, producerEpoch, coordinatorEpoch }, index) => {
    const end = committing.has(producerId) ? 'commit' : 'abort'
    return buildControlBatch({
      baseOffset: endOffset + index,
      partitionLeaderEpoch: 0,
      producerId,
      producerEpoch,
      transactional: true,
      record: endTransactionMarker(end, Math.max(coordinatorEpoch, 0)),
      timestamp: clock.wallMs()
    })
  })
}
