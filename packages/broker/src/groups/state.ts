/**
 * What a slot of `__consumer_offsets` adds up to: the durable half of the coordinator. It changes by `apply`
 * only, so that the same records give the same state after a restart, in a simulation and on another broker.
 * Members that are just joining, parked answers and deadlines are not in here; see `group.ts`.
 */
import { CommittedOffsets, type CommittedOffset, type OffsetKey } from './offsets.ts'
import { PendingOffsets } from './pending-offsets.ts'

/** A member as the last completed rebalance left it. */
export interface MemberValue {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** -1 in records of very old brokers, which used the session timeout for both. */
  readonly rebalanceTimeout: number
  readonly sessionTimeout: number
  readonly subscription: Uint8Array
  readonly assignment: Uint8Array
}

/** A group as its last record tells it; field names are those of Kafka's `GroupMetadataValue`. */
export interface GroupValue {
  /** '' when the group only stores offsets. */
  readonly protocolType: string
  readonly generation: number
  readonly protocol: string | null
  readonly leader: string | null
  /** Wall time of the last change of state, -1 when unknown. */
  readonly currentStateTimestamp: number
  readonly members: readonly MemberValue[]
}

/** A fact in the log of a slot; a null value is a tombstone. */
export type GroupRecord =
  | { readonly kind: 'group'; readonly groupId: string; readonly value: GroupValue | null }
  | {
      readonly kind: 'offset'
      readonly groupId: string
      readonly topic: string
      readonly partition: number
      readonly value: CommittedOffset | null
    }

/** An offset that is committed in a transaction. */
export interface TransactionalOffset {
  readonly producerId: number
  readonly key: OffsetKey
  readonly value: CommittedOffset
}

export class SlotState {
  readonly groups = new Map<string, GroupValue>()
  readonly offsets = new CommittedOffsets()
  readonly pending = new PendingOffsets()
  #sequence = 0

  /** The place of the next record. */
  takeSequence(): number {
    return ++this.#sequence
  }

  apply(record: GroupRecord): void {
    if (record.kind === 'offset') {
      const sequence = this.takeSequence()
      if (record.value === null) {
        this.offsets.remove(record)
        this.pending.remove(record)
      } else this.offsets.set(record, record.value, sequence)
    } else if (record.value === null) {
      this.groups.delete(record.groupId)
    } else {
      this.groups.set(record.groupId, record.value)
    }
  }

  /** `sequence` was taken when the record got its place in the log. */
  applyPending({ producerId, key, value }: TransactionalOffset, sequence: number): void {
    this.pending.set(producerId, { key, value, sequence })
  }

  /** What a transaction commits counts from its own record on, not from its end: a newer commit stays. */
  endTransaction(producerId: number, isCommit: boolean): void {
    for (const { key, value, sequence } of this.pending.take(producerId)) {
      if (!isCommit || (this.offsets.get(key)?.sequence ?? -1) > sequence) continue
      this.offsets.set(key, value, sequence)
    }
  }

  /** Records that a snapshot of this state would hold. */
  get size(): number {
    return this.groups.size + this.offsets.size + this.pending.size
  }

  /** The fewest records that give this state, without what is pending. */
  *records(): Generator<GroupRecord> {
    for (const [groupId, value] of this.groups) yield { kind: 'group', groupId, value }
    for (const [groupId, topics] of this.offsets.groups) {
      for (const [topic, partitions] of topics) {
        for (const [partition, value] of partitions)
          yield { kind: 'offset', groupId, topic, partition, value }
      }
    }
  }
}
