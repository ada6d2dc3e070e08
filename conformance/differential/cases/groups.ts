// The classic group protocol: members in every state, and what is refused.

import { setTimeout as sleep } from 'node:timers/promises'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { JOIN_GROUP, type JoinGroupRequest } from '@naru/protocol/messages/11-join-group'
import { HEARTBEAT } from '@naru/protocol/messages/12-heartbeat'
import { LEAVE_GROUP } from '@naru/protocol/messages/13-leave-group'
import { SYNC_GROUP, type SyncGroupRequest } from '@naru/protocol/messages/14-sync-group'
import { DESCRIBE_GROUPS } from '@naru/protocol/messages/15-describe-groups'
import { LIST_GROUPS } from '@naru/protocol/messages/16-list-groups'
import { DELETE_GROUPS } from '@naru/protocol/messages/42-delete-groups'
import type { Part } from '../defaults.ts'
import type { AskOptions, Case, Session } from '../session.ts'
import type { Wire } from '../wire.ts'

export const metadata = (...topics: string[]): Buffer => {
  const parts = [Buffer.from([0, 1, 0, 0, 0, topics.length])]
  for (const topic of topics) parts.push(Buffer.from([0, topic.length]), Buffer.from(topic))
  return Buffer.concat([...parts, Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])])
}

type Options = AskOptions & { readonly wire?: Wire }

/** The coordinator's topic has to be there, and loaded, before anything is compared. */
export async function coordinatorReady(session: Session): Promise<void> {
  for (;;) {
    const { coordinators } = await session.quietly(
      FIND_COORDINATOR,
      { coordinatorKeys: ['warm'] },
      { version: 4 }
    )
    const { groups } = await session.quietly(DESCRIBE_GROUPS, { groups: ['warm'] }, { version: 5 })
    if (coordinators[0]?.errorCode === 0 && groups[0]?.errorCode === 0) return
    await sleep(100)
  }
}

export function join(
  session: Session,
  label: string,
  groupId: string,
  part: Part<JoinGroupRequest> = {},
  options: Options = {}
) {
  const protocols = [{ name: 'range', metadata: metadata('a') }]
  const request = {
    groupId,
    sessionTimeoutMs: 20_000,
    rebalanceTimeoutMs: 5000,
    protocolType: 'consumer',
    protocols,
    ...part
  }
  return session.ask(label, JOIN_GROUP, request, { version: 9, ...options })
}

export function sync(
  session: Session,
  label: string,
  groupId: string,
  part: Part<SyncGroupRequest> = {},
  options: Options = {}
) {
  return session.ask(
    label,
    SYNC_GROUP,
    { groupId, protocolType: 'consumer', protocolName: 'range', ...part },
    { version: 5, ...options }
  )
}

/** One stable member, joined as a Java consumer joins. */
export async function stable(
  session: Session,
  groupId: string,
  part: Part<JoinGroupRequest> = {}
): Promise<{ memberId: string; generationId: number }> {
  const first = await join(session, `${groupId} first`, groupId, part)
  const memberId = first?.memberId ?? ''
  const second =
    first?.errorCode === 0 ? first : await join(session, `${groupId} with id`, groupId, { ...part, memberId })
  const generationId = second?.generationId ?? -1
  const assignments = [{ memberId, assignment: Buffer.from('mine') }]
  const groupInstanceId = part.groupInstanceId ?? null
  await sync(session, `${groupId} leader`, groupId, { generationId, memberId, groupInstanceId, assignments })
  return { memberId, generationId }
}

