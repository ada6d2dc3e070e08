/** Drives a group machine by hand for tests: time, durability and restarts are calls. */
import { SILENT_LOGGER } from '@naru/base'
import { Capacity } from '../../src/coordinator/capacity.ts'
import type { CommitCommand } from '../../src/groups/commit.ts'
import type { ClassicGroup } from '../../src/groups/group.ts'
import type { JoinCommand } from '../../src/groups/join-command.ts'
import { GROUPS_MAX } from '../../src/groups/limits.ts'
import { GroupMachine } from '../../src/groups/machine.ts'
import type { JoinResult, LeaveResult, OffsetsResult, SyncResult } from '../../src/groups/results.ts'
import { DEFAULT_GROUP_SETTINGS, type GroupSettings } from '../../src/groups/settings.ts'
import { SlotState, type GroupRecord } from '../../src/groups/state.ts'
import type { Continuation, Step } from '../../src/groups/step.ts'
import type { LeavingMember } from '../../src/groups/leave.ts'

/** A request and its answer, undefined while it is parked. */
export interface Asked<Result> {
  answer: Result | undefined
}

/** Whether the answer is still owed. */
export function isParked(asked: Asked<unknown>): boolean {
  return asked.answer === undefined
}

export const SESSION_MS = 10_000
export const REBALANCE_MS = 30_000

/** Metadata of a consumer that reads these topics (version 0 of the subscription). */
export function subscription(...topics: string[]): Uint8Array {
  const parts = [Buffer.from([0, 0, 0, 0, 0, topics.length])]
  for (const topic of topics) parts.push(Buffer.from([0, topic.length]), Buffer.from(topic))
  parts.push(Buffer.from([0xff, 0xff, 0xff, 0xff]))
  return Buffer.concat(parts)
}

export class MachineDriver {
  readonly log: GroupRecord[] = []
  settings: GroupSettings
  machine: GroupMachine
  wallMs = 1_760_000_000_000
  monotonicMs = 5000
  /** Whether records are durable at once; otherwise `settle` makes them so. */
  durable = true
  #ids = 0
  #waiting: Continuation[] = []

  constructor(settings: Partial<GroupSettings> = {}) {
    this.settings = { ...DEFAULT_GROUP_SETTINGS, initialRebalanceDelayMs: 0, ...settings }
    this.machine = this.#newMachine(new SlotState())
  }

