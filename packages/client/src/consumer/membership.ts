/**
 * Membership in a consumer group: joining, heartbeats and rebalances are the library's, offsets are ours.
 *
 * Commits do not go through the library: after a rebalance it would repeat them for partitions that belong to
 * somebody else by then. A commit that comes too late is dropped here, and its records are delivered again.
 */
import { Consumer as LibraryConsumer, type GroupPartitionsAssigner } from '@platformatic/kafka'
import { GroupAdmin, type CommittedOffset, type GroupPosition } from '../admin/groups.ts'
import { brokerError, toKafkaError } from '../errors.ts'
import { parseAddresses } from '../wire/addresses.ts'
import type { Cluster } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'
import type { TopicPartitions } from './places.ts'

export interface MembershipOptions {
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  readonly rebalanceTimeoutMs: number
}

export interface MembershipEvents {
  /** New partitions; what was assigned before is gone. */
  onAssigned(assignment: readonly TopicPartitions[]): void
  /** The group is lost for good. */
  onFailed(error: Error): void
}

/** Coordinators move and load; the library asks again this often, with this pause. */
const LIBRARY_RETRIES = 20
const LIBRARY_RETRY_MS = 250
/** A join waits for the others until the rebalance times out; the answer needs a little longer. */
const JOIN_ANSWER_MS = 10_000

/** Answers that mean: this member's view of the group is over, the next join brings a new one. */
const TOO_LATE = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_INSTANCE_ID'
])

export class Membership {
  readonly #wire: Wire
  readonly #group: string
  readonly #groups: GroupAdmin
  readonly #library: LibraryConsumer
  #left = false

  constructor(wire: Wire, cluster: Cluster, options: MembershipOptions, events: MembershipEvents) {
    this.#wire = wire
    this.#group = options.group
    this.#groups = new GroupAdmin(wire, cluster)
    this.#library = new LibraryConsumer({
      groupId: options.group,
      clientId: wire.options.clientId,
      bootstrapBrokers: parseAddresses(wire.options.bootstrap).map(({ host, port }) => ({ host, port })),
      connectTimeout: wire.options.connectTimeoutMs,
      requestTimeout: options.rebalanceTimeoutMs + JOIN_ANSWER_MS,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: options.heartbeatMs,
      rebalanceTimeout: options.rebalanceTimeoutMs,
      retries: LIBRARY_RETRIES,
      retryDelay: LIBRARY_RETRY_MS,
      autocommit: false,
      // The Java consumer's first choice, so that both can be in one group.
      protocols: [
        { name: 'range', version: 1 },
        { name: 'roundrobin', version: 1 }
      ],
      partitionAssigner: rangeAssigner
    })
    this.#library.topics.trackAll(...options.topics)
    this.#library.on('consumer:group:join', ({ assignments }) => events.onAssigned(assignments ?? []))
    this.#library.on('error' as never, ((error: Error) => events.onFailed(toKafkaError(error))) as never)
  }

  /** Resolves when the group has let this consumer in; the assignment came as an event before. */
  async join(options: CallOptions): Promise<void> {
    options.signal?.throwIfAborted()
    try {
      await this.#library.joinGroup({})
    } catch (error) {
      throw toKafkaError(error)
    }
  }

  /** What the group has committed. */
  committed(options: CallOptions): Promise<readonly CommittedOffset[]> {
    return this.#groups.listGroupOffsets(this.#group, options)
  }

  /** Commits as this member; resolves to false when the group has moved on and nothing was committed. */
  async commit(offsets: readonly GroupPosition[], options: CallOptions = {}): Promise<boolean> {
    const { memberId, generationId } = this.#library
    if (memberId === null || memberId === undefined || offsets.length === 0) return offsets.length === 0
    const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, partitions]) => ({
      name,
      partitions: partitions.map(({ partition, offset }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: -1,
        committedMetadata: ''
      }))
    }))
    const response = await this.#wire.call(
      { kind: 'group', group: this.#group },
      'OffsetCommit',
      [this.#group, generationId ?? -1, memberId, null, topics],
      {
        ...options,
        failure: (answer) => {
          const error = brokerError(answer.topics[0]?.partitions[0]?.errorCode ?? 0)
          return error?.retriable === true && error.code.includes('COORDINATOR') ? error : undefined
        }
      }
    )
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        const error = brokerError(errorCode, null, {
          topic: name,
          partition: partitionIndex,
          group: this.#group
        })
        if (error !== undefined && TOO_LATE.has(error.code)) return false
        if (error !== undefined) throw error
      }
    }
    return true
  }

  /** Leaves, so that the others get the partitions at once instead of after the session timeout. */
  async leave(): Promise<void> {
    if (this.#left) return
    this.#left = true
    // A coordinator that is away cannot be told; the session timeout will tell it.
    await this.#library.close(true).catch(() => undefined)
  }
}

/** As Kafka's range assignor: per topic, consecutive partitions to the members in the order of their ids. */
export const rangeAssigner: GroupPartitionsAssigner = (_current, members, _topics, metadata) => {
  const assigned = new Map(
    [...members.keys()].sort().map((memberId) => [memberId, new Map<string, number[]>()])
  )
  for (const [topic, { partitionsCount }] of metadata.topics) {
    const subscribed = [...assigned].filter(
      ([memberId]) => members.get(memberId)?.topics?.includes(topic) === true
    )
    const each = Math.floor(partitionsCount / subscribed.length)
    const extra = partitionsCount % subscribed.length
    let next = 0
    for (const [index, [, topics]] of subscribed.entries()) {
      const count = each + (index < extra ? 1 : 0)
      if (count > 0)
        topics.set(
          topic,
          Array.from({ length: count }, () => next++)
        )
    }
  }
  return [...assigned].map(([memberId, topics]) => ({
    memberId,
    assignments: new Map([...topics].map(([topic, partitions]) => [topic, { topic, partitions }]))
  }))
}