async function versions(session: Session): Promise<void> {
  await coordinatorReady(session)
  for (let version = 2; version <= 9; version++) {
    const groupId = `${session.prefix}-${version}`
    const first = await join(session, 'first', groupId, {}, { version })
    const memberId = first?.memberId ?? ''
    const second = await join(session, 'with the id', groupId, { memberId }, { version })
    const generationId = second?.generationId ?? -1
    const syncVersion = Math.min(5, Math.max(0, version - 4))
    const assignments = [{ memberId, assignment: Buffer.from('x') }]
    await sync(session, 'sync', groupId, { generationId, memberId, assignments }, { version: syncVersion })
    await sync(session, 'sync again', groupId, { generationId, memberId }, { version: syncVersion })
    const beat = { groupId, generationId, memberId }
    const heartbeatVersion = Math.min(4, version - 2)
    await session.ask('beat', HEARTBEAT, beat, { version: heartbeatVersion })
    await session.ask(
      'beat, wrong generation',
      HEARTBEAT,
      { ...beat, generationId: 99 },
      { version: heartbeatVersion }
    )
    await session.ask(
      'beat, wrong member',
      HEARTBEAT,
      { ...beat, memberId: 'other' },
      { version: heartbeatVersion }
    )
    await session.ask('beat, no member', HEARTBEAT, { ...beat, memberId: '' }, { version: heartbeatVersion })
    const describeVersion = Math.min(6, version - 2)
    const only = ({ groups }: { groups: readonly { members: readonly object[] }[] }) =>
      groups.map(({ members, ...rest }) => ({
        ...rest,
        members: members.map((member) => ({ ...member, clientHost: 'HOST' }))
      }))
    await session.ask(
      'described',
      DESCRIBE_GROUPS,
      { groups: [groupId, 'unknown-group', ''], includeAuthorizedOperations: describeVersion >= 3 },
      { version: describeVersion, only: only }
    )
    const leaveVersion = Math.min(5, version - 2)
    const leaving = (member: string) =>
      leaveVersion < 3 ? { groupId, memberId: member } : { groupId, members: [{ memberId: member }] }
    await session.ask('leave, wrong member', LEAVE_GROUP, leaving('other'), { version: leaveVersion })
    await session.ask('leave', LEAVE_GROUP, leaving(memberId), { version: leaveVersion })
    await session.ask('leave again', LEAVE_GROUP, leaving(memberId), { version: leaveVersion })
    await session.ask('beat after leaving', HEARTBEAT, beat, { version: heartbeatVersion })
    await session.ask('described empty', DESCRIBE_GROUPS, { groups: [groupId] }, { version: describeVersion })
  }
}

async function refusals(session: Session): Promise<void> {
  await coordinatorReady(session)
  const groupId = `${session.prefix}-g`
  const protocols = (...names: string[]) => names.map((name) => ({ name, metadata: metadata('a') }))
  await join(session, 'empty group id', '')
  await join(session, 'session timeout too short', groupId, { sessionTimeoutMs: 100 })
  await join(session, 'session timeout too long', groupId, { sessionTimeoutMs: 99_000_000 })
  await join(session, 'unknown member id', groupId, { memberId: 'never-seen' })
  await join(session, 'no protocols', groupId, { protocols: [] })
  await join(session, 'no protocol type', groupId, { protocolType: '' })
  await join(session, 'neither', groupId, { protocolType: '', protocols: [] })
  for (const version of [3, 4, 9])
    await join(
      session,
      'empty instance',
      `${groupId}-${version}`,
      version >= 5 ? { groupInstanceId: '' } : {},
      { version }
    )
  await join(session, 'bad instance', groupId, { groupInstanceId: 'a b' })
  await join(session, 'long instance', groupId, { groupInstanceId: 'x'.repeat(250) })
  await join(session, 'bad metadata', `${groupId}-bad`, {
    protocols: [{ name: 'range', metadata: Buffer.from([9]) }]
  })
  const member = await stable(session, groupId)
  await join(session, 'other protocol type', groupId, { protocolType: 'connect' })
  await join(session, 'other protocols', groupId, { protocols: protocols('sticky') })
  await join(session, 'no protocols, with members', groupId, { protocols: [] })
  await join(session, 'unknown member id, with members', groupId, { memberId: 'never-seen' })
  const s = { ...member, assignments: [] }
  await sync(session, 'wrong generation', groupId, { ...s, generationId: 77 })
  await sync(session, 'wrong member', groupId, { ...s, memberId: 'other' })
  await sync(session, 'wrong type', groupId, { ...s, protocolType: 'connect' })
  await sync(session, 'wrong name', groupId, { ...s, protocolName: 'sticky' })
  await sync(session, 'no names', groupId, { ...s, protocolType: null, protocolName: null })
  await sync(session, 'stable', groupId, s)
  await sync(session, 'unknown group', 'unknown-group', s)
  await sync(session, 'empty group id', '', s)
  await sync(session, 'instance of nobody', groupId, { ...s, groupInstanceId: 'nobody' })
  const beat = { groupId, ...member }
  await session.ask('good', HEARTBEAT, beat)
  await session.ask('unknown group', HEARTBEAT, { ...beat, groupId: 'unknown-group' })
  await session.ask('empty group', HEARTBEAT, { ...beat, groupId: '' })
  await session.ask('instance of nobody', HEARTBEAT, { ...beat, groupInstanceId: 'nobody' })
  await session.ask('generation -1', HEARTBEAT, { ...beat, generationId: -1 })
  await session.ask('unknown group', LEAVE_GROUP, { groupId: 'unknown-group', members: [{ memberId: 'x' }] })
  await session.ask('empty group', LEAVE_GROUP, { groupId: '', members: [{ memberId: 'x' }] })
  await session.ask('several', LEAVE_GROUP, {
    groupId,
    members: [{ memberId: 'x' }, { memberId: '', groupInstanceId: 'nobody' }, { memberId: member.memberId }]
  })
  await session.ask('nobody', LEAVE_GROUP, { groupId, members: [] })
}

