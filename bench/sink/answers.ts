// The answers of the sink, by API key. It offers the few APIs that the load client needs, in versions that name topics
// by their names, and remembers nothing but offsets.
import type { ApiMessage } from '@naru/protocol'
import { ApiKey } from '@naru/protocol'
import {
  FETCH,
  type FetchRequest,
  type FetchResponse,
  defaultPartitionData
} from '@naru/protocol/messages/01-fetch'
import {
  LIST_OFFSETS,
  type ListOffsetsRequest,
  type ListOffsetsResponse
} from '@naru/protocol/messages/02-list-offsets'
import {
  METADATA,
  type MetadataRequest,
  type MetadataResponse,
  defaultMetadataResponse,
  defaultMetadataResponsePartition,
  defaultMetadataResponseTopic
} from '@naru/protocol/messages/03-metadata'
import {
  API_VERSIONS,
  type ApiVersionsResponse,
  defaultApiVersionsResponse
} from '@naru/protocol/messages/18-api-versions'
import {
  CREATE_TOPICS,
  type CreateTopicsRequest,
  type CreateTopicsResponse,
  defaultCreatableTopicResult
} from '@naru/protocol/messages/19-create-topics'
import {
  INIT_PRODUCER_ID,
  type InitProducerIdResponse,
  defaultInitProducerIdResponse
} from '@naru/protocol/messages/22-init-producer-id'
import {
  PRODUCE,
  type ProduceRequest,
  type ProduceResponse,
  defaultPartitionProduceResponse
} from '@naru/protocol/messages/00-produce'
import { ZERO_UUID } from '@naru/base'
import { SinkTopic } from './topics.ts'

const latestTimestamp = -1
const partitionsDefault = 4
const host = '127.0.0.1'

export interface Api {
  readonly message: ApiMessage
  readonly minVersion: number
  readonly maxVersion: number
  readonly answer: (request: unknown) => unknown
}

/** Keeps the types of request and response together where an API is written, and drops them in the table. */
function api<Request, Response>(
  message: ApiMessage<Request, Response>,
  versions: readonly [min: number, max: number],
  answer: (request: Request) => Response
): Api {
  return {
    message,
    minVersion: versions[0],
    maxVersion: versions[1],
    answer: (request) => answer(request as Request)
  }
}

export class SinkState {
  readonly #topics = new Map<string, SinkTopic>()
  readonly #port: number
  #producers = 0
  readonly apis: ReadonlyMap<number, Api>

  constructor(port: number) {
    this.#port = port
    this.apis = new Map([
      [ApiKey.Produce, api(PRODUCE, [3, 12], (request) => this.#produce(request))],
      [ApiKey.Fetch, api(FETCH, [4, 12], (request) => this.#fetch(request))],
      [ApiKey.ListOffsets, api(LIST_OFFSETS, [1, 7], (request) => this.#listOffsets(request))],
      [ApiKey.Metadata, api(METADATA, [0, 9], (request) => this.#metadata(request))],
      [ApiKey.ApiVersions, api(API_VERSIONS, [0, 4], () => this.#apiVersions())],
      [ApiKey.CreateTopics, api(CREATE_TOPICS, [2, 6], (request) => this.#createTopics(request))],
      [ApiKey.InitProducerId, api(INIT_PRODUCER_ID, [0, 4], () => this.#initProducerId())]
    ])
  }

  #topic(name: string, partitions = partitionsDefault): SinkTopic {
    let topic = this.#topics.get(name)
    if (topic === undefined) {
      topic = new SinkTopic(name, partitions)
      this.#topics.set(name, topic)
    }
    return topic
  }

  #produce(request: ProduceRequest): ProduceResponse {
    const responses = request.topicData.map(({ name, topicId, partitionData }) => {
      const topic = this.#topic(name)
      const partitionResponses = partitionData.map(({ index, records }) => {
        const baseOffset = records === null ? -1 : topic.append(index, records)
        return { ...defaultPartitionProduceResponse(), index, baseOffset, logStartOffset: 0 }
      })
      return { name, topicId, partitionResponses }
    })
    return { responses, throttleTimeMs: 0, nodeEndpoints: [] }
  }

  #fetch(request: FetchRequest): FetchResponse {
    const responses = request.topics.map(({ topic: name, topicId, partitions }) => {
      const topic = this.#topic(name)
      const answers = partitions.map(({ partition, fetchOffset, partitionMaxBytes }) => {
        const highWatermark = topic.ends[partition] ?? 0
        return {
          ...defaultPartitionData(),
          partitionIndex: partition,
          highWatermark,
          lastStableOffset: highWatermark,
          logStartOffset: 0,
          records: topic.read(partition, fetchOffset, partitionMaxBytes)
        }
      })
      return { topic: name, topicId, partitions: answers }
    })
    return { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses, nodeEndpoints: [] }
  }

  #listOffsets(request: ListOffsetsRequest): ListOffsetsResponse {
    const topics = request.topics.map(({ name, partitions }) => {
      const { ends } = this.#topic(name)
      const answers = partitions.map(({ partitionIndex, timestamp }) => {
        const offset = timestamp === latestTimestamp ? (ends[partitionIndex] ?? 0) : 0
        return { partitionIndex, errorCode: 0, timestamp: -1, offset, leaderEpoch: 0 }
      })
      return { name, partitions: answers }
    })
    return { throttleTimeMs: 0, topics }
  }

  #metadata(request: MetadataRequest): MetadataResponse {
    const names = request.topics?.flatMap(({ name }) => name ?? []) ?? [...this.#topics.keys()]
    const topics = names.map((name) => ({
      ...defaultMetadataResponseTopic(),
      name,
      partitions: this.#topic(name).ends.map((_, partitionIndex) => ({
        ...defaultMetadataResponsePartition(),
        partitionIndex,
        leaderEpoch: 0,
        replicaNodes: [0],
        isrNodes: [0]
      }))
    }))
    const brokers = [{ nodeId: 0, host, port: this.#port, rack: null }]
    return { ...defaultMetadataResponse(), brokers, controllerId: 0, topics }
  }

  /** What is served, as ApiVersions says it. */
  get apiKeys(): ApiVersionsResponse['apiKeys'] {
    return [...this.apis].map(([apiKey, { minVersion, maxVersion }]) => ({ apiKey, minVersion, maxVersion }))
  }

  #apiVersions(): ApiVersionsResponse {
    return { ...defaultApiVersionsResponse(), apiKeys: this.apiKeys }
  }

  #createTopics(request: CreateTopicsRequest): CreateTopicsResponse {
    const topics = request.topics.map(({ name, numPartitions }) => {
      this.#topic(name, numPartitions > 0 ? numPartitions : partitionsDefault)
      return { ...defaultCreatableTopicResult(), name, topicId: ZERO_UUID, numPartitions }
    })
    return { throttleTimeMs: 0, topics }
  }

  #initProducerId(): InitProducerIdResponse {
    return { ...defaultInitProducerIdResponse(), producerId: ++this.#producers, producerEpoch: 0 }
  }
}
