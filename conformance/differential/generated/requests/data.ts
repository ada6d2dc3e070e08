// Produce, Fetch, ListOffsets, DeleteRecords, OffsetForLeaderEpoch: what happens to records.

import { ZERO_UUID } from '@naru/base'
import { FIRST_TIME, PRODUCERS, TRANSACTIONS, type Draw } from '../draw.ts'
import { UNKNOWN_ID, type Side } from '../side.ts'
import type { Fields, RequestKind } from '../step.ts'
import { drawBatch, NOBODY, type Identity } from './batches.ts'

const LARGE = 1_000_000
const TOPIC_IDS_FROM = 13

type Sender = { readonly role: string; readonly identity: Omit<Identity, 'baseSequence'> } | undefined

/** Who sends: nobody in particular, an idempotent producer, or one in a transaction. */
function sender(draw: Draw): Sender {
  const free = draw.producer(PRODUCERS)
  const bound = draw.producer(TRANSACTIONS)
  const freeIdentity = draw.identity(free.state)
  const boundIdentity = draw.identity(bound.state)
  const kind = draw.below(10)
  if (kind < 4) return undefined
  if (kind < 7) return { role: free.role, identity: { ...freeIdentity, transactional: false } }
  return { role: bound.role, identity: { ...boundIdentity, transactional: true } }
}

function drawnRecords(draw: Draw, who: Sender, place: string, isAlone: boolean): Buffer {
  const odd = draw.below(12)
  const oddSequence = draw.below(8)
  if (who === undefined || who.identity.producerId < 0) return drawBatch(draw, NOBODY, isAlone)
  const next = draw.side.producer(who.role).sequences.get(place) ?? 0
  const baseSequence = odd === 0 ? oddSequence : next
  return drawBatch(draw, { ...who.identity, baseSequence }, isAlone)
}

function produceRequest(draw: Draw, version: number): Fields {
  const who = sender(draw)
  const drawn = draw.pick([-1, -1, -1, -1, -1, 1, 1, 1, 2, 0])
  // Without an answer nobody knows which sequence comes next.
  const acks = drawn === 0 && who !== undefined ? 1 : drawn
  const names = draw.topics()
  const bare = draw.chance(0.03)
  const topicData = names.map((name) => {
    const partitions = draw.partitions()
    // Kafka refuses a whole request for a batch that it cannot step over: that one travels alone.
    const isAlone = names.length === 1 && partitions.length === 1
    const partitionData = partitions.map((index) => ({
      index,
      records: drawnRecords(draw, who, `${name}-${index}`, isAlone)
    }))
    const topicId = draw.topicId(name)
    return { ...(version < TOPIC_IDS_FROM ? { name } : { topicId }), partitionData }
  })
  const isBound = who?.identity.transactional === true && !bare && who.identity.producerId >= 0
  return {
    transactionalId: isBound ? draw.own(who.role) : null,
    acks,
    timeoutMs: 5000,
    topicData
  }
}

interface Batch {
  readonly producerId: bigint
  readonly sequence: number
  readonly count: number
}

function readHeader(records: Buffer): Batch | undefined {
  if (records.length < 61) return undefined
  return {
    producerId: records.readBigInt64BE(43),
    sequence: records.readInt32BE(53),
    count: records.readInt32BE(57)
  }
}

function learnProduced(side: Side, request: Fields, response: Fields): void {
  const sent = request['topicData'] as { name?: string; topicId?: string; partitionData: Fields[] }[]
  const answers = response['responses'] as {
    name: string
    topicId: string
    partitionResponses: { index: number; errorCode: number }[]
  }[]
  for (const topic of sent) {
    const answer = answers.find(({ name, topicId }) =>
      topic.name === undefined || topic.name === '' ? topicId === topic.topicId : name === topic.name
    )
    const name = topic.name || [...side.topicIds].find(([, id]) => id === topic.topicId)?.[0]
    for (const { index, records } of topic.partitionData) {
      const result = answer?.partitionResponses.find((one) => one.index === index)
      const header = records instanceof Buffer ? readHeader(records) : undefined
      if (result?.errorCode !== 0 || header === undefined) continue
      const role = [...PRODUCERS, ...TRANSACTIONS].find(
        (one) => BigInt(side.producer(one).id) === header.producerId
      )
      if (role !== undefined && header.producerId >= 0n)
        side.producer(role).sequences.set(`${name}-${String(index)}`, header.sequence + header.count)
    }
  }
}

