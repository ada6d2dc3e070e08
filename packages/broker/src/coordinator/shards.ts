/**
 * The slots of one coordinator's topic that this broker runs: finds the one that a key belongs to, makes the topic
 * when it is needed first, and loads all slots after a start. Which are ours `Ownership` says, each time anew.
 */
import { ErrorCode } from '@naru/protocol'
import type { Logger, Timers } from '@naru/base'
import type { CoordinatorKind, Owner, Ownership, TopicMetadata } from '@naru/storage'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import { LOADS_AT_ONCE_MAX } from './limits.ts'
import type { Shard } from './shard.ts'
import type { SlotAddress, SlotLog } from './slot-log.ts'
import type { SlotMachine } from './slot-machine.ts'
import { slotOf } from './slots.ts'

export interface ShardsOptions<OneShard> {
  readonly kind: CoordinatorKind
  readonly topicName: string
  readonly topics: TopicCatalog
  readonly ownership: Ownership
  readonly slotLog: SlotLog
  readonly newShard: (address: SlotAddress) => OneShard
  readonly timers: Timers
  readonly logger: Logger
}

export class Shards<Item, State, Settings, Machine extends SlotMachine<Item, State, Settings>> {
  readonly #options: ShardsOptions<Shard<Item, State, Settings, Machine>>
  readonly #shards = new Map<number, Shard<Item, State, Settings, Machine>>()
  #topic: TopicMetadata | undefined
  #closed = false

  constructor(options: ShardsOptions<Shard<Item, State, Settings, Machine>>) {
    this.#options = options
    const { topics, topicName, timers } = options
    if (topics.byName(topicName) !== undefined) timers.soon(() => void this.#loadAll())
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** The owner of the slot of a key; the topic is made when it does not exist. */
  async owner(key: string): Promise<Owner | undefined> {
    const topic = this.#current() ?? (await this.#create())
    if (topic === undefined) return undefined
    const { ownership, kind } = this.#options
    return ownership.coordinatorOwner(kind, slotOf(key, topic.partitionCount))
  }

  /** The partition of the topic that a key belongs to, undefined while there is no topic and none can be made. */
  async partitionOf(key: string): Promise<{ topic: TopicMetadata; partition: number } | undefined> {
    const topic = this.#current() ?? (await this.#create())
    return topic === undefined ? undefined : { topic, partition: slotOf(key, topic.partitionCount) }
  }

  /** The shard that runs a key, or why there is none here. */
  find(
    key: string
  ):
    | Shard<Item, State, Settings, Machine>
    | ErrorCode
    | Promise<Shard<Item, State, Settings, Machine> | ErrorCode> {
    const topic = this.#current()
    if (topic !== undefined) return this.#shard(topic, slotOf(key, topic.partitionCount))
    return this.#create().then((created) => {
      if (created === undefined) return ErrorCode.COORDINATOR_NOT_AVAILABLE
      return this.#shard(created, slotOf(key, created.partitionCount))
    })
  }

  /** The shard of a slot of this topic; undefined when it is none of ours, or of a topic that was deleted. */
  at(topicId: string, slot: number): Shard<Item, State, Settings, Machine> | undefined {
    const topic = this.#current()
    if (topic?.topicId !== topicId) return undefined
    const shard = this.#shard(topic, slot)
    return typeof shard === 'number' ? undefined : shard
  }

  /** Every shard that is ours, loaded or not; none while nobody has used the coordinator. */
  all(): Shard<Item, State, Settings, Machine>[] {
    const topic = this.#current()
    if (topic === undefined) return []
    const shards: Shard<Item, State, Settings, Machine>[] = []
    for (let slot = 0; slot < topic.partitionCount; slot++) {
      const shard = this.#shard(topic, slot)
      if (typeof shard !== 'number') shards.push(shard)
    }
    return shards
  }

  /** Those that have been used. */
  known(): Iterable<Shard<Item, State, Settings, Machine>> {
    return this.#shards.values()
  }

  release(): void {
    this.#closed = true
    for (const shard of this.#shards.values()) shard.release()
  }

  async close(): Promise<void> {
    this.release()
    await this.#options.slotLog.flush()
    await Promise.all([...this.#shards.values()].map((shard) => shard.close()))
  }

  abort(): void {
    this.#closed = true
    this.#options.slotLog.abandon()
    for (const shard of this.#shards.values()) shard.abort()
  }

  /** The topic as it is; one that was deleted and made anew has nothing to do with the shards of before. */
  #current(): TopicMetadata | undefined {
    const topic = this.#options.topics.byName(this.#options.topicName)
    if (topic?.topicId === this.#topic?.topicId) return this.#topic
    for (const shard of this.#shards.values()) shard.abort()
    this.#shards.clear()
    this.#topic = topic
    return topic
  }

  async #create(): Promise<TopicMetadata | undefined> {
    const { topics, topicName, kind, logger } = this.#options
    const result = await topics.findOrCreate(topicName).catch(() => undefined)
    if (result?.kind === 'refused') {
      logger.log('error', `${kind}-topic-refused`, { reason: result.message })
    }
    return this.#current()
  }

  #shard(topic: TopicMetadata, slot: number): Shard<Item, State, Settings, Machine> | ErrorCode {
    if (this.#closed) return ErrorCode.COORDINATOR_NOT_AVAILABLE
    const { ownership, kind, newShard } = this.#options
    const owner = ownership.coordinatorOwner(kind, slot)
    if (owner === undefined) return ErrorCode.COORDINATOR_NOT_AVAILABLE
    const existing = this.#shards.get(slot)
    if (owner.nodeId === ownership.nodeId && existing?.address.ownerEpoch === owner.epoch) return existing
    existing?.abort()
    this.#shards.delete(slot)
    if (owner.nodeId !== ownership.nodeId) return ErrorCode.NOT_COORDINATOR
    const shard = newShard({ topicId: topic.topicId, partition: slot, ownerEpoch: owner.epoch })
    this.#shards.set(slot, shard)
    return shard
  }

  /** A few at a time, so that a start with many slots does not starve its first requests. */
  async #loadAll(): Promise<void> {
    const waiting = this.all()
    const loadNext = async (): Promise<void> => {
      for (let shard = waiting.shift(); shard !== undefined && !this.#closed; shard = waiting.shift()) {
        await shard.load()
      }
    }
    await Promise.all(Array.from({ length: LOADS_AT_ONCE_MAX }, loadNext))
  }
}
