/**
 * All slots of `__consumer_offsets` that this broker runs: finds the one that a group belongs to, loads them
 * after a start, and hands on what concerns all of them. Which slots are ours `Ownership` says, each time anew.
 */
import { ErrorCode, type Compression } from '@naru/protocol'
import type { Clock, Logger, Timer, Timers } from '@naru/base'
import type { MetadataChange, MetadataImage, Owner, Storage, TopicMetadata } from '@naru/storage'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import { GroupCapacity } from './capacity.ts'
import { GROUP_TOPIC } from './internal-topics.ts'
import { LOADS_AT_ONCE_MAX } from './limits.ts'
import type { RemovedTopic } from './removal.ts'
import type { GroupSettings } from './settings.ts'
import { GroupShard } from './shard.ts'
import { SlotLog } from './slot-log.ts'
import { slotOf } from './slots.ts'

export interface ShardsOptions {
  readonly storage: Storage
  readonly topics: TopicCatalog
  readonly settings: () => GroupSettings
  readonly compression: Compression
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

export class GroupShards {
  readonly #options: ShardsOptions
  readonly #capacity = new GroupCapacity()
  readonly #slotLog: SlotLog
  readonly #shards = new Map<number, GroupShard>()
  readonly #unwatch: () => void
  #topic: TopicMetadata | undefined
  /** The image before the change that is being told, since a removed topic's name stands only there. */
  #image: MetadataImage
  #retention: Timer | undefined
  #closed = false

  constructor(options: ShardsOptions) {
    this.#options = options
    const { storage, clock, timers } = options
    this.#slotLog = new SlotLog({ log: storage.log, timers, wallMs: () => clock.wallMs() })
    this.#image = storage.metadata.image
    this.#unwatch = storage.metadata.watch((change) => this.#metadataChanged(change))
    this.#scheduleRetention()
    if (options.topics.byName(GROUP_TOPIC) !== undefined) timers.soon(() => void this.#loadAll())
  }

  /** The owner of the slot of a group; the topic is made when it does not exist. */
  async owner(groupId: string): Promise<Owner | undefined> {
    const topic = this.#current() ?? (await this.#create())
    if (topic === undefined) return undefined
    return this.#options.storage.ownership.coordinatorOwner('group', slotOf(groupId, topic.partitionCount))
  }

  /** The shard that runs a group, or why there is none here. */
  find(groupId: string): GroupShard | ErrorCode | Promise<GroupShard | ErrorCode> {
    const topic = this.#current()
    if (topic !== undefined) return this.#shardOf(topic, groupId)
    return this.#create().then((created) => {
      return created === undefined ? ErrorCode.COORDINATOR_NOT_AVAILABLE : this.#shardOf(created, groupId)
    })
  }

  /** Every shard that is ours, loaded or not; none while nobody has used a group. */
  all(): GroupShard[] {
    const topic = this.#current()
    if (topic === undefined) return []
    const shards: GroupShard[] = []
    for (let slot = 0; slot < topic.partitionCount; slot++) {
      const shard = this.#shard(topic, slot)
      if (shard instanceof GroupShard) shards.push(shard)
    }
    return shards
  }

