/** A member of a living group: what it told when it joined, its assignment, and the request that it waits on. */
import type { JoinResult, SyncResult } from './results.ts'
import type { MemberValue } from './state.ts'
import type { Settle } from './step.ts'

/** A way to assign partitions that a member knows, with what its assignor wants to know about the member. */
export interface MemberProtocol {
  readonly name: string
  readonly metadata: Uint8Array
}

export const NO_BYTES = new Uint8Array(0)

export interface MemberOptions {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
  readonly protocols: readonly MemberProtocol[]
  readonly assignment: Uint8Array
  readonly isNew: boolean
}

export class Member {
  readonly memberId: string
  /** Set for static members (KIP-345). */
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  /** In the order of preference. */
  protocols: readonly MemberProtocol[]
  assignment: Uint8Array
  /** Joined in this rebalance for the first time: its session may run out while it waits for the answer. */
  isNew: boolean
  /** Monotonic time at which the member counts as gone; infinite while nothing is expected of it. */
  sessionDeadlineMs: number
  awaitingJoin: Settle<JoinResult> | undefined
  awaitingSync: Settle<SyncResult> | undefined

  constructor(options: MemberOptions) {
    this.memberId = options.memberId
    this.groupInstanceId = options.groupInstanceId
    this.clientId = options.clientId
    this.clientHost = options.clientHost
    this.rebalanceTimeoutMs = options.rebalanceTimeoutMs
    this.sessionTimeoutMs = options.sessionTimeoutMs
    this.protocols = options.protocols
    this.assignment = options.assignment
    this.isNew = options.isNew
    this.sessionDeadlineMs = Infinity
    this.awaitingJoin = undefined
    this.awaitingSync = undefined
  }

  /** A member as a record tells it; of its protocols only the one that was chosen is known. */
  static fromValue(value: MemberValue, protocol: string | null): Member {
    return new Member({
      memberId: value.memberId,
      groupInstanceId: value.groupInstanceId,
      clientId: value.clientId,
      clientHost: value.clientHost,
      rebalanceTimeoutMs: value.rebalanceTimeout === -1 ? value.sessionTimeout : value.rebalanceTimeout,
      sessionTimeoutMs: value.sessionTimeout,
      protocols: [{ name: protocol ?? '', metadata: value.subscription }],
      assignment: value.assignment,
      isNew: false
    })
  }

  /** The same member under another id, with nothing parked. */
  renamed(memberId: string): Member {
    return new Member({
      memberId,
      groupInstanceId: this.groupInstanceId,
      clientId: this.clientId,
      clientHost: this.clientHost,
      rebalanceTimeoutMs: this.rebalanceTimeoutMs,
      sessionTimeoutMs: this.sessionTimeoutMs,
      protocols: this.protocols,
      assignment: this.assignment,
      isNew: false
    })
  }

  toValue(protocol: string, assignment: Uint8Array): MemberValue {
    return {
      memberId: this.memberId,
      groupInstanceId: this.groupInstanceId,
      clientId: this.clientId,
      clientHost: this.clientHost,
      rebalanceTimeout: this.rebalanceTimeoutMs,
      sessionTimeout: this.sessionTimeoutMs,
      subscription: this.metadata(protocol),
      assignment
    }
  }

  get isStatic(): boolean {
    return this.groupInstanceId !== null
  }

  /** A new member waits on a join that may outlast its session, so only members of old are excused while waiting. */
  get isExcused(): boolean {
    return !this.isNew && (this.awaitingJoin !== undefined || this.awaitingSync !== undefined)
  }

  metadata(protocol: string): Uint8Array {
    return this.protocols.find((offered) => offered.name === protocol)?.metadata ?? NO_BYTES
  }

  /** The candidate that this member likes best. */
  vote(candidates: ReadonlySet<string>): string | undefined {
    return this.protocols.find((offered) => candidates.has(offered.name))?.name
  }

  matches(protocols: readonly MemberProtocol[]): boolean {
    if (protocols.length !== this.protocols.length) return false
    return protocols.every((protocol, index) => {
      const own = this.protocols[index]
      return own?.name === protocol.name && Buffer.compare(own.metadata, protocol.metadata) === 0
    })
  }
}
