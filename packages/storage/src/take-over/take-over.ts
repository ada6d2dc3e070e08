/**
 * Takes the data of a stopped Apache Kafka 4.2 over, which ran as one node of its own: topics with their ids, settings
 * and records, all at their offsets, the offsets of groups, transactions and the producers. Kafka's folder is only read.
 *
 * What is written counts from the moment when the format file is there, which comes last: a folder that was not finished
 * is refused by every start. Transactions that are open stay open, and end as they would have in Kafka: their
 * coordinator's log comes along.
 *
 * Left behind: settings of single brokers and clients' metrics, ACLs, quotas, users, and what Kafka keeps of its own quorum.
 */
import { NaruError, type Clock, type Disk, type Logger, type Random, type Uuid } from '@naru/base'
import { writeCheckpoint } from '../checkpoint/checkpoint-file.ts'
import type { CheckpointedPartition } from '../checkpoint/checkpoint.ts'
import { openFormat, refuseForeignFolder } from '../local/format-file.ts'
import { writePartitionMetadata } from '../local/partition-folders.ts'
import { emptyImage, ImageBuilder, imageRecords } from '../metadata/image.ts'
import type { MetadataRecord } from '../ports/index.ts'
import { segmentContext, type SegmentContext } from '../segments/index.ts'
import { readClusterMetadata, type ClusterMetadata, type KafkaTopic } from './cluster-metadata.ts'
import { openKafkaFolder, type KafkaFolder } from './kafka-folder.ts'
import { takePartition } from './partition.ts'

const INTERNAL_TOPICS = new Set(['__consumer_offsets', '__transaction_state', '__share_group_state'])
/** Producer ids that are handed out here begin above this; Kafka's own begin at 0. */
const OWN_PRODUCER_IDS_FROM = 2 ** 40