async function staticMembers(session: Session): Promise<void> {
  await coordinatorReady(session)
  const groupId = `${session.prefix}-g`
  const me = { groupInstanceId: 'one' }
  const member = await stable(session, groupId, me)
  const beat = { groupId, ...member }
  await session.ask('static', HEARTBEAT, { ...beat, ...me })
  await session.ask('wrong id', HEARTBEAT, { ...beat, ...me, memberId: 'other' })
  await session.ask('without instance', HEARTBEAT, beat)
  await join(session, 'wrong id', groupId, { ...me, memberId: 'other' })
  const again = await join(session, 'again', groupId, me)
  const memberId = again?.memberId ?? ''
  const generationId = again?.generationId ?? -1
  await session.ask('old id', HEARTBEAT, { ...beat, ...me })
  await sync(session, 'old id', groupId, { ...member, ...me })
  await session.ask('new id', HEARTBEAT, { groupId, memberId, generationId, ...me })
  await sync(session, 'new id', groupId, {
    memberId,
    generationId,
    ...me,
    assignments: [{ memberId, assignment: Buffer.from('new') }]
  })
  await join(session, 'again by version 8', groupId, me, { version: 8 })
  await join(session, 'other protocols', groupId, {
    ...me,
    protocols: [{ name: 'sticky', metadata: metadata('a') }]
  })
  await session.ask('leave, wrong id', LEAVE_GROUP, {
    groupId,
    members: [{ memberId: 'other', groupInstanceId: 'one' }]
  })
  await session.ask('leave, unknown instance', LEAVE_GROUP, {
    groupId,
    members: [{ memberId: '', groupInstanceId: 'two' }]
  })
  await session.ask('leave by instance', LEAVE_GROUP, {
    groupId,
    members: [{ memberId: '', groupInstanceId: 'one' }]
  })
  await session.ask('leave by instance again', LEAVE_GROUP, {
    groupId,
    members: [{ memberId: '', groupInstanceId: 'one' }]
  })
  await join(session, 'wrong id in an empty group', groupId, { ...me, memberId: 'other' })
}

