/**
 * Kafka's metadata, as the log of its controller tells: the newest snapshot, and the records behind it. Of the many
 * kinds of records those are read that say something that goes on here.
 *
 * A record's value is a frame version, the kind and the version as varints, and then the fields, in the compact encoding.
 */
import { NaruError, Reader, type Disk, type Uuid } from '@naru/base'
import { batchOffset, isControl, RecordCursor } from '@naru/protocol'
import type { ConfigResourceType } from '../ports/index.ts'
import { segmentBatches, type KafkaBatch } from './kafka-segment.ts'
import { LeftBehindCount, type LeftBehind } from './left-behind.ts'

/** `metadata.version` of Apache Kafka 4.2. */
const METADATA_LEVEL = 29

const Kind = {
  topic: 2,
  partition: 3,
  config: 4,
  partitionChange: 5,
  removeTopic: 9,
  featureLevel: 12,
  producerIds: 15,
  beginTransaction: 23,
  endTransaction: 24,
  abortTransaction: 25
} as const

/** Tag of the replicas in a change of a partition. */
const CHANGED_REPLICAS = 2

const resourceTypes: ReadonlyMap<number, ConfigResourceType> = new Map([
  [2, 'topic'],
  [4, 'broker'],
  [16, 'client-metrics'],
  [32, 'group']
])

export interface KafkaTopic {
  readonly name: string
  readonly topicId: Uuid
  partitionCount: number
  /** The nodes that each partition lies on, by its number. */
  readonly replicas: Map<number, readonly number[]>
}

interface KafkaConfig {
  readonly resourceType: ConfigResourceType
  readonly resourceName: string
  readonly settings: Map<string, string>
}

export class ClusterMetadata {
  readonly topics = new Map<Uuid, KafkaTopic>()
  readonly configs = new Map<string, KafkaConfig>()
  nextProducerId = 0
  metadataLevel = 0
  readonly #leftBehind = new LeftBehindCount()

  /** What goes on without Kafka's rules for access, quotas, and settings of the node alone. */
  get leftBehind(): LeftBehind {
    let settings = 0
    for (const config of this.configs.values()) if (!isBrought(config)) settings += config.settings.size
    return this.#leftBehind.counts(settings)
  }

  /** Settings of topics, of groups, and of all brokers. */
  get broughtConfigs(): readonly KafkaConfig[] {
    return [...this.configs.values()].filter(isBrought)
  }

  apply(value: Uint8Array): void {
    const reader = new Reader(value)
    reader.unsignedVarint()
    const kind = reader.unsignedVarint()
    reader.unsignedVarint()
    switch (kind) {
      case Kind.topic:
        return this.#topic(reader.string(true), reader.uuid())
      case Kind.partition:
        return this.#partition(reader.int32(), reader.uuid(), reader)
      case Kind.partitionChange:
        return this.#partitionChange(reader.int32(), reader.uuid(), reader)
      case Kind.removeTopic:
        return this.#removeTopic(reader.uuid())
      case Kind.config:
        return this.#config(reader)
      case Kind.featureLevel: {
        if (reader.string(true) === 'metadata.version') this.metadataLevel = reader.int16()
        return
      }
      case Kind.producerIds: {
        reader.int32()
        reader.int64()
        this.nextProducerId = Math.max(this.nextProducerId, reader.int64())
        return
      }
      default:
        this.#leftBehind.apply(kind, reader)
    }
  }

