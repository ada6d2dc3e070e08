// OffsetCommit, OffsetFetch, OffsetDelete: for members and for consumers without a group of members.

import type { Uuid } from '@naru/base'
import { OFFSET_COMMIT, type OffsetCommitRequest } from '@naru/protocol/messages/08-offset-commit'
import { OFFSET_FETCH } from '@naru/protocol/messages/09-offset-fetch'
import { LEAVE_GROUP } from '@naru/protocol/messages/13-leave-group'
import { OFFSET_DELETE } from '@naru/protocol/messages/47-offset-delete'
import { DELETE_GROUPS } from '@naru/protocol/messages/42-delete-groups'
import type { Part } from '../defaults.ts'
import type { Case, Session } from '../session.ts'
import { coordinatorReady, join, metadata, stable, sync } from './groups.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid

type Topic = { readonly name: string; readonly topicId: Uuid }
type Offsets = Part<OffsetCommitRequest['topics'][number]['partitions'][number]>

function commit(
  session: Session,
  label: string,
  groupId: string,
  topic: Topic,
  partitions: readonly Offsets[],
  part: Part<OffsetCommitRequest> = {},
  version = 9
) {
  const named = version < 10 ? { name: topic.name } : { topicId: topic.topicId }
  const request = { groupId, generationIdOrMemberEpoch: -1, topics: [{ ...named, partitions }], ...part }
  return session.ask(label, OFFSET_COMMIT, request, { version })
}

function fetchAll(session: Session, label: string, groupId: string, version = 9) {
  const part =
    version < 8 ? { groupId, topics: null } : { groups: [{ groupId, memberEpoch: -1, topics: null }] }
  return session.ask(label, OFFSET_FETCH, part, { version })
}

async function simple(session: Session): Promise<void> {
  await coordinatorReady(session)
  const topic = await session.topic('plain')
  const at = (committedOffset: number, more: Offsets = {}) => ({
    partitionIndex: 0,
    committedOffset,
    ...more
  })
  for (let version = 2; version <= 10; version++) {
    const groupId = `${session.prefix}-${version}`
    const ask = (label: string, partitions: readonly Offsets[], part: Part<OffsetCommitRequest> = {}) =>
      commit(session, label, groupId, topic, partitions, part, version)
    await ask('plain', [at(5, { committedMetadata: 'note' })])
    await ask('null metadata', [at(6, { committedMetadata: null })])
    await ask('negative', [{ ...at(-1), partitionIndex: 1 }])
    await ask('very negative', [{ ...at(-5), partitionIndex: 1 }])
    await ask('long metadata', [at(7, { committedMetadata: 'x'.repeat(5000) })])
    await ask('unknown partition', [{ ...at(7), partitionIndex: 9 }, at(8)])
    await ask('negative partition', [{ ...at(7), partitionIndex: -1 }])
    await ask('partition twice', [at(9), at(10)])
    const unknown = { name: 'no-such-topic', topicId: UNKNOWN_ID }
    await commit(session, 'unknown topic', groupId, unknown, [at(1)], {}, version)
    await commit(session, 'unknown topic, unknown group', `${groupId}-none`, unknown, [at(1)], {}, version)
    await ask('with a member id', [at(11)], { memberId: 'x', generationIdOrMemberEpoch: 1 })
    await ask('with a generation', [at(11)], { generationIdOrMemberEpoch: 1 })
    await ask('with a member, no generation', [at(11)], { memberId: 'x' })
    if (version >= 7) await ask('with an instance', [at(11)], { groupInstanceId: 'x' })
    await commit(
      session,
      'unknown group, with a member',
      `${groupId}-none`,
      topic,
      [at(1)],
      { memberId: 'x', generationIdOrMemberEpoch: 1 },
      version
    )
    await commit(session, 'empty group id', '', topic, [at(1)], {}, version)
    await session.ask('no topics', OFFSET_COMMIT, { groupId, generationIdOrMemberEpoch: -1 }, { version })
    await session.ask(
      'no topics, unknown group, member',
      OFFSET_COMMIT,
      { groupId: `${groupId}-none`, memberId: 'x', generationIdOrMemberEpoch: 1 },
      { version }
    )
    await ask('no partitions', [])
    if (version >= 6) await ask('leader epoch', [at(12, { committedLeaderEpoch: 4 })])
    await fetchAll(session, `after ${version}`, groupId)
  }
}

