/**
 * Decides about new topics one after another: against the topics of an image, and those that were decided before.
 * What needs a look at all topics is found out once, not once per new topic.
 */
import { ErrorCode } from '@naru/protocol'
import type { MetadataImage } from '@naru/storage'
import { PARTITIONS_MAX, TOPICS_MAX } from '../limits.ts'
import type { NewTopic, Refusal } from './topic-catalog.ts'
import { topicConfigProblem } from './topic-config.ts'
import { collisionKey, topicNameProblem } from './topic-name.ts'

export function refused(error: ErrorCode, message: string): Refusal {
  return { kind: 'refused', error, message }
}

export class TopicRoom {
  readonly #image: MetadataImage
  readonly #taken = new Set<string>()
  #partitionCount: number | undefined
  #byCollisionKey: Map<string, string> | undefined

  constructor(image: MetadataImage) {
    this.#image = image
  }

  /** Why the topic cannot be made; otherwise its place is taken for those that come after it. */
  take(topic: NewTopic): Refusal | undefined {
    const refusal = this.#nameRefusal(topic.name) ?? topic.problem ?? this.#layoutRefusal(topic)
    if (refusal !== undefined) return refusal
    this.#taken.add(topic.name)
    this.#partitionCount = this.#partitions() + topic.partitionCount
    this.#byCollisionKey?.set(collisionKey(topic.name), topic.name)
    return undefined
  }

  #nameRefusal(name: string): Refusal | undefined {
    const problem = topicNameProblem(name)
    if (problem !== undefined) return refused(ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
    if (this.#image.topicsByName.has(name) || this.#taken.has(name)) {
      return refused(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${name}' already exists.`)
    }
    const other = this.#collidingName(name)
    if (other === undefined) return undefined
    const message = `Topic '${name}' collides with existing topic '${other}'.`
    return refused(ErrorCode.INVALID_TOPIC_EXCEPTION, message)
  }

  #layoutRefusal({ name, partitionCount, configs }: NewTopic): Refusal | undefined {
    if (!Number.isSafeInteger(partitionCount) || partitionCount < 1) {
      return refused(ErrorCode.INVALID_PARTITIONS, `Topic '${name}' needs one partition or more.`)
    }
    for (const config of configs) {
      const problem = topicConfigProblem(config.name, config.value)
      if (problem !== undefined) return refused(ErrorCode.INVALID_CONFIG, problem)
    }
    if (this.#image.topicsByName.size + this.#taken.size >= TOPICS_MAX) {
      return refused(ErrorCode.POLICY_VIOLATION, `This broker keeps at most ${TOPICS_MAX} topics.`)
    }
    if (this.#partitions() + partitionCount > PARTITIONS_MAX) {
      return refused(ErrorCode.POLICY_VIOLATION, `This broker keeps at most ${PARTITIONS_MAX} partitions.`)
    }
    return undefined
  }

  #partitions(): number {
    this.#partitionCount ??= partitionCountOf(this.#image)
    return this.#partitionCount
  }

  /** A topic whose name differs only in '.' and '_'. Names without either cannot collide. */
  #collidingName(name: string): string | undefined {
    if (!/[._]/.test(name)) return undefined
    if (this.#byCollisionKey === undefined) {
      const names = [...this.#image.topicsByName.keys(), ...this.#taken]
      this.#byCollisionKey = new Map(names.map((other) => [collisionKey(other), other]))
    }
    return this.#byCollisionKey.get(collisionKey(name))
  }
}

export function partitionCountOf(image: MetadataImage): number {
  let count = 0
  for (const topic of image.topicsByName.values()) count += topic.partitionCount
  return count
}
