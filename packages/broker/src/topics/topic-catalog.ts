/**
 * Topics by name and id, and the one place that creates them: for CreateTopics, for a Metadata request of a
 * client that expects new topics to appear, and for the internal topics of the coordinators.
 */
import { uuidFromBytes, type Random, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { MetadataImage, MetadataRecord, MetadataStore, TopicMetadata } from '@naru/storage'
import type { BrokerConfig } from '../config/broker-config.ts'
import { PARTITIONS_MAX, TOPICS_MAX } from '../limits.ts'
import { topicConfigProblem } from './topic-config.ts'
import { collisionKey, topicNameProblem } from './topic-name.ts'

export interface NewTopic {
  readonly name: string
  readonly partitionCount: number
  readonly configs: readonly { readonly name: string; readonly value: string }[]
  readonly internal: boolean
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

function refused(error: ErrorCode, message: string): Refusal {
  return { kind: 'refused', error, message }
}

export class TopicCatalog {
  readonly #metadata: MetadataStore
  readonly #config: BrokerConfig
  readonly #random: Random
  readonly #internal: ReadonlyMap<string, InternalTopic>

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

  /** Creates a topic, durable when it resolves; two calls for one name give one topic. */
  create(topic: NewTopic): Promise<CreateTopicResult> {
    const problem = topicNameProblem(topic.name)
    if (problem !== undefined) return Promise.resolve(refused(ErrorCode.INVALID_TOPIC_EXCEPTION, problem))
    return this.#metadata.change<CreateTopicResult>((image) => {
      const refusal = this.#refusal(image, topic)
      if (refusal !== undefined) return { records: [], answer: refusal }
      const { records, created } = this.#records(topic)
      return { records, answer: { kind: 'created', topic: created } }
    })
  }

  /** Whether `create` would succeed now. */
  check(topic: NewTopic): Refusal | undefined {
    const problem = topicNameProblem(topic.name)
    if (problem !== undefined) return refused(ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
    return this.#refusal(this.#metadata.image, topic)
  }

  /** The topic as it is, or created with the broker's defaults; internal ones with their own layout. */
  async findOrCreate(name: string): Promise<CreateTopicResult> {
    const existing = this.byName(name)
    if (existing !== undefined) return { kind: 'created', topic: existing }
    const result = await this.create(this.#defaultLayout(name))
    if (result.kind === 'created' || result.error !== ErrorCode.TOPIC_ALREADY_EXISTS) return result
    const other = this.byName(name)
    return other === undefined ? result : { kind: 'created', topic: other }
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

  #refusal(image: MetadataImage, topic: NewTopic): Refusal | undefined {
    const { name } = topic
    if (image.topicsByName.has(name)) {
      return refused(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${name}' already exists.`)
    }
    const other = collidingName(image, name)
    if (other !== undefined) {
      return refused(
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        `Topic '${name}' collides with existing topic '${other}'.`
      )
    }
    if (!Number.isSafeInteger(topic.partitionCount) || topic.partitionCount < 1) {
      return refused(ErrorCode.INVALID_PARTITIONS, `Topic '${name}' needs one partition or more.`)
    }
    for (const config of topic.configs) {
      const problem = topicConfigProblem(config.name, config.value)
      if (problem !== undefined) return refused(ErrorCode.INVALID_CONFIG, problem)
    }
    if (image.topicsByName.size >= TOPICS_MAX) {
      return refused(ErrorCode.POLICY_VIOLATION, `This broker keeps at most ${TOPICS_MAX} topics.`)
    }
    if (partitionCountOf(image) + topic.partitionCount > PARTITIONS_MAX) {
      return refused(ErrorCode.POLICY_VIOLATION, `This broker keeps at most ${PARTITIONS_MAX} partitions.`)
    }
    return undefined
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

/** An existing topic whose name differs only in '.' and '_'. Names without either cannot collide. */
function collidingName(image: MetadataImage, name: string): string | undefined {
  if (!/[._]/.test(name)) return undefined
  const key = collisionKey(name)
  for (const other of image.topicsByName.keys()) {
    if (collisionKey(other) === key) return other
  }
  return undefined
}

export function partitionCountOf(image: MetadataImage): number {
  let count = 0
  for (const topic of image.topicsByName.values()) count += topic.partitionCount
  return count
}