  release(): void {
    this.#closed = true
    for (const shard of this.#shards.values()) shard.release()
  }

  async close(): Promise<void> {
    this.release()
    this.#stop()
    await this.#slotLog.flush()
    await Promise.all([...this.#shards.values()].map((shard) => shard.close()))
  }

  abort(): void {
    this.#closed = true
    this.#stop()
    this.#slotLog.abandon()
    for (const shard of this.#shards.values()) shard.abort()
  }

  #stop(): void {
    this.#unwatch()
    this.#retention?.cancel()
  }

  /** The topic as it is; one that was deleted and made anew has nothing to do with the shards of before. */
  #current(): TopicMetadata | undefined {
    const topic = this.#options.topics.byName(GROUP_TOPIC)
    if (topic?.topicId === this.#topic?.topicId) return this.#topic
    for (const shard of this.#shards.values()) shard.abort()
    this.#shards.clear()
    this.#topic = topic
    return topic
  }

  async #create(): Promise<TopicMetadata | undefined> {
    const result = await this.#options.topics.findOrCreate(GROUP_TOPIC).catch(() => undefined)
    if (result?.kind === 'refused') {
      this.#options.logger.log('error', 'group-topic-refused', { reason: result.message })
    }
    return this.#current()
  }

  #shardOf(topic: TopicMetadata, groupId: string): GroupShard | ErrorCode {
    return this.#shard(topic, slotOf(groupId, topic.partitionCount))
  }

  #shard(topic: TopicMetadata, slot: number): GroupShard | ErrorCode {
    if (this.#closed) return ErrorCode.COORDINATOR_NOT_AVAILABLE
    const { ownership } = this.#options.storage
    const owner = ownership.coordinatorOwner('group', slot)
    if (owner === undefined) return ErrorCode.COORDINATOR_NOT_AVAILABLE
    const existing = this.#shards.get(slot)
    if (owner.nodeId === ownership.nodeId && existing?.address.ownerEpoch === owner.epoch) return existing
    existing?.abort()
    this.#shards.delete(slot)
    if (owner.nodeId !== ownership.nodeId) return ErrorCode.NOT_COORDINATOR
    const shard = this.#newShard(topic, slot, owner.epoch)
    this.#shards.set(slot, shard)
    return shard
  }

  #newShard(topic: TopicMetadata, slot: number, ownerEpoch: number): GroupShard {
    const { storage, topics, settings, compression, clock, timers, logger } = this.#options
    const { log, snapshots } = storage
    return new GroupShard({
      address: { topicId: topic.topicId, partition: slot, ownerEpoch },
      slotLog: this.#slotLog,
      loader: { log, snapshots, compression, timers, logger },
      snapshots,
      settings,
      capacity: this.#capacity,
      isKnownTopic: (name) => topics.byName(name) !== undefined,
      clock,
      timers,
      logger
    })
  }

  /** A few at a time, so that a start with many groups does not starve its first requests. */
  async #loadAll(): Promise<void> {
    const waiting = this.all()
    const loadNext = async (): Promise<void> => {
      for (let shard = waiting.shift(); shard !== undefined && !this.#closed; shard = waiting.shift()) {
        await shard.load()
      }
    }
    await Promise.all(Array.from({ length: LOADS_AT_ONCE_MAX }, loadNext))
  }

  #metadataChanged(change: MetadataChange): void {
    const before = this.#image
    this.#image = change.image
    for (const record of change.records) {
      if (record.type !== 'topic-removed') continue
      const topic = before.topicsById.get(record.topicId)
      if (topic !== undefined && topic.name !== GROUP_TOPIC) this.#topicRemoved(topic)
    }
  }

  /** Loaded slots forget the topic at once, before anybody can commit for a new one of the same name. */
  #topicRemoved(removed: RemovedTopic): void {
    const { logger } = this.#options
    for (const shard of this.all()) {
      const remove = (): void => shard.run((machine, step) => machine.removeTopic(step, removed))
      if (shard.machine !== undefined) {
        remove()
        continue
      }
      const failed = (error: unknown): void => {
        logger.log('error', 'group-topic-removal-failed', { topic: removed.name, reason: String(error) })
      }
      shard.load().then(remove).catch(failed)
    }
  }

  #scheduleRetention(): void {
    const { timers, settings } = this.#options
    const delayMs = settings().retentionCheckIntervalMs
    this.#retention = timers.after(delayMs, () => this.#expireOffsets(), { background: true })
  }

  #expireOffsets(): void {
    if (this.#closed) return
    for (const shard of this.#shards.values()) shard.run((machine, step) => machine.expireOffsets(step))
    this.#scheduleRetention()
  }
}
