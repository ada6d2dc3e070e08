// Programs of one group with several members, each on its own connection: joins that have to wait for somebody, rounds
// that end them, members that leave in between. After each step it is noted who still waits and who was answered how.
//
// Which member leads when the leader has gone is left to a hash in Kafka, and a leader that joins again is treated in
// another way than the others: a leader leaves last, and joins first.

import { setTimeout as sleep } from 'node:timers/promises'
import { JOIN_GROUP, type JoinGroupResponse } from '@naru/protocol/messages/11-join-group'
import { HEARTBEAT } from '@naru/protocol/messages/12-heartbeat'
import { LEAVE_GROUP } from '@naru/protocol/messages/13-leave-group'
import { SYNC_GROUP } from '@naru/protocol/messages/14-sync-group'
import { DESCRIBE_GROUPS } from '@naru/protocol/messages/15-describe-groups'
import { OFFSET_COMMIT } from '@naru/protocol/messages/08-offset-commit'
import type { ApiMessage } from '@naru/protocol'
import type { RunningBroker } from '../../broker.ts'
import { metadata } from '../cases/groups.ts'
import { completed, type Part } from '../defaults.ts'
import { Aliases, normal } from '../normal.ts'
import { Wire } from '../wire.ts'
import type { Played } from './player.ts'
import { Seeded } from './seeded.ts'

const SLOTS = 3
/** In this time an answer comes that nobody else has to do anything for. */
const QUIET_MS = 250
/** Between a leader's join and those of the others. */
const ORDER_MS = 30
/** With metadata of which only the leader is told. */
const PROTOCOLS = [['range'], ['range', 'roundrobin'], ['roundrobin', 'range'], ['sticky']] as const
const ACTIONS = [
  ...([
    'join',
    'join',
    'join',
    'everybody joins',
    'everybody joins',
    'everybody syncs',
    'everybody syncs'
  ] as const),
  ...(['sync', 'heartbeat', 'heartbeat', 'leave', 'commit', 'describe'] as const)
]
type Action = (typeof ACTIONS)[number]

interface Drawn {
  readonly action: Action
  readonly slot: number
  readonly protocols: readonly string[]
  readonly instance: string | null
  readonly isOld: boolean
  readonly version: number
}

function programOf(seed: number, length: number): Drawn[] {
  const random = new Seeded(seed)
  const instances = Array.from({ length: SLOTS }, (_, slot) =>
    random.chance(0.2) ? `instance-${slot}` : null
  )
  return Array.from({ length }, () => {
    const slot = random.below(SLOTS)
    return {
      action: random.pick(ACTIONS),
      slot,
      protocols: random.pick([...PROTOCOLS.slice(0, 3), ...PROTOCOLS.slice(0, 3), ...PROTOCOLS]),
      instance: instances[slot] ?? null,
      isOld: random.chance(0.1),
      version: random.below(5)
    }
  })
}

class Member {
  readonly wire: Wire
  memberId = ''
  generation = -1
  leads = false
  protocols: readonly string[] = ['range']
  instance: string | null = null
  /** Undefined when nothing is asked. */
  waiting: Promise<void> | undefined
  answer: unknown = 'nothing was asked'

  constructor(wire: Wire) {
    this.wire = wire
  }
}

class GroupPlayer {
  readonly #members: readonly Member[]
  readonly #observer: Wire
  readonly #groupId: string
  readonly #aliases = new Aliases()
  readonly byVersion: Record<string, number> = {}
  asked = 0

  constructor({ host, port }: RunningBroker, groupId: string) {
    const wire = (clientId: string): Wire => new Wire({ host, port, clientId })
    this.#groupId = groupId
    this.#observer = wire('observer')
    this.#members = Array.from({ length: SLOTS }, (_, slot) => new Member(wire(`member-${slot}`)))
  }

