// The capture's first half: versions, topics, records and their offsets.

import type { Uuid } from '@naru/base'
import { FETCH, defaultFetchRequest, defaultFetchPartition } from '../../src/messages/01-fetch.ts'
import { LIST_OFFSETS, defaultListOffsetsRequest } from '../../src/messages/02-list-offsets.ts'
import { METADATA, defaultMetadataRequest, defaultMetadataRequestTopic } from '../../src/messages/03-metadata.ts'
import { PRODUCE, defaultProduceRequest, defaultTopicProduceData } from '../../src/messages/00-produce.ts'
import { API_VERSIONS, defaultApiVersionsRequest } from '../../src/messages/18-api-versions.ts'
import { CREATE_TOPICS, defaultCreateTopicsRequest } from '../../src/messages/19-create-topics.ts'
import { DELETE_RECORDS } from '../../src/messages/21-delete-records.ts'
import { INIT_PRODUCER_ID, defaultInitProducerIdRequest } from '../../src/messages/22-init-producer-id.ts'
import { OFFSET_FOR_LEADER_EPOCH } from '../../src/messages/23-offset-for-leader-epoch.ts'
import { batchOf } from './capture-batch.ts'
import { settled, type CaptureConnection } from './capture-connection.ts'

/** Topics of the capture; `low` is created with the lowest version, `high` with the highest. */
export const low = 'golden-low'
export const high = 'golden-high'

const timeoutMs = 10_000
/** Fixed, so that only what the broker chooses differs between two captures. */
const timestamp = 1_750_000_000_000
const unknownTopicOrPartition = 3
const noProducer = { producerId: -1, producerEpoch: -1, baseSequence: -1 }

export async function captureVersions(connection: CaptureConnection): Promise<void> {
  await connection.send(API_VERSIONS, 0, defaultApiVersionsRequest())
  const named = { clientSoftwareName: 'naru-golden', clientSoftwareVersion: '1.0' }
  await connection.send(API_VERSIONS, 4, { ...defaultApiVersionsRequest(), ...named })
}

/** Creates both topics and returns the id of `high`. */
export async function captureCreateTopics(connection: CaptureConnection): Promise<Uuid> {
  const one = { numPartitions: 2, replicationFactor: 1, assignments: [] }
  const configs = [
    { name: 'retention.ms', value: '86400000000' },
    { name: 'cleanup.policy', value: 'delete' }
  ]
  const empty = { ...defaultCreateTopicsRequest(), timeoutMs }
  await connection.send(CREATE_TOPICS, 2, { ...empty, topics: [{ ...one, name: low, configs: [] }] })
  const created = await connection.send(CREATE_TOPICS, 7, { ...empty, topics: [{ ...one, name: high, configs }] })
  const topicId = created.topics[0]?.topicId
  if (topicId === undefined) throw new Error('CreateTopics named no topic')
  return topicId
}

export async function captureMetadata(connection: CaptureConnection, topicId: Uuid): Promise<void> {
  const byName = { ...defaultMetadataRequestTopic(), name: high }
  await settled(async () => {
    const answer = await connection.send(METADATA, 0, { ...defaultMetadataRequest(), topics: [byName] }, false)
    return answer.topics[0]?.errorCode ?? unknownTopicOrPartition
  })
  await connection.send(METADATA, 0, { ...defaultMetadataRequest(), topics: [byName] })
  const byId = { topicId, name: null }
  await connection.send(METADATA, 13, {
    ...defaultMetadataRequest(),
    topics: [byId],
    allowAutoTopicCreation: false,
    includeTopicAuthorizedOperations: true
  })
}

export async function captureProduce(connection: CaptureConnection, topicId: Uuid): Promise<void> {
  const init = { ...defaultInitProducerIdRequest(), transactionalId: null, transactionTimeoutMs: 60_000, producerId: -1, producerEpoch: -1 }
  await settled(async () => (await connection.send(INIT_PRODUCER_ID, 0, init, false)).errorCode)
  await connection.send(INIT_PRODUCER_ID, 0, init)
  const { producerId, producerEpoch } = await connection.send(INIT_PRODUCER_ID, 5, init)
  const request = { ...defaultProduceRequest(), acks: -1, timeoutMs }
  const partition = (text: string, producer: typeof noProducer) => [
    { index: 0, records: batchOf(text, timestamp, producer) }
  ]
  await connection.send(PRODUCE, 3, {
    ...request,
    topicData: [{ ...defaultTopicProduceData(), name: high, partitionData: partition('first', noProducer) }]
  })
  const idempotent = { producerId, producerEpoch, baseSequence: 0 }
  await connection.send(PRODUCE, 13, {
    ...request,
    topicData: [{ ...defaultTopicProduceData(), topicId, partitionData: partition('second', idempotent) }]
  })
}

export async function captureFetch(connection: CaptureConnection, topicId: Uuid): Promise<void> {
  const request = { ...defaultFetchRequest(), maxWaitMs: 500, minBytes: 1, maxBytes: 1_000_000 }
  const partitions = [0, 1].map((partition) => ({
    ...defaultFetchPartition(),
    partition,
    partitionMaxBytes: 100_000
  }))
  await connection.send(FETCH, 4, {
    ...request,
    isolationLevel: 1,
    topics: [{ topic: high, topicId: zeroId, partitions }]
  })
  const session = { sessionId: 0, sessionEpoch: 0 }
  await connection.send(FETCH, 18, { ...request, ...session, topics: [{ topic: '', topicId, partitions }] })
}

const zeroId: Uuid = defaultMetadataRequestTopic().topicId

export async function captureOffsets(connection: CaptureConnection): Promise<void> {
  const at = (time: number) => [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: time }]
  const request = { ...defaultListOffsetsRequest(), replicaId: -1 }
  await connection.send(LIST_OFFSETS, 1, { ...request, topics: [{ name: high, partitions: at(timestamp) }] })
  const latest = [{ name: high, partitions: at(-1) }]
  await connection.send(LIST_OFFSETS, 11, { ...request, isolationLevel: 1, timeoutMs, topics: latest })
  const epochs = [{ topic: high, partitions: [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 }] }]
  // Below version 3 only replicas ask, and the replica id has no place in the request.
  await connection.send(OFFSET_FOR_LEADER_EPOCH, 2, { replicaId: -2, topics: epochs })
  await connection.send(OFFSET_FOR_LEADER_EPOCH, 4, { replicaId: -1, topics: epochs })
}

/** Comes after the fetches: it moves the log start. */
export async function captureDeleteRecords(connection: CaptureConnection): Promise<void> {
  const topics = (offset: number) => [{ name: high, partitions: [{ partitionIndex: 0, offset }] }]
  await connection.send(DELETE_RECORDS, 0, { topics: topics(1), timeoutMs })
  await connection.send(DELETE_RECORDS, 2, { topics: topics(-1), timeoutMs })
}
