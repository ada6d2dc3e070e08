/** The questions whose answers Apache Kafka and this broker have to share; `golden/group-answers.json` has Kafka's. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { HEARTBEAT } from '@naru/protocol/messages/12-heartbeat'
import { DESCRIBE_GROUPS } from '@naru/protocol/messages/15-describe-groups'
import { LIST_GROUPS } from '@naru/protocol/messages/16-list-groups'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { DELETE_GROUPS } from '@naru/protocol/messages/42-delete-groups'
import { OFFSET_DELETE } from '@naru/protocol/messages/47-offset-delete'
import type { RawClient } from '../raw-client.ts'
import { AnswerBook, type Answer } from './answer-book.ts'
import { GroupClient } from './group-client.ts'
import { subscription } from './machine-driver.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ' as Uuid
const GROUPS = ['refused', 'life', 'votes', 'static', 'lost', 'changes', 'simple', 'reader', 'nobody']
/** Sessions cannot be shorter unless the broker is told so. */
const SESSION_MS = 6000
/** Longer than any answer takes that is not parked. */
const SETTLED_MS = 150

export interface StoryAddress {
  readonly host: string
  readonly port: number
  /** The shortest session that this broker takes. */
  readonly sessionMs?: number
}

class Story {
  readonly book: AnswerBook
  readonly admin: RawClient
  topicId: Uuid = ZERO_UUID

  readonly sessionMs: number

  private constructor(book: AnswerBook, admin: RawClient, sessionMs: number) {
    this.book = book
    this.sessionMs = sessionMs
    this.admin = admin
  }

  static async open(address: StoryAddress): Promise<Story> {
    const book = new AnswerBook(address)
    return new Story(book, await book.client(), address.sessionMs ?? SESSION_MS)
  }

  async begin(): Promise<void> {
    this.topicId = await this.createTopic('read')
    await this.createTopic('other')
    this.book.name(this.topicId, 'id of read')
    const request = { key: '', keyType: 0, coordinatorKeys: ['group'] }
    await this.#until(
      async () => (await this.admin.send(FIND_COORDINATOR, request)).coordinators[0]?.errorCode === 0
    )
    for (const groupId of GROUPS) await this.#until(() => this.#isLoaded(groupId))
  }

  /** Apache Kafka makes the topic of the groups, and loads its partitions, after it has answered. */
  async #isLoaded(groupId: string): Promise<boolean> {
    const beat = { groupId, generationId: -1, memberId: '', groupInstanceId: null }
    return (await this.admin.send(HEARTBEAT, beat)).errorCode === ErrorCode.UNKNOWN_MEMBER_ID
  }

  async #until(condition: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if (await condition()) return
      await sleep(100)
    }
  }

  async createTopic(name: string): Promise<Uuid> {
    const topic = { name, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
    const created = await this.admin.send(CREATE_TOPICS, {
      topics: [topic],
      timeoutMs: 5000,
      validateOnly: false
    })
    return created.topics[0]?.topicId ?? ZERO_UUID
  }

  async member(groupId: string, groupInstanceId: string | null = null): Promise<GroupClient> {
    const client = new GroupClient(await this.book.client(), this.book, groupId)
    client.groupInstanceId = groupInstanceId
    return client
  }

  async describe(groupId: string, version = 6): Promise<void> {
    const request = { groups: [groupId], includeAuthorizedOperations: version >= 3 }
    const response = await this.admin.send(DESCRIBE_GROUPS, request, version)
    this.book.note(`${groupId}: DescribeGroups v${version}`, response)
  }
}

async function findCoordinators({ book, admin }: Story): Promise<void> {
  for (const version of [0, 1, 3, 4, 6]) {
    const keys = version >= 4
    const request = { key: keys ? '' : 'group', keyType: 0, coordinatorKeys: keys ? ['group', ''] : [] }
    const response = await admin.send(FIND_COORDINATOR, request, version)
    book.note(`FindCoordinator v${version}`, response)
  }
}

async function refusedJoins(story: Story): Promise<void> {
  const member = await story.member('refused')
  await member.join('unknown member', { memberId: 'ghost' })
  await member.join('unknown member', { memberId: 'ghost' }, 5)
  member.memberId = ''
  await member.join('no group id', { groupId: '' })
  await member.join('short session', { sessionTimeoutMs: 10 })
  await member.join('no protocols', { protocols: [] })
  await member.join('no protocol type', { protocolType: '' })
  await member.sync('unknown group')
  await member.sync('no protocol', {}, { protocolType: null })
  await member.heartbeat('unknown group')
  await member.leave('unknown group', [{ memberId: 'ghost' }])
  await member.leave('unknown group', undefined, 2)
}

