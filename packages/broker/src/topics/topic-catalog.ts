/**
 * Topics by name and id, and the one place that creates them: for CreateTopics, for a Metadata request of a
 * client that expects new topics to appear, and for the internal topics of the coordinators.
 */
import { assert, errorCode, uuidFromBytes, type Random, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { MetadataImage, MetadataRecord, MetadataStore, TopicMetadata } from '@naru/storage'
import type { BrokerConfig } from '../config/broker-config.ts'
import { TOPICS_PER_CHANGE_MAX } from '../limits.ts'
import { refused, TopicRoom } from './topic-room.ts'

export interface NewTopic {
  readonly name: string
  readonly partitionCount: number
  readonly configs: readonly { readonly name: string; readonly value: string }[]
  readonly internal: boolean
  /** What is wrong with it beside its name, which is looked at first; told when nothing is wrong with that. */
  readonly problem?: Refusal
}

export interface Refusal {
  readonly kind: 'refused'
  readonly error: ErrorCode
  readonly message: string
}

export type CreateTopicResult = { readonly kind: 'created'; readonly topic: TopicMetadata } | Refusal

/** Internal topics and how they are laid out when they are first needed. */
export interface InternalTopic {
  readonly name: string
  readonly partitionsConfig: string
  readonly configs: readonly { readonly name: string; readonly value: string }[]
}

export class TopicCatalog {
  readonly #metadata: MetadataStore
  readonly #config: BrokerConfig
  readonly #random: Random
  readonly #internal: ReadonlyMap<string, InternalTopic>
  /** Topics that were decided and are not durable yet. */
  readonly #creating = new Map<string, Promise<void>>()

  constructor(options: {
    metadata: MetadataStore
    config: BrokerConfig
    random: Random
    internalTopics: readonly InternalTopic[]
  }) {
    this.#metadata = options.metadata
    this.#config = options.config
    this.#random = options.random
    this.#internal = new Map(options.internalTopics.map((topic) => [topic.name, topic]))
  }

  get image(): MetadataImage {
    return this.#metadata.image
  }

  byName(name: string): TopicMetadata | undefined {
    return this.#metadata.image.topicsByName.get(name)
  }

  byId(topicId: Uuid): TopicMetadata | undefined {
    return this.#metadata.image.topicsById.get(topicId)
  }

  /** By id where the request carries one, otherwise by name. */
  find(
    reference: { readonly name: string | null; readonly topicId: Uuid },
    byId: boolean
  ): TopicMetadata | undefined {
    return byId ? this.byId(reference.topicId) : this.byName(reference.name ?? '')
  }

  /**
   * Creates topics, durable when it resolves, each with its own answer. Those of one call share changes of the
   * metadata: an image per topic would make thousands of topics a matter of minutes and gigabytes.
   */
  async createAll(topics: readonly NewTopic[]): Promise<CreateTopicResult[]> {
    const results: CreateTopicResult[] = []
    for (let at = 0; at < topics.length; at += TOPICS_PER_CHANGE_MAX) {
      results.push(...(await this.#createSome(topics.slice(at, at + TOPICS_PER_CHANGE_MAX))))
    }
    return results
  }

  async create(topic: NewTopic): Promise<CreateTopicResult> {
    const [result] = await this.createAll([topic])
    assert(result !== undefined, 'every topic has its answer')
    return result
  }

  /** What `createAll` would refuse now. */
  checkAll(topics: readonly NewTopic[]): (Refusal | undefined)[] {
    const room = new TopicRoom(this.#metadata.image)
    return topics.map((topic) => room.take(topic))
  }

  /** The topics as they are, or created with the broker's defaults; internal ones with their own layout. */
  async findOrCreateAll(names: readonly string[]): Promise<CreateTopicResult[]> {
    const missing = names.filter((name) => this.byName(name) === undefined)
    const made = await this.createAll(missing.map((name) => this.#defaultLayout(name)))
    const byName = new Map(missing.map((name, at) => [name, made[at]]))
    return Promise.all(names.map((name) => this.#foundOr(name, byName.get(name))))
  }

  async findOrCreate(name: string): Promise<CreateTopicResult> {
    const [result] = await this.findOrCreateAll([name])
    assert(result !== undefined, 'every topic has its answer')
    return result
  }

  /** Another call may have been first, and its topic may not be durable yet: then that is waited for. */
  async #foundOr(name: string, result: CreateTopicResult | undefined): Promise<CreateTopicResult> {
    if (result?.kind === 'refused' && result.error === ErrorCode.TOPIC_ALREADY_EXISTS) {
      await this.#creating.get(name)
    }
    const topic = this.byName(name)
    if (topic !== undefined) return { kind: 'created', topic }
    return result ?? refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Topic '${name}' does not exist.`)
  }

  async #createSome(topics: readonly NewTopic[]): Promise<readonly CreateTopicResult[]> {
    const { promise: done, resolve } = Promise.withResolvers<void>()
    const names: string[] = []
    try {
      return await this.#metadata.change<readonly CreateTopicResult[]>((image) => {
        const { records, answer } = this.#decide(image, topics)
        for (const result of answer) if (result.kind === 'created') names.push(result.topic.name)
        for (const name of names) this.#creating.set(name, done)
        return { records, answer }
      })
    } catch (error) {
      if (errorCode(error) !== 'KAFKA_STORAGE_ERROR') throw error
      return topics.map(() => refused(ErrorCode.KAFKA_STORAGE_ERROR, 'The metadata cannot be written.'))
    } finally {
      for (const name of names) if (this.#creating.get(name) === done) this.#creating.delete(name)
      resolve()
    }
  }

  #decide(
    image: MetadataImage,
    topics: readonly NewTopic[]
  ): { records: MetadataRecord[]; answer: CreateTopicResult[] } {
    const room = new TopicRoom(image)
    const records: MetadataRecord[] = []
    const answer = topics.map((topic): CreateTopicResult => {
      const refusal = room.take(topic)
      if (refusal !== undefined) return refusal
      const made = this.#records(topic)
      records.push(...made.records)
      return { kind: 'created', topic: made.created }
    })
    return { records, answer }
  }

  isInternal(name: string): boolean {
    return this.#internal.has(name)
  }

  #defaultLayout(name: string): NewTopic {
    const internal = this.#internal.get(name)
    if (internal !== undefined) {
      const partitionCount = this.#config.number(internal.partitionsConfig)
      return { name, partitionCount, configs: internal.configs, internal: true }
    }
    return { name, partitionCount: this.#config.number('num.partitions'), configs: [], internal: false }
  }

  #records(topic: NewTopic): { records: MetadataRecord[]; created: TopicMetadata } {
    const { name, partitionCount, internal } = topic
    const created: TopicMetadata = { name, topicId: this.#newTopicId(), partitionCount, internal }
    const records: MetadataRecord[] = [{ type: 'topic-created', ...created }]
    for (const config of topic.configs) {
      records.push({ type: 'config-set', resourceType: 'topic', resourceName: name, ...config })
    }
    return { records, created }
  }

  /** A random (version 4) id; Kafka avoids ids that begin with '-', since they read as options on a command line. */
  #newTopicId(): Uuid {
    for (;;) {
      const bytes = this.#random.bytes(16)
      bytes[6] = (bytes[6]! & 0x0f) | 0x40
      bytes[8] = (bytes[8]! & 0x3f) | 0x80
      const topicId = uuidFromBytes(bytes)
      if (!topicId.startsWith('-')) return topicId
    }
  }
}
