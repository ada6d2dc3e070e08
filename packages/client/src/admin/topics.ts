/** Creating, growing, deleting and describing topics. Each topic of a call has its own outcome. */
import { type KafkaError, brokerError } from '../errors.ts'
import type { Apis } from '../wire/apis.ts'
import type { Cluster, TopicInfo, TopicLookup } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'

export interface NewTopic {
  readonly topic: string
  /** The broker's `num.partitions` when left out. */
  readonly partitions?: number | undefined
  /** The broker's `default.replication.factor` when left out. */
  readonly replicationFactor?: number | undefined
  readonly configs?: Readonly<Record<string, string>> | undefined
}

export interface ChangeOptions extends CallOptions {
  /** Checks everything and changes nothing. */
  readonly validateOnly?: boolean | undefined
}

/** What became of one topic; with `error`, nothing did. */
export interface TopicOutcome {
  readonly topic: string
  readonly error: KafkaError | undefined
}

export interface CreatedTopic extends TopicOutcome {
  /** What the broker chose; missing with `error`, and on brokers that do not tell. */
  readonly topicId: string | undefined
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
}

type ControllerApi = 'CreateTopics' | 'DeleteTopics' | 'CreatePartitions'

/** Stands for "as the broker is configured". */
const BROKER_DEFAULT = -1
const NOT_CONTROLLER = 41

export class TopicAdmin {
  readonly #wire: Wire
  readonly #cluster: Cluster
  #controllerId: number | undefined

  constructor(wire: Wire, cluster: Cluster) {
    this.#wire = wire
    this.#cluster = cluster
  }

  /** Creates topics; a topic that exists has the error TOPIC_ALREADY_EXISTS. */
  async createTopics(
    topics: readonly NewTopic[],
    options: ChangeOptions = {}
  ): Promise<readonly CreatedTopic[]> {
    const wanted = topics.map(({ topic, partitions, replicationFactor, configs }) => ({
      name: topic,
      numPartitions: partitions ?? BROKER_DEFAULT,
      replicationFactor: replicationFactor ?? BROKER_DEFAULT,
      assignments: [],
      configs: Object.entries(configs ?? {}).map(([name, value]) => ({ name, value }))
    }))
    const { topics: results } = await this.#toController(
      'CreateTopics',
      [wanted, this.#wire.options.requestTimeoutMs, options.validateOnly ?? false],
      options,
      (response) => response.topics
    )
    return results.map(({ name, topicId, numPartitions, replicationFactor, errorCode, errorMessage }) => {
      const error = brokerError(errorCode, errorMessage, { topic: name })
      const known = (value: number): number | undefined =>
        error !== undefined || value < 0 ? undefined : value
      return {
        topic: name,
        error,
        topicId: error === undefined ? topicId : undefined,
        partitions: known(numPartitions),
        replicationFactor: known(replicationFactor)
      }
    })
  }

  /** Deletes topics; a topic that is not there has the error UNKNOWN_TOPIC_OR_PARTITION. */
  async deleteTopics(topics: readonly string[], options: CallOptions = {}): Promise<readonly TopicOutcome[]> {
    const { responses } = await this.#toController(
      'DeleteTopics',
      [topics.map((name) => ({ name })), this.#wire.options.requestTimeoutMs],
      options,
      (response) => response.responses
    )
    for (const topic of topics) this.#cluster.forget(topic)
    return responses.map(({ name, errorCode, errorMessage }, index) => {
      const topic = name ?? topics[index] ?? ''
      return { topic, error: brokerError(errorCode, errorMessage, { topic }) }
    })
  }

  /** Raises the number of partitions to `partitions`; fewer than now is INVALID_PARTITIONS. */
  async setPartitions(topic: string, partitions: number, options: ChangeOptions = {}): Promise<TopicOutcome> {
    const { results } = await this.#toController(
      'CreatePartitions',
      [
        [{ name: topic, count: partitions, assignments: null }],
        this.#wire.options.requestTimeoutMs,
        options.validateOnly ?? false
      ],
      options,
      (response) => response.results
    )
    this.#cluster.forget(topic)
    const [result] = results
    return { topic, error: brokerError(result?.errorCode ?? 0, result?.errorMessage, { topic }) }
  }

  /** All topics, sorted by name; internal ones only when asked for. */
  async listTopics(
    options: CallOptions & { readonly internal?: boolean } = {}
  ): Promise<readonly TopicInfo[]> {
    const found = await this.#cluster.topics('all', options)
    return found
      .flatMap((topic) => ('info' in topic ? [topic.info] : []))
      .filter((topic) => options.internal === true || !topic.internal)
      .sort((a, b) => (a.topic < b.topic ? -1 : 1))
  }

  /** The named topics in the order of their mention, each found or with its error. */
  async describeTopics(
    topics: readonly string[],
    options: CallOptions = {}
  ): Promise<readonly TopicLookup[]> {
    const found = await this.#cluster.topics(topics, options)
    const byName = new Map(found.map((topic) => [topic.topic, topic]))
    return topics.flatMap((topic) => byName.get(topic) ?? [])
  }

  /** Older clusters take changes at one broker only and say so; the others forward them. */
  async #toController<N extends ControllerApi>(
    name: N,
    args: Apis[N]['args'],
    options: CallOptions,
    items: (response: Apis[N]['response']) => ReadonlyArray<{ readonly errorCode: number }>
  ): Promise<Apis[N]['response']> {
    return this.#wire.retrying(`${name} request`, options, async () => {
      const nodeId = this.#controllerId
      const target = nodeId === undefined ? ({ kind: 'any' } as const) : ({ kind: 'node', nodeId } as const)
      const response = await this.#wire.once(target, name, args)
      if (!items(response).some(({ errorCode }) => errorCode === NOT_CONTROLLER)) return response
      const { controllerId } = await this.#cluster.info(options)
      this.#controllerId = controllerId
      throw brokerError(NOT_CONTROLLER) as KafkaError
    })
  }
}
