/** Committed offsets by group, topic and partition. Empty maps are taken away, so that presence means something. */
import type { Uuid } from '@naru/base'

export interface CommittedOffset {
  readonly offset: number
  /** -1 when the consumer did not know it. */
  readonly leaderEpoch: number
  readonly metadata: string
  readonly commitTimestampMs: number
  /** From clients that chose a retention of their own (OffsetCommit up to version 4), otherwise -1. */
  readonly expireTimestampMs: number
  /** The topic that the client meant, `ZERO_UUID` when it only gave a name (OffsetCommit up to version 9). */
  readonly topicId: Uuid
}

/** With its place among all records of the slot, by which a transaction's end finds what is newer than its own. */
export interface StoredOffset extends CommittedOffset {
  readonly sequence: number
}

export interface OffsetKey {
  readonly groupId: string
  readonly topic: string
  readonly partition: number
}

export type PartitionOffsets = ReadonlyMap<number, StoredOffset>
export type TopicOffsets = ReadonlyMap<string, PartitionOffsets>

export class CommittedOffsets {
  readonly #groups = new Map<string, Map<string, Map<number, StoredOffset>>>()
  #size = 0

  /** Offsets in all groups. */
  get size(): number {
    return this.#size
  }

  get groups(): ReadonlyMap<string, TopicOffsets> {
    return this.#groups
  }

  /** Undefined when the group has none. */
  ofGroup(groupId: string): TopicOffsets | undefined {
    return this.#groups.get(groupId)
  }

  get(key: OffsetKey): StoredOffset | undefined {
    return this.#groups.get(key.groupId)?.get(key.topic)?.get(key.partition)
  }

  set(key: OffsetKey, value: CommittedOffset, sequence: number): void {
    let topics = this.#groups.get(key.groupId)
    if (topics === undefined)
      this.#groups.set(key.groupId, (topics = new Map<string, Map<number, StoredOffset>>()))
    let partitions = topics.get(key.topic)
    if (partitions === undefined) topics.set(key.topic, (partitions = new Map<number, StoredOffset>()))
    if (!partitions.has(key.partition)) this.#size++
    partitions.set(key.partition, { ...value, sequence })
  }

  remove(key: OffsetKey): void {
    const topics = this.#groups.get(key.groupId)
    const partitions = topics?.get(key.topic)
    if (topics === undefined || partitions === undefined || !partitions.delete(key.partition)) return
    this.#size--
    if (partitions.size === 0) topics.delete(key.topic)
    if (topics.size === 0) this.#groups.delete(key.groupId)
  }
}
