// The classic group protocol and committed offsets. A group has one member that we speak for, so that no request has to
// wait for somebody else to join.

import { GROUPS, LOOSE_GROUP, type Draw } from '../draw.ts'
import type { Side } from '../side.ts'
import type { Fields, RequestKind } from '../step.ts'

const TOPIC_IDS_FROM = 10
const PROTOCOL = { name: 'range', metadata: Buffer.from('00010000000100016100000000', 'hex') }

type Member = { readonly groupId: string; readonly memberId: string; readonly generationId: number }

/** The member of the group, now and then somebody who is not. */
function member(draw: Draw, groups: readonly string[] = GROUPS): Member {
  const groupId = draw.own(draw.pick(groups))
  const { memberId, generation } = draw.side.member(groupId, 0)
  const odd = draw.below(20)
  if (odd === 0) return { groupId, memberId: 'nobody', generationId: generation }
  if (odd === 1) return { groupId, memberId, generationId: generation + 5 }
  if (odd === 2) return { groupId, memberId, generationId: -1 }
  if (odd === 3) return { groupId: draw.own('group-of-nobody'), memberId, generationId: generation }
  if (odd === 4) return { groupId: '', memberId, generationId: generation }
  return { groupId, memberId, generationId: generation }
}

function joinRequest(draw: Draw): Fields {
  const groupId = draw.own(draw.pick(GROUPS))
  const { memberId } = draw.side.member(groupId, 0)
  const odd = draw.below(16)
  const good = {
    groupId,
    sessionTimeoutMs: 60_000,
    rebalanceTimeoutMs: 60_000,
    memberId,
    protocolType: 'consumer',
    protocols: [PROTOCOL],
    reason: 'test'
  }
  if (odd === 0) return { ...good, sessionTimeoutMs: draw.pick([5, 0, -1, 2_000_000]) }
  if (odd === 1) return { ...good, memberId: 'nobody' }
  if (odd === 2) return { ...good, protocolType: '' }
  if (odd === 3) return { ...good, protocols: [] }
  if (odd === 4) return { ...good, groupId: '' }
  if (odd === 5 && memberId !== '') return { ...good, protocolType: 'other' }
  return good
}

function learnJoined(side: Side, request: Fields, response: Fields): void {
  const memberId = String(response['memberId'])
  const isMine = response['errorCode'] === 0 || response['errorCode'] === 79
  if (isMine && memberId !== 'nobody')
    side.learnMember(String(request['groupId']), 0, memberId, Number(response['generationId']))
}

function syncRequest(draw: Draw, version: number): Fields {
  const who = member(draw)
  const assignments = [{ memberId: who.memberId, assignment: Buffer.from('mine') }]
  const protocolName = draw.pick(['range', 'range', 'range', 'other', null])
  return { ...who, ...(version >= 5 ? { protocolType: 'consumer', protocolName } : {}), assignments }
}

function heartbeatRequest(draw: Draw): Fields {
  return { ...member(draw) }
}

function leaveRequest(draw: Draw, version: number): Fields {
  const { groupId, memberId } = member(draw)
  const two = draw.chance(0.2)
  if (version < 3) return { groupId, memberId }
  const members = [{ memberId, groupInstanceId: null }]
  return { groupId, members: two ? [...members, { memberId: 'nobody', groupInstanceId: null }] : members }
}

/** Who has left joins as a new member. */
function learnLeft(side: Side, request: Fields, response: Fields): void {
  const groupId = String(request['groupId'])
  const { memberId } = side.member(groupId, 0)
  const single = response['errorCode'] === 0 && request['memberId'] === memberId
  const listed = (response['members'] as { memberId: string; errorCode: number }[] | undefined)?.some(
    (one) => one.memberId === memberId && one.errorCode === 0
  )
  if (single || listed === true) side.learnMember(groupId, 0, '', -1)
}