  #topic(name: string, topicId: Uuid): void {
    this.topics.set(topicId, { name, topicId, partitionCount: 0, replicas: new Map() })
  }

  #partition(partition: number, topicId: Uuid, reader: Reader): void {
    const topic = this.topics.get(topicId)
    if (topic === undefined) return
    topic.partitionCount = Math.max(topic.partitionCount, partition + 1)
    topic.replicas.set(partition, nodesOf(reader))
  }

  /** All that changes stands behind tags. */
  #partitionChange(partition: number, topicId: Uuid, reader: Reader): void {
    for (let left = reader.unsignedVarint(); left > 0; left--) {
      const tag = reader.unsignedVarint()
      const bytes = reader.unsignedVarint()
      if (tag === CHANGED_REPLICAS) this.topics.get(topicId)?.replicas.set(partition, nodesOf(reader))
      else reader.skip(bytes)
    }
  }

  #removeTopic(topicId: Uuid): void {
    const topic = this.topics.get(topicId)
    this.topics.delete(topicId)
    if (topic !== undefined) this.configs.delete(`topic:${topic.name}`)
  }

  #config(reader: Reader): void {
    const resourceType = resourceTypes.get(reader.int8())
    const resourceName = reader.string(true)
    const name = reader.string(true)
    const value = reader.nullableString(true)
    if (resourceType === undefined) return
    const key = `${resourceType}:${resourceName}`
    const config = this.configs.get(key) ?? {
      resourceType,
      resourceName,
      settings: new Map<string, string>()
    }
    if (value === null) config.settings.delete(name)
    else config.settings.set(name, value)
    this.configs.set(key, config)
  }
}

function nodesOf(reader: Reader): number[] {
  return Array.from({ length: reader.arrayLength(true, 4) }, () => reader.int32())
}

function isBrought({ resourceType, resourceName }: KafkaConfig): boolean {
  if (resourceType === 'broker') return resourceName === ''
  return resourceType === 'topic' || resourceType === 'group'
}

/** Rejects with KAFKA_VERSION when another release than 4.2 has written the metadata. */
export async function readClusterMetadata(disk: Disk, folder: string): Promise<ClusterMetadata> {
  const names = (await disk.list(folder)).map(({ name }) => name)
  const snapshot = names
    .filter((name) => /^\d{20}-\d{10}\.checkpoint$/.test(name))
    .sort()
    .at(-1)
  const metadata = new ClusterMetadata()
  const values = new TransactionalValues((value) => metadata.apply(value))
  if (snapshot !== undefined) await readRecords(disk, `${folder}/${snapshot}`, 0, values)
  const from = snapshot === undefined ? 0 : Number(snapshot.slice(0, 20))
  for (const name of names.filter((one) => /^\d{20}\.log$/.test(one)).sort()) {
    await readRecords(disk, `${folder}/${name}`, from, values)
  }
  if (metadata.metadataLevel !== METADATA_LEVEL) {
    throw new NaruError('KAFKA_VERSION', `the metadata version of ${folder} is ${metadata.metadataLevel}`)
  }
  return metadata
}

/** Changes that Kafka's controller made as one count when they are all there. */
class TransactionalValues {
  readonly #apply: (value: Uint8Array) => void
  #held: Uint8Array[] | undefined

  constructor(apply: (value: Uint8Array) => void) {
    this.#apply = apply
  }

  next(value: Uint8Array): void {
    const reader = new Reader(value)
    reader.unsignedVarint()
    const kind = reader.unsignedVarint()
    if (kind === Kind.beginTransaction) this.#held = []
    else if (kind === Kind.abortTransaction) this.#held = undefined
    else if (kind === Kind.endTransaction) {
      for (const held of this.#held ?? []) this.#apply(held)
      this.#held = undefined
    } else if (this.#held === undefined) this.#apply(value)
    else this.#held.push(value)
  }
}

async function readRecords(
  disk: Disk,
  path: string,
  from: number,
  values: TransactionalValues
): Promise<void> {
  for await (const batches of segmentBatches(disk, path)) {
    for (const batch of batches) {
      if (!isControl(batch.header.attributes)) recordValues(batch, from, values)
    }
  }
}

function recordValues({ bytes, header }: KafkaBatch, from: number, values: TransactionalValues): void {
  const cursor = new RecordCursor(bytes, batchOffset.records, header.sizeInBytes)
  for (let offset = header.baseOffset; cursor.next(); offset++) {
    if (offset < from || cursor.valueBytes < 0) continue
    // The bytes of the file are read again for the next batches.
    values.next(Buffer.from(bytes.subarray(cursor.valueAt, cursor.valueAt + cursor.valueBytes)))
  }
}
