/**
 * A member of a group on the classic protocol, in cooperative steps (KIP-429): what it keeps in a rebalance goes on
 * while the rebalance runs, and what it loses is drained before anybody else gets it.
 *
 * One loop owns the membership: join, sync, give up what went away, heartbeats, again. Heartbeats go on while what is
 * lost drains. JoinGroup waits at the broker for the other members, so that it has connections of its own.
 */
import {
  decodeConsumerProtocolAssignment,
  decodeConsumerProtocolSubscription,
  encodeConsumerProtocolAssignment,
  encodeConsumerProtocolSubscription,
  type joinGroupV9
} from '@platformatic/kafka'
import { type NaruError, sleep } from '@naru/base'
import { type KafkaError, brokerError, toKafkaError } from '../errors.ts'
import type { Cluster } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'
import { assignPartitions } from './assignor.ts'
import { type Place, without } from './place.ts'

export interface GroupMemberOptions {
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  readonly rebalanceTimeoutMs: number
  /** The topic whose partitions go to the same member as those of this one. */
  readonly companionOf: (topic: string) => string | undefined
}

export interface GroupMemberEvents {
  /** New partitions, in addition to those that are there. */
  onAssigned(places: readonly Place[]): Promise<void>
  /** Partitions that go to somebody else when this resolves. */
  onRevoked(places: readonly Place[]): Promise<void>
  /** Partitions that somebody else may have already: nothing can be committed for them any more. */
  onLost(places: readonly Place[]): void
  /** Trouble that may heal; it is tried again. */
  onTrouble(error: NaruError): void
}

/** What a commit and a transaction say about who speaks. */
export interface GroupIdentity {
  readonly group: string
  readonly generation: number
  readonly memberId: string
}

type JoinResponse = joinGroupV9.JoinGroupResponse

const PROTOCOL_TYPE = 'consumer'
/** A name of our own: the other members have to know the rule of companions. */
const PROTOCOL = 'naru-cooperative'
const SUBSCRIPTION_VERSION = 2
/** A join waits for the others until the rebalance times out; the answer needs a little longer. */
const JOIN_ANSWER_MS = 10_000
const RETRY_MS = 500

export class GroupMember {
  readonly #wire: Wire
  readonly #cluster: Cluster
  readonly #options: GroupMemberOptions
  readonly #events: GroupMemberEvents
  #memberId = ''
  #generation = -1
  #owned: readonly Place[] = []
  /** The partitions of the topics as the leader last divided them; undefined for the others. */
  #divided: string | undefined
  #rejoin = true

  constructor(wire: Wire, cluster: Cluster, options: GroupMemberOptions, events: GroupMemberEvents) {
    this.#wire = wire.fork({ requestTimeoutMs: options.rebalanceTimeoutMs + JOIN_ANSWER_MS })
    this.#cluster = cluster
    this.#options = options
    this.#events = events
  }

  get owned(): readonly Place[] {
    return this.#owned
  }

  get identity(): GroupIdentity {
    return { group: this.#options.group, generation: this.#generation, memberId: this.#memberId }
  }

  /** Runs until the signal aborts; rejects when the group refuses this member for good. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#rejoin) await this.#joinRound(signal)
        else await sleep(this.#wire.options.timers, this.#options.heartbeatMs, signal)
        if (!this.#rejoin) await this.#heartbeat(signal)
      } catch (thrown) {
        if (signal.aborted) return
        const error = toKafkaError(thrown)
        if (!error.retriable) throw error
        this.#events.onTrouble(error)
        await sleep(this.#wire.options.timers, RETRY_MS, signal).catch(() => undefined)
      }
    }
  }

  /** Leaves, so that the others get the partitions at once; call it when nothing of them is worked on any more. */
  async leave(options: CallOptions): Promise<void> {
    const memberId = this.#memberId
    this.#owned = []
    this.#memberId = ''
    if (memberId !== '') {
      const { group } = this.#options
      // A coordinator that is away cannot be told; the session timeout will tell it.
      await this.#wire
        .call({ kind: 'group', group }, 'LeaveGroup', [group, [{ memberId }]], options)
        .catch(() => undefined)
    }
    await this.#wire.close()
  }

  /** Disconnects without a word. */
  abandon(): Promise<void> {
    return this.#wire.close()
  }

  async #joinRound(signal: AbortSignal): Promise<void> {
    const joined = await this.#join(signal)
    if (joined === undefined) return
    const assigned = await this.#sync(joined, signal)
    if (assigned === undefined) return
    this.#rejoin = false
    await this.#adopt(assigned, signal)
  }

  async #join(signal: AbortSignal): Promise<JoinResponse | undefined> {
    const { group, topics, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options
    const metadata = encodeConsumerProtocolSubscription({
      version: SUBSCRIPTION_VERSION,
      topics: [...topics],
      ownedPartitions: byTopic(this.#owned),
      generationId: this.#generation
    })
    const response = await this.#wire.call(
      { kind: 'group', group },
      'JoinGroup',
      [
        group,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        this.#memberId,
        null,
        PROTOCOL_TYPE,
        [{ name: PROTOCOL, metadata }],
        null
      ],
      { signal, failure: ({ errorCode }) => coordinatorTrouble(errorCode) }
    )
    const error = brokerError(response.errorCode, null, { group })
    if (error?.code === 'MEMBER_ID_REQUIRED') {
      this.#memberId = response.memberId
      return undefined
    }
    if (error !== undefined) return this.#refused(error)
    this.#memberId = response.memberId
    this.#generation = response.generationId
    return response
  }