async function reading(session: Session): Promise<void> {
  await coordinatorReady(session)
  const topic = await session.topic('plain')
  const other = await session.topic('other')
  const groupId = `${session.prefix}-g`
  const first = [
    { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: 2, committedMetadata: 'note' }
  ]
  await commit(session, 'fill', groupId, topic, first)
  await commit(session, 'fill other', groupId, other, [{ partitionIndex: 1, committedOffset: 6 }])
  for (let version = 1; version <= 10; version++) {
    const topics = (one: Topic, ...partitionIndexes: number[]) => ({
      ...(version < 10 ? { name: one.name } : { topicId: one.topicId }),
      partitionIndexes
    })
    const ask = (label: string, group: string, wanted: readonly object[] | null, requireStable = false) => {
      const part =
        version < 8
          ? { groupId: group, topics: wanted as never }
          : { groups: [{ groupId: group, memberEpoch: -1, topics: wanted as never }] }
      return session.ask(
        label,
        OFFSET_FETCH,
        { ...part, ...(version >= 7 ? { requireStable } : {}) },
        { version }
      )
    }
    const unknown = { name: 'no-such-topic', topicId: UNKNOWN_ID }
    await ask('one', groupId, [topics(topic, 0)])
    await ask('two', groupId, [topics(topic, 0, 1, 9, -1)])
    await ask('twice', groupId, [topics(topic, 0, 0)])
    await ask('unknown topic', groupId, [topics(unknown, 0)])
    await ask('no topics', groupId, [])
    await ask('no partitions', groupId, [topics(topic)])
    await ask('unknown group', 'unknown-group', [topics(topic, 0)])
    await ask('empty group', '', [topics(topic, 0)])
    if (version >= 2) {
      await ask('all', groupId, null)
      await ask('all of an unknown group', 'unknown-group', null)
      await ask('all of no group', '', null)
    }
    if (version >= 7) await ask('stable', groupId, [topics(topic, 0)], true)
    if (version < 8) continue
    const group = { groupId, memberEpoch: -1, topics: [topics(topic, 0)] }
    await session.ask(
      'two groups',
      OFFSET_FETCH,
      { groups: [group, { ...group, groupId: 'unknown-group' }] as never },
      { version }
    )
    await session.ask('group twice', OFFSET_FETCH, { groups: [group, group] as never }, { version })
    await session.ask('no groups', OFFSET_FETCH, {}, { version })
    if (version < 9) continue
    await session.ask(
      'as a member',
      OFFSET_FETCH,
      { groups: [{ ...group, memberId: 'x', memberEpoch: 5 }] as never },
      { version }
    )
  }
}

