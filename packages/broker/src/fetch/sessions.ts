/**
 * Incremental fetch sessions (KIP-227): the broker remembers what a client wants to read, and the client sends
 * only what changed. Sessions live in memory, are bounded by `max.incremental.fetch.session.cache.slots`, and
 * losing one only costs the client a full request.
 */
import type { Clock, Random, Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { FETCH_SESSION_PARTITIONS_MAX, FETCH_SESSIONS_PARTITIONS_MAX } from '../limits.ts'

/**
 * A session that was not used for this long makes room for a new one, and one that is older than this for a larger
 * one, as on Apache Kafka.
 */
const EVICTION_MS_MIN = 120_000
const INITIAL_EPOCH = 0
const FINAL_EPOCH = -1
const EPOCH_MAX = 2 ** 31 - 1

/** One partition that a client reads, with what it was told last. */
export interface FetchPartition {
  readonly topicName: string
  readonly topicId: Uuid
  readonly partition: number
  fetchOffset: number
  maxBytes: number
  currentLeaderEpoch: number
  lastFetchedEpoch: number
  /** What the client knows already; -1 before the first answer. */
  sentHighWatermark: number
  sentLogStartOffset: number
}

export interface FetchSession {
  readonly id: number
  readonly usesTopicIds: boolean
  epoch: number
  readonly createdMs: number
  lastUsedMs: number
  /** In the order in which they are read; what gave records moves to the end. */
  readonly partitions: Map<string, FetchPartition>
}

export interface SessionRequest {
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly usesTopicIds: boolean
  readonly wanted: readonly FetchPartition[]
  readonly forgotten: readonly string[]
}

/** How one request is to be answered: everything, or only what changed. */
export type FetchPlan =
  | {
      readonly kind: 'full'
      readonly partitions: readonly FetchPartition[]
      readonly session: FetchSession | undefined
    }
  | {
      readonly kind: 'incremental'
      readonly partitions: readonly FetchPartition[]
      readonly session: FetchSession
    }
  | { readonly kind: 'error'; readonly error: ErrorCode }

/** Key of a partition within a session: by topic id where requests carry those, otherwise by name. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}:${partition}`
}

export class FetchSessions {
  readonly #slotsMax: number
  readonly #clock: Clock
  readonly #random: Random
  readonly #sessions = new Map<number, FetchSession>()
  /** Of all sessions. */
  #partitionCount = 0

  constructor(options: { slotsMax: number; clock: Clock; random: Random }) {
    this.#slotsMax = options.slotsMax
    this.#clock = options.clock
    this.#random = options.random
  }

  get size(): number {
    return this.#sessions.size
  }

  /** What a session reads; nothing when it is not known. */
  partitionsOf(sessionId: number): Iterable<FetchPartition> {
    return this.#sessions.get(sessionId)?.partitions.values() ?? []
  }

  plan(request: SessionRequest): FetchPlan {
    const { sessionId, sessionEpoch } = request
    if (sessionEpoch === INITIAL_EPOCH || sessionEpoch === FINAL_EPOCH) {
      this.#drop(this.#sessions.get(sessionId))
      const session = sessionEpoch === INITIAL_EPOCH ? this.#create(request) : undefined
      return { kind: 'full', partitions: request.wanted, session }
    }
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return { kind: 'error', error: ErrorCode.FETCH_SESSION_ID_NOT_FOUND }
    if (session.epoch !== sessionEpoch) return { kind: 'error', error: ErrorCode.INVALID_FETCH_SESSION_EPOCH }
    if (session.usesTopicIds !== request.usesTopicIds) {
      return { kind: 'error', error: ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR }
    }
    if (!this.#update(session, request)) {
      this.#drop(session)
      return { kind: 'error', error: ErrorCode.FETCH_SESSION_ID_NOT_FOUND }
    }
    if (session.partitions.size === 0) {
      this.#drop(session)
      return { kind: 'full', partitions: request.wanted, session: undefined }
    }
    return { kind: 'incremental', partitions: [...session.partitions.values()], session }
  }

  #create(request: SessionRequest): FetchSession | undefined {
    if (request.wanted.length === 0 || request.wanted.length > FETCH_SESSION_PARTITIONS_MAX) return undefined
    if (!this.#makeRoom(request.wanted.length)) return undefined
    const session: FetchSession = {
      id: this.#newId(),
      usesTopicIds: request.usesTopicIds,
      epoch: 1,
      createdMs: this.#clock.monotonicMs(),
      lastUsedMs: this.#clock.monotonicMs(),
      partitions: new Map()
    }
    for (const partition of request.wanted) session.partitions.set(keyOf(session, partition), partition)
    this.#partitionCount += session.partitions.size
    this.#sessions.set(session.id, session)
    return session
  }

  /** False when there is no room for what is wanted: a session that leaves a partition out would starve it. */
  #update(session: FetchSession, request: SessionRequest): boolean {
    for (const wanted of request.wanted) {
      const key = keyOf(session, wanted)
      const known = session.partitions.get(key)
      if (known === undefined) {
        if (!this.#add(session, key, wanted)) return false
        continue
      }
      known.fetchOffset = wanted.fetchOffset
      known.maxBytes = wanted.maxBytes
      known.currentLeaderEpoch = wanted.currentLeaderEpoch
      known.lastFetchedEpoch = wanted.lastFetchedEpoch
    }
    for (const key of request.forgotten) if (session.partitions.delete(key)) this.#partitionCount--
    session.epoch = session.epoch === EPOCH_MAX ? 1 : session.epoch + 1
    session.lastUsedMs = this.#clock.monotonicMs()
    // Oldest use first, so that eviction looks at the front.
    this.#sessions.delete(session.id)
    this.#sessions.set(session.id, session)
    return true
  }

  #add(session: FetchSession, key: string, partition: FetchPartition): boolean {
    if (session.partitions.size >= FETCH_SESSION_PARTITIONS_MAX) return false
    if (this.#partitionCount >= FETCH_SESSIONS_PARTITIONS_MAX) return false
    session.partitions.set(key, partition)
    this.#partitionCount++
    return true
  }

  #makeRoom(partitionCount: number): boolean {
    while (
      this.#sessions.size >= this.#slotsMax ||
      this.#partitionCount + partitionCount > FETCH_SESSIONS_PARTITIONS_MAX
    ) {
      if (!this.#evict(partitionCount)) return false
    }
    return true
  }

  /** Drops a session that is not worth its place any more when one of this size wants it. */
  #evict(partitionCount: number): boolean {
    const victim = this.#stale() ?? this.#smaller(partitionCount)
    this.#drop(victim)
    return victim !== undefined
  }

  #stale(): FetchSession | undefined {
    const oldest = this.#sessions.values().next().value
    const isStale = oldest !== undefined && this.#clock.monotonicMs() - oldest.lastUsedMs > EVICTION_MS_MIN
    return isStale ? oldest : undefined
  }

  /** The smallest of those that have had their time, when it is smaller than what wants its place. */
  #smaller(partitionCount: number): FetchSession | undefined {
    const nowMs = this.#clock.monotonicMs()
    let smallest: FetchSession | undefined
    for (const session of this.#sessions.values()) {
      if (nowMs - session.createdMs <= EVICTION_MS_MIN) continue
      if (smallest === undefined || session.partitions.size < smallest.partitions.size) smallest = session
    }
    return smallest !== undefined && smallest.partitions.size < partitionCount ? smallest : undefined
  }

  #drop(session: FetchSession | undefined): void {
    if (session === undefined || !this.#sessions.delete(session.id)) return
    this.#partitionCount -= session.partitions.size
  }

  #newId(): number {
    for (;;) {
      const id = 1 + this.#random.below(2 ** 31 - 2)
      if (!this.#sessions.has(id)) return id
    }
  }
}

function keyOf(session: { readonly usesTopicIds: boolean }, partition: FetchPartition): string {
  return partitionKey(session.usesTopicIds ? partition.topicId : partition.topicName, partition.partition)
}

/** Moves partitions that gave records behind the others, so that none starves under a bytes limit. */
export function rotate(session: FetchSession, served: readonly FetchPartition[]): void {
  for (const partition of served) {
    const key = keyOf(session, partition)
    if (session.partitions.delete(key)) session.partitions.set(key, partition)
  }
}
