/** What the client knows of the cluster: brokers, topics, leaders; asked again when it is old or proved wrong. */
import type { metadataV12 } from '@platformatic/kafka'
import { KafkaError, brokerError } from '../errors.ts'
import type { CallOptions, Wire } from './wire.ts'

export interface PartitionInfo {
  readonly partition: number
  /** Node id, or -1 when there is no leader now. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly inSyncReplicas: readonly number[]
  readonly offlineReplicas: readonly number[]
}

export interface TopicInfo {
  readonly topic: string
  readonly topicId: string
  readonly internal: boolean
  readonly partitions: readonly PartitionInfo[]
}

export interface BrokerInfo {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export interface ClusterInfo {
  readonly clusterId: string | null
  readonly controllerId: number
  readonly brokers: readonly BrokerInfo[]
}

/** A topic, or the reason why there is none. */
export type TopicLookup =
  | { readonly topic: string; readonly info: TopicInfo }
  | { readonly topic: string; readonly error: KafkaError }

interface Known {
  readonly info: TopicInfo
  readonly atMs: number
}

export class Cluster {
  readonly #wire: Wire
  readonly #ageMsMax: number
  readonly #known = new Map<string, Known>()
  #info: ClusterInfo = { clusterId: null, controllerId: -1, brokers: [] }

  constructor(wire: Wire, ageMsMax: number) {
    this.#wire = wire
    this.#ageMsMax = ageMsMax
  }

  /** A topic that must exist, from memory when that is young enough. */
  async topic(
    topic: string,
    options: CallOptions & { readonly autoCreate?: boolean } = {}
  ): Promise<TopicInfo> {
    const known = this.#known.get(topic)
    if (known !== undefined && this.#wire.options.clock.monotonicMs() - known.atMs < this.#ageMsMax) {
      return known.info
    }
    return this.#wire.retrying(`looking up topic ${topic}`, options, async () => {
      const [found] = await this.#ask([topic], options.autoCreate ?? false)
      if (found === undefined)
        throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `no topic ${topic}`, { topic })
      if ('info' in found) return found.info
      // Kafka calls a missing topic retriable, since it may be on its way to this broker; only creation waits for it.
      const waiting = options.autoCreate === true && found.error.retriable
      if (waiting || found.error.code === 'LEADER_NOT_AVAILABLE') throw found.error
      throw new KafkaError(found.error.code, found.error.message, { topic })
    })
  }

  /** The named topics, or all of them; fresh, with an error in place of each that is not there. */
  topics(names: readonly string[] | 'all', options: CallOptions = {}): Promise<readonly TopicLookup[]> {
    return this.#wire.retrying('listing topics', options, () =>
      this.#ask(names === 'all' ? null : [...names], false)
    )
  }

  /** Brokers and the cluster's id, fresh. */
  async info(options: CallOptions = {}): Promise<ClusterInfo> {
    await this.#wire.retrying('describing the cluster', options, () => this.#ask([], false))
    return this.#info
  }

  /** Drops what is known of a topic, after an answer showed that it is wrong. */
  forget(topic: string): void {
    this.#known.delete(topic)
  }

  async #ask(names: string[] | null, autoCreate: boolean): Promise<readonly TopicLookup[]> {
    const response = await this.#wire.once({ kind: 'any' }, 'Metadata', [names, autoCreate, false])
    this.#wire.learnBrokers(response.brokers)
    this.#info = {
      clusterId: response.clusterId ?? null,
      controllerId: response.controllerId,
      brokers: response.brokers.map(({ nodeId, host, port, rack }) => ({
        nodeId,
        host,
        port,
        rack: rack ?? null
      }))
    }
    return response.topics.map((found) => {
      const topic = found.name ?? ''
      const error = brokerError(found.errorCode, null, { topic })
      if (error !== undefined) return { topic, error }
      const info = topicInfo(found)
      this.#known.set(topic, { info, atMs: this.#wire.options.clock.monotonicMs() })
      return { topic, info }
    })
  }
}

function topicInfo(found: metadataV12.MetadataResponseTopic): TopicInfo {
  const partitions = found.partitions.map((partition) => ({
    partition: partition.partitionIndex,
    leader: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    replicas: partition.replicaNodes,
    inSyncReplicas: partition.isrNodes,
    offlineReplicas: partition.offlineReplicas
  }))
  return {
    topic: found.name ?? '',
    topicId: found.topicId,
    internal: found.isInternal,
    partitions: partitions.sort((a, b) => a.partition - b.partition)
  }
}
