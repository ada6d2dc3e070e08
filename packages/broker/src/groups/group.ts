/**
 * A living group of the classic protocol: members, generation and state, as Kafka's coordinator keeps them.
 *
 *   Empty -> PreparingRebalance -> CompletingRebalance -> Stable, back to PreparingRebalance whenever somebody
 *   comes or goes, to Empty when the last has gone, to Dead when the coordinator lets go of the group.
 *
 * What of this outlives a restart is in the group's record (`toValue`); a group that was read from its record
 * is Stable when it has members and Empty when not.
 */
import { assert } from '@naru/base'
import { CONSUMER_PROTOCOL_TYPE, subscribedTopicsOf } from './consumer-protocol.ts'
import { GroupDeadlines } from './deadlines.ts'
import { Member, type MemberProtocol } from './member.ts'
import { electedProtocol } from './protocol-vote.ts'
import type { JoinResultMember } from './results.ts'
import type { GroupValue } from './state.ts'

/** Spelled as DescribeGroups and ListGroups give them. */
export const GroupState = {
  empty: 'Empty',
  preparingRebalance: 'PreparingRebalance',
  completingRebalance: 'CompletingRebalance',
  stable: 'Stable',
  dead: 'Dead'
} as const
export type GroupState = (typeof GroupState)[keyof typeof GroupState]

const previousStates: Readonly<Record<GroupState, readonly GroupState[]>> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Stable', 'CompletingRebalance', 'Empty'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
  Dead: ['Stable', 'PreparingRebalance', 'CompletingRebalance', 'Empty', 'Dead']
}

export class ClassicGroup {
  readonly groupId: string
  readonly deadlines = new GroupDeadlines()
  readonly members = new Map<string, Member>()
  /** Member ids of static members by their instance id. */
  readonly staticMembers = new Map<string, string>()
  /** Members that got a member id and have not come back with it (KIP-394), with the monotonic time of giving up. */
  readonly pendingMembers = new Map<string, number>()
  /** Members that have the new generation and did not ask for their assignment yet. */
  readonly pendingSync = new Set<string>()
  /** Tells that the wait for the first members may be prolonged. */
  newMemberAdded = false
  protocolType: string | null = null
  protocolName: string | null = null
  generationId = 0
  leaderId: string | null = null
  #state: GroupState = GroupState.empty
  #previousState: GroupState = GroupState.dead
  #stateSinceMs: number
  #subscribedTopics: ReadonlySet<string> | undefined
  #awaitingJoin = 0
  /** How many members know a protocol. */
  readonly #protocolCounts = new Map<string, number>()

  constructor(groupId: string, stateSinceMs: number) {
    this.groupId = groupId
    this.#stateSinceMs = stateSinceMs
  }

  static fromValue(groupId: string, value: GroupValue): ClassicGroup {
    const group = new ClassicGroup(groupId, value.currentStateTimestamp)
    group.generationId = value.generation
    group.leaderId = value.leader
    group.#state = value.members.length === 0 ? GroupState.empty : GroupState.stable
    for (const member of value.members) group.#insert(Member.fromValue(member, value.protocol))
    group.leaderId ??= value.members[0]?.memberId ?? null
    group.protocolType = value.protocolType === '' ? null : value.protocolType
    group.protocolName = value.protocol
    group.#subscribedTopics = group.#readSubscriptions()
    return group
  }

  toValue(assignmentOf: (member: Member) => Uint8Array): GroupValue {
    const protocol = this.protocolName
    return {
      protocolType: this.protocolType ?? '',
      generation: this.generationId,
      protocol,
      leader: this.leaderId,
      currentStateTimestamp: this.#stateSinceMs,
      members: [...this.members.values()].map((member) =>
        member.toValue(protocol ?? '', assignmentOf(member))
      )
    }
  }

  /** The record of a group that nobody has joined yet. */
  toEmptyValue(): GroupValue {
    const currentStateTimestamp = this.#stateSinceMs
    return {
      protocolType: '',
      generation: 0,
      protocol: null,
      leader: null,
      currentStateTimestamp,
      members: []
    }
  }

  get state(): GroupState {
    return this.#state
  }

  get previousState(): GroupState {
    return this.#previousState
  }

  /** Wall time of the last change of state, -1 when unknown. */
  get stateSinceMs(): number {
    return this.#stateSinceMs
  }

  /** Members whose join is parked. */
  get awaitingJoinCount(): number {
    return this.#awaitingJoin
  }

  get usesConsumerProtocol(): boolean {
    return this.protocolType === CONSUMER_PROTOCOL_TYPE
  }

  /** Undefined when the topics are not known. */
  get subscribedTopics(): ReadonlySet<string> | undefined {
    return this.#subscribedTopics
  }