async function lifeOfAGroup(story: Story): Promise<void> {
  const leader = await story.member('life')
  await leader.enter('leader joins')
  await leader.heartbeat('before the assignment')
  await leader.commit('before the assignment', { 'read/0': 1 })
  await story.describe('life')
  await leader.join('repeated')
  await leader.sync('other generation', {}, { generationId: 7 })
  await leader.sync('other protocol', {}, { protocolName: 'sticky' })
  await leader.sync('leader', { [leader.memberId]: 'all' })
  await story.describe('life', 5)
  await leader.commit('stable', { 'read/0': 5, 'read/9': 1, 'missing/0': 1 }, { metadata: 'note' })
  await leader.commit('old generation', { 'read/0': 6 }, { generationIdOrMemberEpoch: 0 })
  await leader.commit('unknown member', { 'read/0': 6 }, { memberId: 'ghost' })
  await leader.commit('no member', { 'read/0': 6 }, { memberId: '', generationIdOrMemberEpoch: -1 })
  await leader.commit('too much metadata', { 'read/1': 6 }, { metadata: 'x'.repeat(4097) })
  await leader.commit('by id', { '/1': 7 }, { topicId: story.topicId }, 10)
  await leader.commit('unknown id', { '/1': 7 }, { topicId: UNKNOWN_ID }, 10)
  await leader.fetch('both', [{ name: 'read', partitions: [0, 1, 2] }])
  const follower = await story.member('life')
  await follower.join('follower joins, first')
  const joining = follower.join('follower joins')
  await sleep(SETTLED_MS)
  await leader.heartbeat('while preparing')
  await leader.commit('while preparing', { 'read/0': 8 })
  await leader.sync('while preparing')
  await leader.join('joins again')
  await joining
  await leader.sync('leader', { [leader.memberId]: 'half', [follower.memberId]: 'other half' })
  await follower.sync('follower')
  await follower.sync('again')
  await follower.join('repeated')
  await follower.leave('leaves')
  await leader.heartbeat('after somebody left')
  await leader.leave('leaves', undefined, 2)
  await leader.heartbeat('after it left')
  await story.describe('life')
}

async function votes(story: Story): Promise<void> {
  const member = await story.member('votes')
  await member.enter('joins', {
    protocolType: 'connect',
    protocols: [{ name: 'v1', metadata: Buffer.from('a') }]
  })
  const other = await story.member('votes')
  await other.join('other protocol', {
    protocolType: 'connect',
    protocols: [{ name: 'v2', metadata: Buffer.from('b') }]
  })
  await other.join('other type', { protocols: [{ name: 'v1', metadata: Buffer.from('b') }] })
  await member.sync('leader', { [member.memberId]: 'x' }, { protocolType: 'connect', protocolName: 'v1' })
  await member.commit('connect', { 'other/0': 1 })
  await story.describe('votes')
}

async function staticMembers(story: Story): Promise<void> {
  const first = await story.member('static', 'one')
  await first.join('joins')
  await first.sync('leader', { [first.memberId]: 'mine' })
  const second = await story.member('static', 'one')
  await second.join('comes back')
  await second.sync('comes back')
  await first.heartbeat('fenced')
  await first.join('fenced')
  await first.sync('fenced')
  await first.commit('fenced', { 'read/0': 1 })
  await first.leave('fenced', [{ memberId: first.memberId, groupInstanceId: 'one' }])
  await first.commit('wrong instance', { 'read/0': 1 }, { groupInstanceId: 'nobody' })
  const third = await story.member('static', 'one')
  await third.join('comes back as an older client', {}, 8)
  await third.heartbeat('new id')
  await story.describe('static')
  await third.leave('by an administrator', [{ groupInstanceId: 'one' }, { groupInstanceId: 'nobody' }])
  await story.describe('static')
}

async function lostMember(story: Story): Promise<void> {
  const lost = await story.member('lost')
  await lost.enter('joins', { sessionTimeoutMs: story.sessionMs })
  await lost.sync('leader', { [lost.memberId]: 'all' })
  await sleep(story.sessionMs + 500)
  await lost.heartbeat('too late')
  await lost.commit('too late', { 'read/0': 1 })
  await story.describe('lost')
}

