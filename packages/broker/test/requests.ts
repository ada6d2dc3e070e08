/** Requests as the tests of this package send them, with everything filled in that they do not care about. */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { buildBatch, type BatchOptions } from '@naru/protocol'
import { PRODUCE, type ProduceRequest, type ProduceResponse } from '@naru/protocol/messages/00-produce'
import { FETCH, type FetchRequest, type FetchResponse } from '@naru/protocol/messages/01-fetch'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import type { RawClient } from './raw-client.ts'

/** The last version of Produce and of Fetch that names topics. */
export const BY_NAME = 12

export async function createTopic(
  client: RawClient,
  name: string,
  numPartitions = 1,
  configs: Readonly<Record<string, string>> = {}
): Promise<{ readonly errorCode: number; readonly topicId: Uuid }> {
  const topic = {
    name,
    numPartitions,
    replicationFactor: 1,
    assignments: [],
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value }))
  }
  const request = { topics: [topic], timeoutMs: 1000, validateOnly: false }
  const [created] = (await client.send(CREATE_TOPICS, request)).topics
  if (created === undefined) throw new Error('the broker answered for no topic')
  return created
}

type PartitionProduced = ProduceResponse['responses'][number]['partitionResponses'][number]

/** One batch with one record per value. */
export function batchOf(values: readonly string[], options: Omit<BatchOptions, 'records'> = {}): Buffer {
  const records = values.map((value) => ({ key: null, value: Buffer.from(value), timestamp: 1_000 }))
  return buildBatch({ ...options, records })
}

export function produceRequest(
  topic: string,
  records: Uint8Array,
  { partition = 0, acks = -1 }: { readonly partition?: number; readonly acks?: number } = {}
): ProduceRequest {
  const partitionData = [{ index: partition, records }]
  return {
    transactionalId: null,
    acks,
    timeoutMs: 1000,
    topicData: [{ name: topic, topicId: ZERO_UUID, partitionData }]
  }
}

export async function produce(
  client: RawClient,
  topic: string,
  records: Uint8Array,
  options: { readonly partition?: number } = {}
): Promise<PartitionProduced> {
  const response = await client.send(PRODUCE, produceRequest(topic, records, options), BY_NAME)
  const [produced] = response.responses[0]?.partitionResponses ?? []
  if (produced === undefined) throw new Error('the broker answered for no partition')
  return produced
}

/** A partition to fetch: an offset, or more. */
export interface Wanted {
  readonly topic: string
  readonly partition?: number
  readonly offset: number
  readonly maxBytes?: number
  readonly currentLeaderEpoch?: number
}

export interface FetchShape {
  readonly wanted?: readonly Wanted[]
  readonly forgotten?: readonly { readonly topic: string; readonly partition: number }[]
  readonly minBytes?: number
  readonly maxWaitMs?: number
  readonly maxBytes?: number
  readonly sessionId?: number
  readonly sessionEpoch?: number
}

/** By name; without a session unless one is given. */
export function fetchRequest(shape: FetchShape): FetchRequest {
  return {
    clusterId: null,
    replicaId: -1,
    replicaState: { replicaId: -1, replicaEpoch: -1 },
    maxWaitMs: shape.maxWaitMs ?? 0,
    minBytes: shape.minBytes ?? 1,
    maxBytes: shape.maxBytes ?? 50_000_000,
    isolationLevel: 0,
    sessionId: shape.sessionId ?? 0,
    sessionEpoch: shape.sessionEpoch ?? -1,
    topics: (shape.wanted ?? []).map((wanted) => ({
      topic: wanted.topic,
      topicId: ZERO_UUID,
      partitions: [
        {
          partition: wanted.partition ?? 0,
          currentLeaderEpoch: wanted.currentLeaderEpoch ?? -1,
          fetchOffset: wanted.offset,
          lastFetchedEpoch: -1,
          logStartOffset: -1,
          partitionMaxBytes: wanted.maxBytes ?? 1_000_000,
          replicaDirectoryId: ZERO_UUID,
          highWatermark: -1
        }
      ]
    })),
    forgottenTopicsData: (shape.forgotten ?? []).map(({ topic, partition }) => ({
      topic,
      topicId: ZERO_UUID,
      partitions: [partition]
    })),
    rackId: ''
  }
}

export function fetch(client: RawClient, shape: FetchShape, version = BY_NAME): Promise<FetchResponse> {
  return client.send(FETCH, fetchRequest(shape), version)
}

type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]

export function partitionsOf(response: FetchResponse): FetchedPartition[] {
  return response.responses.flatMap(({ partitions }) => [...partitions])
}

export function bytesOf({ records }: FetchedPartition): Buffer {
  if (records === null) return Buffer.alloc(0)
  return records instanceof Uint8Array ? Buffer.from(records) : Buffer.concat([...records])
}