/** Two members: the second one's arrival, and what the first is told meanwhile. */
async function twoMembers(session: Session): Promise<void> {
  await coordinatorReady(session)
  const groupId = `${session.prefix}-g`
  const first = await stable(session, groupId)
  const wire = session.connect('second')
  const known = await join(session, 'second', groupId, {}, { wire })
  const secondId = known?.memberId ?? ''
  await session.ask('first before the second comes with its id', HEARTBEAT, { groupId, ...first })
  const joining = join(session, 'second with id', groupId, { memberId: secondId }, { wire, only: shape })
  await sleep(150)
  const beforeJoin = session.connect('observer')
  await session.ask('first while joining', HEARTBEAT, { groupId, ...first })
  await session.ask('second while joining', HEARTBEAT, { groupId, memberId: secondId, generationId: 1 })
  await sync(session, 'first while joining', groupId, first)
  const stateOnly = ({ groups }: { groups: readonly { groupState: string; protocolData: string }[] }) =>
    groups.map(({ groupState, protocolData }) => ({ groupState, protocolData }))
  await session.ask(
    'while joining',
    DESCRIBE_GROUPS,
    { groups: [groupId] },
    { wire: beforeJoin, only: stateOnly }
  )
  const rejoined = await join(session, 'first again', groupId, { memberId: first.memberId }, { only: shape })
  await joining
  const generationId = rejoined?.generationId ?? -1
  await session.ask(
    'after joining',
    DESCRIBE_GROUPS,
    { groups: [groupId] },
    { wire: beforeJoin, only: stateOnly }
  )
  await session.ask('first after joining', HEARTBEAT, { groupId, memberId: first.memberId, generationId })
  await session.ask('first, old generation', HEARTBEAT, { groupId, ...first })
  const waiting = sync(session, 'second waits', groupId, { memberId: secondId, generationId }, { wire })
  await sleep(100)
  const assignments = [
    { memberId: first.memberId, assignment: Buffer.from('1') },
    { memberId: secondId, assignment: Buffer.from('2') }
  ]
  await sync(session, 'first assigns', groupId, { memberId: first.memberId, generationId, assignments })
  await waiting
  await join(
    session,
    'follower again, nothing changed',
    groupId,
    { memberId: secondId },
    { only: shape, wire }
  )
  await session.ask('deleting a group with members', DELETE_GROUPS, { groupsNames: [groupId] })
  await session.ask('second leaves', LEAVE_GROUP, { groupId, members: [{ memberId: secondId }] }, { wire })
  await session.ask('first is told', HEARTBEAT, { groupId, memberId: first.memberId, generationId })
}

function shape({
  members,
  memberId,
  leader,
  ...rest
}: {
  members: readonly unknown[]
  memberId: string
  leader: string
}): unknown {
  return { ...rest, members: members.length, leads: memberId === leader }
}

async function administration(session: Session): Promise<void> {
  await coordinatorReady(session)
  const mine = `${session.prefix}-list`
  const member = await stable(session, mine)
  const only = ({ groups, errorCode }: { groups: readonly { groupId: string }[]; errorCode: number }) => ({
    errorCode,
    groups: groups.filter(({ groupId }) => groupId.startsWith(mine))
  })
  for (let version = 0; version <= 5; version++) {
    await session.ask('all', LIST_GROUPS, {}, { version, only: only })
    if (version >= 4) {
      for (const states of [['Stable'], ['stable'], ['Empty'], ['Nonsense'], ['Stable', 'Empty']]) {
        await session.ask(
          `states ${states.join()}`,
          LIST_GROUPS,
          { statesFilter: states },
          { version, only: only }
        )
      }
    }
    if (version >= 5) {
      for (const types of [['classic'], ['Classic'], ['consumer'], ['nonsense'], ['share']]) {
        await session.ask(
          `types ${types.join()}`,
          LIST_GROUPS,
          { typesFilter: types },
          { version, only: only }
        )
      }
    }
  }
  await session.ask('leave', LEAVE_GROUP, { groupId: mine, members: [{ memberId: member.memberId }] })
  await session.ask('all, empty', LIST_GROUPS, {}, { only: only })
  for (let version = 0; version <= 2; version++) {
    await session.ask('unknown', DELETE_GROUPS, { groupsNames: ['unknown-group', ''] }, { version })
  }
  await session.ask('twice', DELETE_GROUPS, { groupsNames: [mine, mine] })
  await session.ask('gone', DELETE_GROUPS, { groupsNames: [mine] })
  for (let version = 0; version <= 6; version++) {
    for (const keyType of version === 0 ? [0] : [0, 1, 2, 3, -1]) {
      const keys = version < 4 ? { key: 'some' } : { coordinatorKeys: ['some', '', 'some'] }
      await session.ask(`type ${keyType}`, FIND_COORDINATOR, { ...keys, keyType }, { version })
    }
  }
  await session.ask(
    'share key',
    FIND_COORDINATOR,
    { keyType: 2, coordinatorKeys: ['g:AAAAAAAAAAAAAAAAAAAAew:0'] },
    { version: 6 }
  )
  await session.ask('empty group key', FIND_COORDINATOR, { key: '' }, { version: 3 })
}

export const groupCases: readonly Case[] = [
  { name: 'groups-versions', run: versions },
  { name: 'groups-refusals', run: refusals },
  { name: 'groups-static', run: staticMembers },
  { name: 'groups-two', run: twoMembers },
  { name: 'groups-administration', run: administration }
]