  #newMachine(state: SlotState): GroupMachine {
    return new GroupMachine({
      state,
      settings: () => this.settings,
      capacity: new Capacity(GROUPS_MAX),
      logger: SILENT_LOGGER
    })
  }

  run(act: (step: Step) => void): Step {
    const now = { wallMs: this.wallMs, monotonicMs: this.monotonicMs }
    const step = this.machine.step(now, act)
    this.log.push(...step.records)
    for (const answer of step.answers) answer()
    this.#waiting.push(...step.whenDurable)
    if (this.durable) this.settle()
    return step
  }

  /** Everything that was appended is durable now. */
  settle(): void {
    for (const continuation of this.#waiting.splice(0)) this.run(continuation)
  }

  /** Lets time pass, handling what becomes due when it is due. */
  advance(byMs: number): void {
    const targetMs = this.monotonicMs + byMs
    for (;;) {
      const atMs = Math.max(this.machine.wakeMs, this.monotonicMs)
      if (atMs > targetMs) break
      this.#moveTo(atMs)
      this.run((step) => this.machine.expire(step))
      if (this.machine.wakeMs <= atMs) this.#moveTo(Math.min(atMs + 1, targetMs))
      if (this.monotonicMs === targetMs && this.machine.wakeMs <= targetMs && atMs === targetMs) break
    }
    this.#moveTo(targetMs)
  }

  #moveTo(monotonicMs: number): void {
    this.wallMs += monotonicMs - this.monotonicMs
    this.monotonicMs = monotonicMs
  }

  /** A new machine with what the log holds, as after a restart. */
  restart(): void {
    const state = new SlotState()
    for (const record of this.log) state.apply(record)
    this.machine = this.#newMachine(state)
    this.#waiting = []
    this.run((step) => this.machine.load(step))
  }

  group(groupId = 'g'): ClassicGroup | undefined {
    return this.machine.groups.get(groupId)
  }

  join(options: Partial<JoinCommand> = {}): Asked<JoinResult> {
    const asked: Asked<JoinResult> = { answer: undefined }
    const command = {
      ...this.joinCommand(options),
      settle: (result: JoinResult) => void (asked.answer = result)
    }
    this.run((step) => this.machine.join(step, command))
    return asked
  }

  joinCommand(options: Partial<JoinCommand>): Omit<JoinCommand, 'settle'> {
    return {
      groupId: 'g',
      memberId: '',
      groupInstanceId: null,
      clientId: 'client',
      clientHost: '/127.0.0.1',
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: REBALANCE_MS,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription('t') }],
      reason: null,
      newMemberId: `${options.groupInstanceId ?? options.clientId ?? 'client'}-${++this.#ids}`,
      requiresMemberId: true,
      skipsAssignment: true,
      ...options
    }
  }

  /** Joins with the handshake of KIP-394: the first answer brings the member id. */
  enter(options: Partial<JoinCommand> = {}): {
    readonly memberId: string
    readonly joined: Asked<JoinResult>
  } {
    const memberId = this.join(options).answer?.memberId ?? ''
    return { memberId, joined: this.join({ ...options, memberId }) }
  }

  sync(
    memberId: string,
    options: Partial<{
      generationId: number
      groupInstanceId: string | null
      protocolType: string
      protocolName: string | null
      assignments: Readonly<Record<string, string>>
    }> = {}
  ): Asked<SyncResult> {
    const asked: Asked<SyncResult> = { answer: undefined }
    const assignments = new Map(
      Object.entries(options.assignments ?? {}).map(([id, text]) => [id, Buffer.from(text)])
    )
    this.run((step) =>
      this.machine.sync(step, {
        groupId: 'g',
        memberId,
        groupInstanceId: options.groupInstanceId ?? null,
        generationId: options.generationId ?? this.group()?.generationId ?? -1,
        protocolType: options.protocolType ?? 'consumer',
        protocolName: options.protocolName ?? null,
        assignments,
        settle: (result) => void (asked.answer = result)
      })
    )
    return asked
  }

  heartbeat(memberId: string, generationId: number, groupInstanceId: string | null = null): number {
    let error = -2
    this.run((step) => {
      error = this.machine.heartbeat(step, { groupId: 'g', memberId, groupInstanceId, generationId })
    })
    return error
  }

  leave(...members: Array<Partial<LeavingMember>>): LeaveResult {
    const leaving = members.map((member) => ({
      memberId: '',
      groupInstanceId: null,
      reason: null,
      ...member
    }))
    let result: LeaveResult | undefined
    this.run((step) => {
      result = this.machine.leave(step, { groupId: 'g', members: leaving })
    })
    return result ?? { error: -1, members: [] }
  }

  commit(options: Partial<CommitCommand>): OffsetsResult {
    let result: OffsetsResult | undefined
    this.run((step) => {
      result = this.machine.commit(step, {
        groupId: 'g',
        memberId: '',
        generationId: -1,
        groupInstanceId: null,
        retentionMs: -1,
        topics: [],
        knowsGroupIdNotFound: true,
        ...options
      })
    })
    return result ?? { error: -1, topics: [] }
  }

  /** A group of one member with this instance id (null: dynamic) that works. */
  stable(options: Partial<JoinCommand> = {}): { readonly memberId: string; readonly generationId: number } {
    const joined = options.groupInstanceId === undefined ? this.enter(options).joined : this.join(options)
    const memberId = joined.answer?.memberId ?? ''
    this.sync(memberId, {
      groupInstanceId: options.groupInstanceId ?? null,
      assignments: { [memberId]: `to ${memberId}` }
    })
    return { memberId, generationId: joined.answer?.generationId ?? -1 }
  }
}
