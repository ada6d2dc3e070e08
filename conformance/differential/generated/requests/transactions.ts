// Producer ids and transactions of both versions.

import { LOOSE_GROUP, PRODUCERS, TRANSACTIONS, type Draw } from '../draw.ts'
import type { Side } from '../side.ts'
import type { Fields, RequestKind } from '../step.ts'

function initRequest(draw: Draw, version: number): Fields {
  const bound = draw.producer(TRANSACTIONS)
  const identity = draw.identity(bound.state)
  const isFree = draw.chance(0.3)
  const knowsItself = version >= 3 && draw.chance(0.3)
  const transactionTimeoutMs = draw.pick([60_000, 60_000, 60_000, 60_000, 0, -1, 2_000_000_000])
  const nobody = { producerId: -1, producerEpoch: -1 }
  if (isFree) return { transactionalId: null, transactionTimeoutMs: 0, ...nobody }
  const transactionalId = draw.chance(0.03) ? '' : draw.own(bound.role)
  return { transactionalId, transactionTimeoutMs, ...(knowsItself ? identity : nobody) }
}

function learnInit(side: Side, request: Fields, response: Fields): void {
  if (response['errorCode'] !== 0) return
  const role =
    request['transactionalId'] === null
      ? PRODUCERS[side.producer(PRODUCERS[0]).id < 0 ? 0 : 1]
      : roleOf(side, request['transactionalId'])
  if (role !== undefined)
    side.learnProducer(role, Number(response['producerId']), Number(response['producerEpoch']))
}

function roleOf(side: Side, transactionalId: unknown): string | undefined {
  return TRANSACTIONS.find((role) => `${side.prefix}${role}` === transactionalId)
}

function addPartitionsRequest(draw: Draw, version: number): Fields {
  const { role, state } = draw.producer(TRANSACTIONS)
  const identity = draw.identity(state)
  const topics = draw.topics().map((name) => ({ name, partitions: draw.partitions() }))
  const transactionalId = draw.transactionalId(role)
  const verifyOnly = draw.chance(0.7)
  if (version < 4) {
    return {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: identity.producerId,
      v3AndBelowProducerEpoch: identity.producerEpoch,
      v3AndBelowTopics: topics
    }
  }
  return { transactions: [{ transactionalId, ...identity, verifyOnly, topics }] }
}

function addOffsetsRequest(draw: Draw): Fields {
  const { role, state } = draw.producer(TRANSACTIONS)
  const identity = draw.identity(state)
  return { transactionalId: draw.transactionalId(role), ...identity, groupId: draw.own(LOOSE_GROUP) }
}

function endRequest(draw: Draw): Fields {
  const { role, state } = draw.producer(TRANSACTIONS)
  const identity = draw.identity(state)
  return { transactionalId: draw.transactionalId(role), ...identity, committed: draw.chance(0.6) }
}

function learnEnd(side: Side, request: Fields, response: Fields): void {
  const role = roleOf(side, request['transactionalId'])
  const producerId = Number(response['producerId'] ?? -1)
  if (role !== undefined && response['errorCode'] === 0 && producerId >= 0)
    side.learnProducer(role, producerId, Number(response['producerEpoch']))
}

function commitOffsetsRequest(draw: Draw, version: number): Fields {
  const { role, state } = draw.producer(TRANSACTIONS)
  const identity = draw.identity(state)
  const topics = draw.topics().map((name) => ({
    name,
    partitions: draw.partitions().map((partitionIndex) => ({
      partitionIndex,
      committedOffset: draw.pick([0, 1, 5, 1000]),
      committedLeaderEpoch: version >= 2 ? draw.pick([-1, 0]) : -1,
      committedMetadata: draw.pick(['', 'here', null])
    }))
  }))
  return { transactionalId: draw.transactionalId(role), groupId: draw.own(LOOSE_GROUP), ...identity, topics }
}

function describeRequest(draw: Draw): Fields {
  const ids = draw.few(() => draw.transactionalId(draw.pick(TRANSACTIONS)))
  return { transactionalIds: [...new Set(ids)] }
}

function listRequest(draw: Draw, version: number): Fields {
  const { state } = draw.producer(TRANSACTIONS)
  return {
    stateFilters: draw.pick([[], [], ['Ongoing'], ['CompleteCommit', 'Empty'], ['nonsense']]),
    producerIdFilters: draw.chance(0.2) ? [state.id] : [],
    ...(version >= 1 ? { durationFilter: draw.pick([-1, -1, 0, 1_000_000]) } : {}),
    ...(version >= 2
      ? { transactionalIdPattern: draw.pick([null, null, '', `${draw.side.prefix}.*0`, '[']) }
      : {})
  }
}

export const transactionRequests: readonly RequestKind[] = [
  { key: 22, weight: 5, settle: 'transactions', build: initRequest, learn: learnInit },
  { key: 24, weight: 5, build: addPartitionsRequest },
  { key: 25, weight: 3, build: addOffsetsRequest },
  { key: 26, weight: 4, settle: 'transactions', build: endRequest, learn: learnEnd },
  { key: 28, weight: 4, build: commitOffsetsRequest },
  { key: 65, weight: 3, build: describeRequest },
  { key: 66, weight: 2, build: listRequest }
]
