/**
 * Takes the data of a stopped Apache Kafka 4.2 over, which ran as one node of its own: topics with their ids, settings
 * and records, all at their offsets, the offsets of groups, transactions and the producers. Kafka's folder is only read.
 *
 * What is written counts from the moment when the format file is there, which comes last: a folder that was not finished
 * is refused by every start. Transactions that are open stay open, and end as they would have in Kafka: their
 * coordinator's log comes along.
 *
 * Left behind, and counted: settings of single brokers and clients' metrics, ACLs, quotas, users, delegation tokens. Not
 * counted: what Kafka keeps of its own quorum.
 */
import { assert, NaruError, type Clock, type Disk, type Logger, type Random, type Uuid } from '@naru/base'
import { writeCheckpoint } from '../checkpoint/checkpoint-file.ts'
import type { CheckpointedPartition } from '../checkpoint/checkpoint.ts'
import { openFormat } from '../local/format-file.ts'
import { writePartitionMetadata } from '../local/partition-folders.ts'
import { emptyImage, ImageBuilder, imageRecords } from '../metadata/image.ts'
import type { MetadataRecord } from '../ports/index.ts'
import { segmentContext, type SegmentContext } from '../segments/index.ts'
import { readClusterMetadata, type ClusterMetadata, type KafkaTopic } from './cluster-metadata.ts'
import { damaged, needStoppedStill, openKafkaFolders, textOf, type KafkaFolders } from './kafka-folder.ts'
import type { LeftBehind } from './left-behind.ts'
import { takePartition } from './partition.ts'
import { UnfinishedFolder } from './unfinished-folder.ts'

const INTERNAL_TOPICS = new Set(['__consumer_offsets', '__transaction_state', '__share_group_state'])
/** Producer ids that are handed out here begin above this; Kafka's own begin at 0. */
const OWN_PRODUCER_IDS_FROM = 2 ** 40

export interface TakeOverOptions {
  readonly disk: Disk
  /** Kafka's log folders, all of them. */
  readonly sources: readonly string[]
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
  readonly leftBehind: LeftBehind
}

/**
 * Rejects with NOT_KAFKA, KAFKA_NOT_STOPPED, KAFKA_VERSION, KAFKA_INCOMPLETE, KAFKA_REMOTE, KAFKA_OLD_RECORDS,
 * KAFKA_COMPRESSED_OFFSETS or KAFKA_LOG_DAMAGED for what cannot be taken over, with LOCKED, FOREIGN_FOLDER or NOT_EMPTY when the
 * target is in use.
 */
export async function takeOver(options: TakeOverOptions): Promise<TakeOver> {
  const { disk, sources, target, dryRun } = options
  const folders = await openKafkaFolders(disk, sources)
  const metadata = await readClusterMetadata(disk, folders.metadataFolder)
  needComplete(folders, metadata)
  if (dryRun) {
    const { topics } = await takeTopics(options, folders, metadata)
    await needStoppedStill(disk, sources)
    return { clusterId: folders.clusterId, topics, leftBehind: metadata.leftBehind }
  }
  const unfinished = new UnfinishedFolder({ disk, target, sources })
  await unfinished.need()
  const lock = await disk.lock(`${target}/lock`)
  if (lock === undefined) throw new NaruError('LOCKED', `${target} is in use by another process`)
  try {
    await unfinished.begin()
    const taken = await takeAll(options, folders, metadata)
    await unfinished.finish()
    return taken
  } finally {
    await lock.release()
  }
}

function needComplete(folders: KafkaFolders, { topics, configs }: ClusterMetadata): void {
  for (const { name, partitionCount, replicas } of topics.values()) {
    if (configs.get(`topic:${name}`)?.settings.get('remote.storage.enable') === 'true') {
      throw new NaruError('KAFKA_REMOTE', `records of ${name} lie in tiered storage`)
    }
    for (let partition = 0; partition < partitionCount; partition++) {
      const others = replicas.get(partition)?.filter((node) => node !== folders.nodeId) ?? []
      if (others.length > 0)
        throw new NaruError(
          'KAFKA_INCOMPLETE',
          `${name}-${partition} lies on other nodes: ${others.join(', ')}`
        )
      if (folders.partitions.has(`${name}-${partition}`)) continue
      throw new NaruError('KAFKA_INCOMPLETE', `${name}-${partition} is not there`)
    }
  }
}

async function takeAll(
  options: TakeOverOptions,
  folders: KafkaFolders,
  metadata: ClusterMetadata
): Promise<TakeOver> {
  const { disk, sources, target, clock } = options
  const { clusterId } = folders
  for (const name of ['journal', 'log']) await disk.makeDirectory(`${target}/${name}`)
  const { topics, lines, largestProducerId } = await takeTopics(options, folders, metadata)
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
  await needStoppedStill(disk, sources)
  await openFormat({ disk, directory: target, random: options.random, clusterId })
  return { clusterId, topics, leftBehind: metadata.leftBehind }
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
  folders: KafkaFolders,
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
        const taken = await takeOne({ ...options, context, folders }, topic, partition)
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
  readonly folders: KafkaFolders
}

async function takeOne(
  { disk, target, context, folders, clock, onProgress }: Place,
  { name, topicId }: KafkaTopic,
  partition: number
): Promise<{ line: CheckpointedPartition; shown: TakenPartition; largestProducerId: number }> {
  const directory = `${target}/log/${name}-${partition}`
  const from = folders.partitions.get(`${name}-${partition}`)
  assert(from !== undefined, 'a folder that is complete has the partition')
  await needSameTopic(disk, from, topicId)
  const taken = await takePartition({
    disk,
    from,
    into: context === undefined ? undefined : { context, directory },
    prepare: () => prepareFolder(disk, directory, topicId),
    isOffsets: name === '__consumer_offsets',
    nowMs: clock.wallMs(),
    onProgress
  })
  const { manifest, producers, bytes, largestProducerId } = taken
  const { endOffset } = manifest
  const noted = folders.logStarts.get(`${name}-${partition}`) ?? 0
  const synced = folders.logEnds.get(`${name}-${partition}`) ?? 0
  if (endOffset < synced)
    throw damaged(from, bytes, `the log ends at offset ${endOffset}, and not at ${synced}`)
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

/** A topic that was removed and made anew has another id: the folder may still be that of the old one. */
async function needSameTopic(disk: Disk, from: string, topicId: Uuid): Promise<void> {
  const isThere = (await disk.list(from)).some(({ name }) => name === 'partition.metadata')
  const text = isThere ? await textOf(disk, `${from}/partition.metadata`) : ''
  const found = /^topic_id: (\S+)$/m.exec(text)?.[1]
  if (found === undefined || found === topicId) return
  throw new NaruError('KAFKA_INCOMPLETE', `${from} belongs to another topic of that name`)
}

function metadataRecords(
  { topics, broughtConfigs, nextProducerId }: ClusterMetadata,
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
  for (const { resourceType, resourceName, settings } of broughtConfigs) {
    for (const [name, value] of settings)
      records.push({ type: 'config-set', resourceType, resourceName, name, value })
  }
  // Kafka had the data of a Naru before: its ids are not handed out again.
  const used = Math.max(largestId + 1, nextProducerId)
  if (used > OWN_PRODUCER_IDS_FROM) records.push({ type: 'producer-ids-reserved', nextProducerId: used })
  return records
}
