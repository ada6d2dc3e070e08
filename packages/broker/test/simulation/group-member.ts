/** A member of a classic consumer group: joins, reads what it is given, commits what it has read, joins again. */
import { Reader, Writer } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { HEARTBEAT } from '@naru/protocol/messages/12-heartbeat'
import { JOIN_GROUP, type JoinGroupResponse } from '@naru/protocol/messages/11-join-group'
import { LEAVE_GROUP } from '@naru/protocol/messages/13-leave-group'
import { OFFSET_COMMIT } from '@naru/protocol/messages/08-offset-commit'
import { SYNC_GROUP } from '@naru/protocol/messages/14-sync-group'
import type { Outcome } from '@naru/simulator'
import { earliest, ReadingClient } from './fetching.ts'
import { GroupOffsets } from './group-offsets.ts'
import { logOf, type SimTopic, type World } from './world.ts'

const sessionMs = 3_000
const rebalanceMs = 2_000

interface Assigned {
  readonly topic: SimTopic
  readonly partition: number
  /** Where it reads next. */
  position: number
}

export class GroupMember extends ReadingClient {
  readonly #group: string
  readonly #offsets: GroupOffsets
  #memberId = ''
  #generation = -1

  constructor(world: World, name: string, group: string) {
    super(world, name)
    this.#group = group
    this.#offsets = new GroupOffsets(this, group)
  }

  protected async run(): Promise<void> {
    while (!this.world.stopping) {
      await this.pause(200)
      if (!(await this.#findCoordinator())) continue
      const assigned = await this.#join()
      if (assigned === undefined || !(await this.#startPositions(assigned))) continue
      await this.#consume(assigned)
      if (this.random.oneIn(4)) await this.#leave()
    }
  }

  async #findCoordinator(): Promise<boolean> {
    const version = this.version(0, 6)
    const key = version < 4 ? this.#group : ''
    const request = { key, keyType: 0, coordinatorKeys: version < 4 ? [] : [this.#group] }
    const response = await this.ask(FIND_COORDINATOR, request, version)
    const code = response?.coordinators[0]?.errorCode ?? response?.errorCode
    return code === ErrorCode.NONE
  }

  async #join(): Promise<Assigned[] | undefined> {
    const joined = await this.#askJoin()
    if (joined === undefined) return undefined
    this.#generation = joined.generationId
    const isLeader = joined.leader === joined.memberId
    const assignments = isLeader ? this.#assign(joined.members.map(({ memberId }) => memberId)) : []
    const request = {
      groupId: this.#group,
      generationId: this.#generation,
      memberId: this.#memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'simulated',
      assignments
    }
    const response = await this.ask(SYNC_GROUP, request, this.version(0, 5))
    if (response?.errorCode === ErrorCode.NONE) return this.#assigned(response.assignment)
    this.#judge('sync', response?.errorCode)
    return undefined
  }

  async #askJoin(): Promise<JoinGroupResponse | undefined> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const request = {
        groupId: this.#group,
        sessionTimeoutMs: sessionMs,
        rebalanceTimeoutMs: rebalanceMs,
        memberId: this.#memberId,
        groupInstanceId: null,
        protocolType: 'consumer',
        protocols: [{ name: 'simulated', metadata: Buffer.from([0, 0]) }],
        reason: null
      }
      const response = await this.ask(JOIN_GROUP, request, this.version(0, 9))
      if (response === undefined) return undefined
      if (response.errorCode === ErrorCode.NONE || response.errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
        this.#memberId = response.memberId
      }
      if (response.errorCode === ErrorCode.NONE) return response
      if (response.errorCode !== ErrorCode.MEMBER_ID_REQUIRED) {
        this.#judge('join', response.errorCode)
        return undefined
      }
    }
    return undefined
  }

  /** Partitions of all permanent topics go round. */
  #assign(members: readonly string[]): { memberId: string; assignment: Uint8Array }[] {
    const places = this.#places()
    return members.map((memberId, at) => {
      const own = places.filter((_, index) => index % members.length === at)
      const writer = new Writer()
      writer.int32(own.length)
      for (const { topic, partition } of own) {
        writer.string(topic.name, false)
        writer.int32(partition)
      }
      return { memberId, assignment: writer.toBytes() }
    })
  }

