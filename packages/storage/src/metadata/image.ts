/** The image that metadata records add up to, and the way back from an image to records. */
import { assert, type Uuid } from '@naru/base'
import {
  resourceKey,
  type ConfigResourceType,
  type MetadataImage,
  type MetadataRecord,
  type TopicMetadata
} from '../ports/index.ts'

export function emptyImage(clusterId: string): MetadataImage {
  return {
    clusterId,
    topicsByName: new Map(),
    topicsById: new Map(),
    configs: new Map(),
    nextProducerId: 0,
    version: 0
  }
}

/** Makes the next image; maps are copied when the first record changes them, so that the old image stays. */
export class ImageBuilder {
  readonly #base: MetadataImage
  #topicsByName: Map<string, TopicMetadata> | undefined
  #topicsById: Map<Uuid, TopicMetadata> | undefined
  #configs: Map<string, ReadonlyMap<string, string>> | undefined
  #nextProducerId: number
  #version: number

  constructor(base: MetadataImage) {
    this.#base = base
    this.#nextProducerId = base.nextProducerId
    this.#version = base.version
  }

  get version(): number {
    return this.#version
  }

  topic(id: Uuid): TopicMetadata | undefined {
    return (this.#topicsById ?? this.#base.topicsById).get(id)
  }

  apply(record: MetadataRecord): void {
    this.#version++
    switch (record.type) {
      case 'topic-created': {
        const { name, topicId, partitionCount, internal } = record
        return this.#setTopic({ name, topicId, partitionCount, internal })
      }
      case 'partitions-added': {
        const topic = this.topic(record.topicId)
        assert(topic !== undefined, 'partitions are added to a topic that exists')
        return this.#setTopic({ ...topic, partitionCount: record.partitionCount })
      }
      case 'topic-removed':
        return this.#removeTopic(record.topicId)
      case 'config-set':
        return this.#setConfig(record)
      case 'producer-ids-reserved':
        this.#nextProducerId = Math.max(this.#nextProducerId, record.nextProducerId)
    }
  }

  build(): MetadataImage {
    const base = this.#base
    return {
      clusterId: base.clusterId,
      topicsByName: this.#topicsByName ?? base.topicsByName,
      topicsById: this.#topicsById ?? base.topicsById,
      configs: this.#configs ?? base.configs,
      nextProducerId: this.#nextProducerId,
      version: this.#version
    }
  }

  #setTopic(topic: TopicMetadata): void {
    this.#topicsByName ??= new Map(this.#base.topicsByName)
    this.#topicsById ??= new Map(this.#base.topicsById)
    this.#topicsByName.set(topic.name, topic)
    this.#topicsById.set(topic.topicId, topic)
  }

  #removeTopic(id: Uuid): void {
    const topic = this.topic(id)
    if (topic === undefined) return
    this.#topicsByName ??= new Map(this.#base.topicsByName)
    this.#topicsById ??= new Map(this.#base.topicsById)
    this.#topicsById.delete(id)
    this.#topicsByName.delete(topic.name)
    const key = resourceKey('topic', topic.name)
    if (!(this.#configs ?? this.#base.configs).has(key)) return
    this.#configs ??= new Map(this.#base.configs)
    this.#configs.delete(key)
  }

  #setConfig(record: MetadataRecord & { readonly type: 'config-set' }): void {
    this.#configs ??= new Map(this.#base.configs)
    const key = resourceKey(record.resourceType, record.resourceName)
    const values = new Map(this.#configs.get(key))
    if (record.value === null) values.delete(record.name)
    else values.set(record.name, record.value)
    if (values.size === 0) this.#configs.delete(key)
    else this.#configs.set(key, values)
  }
}

/** Records that lead from an empty image to this one, for checkpoints. */
export function imageRecords(image: MetadataImage): MetadataRecord[] {
  const records: MetadataRecord[] = []
  for (const topic of image.topicsByName.values()) {
    records.push({ type: 'topic-created', ...topic })
  }
  for (const [key, values] of image.configs) {
    const colon = key.indexOf(':')
    const resourceType = key.slice(0, colon) as ConfigResourceType
    const resourceName = key.slice(colon + 1)
    for (const [name, value] of values) {
      records.push({ type: 'config-set', resourceType, resourceName, name, value })
    }
  }
  records.push({ type: 'producer-ids-reserved', nextProducerId: image.nextProducerId })
  return records
}

/** The image of a checkpoint; its version is that of the image that was saved. */
export function imageOf(
  clusterId: string,
  records: readonly MetadataRecord[],
  version: number
): MetadataImage {
  const builder = new ImageBuilder(emptyImage(clusterId))
  for (const record of records) builder.apply(record)
  return { ...builder.build(), version }
}