  async play(drawn: Drawn): Promise<unknown> {
    const member = this.#members[drawn.slot] as Member
    const { action } = drawn
    for (const one of this.#members) if (one.waiting === undefined) one.answer = 'nothing was asked'
    if (action === 'everybody joins') {
      // Whoever waits is answered by the leader's join, and does not come again.
      const joining = this.#members.filter(
        ({ memberId, waiting }) => memberId !== '' && waiting === undefined
      )
      for (const one of joining) if (one.leads) this.#join(one, drawn)
      await sleep(ORDER_MS)
      for (const one of joining) if (!one.leads) this.#join(one, drawn)
    } else if (action === 'everybody syncs') {
      for (const one of this.#members) if (one.memberId !== '') this.#sync(one, drawn)
    } else if (action === 'join') {
      const { protocols, instance } = drawn
      if (member.waiting === undefined) Object.assign(member, { protocols, instance })
      this.#join(member, drawn)
      // The first answer tells the member its id; with that it comes again.
      await this.#quiet()
      if (member.memberId !== '' && member.generation < 0) this.#join(member, drawn)
    } else if (action === 'describe') await this.#describe()
    else this.#single(member, drawn)
    await this.#quiet()
    return normal(
      this.#members.map((one) => (one.waiting === undefined ? one.answer : 'waits')),
      this.#aliases
    )
  }

  close(): void {
    for (const { wire } of this.#members) wire.close()
    this.#observer.close()
  }

  #single(member: Member, { action, isOld, version }: Drawn): void {
    const { memberId, instance: groupInstanceId } = member
    const generationId = isOld ? member.generation - 1 : member.generation
    const who = { groupId: this.#groupId, memberId, groupInstanceId }
    if (action === 'sync') this.#sync(member, { version })
    if (action === 'heartbeat') this.#ask(member, HEARTBEAT, 4, { ...who, generationId }, (answer) => answer)
    const isLast = this.#members.every((one) => one === member || one.memberId === '')
    if (action === 'leave' && (isLast || !member.leads)) {
      const leaving = { groupId: this.#groupId, members: [{ memberId, groupInstanceId }] }
      this.#ask(member, LEAVE_GROUP, 3 + (version % 3), leaving, (answer) => {
        if (answer.members[0]?.errorCode === 0)
          Object.assign(member, { memberId: '', generation: -1, leads: false })
        return answer
      })
    }
    if (action !== 'commit') return
    const commit = { ...who, generationIdOrMemberEpoch: generationId, topics: [] }
    this.#ask(member, OFFSET_COMMIT, 7 + (version % 3), commit, (answer) => answer)
  }

  #join(member: Member, { version }: { readonly version: number }): void {
    const request = {
      groupId: this.#groupId,
      sessionTimeoutMs: 60_000,
      rebalanceTimeoutMs: 60_000,
      memberId: member.memberId,
      groupInstanceId: member.instance,
      protocolType: 'consumer',
      protocols: member.protocols.map((name) => ({ name, metadata: metadata('a') }))
    }
    this.#ask(member, JOIN_GROUP, 5 + version, request, (answer) => {
      if (answer.errorCode === 0 || answer.errorCode === 79) {
        member.memberId = answer.memberId
        member.generation = answer.errorCode === 0 ? answer.generationId : -1
        member.leads = answer.leader === answer.memberId
      }
      return joined(answer)
    })
  }

  /** Whoever leads gives everybody an assignment, by slot. */
  #sync(member: Member, { version }: { readonly version: number }): void {
    const all = this.#members.flatMap(({ memberId }, slot) =>
      memberId === '' ? [] : [{ memberId, assignment: Buffer.from(`for ${slot}`) }]
    )
    const request = {
      groupId: this.#groupId,
      generationId: member.generation,
      memberId: member.memberId,
      groupInstanceId: member.instance,
      assignments: member.leads ? all : []
    }
    this.#ask(member, SYNC_GROUP, 3 + (version % 2), request, (answer) => answer)
  }

  /** What does not depend on who leads. */
  async #describe(): Promise<void> {
    const request = completed<never>(DESCRIBE_GROUPS.key, { groups: [this.#groupId] } as never)
    const answer = await this.#observer.send(DESCRIBE_GROUPS, request, { version: 5 })
    const [group] = answer.kind === 'answered' ? answer.response.groups : []
    this.#count(DESCRIBE_GROUPS.key, 5)
    const shown = { state: group?.groupState, protocol: group?.protocolData, members: group?.members.length }
    for (const member of this.#members) if (member.waiting === undefined) member.answer = shown
  }

  #ask<Request, Response>(
    member: Member,
    message: ApiMessage<Request, Response>,
    version: number,
    part: Part<Request>,
    seen: (response: Response) => unknown
  ): void {
    if (member.waiting !== undefined) return
    this.#count(message.key, version)
    const request = completed<Request>(message.key, part)
    member.waiting = member.wire.send(message, request, { version, waitMs: 120_000 }).then((answer) => {
      member.waiting = undefined
      member.answer = answer.kind === 'answered' ? seen(answer.response) : answer.kind
    })
  }

  #count(key: number, version: number): void {
    this.asked++
    this.byVersion[`${key}.${version}`] = (this.byVersion[`${key}.${version}`] ?? 0) + 1
  }

  /** Nothing comes any more unless somebody acts. */
  async #quiet(): Promise<void> {
    const waiting = this.#members.flatMap((one) => one.waiting ?? [])
    await Promise.race([Promise.all(waiting), sleep(QUIET_MS)])
  }
}

/** The members stand in the order of a hash. */
function joined({ members, ...answer }: JoinGroupResponse): unknown {
  return { ...answer, members: members.length }
}

/** One program at one broker, as the comparison takes it. */
export async function playMembers(
  broker: RunningBroker,
  { seed, length, groupId }: { readonly seed: number; readonly length: number; readonly groupId: string }
): Promise<{
  readonly played: readonly Pick<Played, 'label' | 'seen' | 'raw'>[]
  readonly player: GroupPlayer
}> {
  const player = new GroupPlayer(broker, groupId)
  const played: Pick<Played, 'label' | 'seen' | 'raw'>[] = []
  for (const [at, drawn] of programOf(seed, length).entries()) {
    const seen = await player.play(drawn)
    played.push({ label: `${drawn.action} of ${drawn.slot} #${at}`, seen, raw: seen })
  }
  player.close()
  return { played, player }
}