  #places(): { topic: SimTopic; partition: number }[] {
    return this.world.topics
      .filter(({ permanent }) => permanent)
      .flatMap((topic) =>
        Array.from({ length: topic.partitionCount }, (_, partition) => ({ topic, partition }))
      )
  }

  #assigned(bytes: Uint8Array): Assigned[] {
    if (bytes.byteLength === 0) return []
    const reader = new Reader(bytes)
    const places = this.#places()
    return Array.from({ length: reader.int32() }, () => {
      const name = reader.string(false)
      const partition = reader.int32()
      const place = places.find((one) => one.topic.name === name && one.partition === partition)
      if (place === undefined) throw new Error(`${this.name} was given ${name}-${partition}`)
      return { ...place, position: -1 }
    })
  }

  async #startPositions(assigned: readonly Assigned[]): Promise<boolean> {
    for (const one of assigned) {
      const committed = await this.#offsets.committed(one.topic, one.partition, { stable: false })
      if (committed === undefined) return false
      one.position = committed
      if (committed >= 0) continue
      const first = await this.bound(one.topic, one.partition, earliest)
      if (first === undefined) return false
      one.position = first
    }
    return true
  }

  /** Reads and commits until the group changes, or it has had enough. */
  async #consume(assigned: readonly Assigned[]): Promise<void> {
    for (let turn = 5 + this.random.below(40); turn > 0 && !this.world.stopping; turn--) {
      if (!(await this.#heartbeat())) return
      const one = this.random.pick(assigned)
      if (one === undefined) {
        await this.pause(500)
        continue
      }
      if (!(await this.#poll(one))) return
      if (this.random.oneIn(2) && !(await this.#commit(one))) return
      await this.pause(this.random.oneIn(30) ? 2 * sessionMs : 100)
    }
  }

  async #poll(one: Assigned): Promise<boolean> {
    const { topic, partition } = one
    const outcome = await this.fetch({ topic, partition, from: one.position, maxWaitMs: 50 })
    if (outcome.kind === 'corrupt') {
      one.position = this.passOver(topic, partition, one.position)
      return true
    }
    if (outcome.kind === 'records') {
      this.world.history.add(outcome.read)
      one.position = outcome.next
      return true
    }
    if (outcome.kind !== 'out-of-range') return outcome.kind === 'nothing'
    const first = await this.bound(topic, partition, earliest)
    if (first !== undefined && first < one.position) {
      throw new Error(
        `${topic.name}-${partition}: ${one.position} is out of range, the log begins at ${first}`
      )
    }
    one.position = first ?? one.position
    return true
  }

  async #heartbeat(): Promise<boolean> {
    const request = {
      groupId: this.#group,
      generationId: this.#generation,
      memberId: this.#memberId,
      groupInstanceId: null
    }
    const response = await this.ask(HEARTBEAT, request, this.version(0, 4))
    if (response?.errorCode === ErrorCode.NONE) return true
    this.#judge('heartbeat', response?.errorCode)
    return false
  }

  async #commit(one: Assigned): Promise<boolean> {
    await this.wire()
    const invokedMs = this.nowMs
    const offset = one.position
    const partitions = [
      {
        partitionIndex: one.partition,
        committedOffset: offset,
        committedLeaderEpoch: -1,
        committedMetadata: ''
      }
    ]
    const request = {
      groupId: this.#group,
      generationIdOrMemberEpoch: this.#generation,
      memberId: this.#memberId,
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics: [{ name: one.topic.name, topicId: one.topic.id, partitions }]
    }
    const response = await this.ask(OFFSET_COMMIT, request, this.version(2, 10))
    const code = response?.topics[0]?.partitions[0]?.errorCode
    this.world.history.add({
      kind: 'commit',
      client: this.name,
      group: this.#group,
      log: logOf(one.topic, one.partition),
      offset,
      invokedMs,
      completedMs: this.nowMs,
      outcome: commitOutcome(code)
    })
    if (code === ErrorCode.NONE) return true
    this.#judge('commit', code)
    return false
  }

  async #leave(): Promise<void> {
    const member = { memberId: this.#memberId, groupInstanceId: null, reason: null }
    const version = this.version(0, 5)
    const single = { groupId: this.#group, memberId: this.#memberId, members: [] }
    const request = version < 3 ? single : { groupId: this.#group, memberId: '', members: [member] }
    await this.ask(LEAVE_GROUP, request, version)
    this.#memberId = ''
  }

  /** What the errors of a group mean for its member. */
  #judge(what: string, code: number | undefined): void {
    switch (code) {
      case undefined:
      case ErrorCode.REBALANCE_IN_PROGRESS:
      case ErrorCode.NOT_COORDINATOR:
      case ErrorCode.COORDINATOR_NOT_AVAILABLE:
      case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
      case ErrorCode.KAFKA_STORAGE_ERROR:
      case ErrorCode.REQUEST_TIMED_OUT:
        return
      case ErrorCode.ILLEGAL_GENERATION:
        this.#generation = -1
        return
      case ErrorCode.UNKNOWN_MEMBER_ID:
        this.#memberId = ''
        this.#generation = -1
        return
      default:
        throw new Error(`${this.name}: ${what} was answered with error ${code}`)
    }
  }
}

function commitOutcome(code: number | undefined): Outcome {
  switch (code) {
    case ErrorCode.NONE:
      return 'ok'
    case ErrorCode.ILLEGAL_GENERATION:
    case ErrorCode.UNKNOWN_MEMBER_ID:
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
      return 'failed'
    // NOT_COORDINATOR too: a coordinator that stops says so about commits that are on their way to the log.
    default:
      return 'indeterminate'
  }
}