function fetchTopics(draw: Draw, version: number): Fields[] {
  return draw.topics().map((topic) => {
    const partitions = draw.partitions().map((partition) => ({
      partition,
      fetchOffset: draw.offset(),
      currentLeaderEpoch: draw.pick([-1, -1, -1, -1, 0, 0, 1]),
      partitionMaxBytes: draw.pick([LARGE, LARGE, LARGE, 0, 1, 300])
    }))
    const topicId = draw.topicId(topic)
    return { ...(version < TOPIC_IDS_FROM ? { topic } : { topicId }), partitions }
  })
}

function fetchRequest(draw: Draw, version: number): Fields {
  const { fetchSession } = draw.side
  const topics = fetchTopics(draw, version)
  const firstTopics = topics.map((topic) =>
    topic['topicId'] === ZERO_UUID ? { ...topic, topicId: UNKNOWN_ID } : topic
  )
  const kind = draw.below(10)
  const oddEpoch = draw.chance(0.1)
  const hasTopics = draw.chance(0.5)
  const common = {
    maxWaitMs: draw.pick([0, 0, 5]),
    minBytes: draw.pick([0, 1, 1]),
    maxBytes: draw.pick([LARGE, LARGE, LARGE, 0, 1, 500]),
    isolationLevel: draw.pick([0, 1]),
    topics
  }
  if (version < 7 || kind < 6) return { ...common, sessionId: 0, sessionEpoch: -1 }
  // A session that begins with nothing, or with the id of nothing, is begun by one of the brokers only.
  if (kind < 8 || fetchSession.id === 0)
    return { ...common, sessionId: 0, sessionEpoch: 0, topics: firstTopics }
  const sessionEpoch = oddEpoch ? fetchSession.epoch + 3 : fetchSession.epoch
  return { ...common, sessionId: fetchSession.id, sessionEpoch, topics: hasTopics ? firstTopics : [] }
}

function learnFetched(side: Side, request: Fields, response: Fields): void {
  const sessionId = Number(response['sessionId'])
  if (request['sessionEpoch'] === 0 && sessionId > 0) side.fetchSession = { id: sessionId, epoch: 1 }
  else if (Number(request['sessionEpoch']) > 0 && response['errorCode'] === 0) side.fetchSession.epoch++
}

function listOffsetsRequest(draw: Draw): Fields {
  const topics = draw.topics().map((name) => ({
    name,
    partitions: draw.partitions().map((partitionIndex) => ({
      partitionIndex,
      currentLeaderEpoch: draw.pick([-1, -1, -1, 0, 0, 1]),
      timestamp: draw.pick([
        -1,
        -1,
        -2,
        -2,
        -3,
        -4,
        -5,
        -6,
        -7,
        0,
        FIRST_TIME + draw.below(1000) * 1000,
        9e15
      ])
    }))
  }))
  return { replicaId: -1, isolationLevel: draw.pick([0, 1]), topics, timeoutMs: 5000 }
}

function deleteRecordsRequest(draw: Draw): Fields {
  const topics = draw.topics().map((name) => ({
    name,
    partitions: draw.partitions().map((partitionIndex) => ({
      partitionIndex,
      offset: draw.pick([0, 0, 1, 1, 2, 3, 50_000, -1, -2])
    }))
  }))
  return { topics, timeoutMs: 5000 }
}

function leaderEpochRequest(draw: Draw): Fields {
  const topics = draw.topics().map((topic) => ({
    topic,
    partitions: draw.partitions().map((partition) => ({
      partition,
      currentLeaderEpoch: draw.pick([-1, 0, 0, 1]),
      leaderEpoch: draw.pick([-1, 0, 0, 0, 1, 7])
    }))
  }))
  return { replicaId: draw.pick([-1, -1, -2]), topics }
}

function describeProducersRequest(draw: Draw): Fields {
  return { topics: draw.topics().map((name) => ({ name, partitionIndexes: draw.partitions() })) }
}

export const dataRequests: readonly RequestKind[] = [
  { key: 0, weight: 26, build: produceRequest, learn: learnProduced },
  { key: 1, weight: 18, build: fetchRequest, learn: learnFetched },
  { key: 2, weight: 8, mutable: true, build: listOffsetsRequest },
  { key: 21, weight: 2, build: deleteRecordsRequest },
  { key: 23, weight: 4, mutable: true, build: leaderEpochRequest },
  { key: 61, weight: 3, mutable: true, build: describeProducersRequest }
]
