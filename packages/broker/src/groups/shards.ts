/**
 * The slots of `__consumer_offsets` that this broker runs, and what concerns all of them: topics that go away take
 * their offsets along, and offsets that nobody needs expire.
 */
import type { ErrorCode, Compression } from '@naru/protocol'
import type { Clock, Logger, Timer, Timers } from '@naru/base'
import type { MetadataChange, MetadataImage, Owner, Storage, TopicMetadata } from '@naru/storage'
import { Capacity } from '../coordinator/capacity.ts'
import { Shard } from '../coordinator/shard.ts'
import { Shards } from '../coordinator/shards.ts'
import { SlotLog, type SlotAddress } from '../coordinator/slot-log.ts'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import { GROUP_TOPIC } from './internal-topics.ts'
import { GROUPS_MAX } from './limits.ts'
import { GroupMachine } from './machine.ts'
import type { RemovedTopic } from './removal.ts'
import type { GroupSettings } from './settings.ts'
import { groupSlotFormat } from './slot-format.ts'
import type { GroupRecord, SlotState } from './state.ts'

export interface ShardsOptions {
  readonly storage: Storage
  readonly topics: TopicCatalog
  readonly settings: () => GroupSettings
  readonly compression: Compression
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

export type GroupShard = Shard<GroupRecord, SlotState, GroupSettings, GroupMachine>

export class GroupShards {
  readonly #options: ShardsOptions
  readonly #capacity = new Capacity(GROUPS_MAX)
  readonly #slotLog: SlotLog
  readonly #shards: Shards<GroupRecord, SlotState, GroupSettings, GroupMachine>
  readonly #unwatch: () => void
  /** The image before the change that is being told, since a removed topic's name stands only there. */
  #image: MetadataImage
  #retention: Timer | undefined

  constructor(options: ShardsOptions) {
    this.#options = options
    const { storage, clock, timers, topics, logger } = options
    this.#slotLog = new SlotLog({ log: storage.log, timers, wallMs: () => clock.wallMs() })
    this.#shards = new Shards<GroupRecord, SlotState, GroupSettings, GroupMachine>({
      kind: 'group',
      topicName: GROUP_TOPIC,
      topics,
      ownership: storage.ownership,
      slotLog: this.#slotLog,
      newShard: (address) => this.#newShard(address),
      timers,
      logger
    })
    this.#image = storage.metadata.image
    this.#unwatch = storage.metadata.watch((change) => this.#metadataChanged(change))
    this.#scheduleRetention()
  }

  /** The owner of the slot of a group; the topic is made when it does not exist. */
  owner(groupId: string): Promise<Owner | undefined> {
    return this.#shards.owner(groupId)
  }

  partitionOf(groupId: string): Promise<{ topic: TopicMetadata; partition: number } | undefined> {
    return this.#shards.partitionOf(groupId)
  }

  /** The shard that runs a group, or why there is none here. */
  find(groupId: string): GroupShard | ErrorCode | Promise<GroupShard | ErrorCode> {
    return this.#shards.find(groupId)
  }

  at(topicId: string, slot: number): GroupShard | undefined {
    return this.#shards.at(topicId, slot)
  }

  /** Every shard that is ours, loaded or not; none while nobody has used a group. */
  all(): GroupShard[] {
    return this.#shards.all()
  }

  release(): void {
    this.#shards.release()
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#shards.close()
  }

  abort(): void {
    this.#stop()
    this.#shards.abort()
  }

  #stop(): void {
    this.#unwatch()
    this.#retention?.cancel()
  }

  #newShard(address: SlotAddress): GroupShard {
    const { storage, topics, settings, compression, clock, timers, logger } = this.#options
    const { log, snapshots } = storage
    const capacity = this.#capacity
    return new Shard<GroupRecord, SlotState, GroupSettings, GroupMachine>({
      address,
      slotLog: this.#slotLog,
      loader: { log, snapshots, format: groupSlotFormat, compression, timers, logger },
      newMachine: (state) => new GroupMachine({ state, settings, capacity, logger }),
      begin: (machine, step) => {
        machine.load(step)
        machine.removeUnknownTopics(step, (name) => topics.byName(name)?.topicId)
      },
      clock,
      timers,
      logger
    })
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
    if (this.#shards.isClosed) return
    const nowMs = this.#options.storage.retentionNowMs()
    for (const shard of this.#shards.known()) shard.run((machine, step) => machine.expireOffsets(step, nowMs))
    this.#scheduleRetention()
  }
}