  get canRebalance(): boolean {
    return previousStates.PreparingRebalance.includes(this.#state)
  }

  get hasAllMembersJoined(): boolean {
    return this.members.size === this.#awaitingJoin && this.pendingMembers.size === 0
  }

  /** The longest of its members', which the slowest of them is given to rejoin. */
  get rebalanceTimeoutMs(): number {
    let longest = 0
    for (const member of this.members.values()) longest = Math.max(longest, member.rebalanceTimeoutMs)
    return longest
  }

  isSubscribedTo(topic: string): boolean {
    return this.#subscribedTopics?.has(topic) ?? this.usesConsumerProtocol
  }

  transition(state: GroupState, wallMs: number): void {
    assert(previousStates[state].includes(this.#state), 'a group changes its state along the arrows')
    this.#previousState = this.#state
    this.#state = state
    this.#stateSinceMs = wallMs
  }

  /** Whether a member with these protocols fits the others; an empty group takes any that offers something. */
  supports(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.#state === GroupState.empty) return protocolType !== '' && protocols.length > 0
    return (
      this.protocolType === protocolType &&
      protocols.some((protocol) => (this.#protocolCounts.get(protocol.name) ?? 0) === this.members.size)
    )
  }

  add(member: Member, protocolType: string): void {
    if (this.members.size === 0) this.protocolType = protocolType
    this.#insert(member)
    this.leaderId ??= member.memberId
    this.pendingMembers.delete(member.memberId)
  }

  #insert(member: Member): void {
    assert(!this.members.has(member.memberId), 'a member joins a group once')
    this.members.set(member.memberId, member)
    if (member.groupInstanceId !== null) this.staticMembers.set(member.groupInstanceId, member.memberId)
    if (member.awaitingJoin !== undefined) this.#awaitingJoin++
    this.#count(member.protocols, 1)
  }

  /** Takes a member or a pending one out; leadership goes to whoever joined first of the others. */
  remove(memberId: string): void {
    const member = this.members.get(memberId)
    if (member !== undefined) {
      this.members.delete(memberId)
      this.#count(member.protocols, -1)
      if (member.awaitingJoin !== undefined) this.#awaitingJoin--
      if (member.groupInstanceId !== null) this.staticMembers.delete(member.groupInstanceId)
    }
    if (this.leaderId === memberId) this.leaderId = this.members.keys().next().value ?? null
    this.pendingMembers.delete(memberId)
    this.pendingSync.delete(memberId)
  }

  /** Puts a static member that came back in the place of its former self, which keeps assignment and leadership. */
  replaceStatic(old: Member, memberId: string): Member {
    assert(old.groupInstanceId !== null, 'only a static member is replaced')
    const replacement = old.renamed(memberId)
    this.members.delete(old.memberId)
    this.members.set(memberId, replacement)
    this.staticMembers.set(old.groupInstanceId, memberId)
    if (this.leaderId === old.memberId) this.leaderId = memberId
    return replacement
  }

  setProtocols(member: Member, protocols: readonly MemberProtocol[]): void {
    this.#count(member.protocols, -1)
    member.protocols = protocols
    this.#count(protocols, 1)
  }

  /** Parks a join, or takes it back with undefined; gives what was parked before. */
  parkJoin(member: Member, settle: Member['awaitingJoin']): Member['awaitingJoin'] {
    const previous = member.awaitingJoin
    if (this.members.get(member.memberId) === member) {
      this.#awaitingJoin += Number(settle !== undefined) - Number(previous !== undefined)
    }
    member.awaitingJoin = settle
    return previous
  }

  /** Makes sure that the leader is one that has joined; false when nobody has. */
  electJoinedLeader(): boolean {
    if (this.leaderId === null) return false
    if (this.members.get(this.leaderId)?.awaitingJoin !== undefined) return true
    for (const member of this.members.values()) {
      if (member.awaitingJoin === undefined) continue
      this.leaderId = member.memberId
      return true
    }
    return false
  }

  nextGeneration(wallMs: number): void {
    this.generationId++
    const isEmpty = this.members.size === 0
    this.protocolName = isEmpty ? null : this.selectProtocol()
    this.#subscribedTopics = this.#readSubscriptions()
    this.transition(isEmpty ? GroupState.empty : GroupState.completingRebalance, wallMs)
    this.pendingSync.clear()
  }

  /** Of the protocols that all members know, the one that most of them like best. */
  selectProtocol(): string {
    const candidates = new Set<string>()
    for (const [name, count] of this.#protocolCounts) if (count === this.members.size) candidates.add(name)
    const votes = new Map<string, number>()
    for (const member of this.members.values()) {
      const vote = member.vote(candidates)
      assert(vote !== undefined, 'members that share no protocol are not let in')
      votes.set(vote, (votes.get(vote) ?? 0) + 1)
    }
    const elected = electedProtocol(votes)
    assert(elected !== undefined, 'a group without members has no protocol')
    return elected
  }

  /** The members as the leader is told them. */
  membersForLeader(): JoinResultMember[] {
    const protocol = this.protocolName ?? ''
    return [...this.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      metadata: member.metadata(protocol)
    }))
  }

  #count(protocols: readonly MemberProtocol[], change: 1 | -1): void {
    for (const name of new Set(protocols.map((protocol) => protocol.name))) {
      const count = (this.#protocolCounts.get(name) ?? 0) + change
      if (count === 0) this.#protocolCounts.delete(name)
      else this.#protocolCounts.set(name, count)
    }
  }

  #readSubscriptions(): ReadonlySet<string> | undefined {
    if (!this.usesConsumerProtocol) return undefined
    if (this.members.size === 0) return new Set()
    const { protocolName } = this
    if (protocolName === null) return undefined
    return subscribedTopicsOf([...this.members.values()].map((member) => member.metadata(protocolName)))
  }
}