function offsets(draw: Draw, version: number, isLoose: boolean): Fields[] {
  return draw.topics().map((name) => {
    const topicId = draw.topicId(name)
    const partitions = draw.partitions().map((partitionIndex) => ({
      partitionIndex,
      committedOffset: draw.pick([0, 1, 5, 1000, -1]),
      committedLeaderEpoch: version >= 6 ? draw.pick([-1, 0, 3]) : -1,
      // A commit of which nothing is taken makes a group all the same, in Kafka's memory only.
      committedMetadata: draw.pick(['', '', 'here', null, isLoose ? '' : 'm'.repeat(5000)])
    }))
    return { ...(version < TOPIC_IDS_FROM ? { name } : { topicId }), partitions }
  })
}

function commitRequest(draw: Draw, version: number): Fields {
  const isLoose = draw.chance(0.5)
  const { groupId, memberId, generationId } = member(draw)
  const topics = offsets(draw, version, isLoose || generationId < 0)
  const retentionTimeMs = -1
  const loose = { groupId: draw.own(LOOSE_GROUP), memberId: '', generationIdOrMemberEpoch: -1 }
  // The group without a name belongs to all programs.
  const named = groupId === '' ? draw.own('group-of-nobody') : groupId
  const bound = { groupId: named, memberId, generationIdOrMemberEpoch: generationId }
  return { ...(isLoose ? loose : bound), ...(version < 5 ? { retentionTimeMs } : {}), topics }
}

function offsetFetchRequest(draw: Draw, version: number): Fields {
  const groupId = draw.group()
  const isAll = draw.chance(0.2)
  const topics = draw.topics().map((name) => {
    const topicId = draw.topicId(name)
    const partitionIndexes = draw.partitions()
    return version < TOPIC_IDS_FROM ? { name, partitionIndexes } : { topicId, partitionIndexes }
  })
  const requireStable = version >= 7 && draw.chance(0.3)
  const asked = isAll && version >= 2 ? null : topics
  if (version < 8) return { groupId, topics: asked, requireStable }
  return { groups: [{ groupId, topics: asked }], requireStable }
}

function coordinatorRequest(draw: Draw, version: number): Fields {
  const keyType = version === 0 ? 0 : draw.pick([0, 0, 1, 1, 5, -1])
  const keys = draw.few(() => draw.pick([draw.own('group-0'), draw.own('tx-0')]))
  return version < 4 ? { key: keys[0] ?? 'x', keyType } : { keyType, coordinatorKeys: [...new Set(keys)] }
}

function describeRequest(draw: Draw, version: number): Fields {
  const groups = [...new Set(draw.few(() => draw.group()))]
  return { groups, includeAuthorizedOperations: version >= 3 && draw.chance(0.2) }
}

function listRequest(draw: Draw, version: number): Fields {
  const states = draw.pick([[], [], ['Stable'], ['stable', 'Empty'], ['Dead'], ['nonsense']])
  const types = draw.pick([[], [], ['classic'], ['consumer'], ['Classic']])
  return {
    ...(version >= 4 ? { statesFilter: states } : {}),
    ...(version >= 5 ? { typesFilter: types } : {})
  }
}

function deleteRequest(draw: Draw): Fields {
  return { groupsNames: [...new Set(draw.few(() => draw.group()))] }
}

function offsetDeleteRequest(draw: Draw): Fields {
  const topics = draw.topics().map((name) => ({
    name,
    partitions: draw.partitions().map((partitionIndex) => ({ partitionIndex }))
  }))
  return { groupId: draw.group(), topics }
}

export const groupRequests: readonly RequestKind[] = [
  { key: 11, weight: 6, minVersion: 2, build: joinRequest, learn: learnJoined },
  { key: 14, weight: 5, build: syncRequest },
  { key: 12, weight: 4, mutable: true, build: heartbeatRequest },
  { key: 13, weight: 2, build: leaveRequest, learn: learnLeft },
  { key: 8, weight: 8, build: commitRequest },
  { key: 9, weight: 8, build: offsetFetchRequest },
  { key: 10, weight: 4, mutable: true, build: coordinatorRequest },
  { key: 15, weight: 4, mutable: true, build: describeRequest },
  { key: 16, weight: 2, mutable: true, build: listRequest },
  { key: 42, weight: 1, build: deleteRequest },
  { key: 47, weight: 3, mutable: true, build: offsetDeleteRequest }
]