async function members(session: Session): Promise<void> {
  await coordinatorReady(session)
  const topic = await session.topic('plain')
  const groupId = `${session.prefix}-g`
  const protocols = [{ name: 'range', metadata: metadata(topic.name) }]
  const member = await stable(session, groupId, { protocols })
  const me = { memberId: member.memberId, generationIdOrMemberEpoch: member.generationId }
  const partitions = [{ partitionIndex: 0, committedOffset: 5 }]
  for (const version of [2, 8, 9, 10]) {
    const ask = (label: string, part: Part<OffsetCommitRequest>) =>
      commit(session, label, groupId, topic, partitions, part, version)
    await ask('member', me)
    await ask('wrong generation', { ...me, generationIdOrMemberEpoch: 9 })
    await ask('wrong member', { ...me, memberId: 'other' })
    await ask('no member', {})
    await ask('no generation', { memberId: member.memberId })
    await ask('generation without member', { generationIdOrMemberEpoch: member.generationId })
    if (version >= 7) await ask('instance of nobody', { ...me, groupInstanceId: 'nobody' })
  }
  const deletion = (label: string, group: string, name: string, ...indexes: number[]) =>
    session.ask(label, OFFSET_DELETE, {
      groupId: group,
      topics: [{ name, partitions: indexes.map((partitionIndex) => ({ partitionIndex })) }]
    })
  await deletion('subscribed', groupId, topic.name, 0)
  await deletion('not subscribed', groupId, 'no-such-topic', 0)
  await deletion('unknown partition', groupId, topic.name, 9)
  await deletion('unknown group', 'unknown-group', topic.name, 0)
  await deletion('empty group', '', topic.name, 0)
  const other = await session.topic('other')
  await commit(session, 'other', groupId, other, partitions, me)
  await deletion('not subscribed, committed', groupId, other.name, 0, 1)
  await deletion('no partitions', groupId, other.name)
  await whileRebalancing(session, { groupId, topic, member, protocols })
}

function deleteOffset(session: Session, label: string, groupId: string, name: string) {
  const topics = [{ name, partitions: [{ partitionIndex: 0 }] }]
  return session.ask(label, OFFSET_DELETE, { groupId, topics })
}

interface Group {
  readonly groupId: string
  readonly topic: Topic
  readonly member: { readonly memberId: string; readonly generationId: number }
  readonly protocols: { name: string; metadata: Buffer }[]
}

async function whileRebalancing(session: Session, group: Group): Promise<void> {
  const { groupId, topic, member, protocols } = group
  const me = { memberId: member.memberId, generationIdOrMemberEpoch: member.generationId }
  const partitions = [{ partitionIndex: 0, committedOffset: 5 }]
  const joining = session.connect('second')
  const known = await join(session, 'second', groupId, { protocols }, { wire: joining })
  const waiting = join(
    session,
    'second with id',
    groupId,
    { protocols, memberId: known?.memberId ?? '' },
    { wire: joining, only: () => 'joined' }
  )
  await new Promise((resolve) => setTimeout(resolve, 150))
  await commit(session, 'while rebalancing', groupId, topic, partitions, me)
  await commit(session, 'while rebalancing, wrong generation', groupId, topic, partitions, {
    ...me,
    generationIdOrMemberEpoch: 9
  })
  const again = await join(
    session,
    'first again',
    groupId,
    { protocols, memberId: member.memberId },
    { only: () => 'joined' }
  )
  await waiting
  const generation = again?.generationId ?? -1
  await commit(session, 'while completing, new generation', groupId, topic, partitions, {
    ...me,
    generationIdOrMemberEpoch: generation
  })
  await commit(session, 'while completing, old generation', groupId, topic, partitions, me)
  await sync(session, 'leader', groupId, {
    memberId: member.memberId,
    generationId: generation,
    assignments: []
  })
  const leaving = [{ memberId: member.memberId }, { memberId: known?.memberId ?? '' }]
  await session.ask('both', LEAVE_GROUP, { groupId, members: leaving })
  await commit(session, 'empty group, as a member', groupId, topic, partitions, me)
  await commit(session, 'empty group, simple', groupId, topic, partitions, {})
  await deleteOffset(session, 'empty group, committed', groupId, topic.name)
  await fetchAll(session, 'after all', groupId)
  await session.ask('the group', DELETE_GROUPS, { groupsNames: [groupId] })
  await fetchAll(session, 'after the group', groupId)
}

export const offsetCases: readonly Case[] = [
  { name: 'offsets-simple', run: simple },
  { name: 'offsets-reading', run: reading },
  { name: 'offsets-members', run: members }
]