  async #sync(joined: JoinResponse, signal: AbortSignal): Promise<readonly Place[] | undefined> {
    const { group } = this.#options
    const isLeader = joined.leader === joined.memberId
    const assignments = isLeader ? await this.#divide(joined, signal) : []
    if (!isLeader) this.#divided = undefined
    const response = await this.#wire.call(
      { kind: 'group', group },
      'SyncGroup',
      [group, this.#generation, this.#memberId, null, PROTOCOL_TYPE, PROTOCOL, assignments],
      { signal, failure: ({ errorCode }) => coordinatorTrouble(errorCode) }
    )
    const error = brokerError(response.errorCode, null, { group })
    if (error !== undefined) return this.#refused(error)
    const { assignedPartitions } = decodeConsumerProtocolAssignment(response.assignment)
    return assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition }))
    )
  }

  async #divide(
    joined: JoinResponse,
    signal: AbortSignal
  ): Promise<Array<{ readonly memberId: string; readonly assignment: Buffer }>> {
    const members = joined.members.map(({ memberId, metadata }) => {
      const { topics, ownedPartitions, generationId } = decodeConsumerProtocolSubscription(metadata)
      const owned = ownedPartitions.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({ topic, partition }))
      )
      return { memberId, topics, owned, generation: generationId }
    })
    const topics = [...new Set(members.flatMap((member) => member.topics))].sort()
    const partitionCounts = await this.#partitionCounts(topics, signal)
    this.#divided = fingerprint(partitionCounts)
    const { companionOf } = this.#options
    return [...assignPartitions({ members, partitionCounts, companionOf })].map(([memberId, places]) => ({
      memberId,
      assignment: encodeConsumerProtocolAssignment({
        version: SUBSCRIPTION_VERSION,
        assignedPartitions: byTopic(places)
      })
    }))
  }

  /** Topics that are not there yet have no partitions; the next look finds them. */
  async #partitionCounts(
    topics: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>()
    for (const topic of topics) {
      try {
        const info = await this.#cluster.topic(topic, { signal })
        counts.set(topic, info.partitions.length)
      } catch (error) {
        if (toKafkaError(error).code !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
      }
    }
    return counts
  }

  /** Gives up what went away, with heartbeats, then takes what came. */
  async #adopt(assigned: readonly Place[], signal: AbortSignal): Promise<void> {
    const revoked = without(this.#owned, assigned)
    const added = without(assigned, this.#owned)
    if (revoked.length > 0) {
      await this.#whileAlive(this.#events.onRevoked(revoked), signal)
      // Its new owner gets it in the round that this member asks for now.
      this.#rejoin = true
    }
    // A heartbeat may have told in the meantime that the group has forgotten this member.
    if (this.#generation < 0) return
    this.#owned = assigned
    if (added.length === 0) return
    try {
      await this.#whileAlive(this.#events.onAssigned(added), signal)
    } catch (error) {
      // Nobody reads them here. The next round gives them once more, to this member or another.
      this.#owned = without(this.#owned, added)
      this.#rejoin = true
      throw error
    }
  }

  /** Heartbeats as long as `work` takes. */
  async #whileAlive(work: Promise<void>, signal: AbortSignal): Promise<void> {
    const done = new AbortController()
    const both = AbortSignal.any([signal, done.signal])
    const beats = (async (): Promise<void> => {
      while (!both.aborted) {
        await sleep(this.#wire.options.timers, this.#options.heartbeatMs, both)
        await this.#heartbeat(both)
      }
    })().catch(() => undefined)
    try {
      await work
    } finally {
      done.abort()
      await beats
    }
  }

  async #heartbeat(signal: AbortSignal): Promise<void> {
    const { group } = this.#options
    const response = await this.#wire.call(
      { kind: 'group', group },
      'Heartbeat',
      [group, this.#generation, this.#memberId, null],
      { signal, failure: ({ errorCode }) => coordinatorTrouble(errorCode) }
    )
    const error = brokerError(response.errorCode, null, { group })
    if (error !== undefined) this.#refused(error)
    else if (await this.#partitionsChanged(signal)) this.#rejoin = true
  }

  /** Whether the leader has to divide the topics anew, since one came or grew. */
  async #partitionsChanged(signal: AbortSignal): Promise<boolean> {
    if (this.#divided === undefined) return false
    const counts = await this.#partitionCounts([...this.#options.topics].sort(), signal)
    const known = new Map(JSON.parse(this.#divided) as Array<[string, number]>)
    return [...counts].some(([topic, count]) => known.get(topic) !== count)
  }

  /** The answers that are part of a group's life; others are thrown. */
  #refused(error: KafkaError): undefined {
    switch (error.code) {
      case 'REBALANCE_IN_PROGRESS':
        this.#rejoin = true
        return undefined
      case 'UNKNOWN_MEMBER_ID':
      case 'ILLEGAL_GENERATION':
      case 'FENCED_INSTANCE_ID': {
        const lost = this.#owned
        this.#owned = []
        if (error.code !== 'ILLEGAL_GENERATION') this.#memberId = ''
        this.#generation = -1
        this.#rejoin = true
        if (lost.length > 0) this.#events.onLost(lost)
        return undefined
      }
      default:
        throw error
    }
  }
}

function byTopic(places: readonly Place[]): Array<{ topic: string; partitions: number[] }> {
  return [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, group]) => ({
    topic,
    partitions: group.map(({ partition }) => partition)
  }))
}

function fingerprint(counts: ReadonlyMap<string, number>): string {
  return JSON.stringify([...counts])
}

/** Coordinators move and load: ask again. A rebalance is an answer. */
function coordinatorTrouble(errorCode: number): KafkaError | undefined {
  const error = brokerError(errorCode)
  return error?.retriable === true && error.code !== 'REBALANCE_IN_PROGRESS' ? error : undefined
}