export interface TakeOverOptions {
  readonly disk: Disk
  /** Kafka's log folder. */
  readonly source: string
  /** The data folder: an empty one, or one that is not there yet. */
  readonly target: string
  /** Reads and checks everything, and writes nothing. */
  readonly dryRun: boolean
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Bytes that were read, for whoever shows how far it is. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

export interface TakenPartition {
  readonly partition: number
  readonly startOffset: number
  readonly endOffset: number
  readonly bytes: number
  /** Transactions that are open, and will be ended by their producers or by their timeout. */
  readonly openTransactions: number
}

export interface TakenTopic {
  readonly name: string
  readonly internal: boolean
  readonly partitions: readonly TakenPartition[]
}

export interface TakeOver {
  readonly clusterId: string
  readonly topics: readonly TakenTopic[]
}

/**
 * Rejects with NOT_KAFKA, KAFKA_NOT_STOPPED, KAFKA_VERSION, KAFKA_INCOMPLETE, KAFKA_REMOTE, KAFKA_OLD_RECORDS,
 * KAFKA_COMPRESSED_OFFSETS or KAFKA_LOG_DAMAGED for what cannot be taken over, with LOCKED or NOT_EMPTY when the target is in use.
 */
export async function takeOver(options: TakeOverOptions): Promise<TakeOver> {
  const { disk, source, target, dryRun } = options
  const folder = await openKafkaFolder(disk, source)
  const metadata = await readClusterMetadata(disk, source)
  needComplete(folder, metadata)
  if (dryRun)
    return { clusterId: folder.clusterId, topics: (await takeTopics(options, folder, metadata)).topics }
  await disk.makeDirectory(target)
  await needEmpty(disk, target)
  const lock = await disk.lock(`${target}/lock`)
  if (lock === undefined) throw new NaruError('LOCKED', `${target} is in use by another process`)
  try {
    return await takeAll(options, folder, metadata)
  } finally {
    await lock.release()
  }
}

async function needEmpty(disk: Disk, target: string): Promise<void> {
  await refuseForeignFolder(disk, target)
  const isUsed = (await disk.list(target)).some(({ name }) => name === 'format')
  if (isUsed) throw new NaruError('NOT_EMPTY', `${target} holds data already`)
}

function needComplete({ names }: KafkaFolder, { topics, configs }: ClusterMetadata): void {
  for (const { name, partitionCount } of topics.values()) {
    if (configs.get(`topic:${name}`)?.settings.get('remote.storage.enable') === 'true') {
      throw new NaruError('KAFKA_REMOTE', `records of ${name} lie in tiered storage`)
    }
    for (let partition = 0; partition < partitionCount; partition++) {
      if (names.has(`${name}-${partition}`)) continue
      throw new NaruError('KAFKA_INCOMPLETE', `${name}-${partition} is not in the folder`)
    }
  }
}

async function takeAll(
  options: TakeOverOptions,
  folder: KafkaFolder,
  metadata: ClusterMetadata
): Promise<TakeOver> {
  const { disk, target, clock } = options
  const { clusterId } = folder
  for (const name of ['journal', 'log']) await disk.makeDirectory(`${target}/${name}`)
  const { topics, lines, largestProducerId } = await takeTopics(options, folder, metadata)
  const builder = new ImageBuilder(emptyImage(clusterId))
  for (const record of metadataRecords(metadata, largestProducerId)) builder.apply(record)
  const image = builder.build()
  const header = {
    number: 1,
    clusterId,
    replayFrom: 0,
    previousReplayFrom: 0,
    metadataVersion: image.version,
    partitionCount: topics.reduce((sum, { partitions }) => sum + partitions.length, 0),
    retentionMs: clock.wallMs()
  }
  await writeCheckpoint({ disk, directory: target }, header, {
    metadata: imageRecords(image),
    partitions: checkpointLines(lines)
  })
  for (const path of [`${target}/log`, `${target}/journal`]) await disk.syncDirectory(path)
  await openFormat({ disk, directory: target, random: options.random, clusterId })
  return { clusterId, topics }
}

async function* checkpointLines(partitions: readonly CheckpointedPartition[]): AsyncGenerator<Uint8Array> {
  for (const partition of partitions) yield Buffer.from(`${JSON.stringify(partition)}\n`)
}

interface Taken {
  readonly topics: readonly TakenTopic[]
  readonly lines: readonly CheckpointedPartition[]
  readonly largestProducerId: number
}

async function takeTopics(
  options: TakeOverOptions,
  folder: KafkaFolder,
  metadata: ClusterMetadata
): Promise<Taken> {
  const { disk, clock, logger, dryRun } = options
  const context = dryRun ? undefined : segmentContext({ disk, clock, logger })
  const lines: CheckpointedPartition[] = []
  const topics: TakenTopic[] = []
  let largestProducerId = -1
  try {
    for (const topic of metadata.topics.values()) {
      const partitions: TakenPartition[] = []
      for (let partition = 0; partition < topic.partitionCount; partition++) {
        const taken = await takeOne({ ...options, context, folder }, topic, partition)
        lines.push(taken.line)
        partitions.push(taken.shown)
        largestProducerId = Math.max(largestProducerId, taken.largestProducerId)
      }
      topics.push({ name: topic.name, internal: INTERNAL_TOPICS.has(topic.name), partitions })
    }
  } finally {
    await context?.files.close()
  }
  return { topics, lines, largestProducerId }
}

interface Place extends TakeOverOptions {
  readonly context: SegmentContext | undefined
  readonly folder: KafkaFolder
}

async function takeOne(
  { disk, source, target, context, folder, clock, onProgress }: Place,
  { name, topicId }: KafkaTopic,
  partition: number
): Promise<{ line: CheckpointedPartition; shown: TakenPartition; largestProducerId: number }> {
  const directory = `${target}/log/${name}-${partition}`
  const taken = await takePartition({
    disk,
    from: `${source}/${name}-${partition}`,
    into: context === undefined ? undefined : { context, directory },
    prepare: () => prepareFolder(disk, directory, topicId),
    isOffsets: name === '__consumer_offsets',
    nowMs: clock.wallMs(),
    onProgress
  })
  const { manifest, producers, bytes, largestProducerId } = taken
  const { endOffset } = manifest
  const noted = folder.logStarts.get(`${name}-${partition}`) ?? 0
  const startOffset = Math.min(Math.max(taken.startOffset, noted), endOffset)
  const line: CheckpointedPartition = {
    topicId,
    partition,
    logStartOffset: startOffset,
    endOffset,
    manifest,
    corrupt: [],
    producersOffset: endOffset,
    producers
  }
  const openTransactions = producers.filter((one) => one.transactionFirstOffset >= 0).length
  return { line, largestProducerId, shown: { partition, startOffset, endOffset, bytes, openTransactions } }
}

async function prepareFolder(disk: Disk, directory: string, topicId: Uuid): Promise<void> {
  await disk.makeDirectory(directory)
  await writePartitionMetadata(disk, directory, topicId)
}

function metadataRecords(
  { topics, configs, nextProducerId }: ClusterMetadata,
  largestId: number
): MetadataRecord[] {
  const records: MetadataRecord[] = []
  for (const { name, topicId, partitionCount } of topics.values()) {
    records.push({
      type: 'topic-created',
      name,
      topicId,
      partitionCount,
      internal: INTERNAL_TOPICS.has(name)
    })
  }
  for (const { resourceType, resourceName, settings } of configs.values()) {
    const isBrought =
      resourceType === 'topic' ||
      resourceType === 'group' ||
      (resourceType === 'broker' && resourceName === '')
    if (!isBrought) continue
    for (const [name, value] of settings)
      records.push({ type: 'config-set', resourceType, resourceName, name, value })
  }
  // Kafka had the data of a Naru before: its ids are not handed out again.
  const used = Math.max(largestId + 1, nextProducerId)
  if (used > OWN_PRODUCER_IDS_FROM) records.push({ type: 'producer-ids-reserved', nextProducerId: used })
  return records
}