async function changes(story: Story): Promise<void> {
  const leader = await story.member('changes')
  await leader.enter('leader')
  const follower = await story.member('changes')
  await follower.join('follower, first')
  const joining = follower.join('follower')
  await sleep(SETTLED_MS)
  await leader.join('leader again')
  await joining
  const waiting = follower.sync('waits for the leader')
  await sleep(SETTLED_MS)
  await leader.leave('leader leaves')
  await waiting
  await follower.join('alone')
  await follower.sync('alone', { [follower.memberId]: 'all' })
  await follower.join('with other topics', {
    protocols: [{ name: 'range', metadata: subscription('other') }]
  })
}

async function offsetsWithoutMembers(story: Story): Promise<void> {
  const simple = await story.member('simple')
  for (const version of [1, 2, 7, 8, 9, 10]) {
    const topic = version < 10 ? { name: 'read' } : { topicId: story.topicId }
    await simple.fetch('unknown group', [{ ...topic, partitions: [0] }], version)
    if (version >= 2) await simple.fetch('all of an unknown group', null, version)
  }
  await simple.commit(
    'unknown generation',
    { 'read/0': 1 },
    { memberId: 'm', generationIdOrMemberEpoch: 3 },
    8
  )
  await simple.commit('unknown generation', { 'read/0': 1 }, { memberId: 'm', generationIdOrMemberEpoch: 3 })
  await simple.commit('with a retention', { 'read/0': 1 }, { retentionTimeMs: 3_600_000 }, 3)
  await simple.commit('first', { 'read/0': 11, 'other/1': 12 }, { metadata: 'm' })
  await simple.fetch('all', null)
  await simple.fetch('all by id', null, 7)
  await simple.fetch('by unknown id', [{ topicId: UNKNOWN_ID, partitions: [0] }], 10)
  await story.describe('simple')
  await simple.commit('empty group id', { 'read/0': 2 }, { groupId: '' })
}

async function removals(story: Story): Promise<void> {
  const { admin, book } = story
  const reader = await story.member('reader')
  await reader.enter('joins')
  await reader.sync('leader', { [reader.memberId]: 'all' })
  await reader.commit('both', { 'read/0': 1, 'other/0': 2 })
  const remove = async (step: string, groupId: string): Promise<void> => {
    const partitions = [{ partitionIndex: 0 }, { partitionIndex: 9 }]
    const topics = ['read', 'other', 'missing'].map((name) => ({ name, partitions }))
    book.note(`${groupId}: ${step} (OffsetDelete v0)`, await admin.send(OFFSET_DELETE, { groupId, topics }))
  }
  await remove('while it reads', 'reader')
  await remove('while connected', 'votes')
  await remove('unknown group', 'nobody')
  await reader.fetch('what is left', null)
  const request = { groupsNames: ['simple', 'reader', 'nobody'] }
  book.note('DeleteGroups v2', await admin.send(DELETE_GROUPS, request))
  const simple = await story.member('simple')
  await simple.fetch('after it was deleted', null)
  await reader.commit('before its topic is deleted', { 'other/1': 3 })
  await admin.send(DELETE_TOPICS, {
    topics: [{ name: 'other', topicId: ZERO_UUID }],
    topicNames: [],
    timeoutMs: 5000
  })
  await sleep(500)
  await reader.fetch('after its topic was deleted', null)
}

async function lists({ book, admin }: Story): Promise<void> {
  const list = async (version: number, states: string[] = [], types: string[] = []): Promise<void> => {
    const request = { statesFilter: states, typesFilter: types }
    const response = await admin.send(LIST_GROUPS, request, version)
    const groups = response.groups.toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1))
    book.note(`ListGroups v${version} ${states.join()} ${types.join()}`, { ...response, groups })
  }
  for (const version of [0, 3, 4, 5]) await list(version)
  await list(4, ['stable', 'EMPTY'])
  await list(5, ['Stable'], ['classic'])
  await list(5, ['nonsense'])
  await list(5, [], ['consumer'])
  await list(5, [], ['nonsense'])
}

async function descriptions(story: Story): Promise<void> {
  await story.describe('nobody', 5)
  await story.describe('nobody', 6)
}

/** Asks a broker that nobody has used. */
export async function tellGroupStory(address: StoryAddress): Promise<Answer[]> {
  const story = await Story.open(address)
  await story.begin()
  const chapters = [
    findCoordinators,
    refusedJoins,
    lifeOfAGroup,
    votes,
    staticMembers,
    lostMember,
    changes,
    offsetsWithoutMembers,
    removals,
    lists,
    descriptions
  ]
  for (const chapter of chapters) await chapter(story)
  await story.book.close()
  // Answers to requests that were under way at once come in any order.
  return story.book.answers.toSorted((a, b) => (a.step < b.step ? -1 : Number(a.step > b.step)))
}
