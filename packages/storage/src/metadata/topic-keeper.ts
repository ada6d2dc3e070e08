/**
 * Keeps the partitions of the log in step with the metadata: a topic that was created has partitions, one
 * whose removal was decided takes no more, and settings follow their configs.
 */
import type { Uuid } from '@naru/base'
import type { TopicLogs } from '../partition/partition-host.ts'
import type { PartitionedLog } from '../partition/partitioned-log.ts'
import {
  resourceKey,
  type LogConfig,
  type LogConfigResolver,
  type MetadataChange,
  type MetadataImage,
  type MetadataRecord
} from '../ports/index.ts'

const NO_OVERRIDES: ReadonlyMap<string, string> = new Map()

export interface TopicKeeperOptions {
  readonly log: PartitionedLog
  readonly logConfig: LogConfigResolver
  readonly created: (topic: TopicLogs) => void
  readonly removed: (topic: TopicLogs) => void
}

export class TopicKeeper {
  readonly #options: TopicKeeperOptions

  constructor(options: TopicKeeperOptions) {
    this.#options = options
  }

  /** Topics of an image that was read at the start. */
  load(image: MetadataImage): void {
    for (const { name, topicId, partitionCount } of image.topicsByName.values()) {
      this.#options.log.addTopic({ name, id: topicId, partitionCount, config: this.config(image, name) })
    }
  }

  config(image: MetadataImage, topicName: string): LogConfig {
    const overrides = image.configs.get(resourceKey('topic', topicName)) ?? NO_OVERRIDES
    return this.#options.logConfig(topicName, overrides)
  }

  decided(records: readonly MetadataRecord[]): void {
    this.#markRemoving(records, true)
  }

  undone(records: readonly MetadataRecord[]): void {
    this.#markRemoving(records, false)
  }

  #markRemoving(records: readonly MetadataRecord[], removing: boolean): void {
    for (const record of records) {
      if (record.type !== 'topic-removed') continue
      const topic = this.#options.log.topics.get(record.topicId)
      if (topic !== undefined) topic.removing = removing
    }
  }

  changed(change: MetadataChange): void {
    for (const record of change.records) this.#apply(record, change.image)
  }

  #apply(record: MetadataRecord, image: MetadataImage): void {
    const { log } = this.#options
    switch (record.type) {
      case 'topic-created': {
        const { name, topicId: id, partitionCount } = record
        const config = this.config(image, name)
        return this.#options.created(log.addTopic({ name, id, partitionCount, config }))
      }
      case 'partitions-added': {
        const topic = log.topics.get(record.topicId)
        if (topic !== undefined) log.addPartitions(topic, record.partitionCount)
        return
      }
      case 'topic-removed':
        return this.#remove(record.topicId)
      case 'config-set':
        return record.resourceType === 'topic' ? this.#refresh(image, record.resourceName) : undefined
      case 'producer-ids-reserved':
        return
    }
  }

  #remove(id: Uuid): void {
    const topic = this.#options.log.removeTopic(id)
    if (topic !== undefined) this.#options.removed(topic)
  }

  #refresh(image: MetadataImage, name: string): void {
    const id = image.topicsByName.get(name)?.topicId
    const topic = id === undefined ? undefined : this.#options.log.topics.get(id)
    if (topic !== undefined) topic.config = this.config(image, name)
  }

  /** The brokers' defaults have changed, and who resolves settings knows the new ones by now. */
  announced(change: MetadataChange): void {
    const ofBroker = change.records.some(
      (record) => record.type === 'config-set' && record.resourceType === 'broker'
    )
    if (!ofBroker) return
    for (const topic of this.#options.log.topics.values()) {
      topic.config = this.config(change.image, topic.name)
    }
  }
}
