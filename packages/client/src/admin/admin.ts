/** The administrative side of a client: topics, configs, groups, offsets and the cluster itself. */
import type { Cluster, ClusterInfo, TopicInfo, TopicLookup } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'
import { ConfigAdmin, type ConfigChange, type ConfigEntry, type ConfigResource } from './configs.ts'
import {
  type CommittedOffset,
  GroupAdmin,
  type GroupDescription,
  type GroupOutcome,
  type PositionToCommit,
  type GroupSummary,
  type OffsetOutcome
} from './groups.ts'
import { type OffsetQuery, type PartitionOffset, listOffsets } from './offsets.ts'
import {
  type ChangeOptions,
  type CreatedTopic,
  type NewTopic,
  TopicAdmin,
  type TopicOutcome
} from './topics.ts'

/**
 * Made by `createClient().admin`. Calls that name several things resolve to one outcome per thing, with `error`
 * where the broker refused; calls about one thing throw a `KafkaError`.
 */
export class Admin {
  readonly #wire: Wire
  readonly #cluster: Cluster
  readonly #topics: TopicAdmin
  readonly #configs: ConfigAdmin
  readonly #groups: GroupAdmin

  constructor(wire: Wire, cluster: Cluster) {
    this.#wire = wire
    this.#cluster = cluster
    this.#topics = new TopicAdmin(wire, cluster)
    this.#configs = new ConfigAdmin(wire)
    this.#groups = new GroupAdmin(wire, cluster)
  }

  /** Creates one topic, or throws (TOPIC_ALREADY_EXISTS, INVALID_PARTITIONS, INVALID_CONFIG, ...). */
  async createTopic(
    topic: string,
    settings: Omit<NewTopic, 'topic'> = {},
    options: ChangeOptions = {}
  ): Promise<void> {
    const [outcome] = await this.createTopics([{ topic, ...settings }], options)
    if (outcome?.error !== undefined) throw outcome.error
  }

  /** Creates topics; each has its own outcome. */
  createTopics(topics: readonly NewTopic[], options?: ChangeOptions): Promise<readonly CreatedTopic[]> {
    return this.#topics.createTopics(topics, options)
  }

  /** Deletes topics; each has its own outcome. */
  deleteTopics(topics: readonly string[], options?: CallOptions): Promise<readonly TopicOutcome[]> {
    return this.#topics.deleteTopics(topics, options)
  }

  /** Raises the number of partitions of a topic, or throws. */
  async setPartitions(topic: string, partitions: number, options?: ChangeOptions): Promise<void> {
    const { error } = await this.#topics.setPartitions(topic, partitions, options)
    if (error !== undefined) throw error
  }

  /** All topics, sorted by name; internal ones only when asked for. */
  listTopics(options?: CallOptions & { readonly internal?: boolean }): Promise<readonly TopicInfo[]> {
    return this.#topics.listTopics(options)
  }

  /** The named topics with their partitions; each is found or has its error. */
  describeTopics(topics: readonly string[], options?: CallOptions): Promise<readonly TopicLookup[]> {
    return this.#topics.describeTopics(topics, options)
  }

  /** One topic with its partitions, or throws UNKNOWN_TOPIC_OR_PARTITION. */
  async describeTopic(topic: string, options?: CallOptions): Promise<TopicInfo> {
    const [found] = await this.describeTopics([topic], options)
    if (found !== undefined && 'error' in found) throw found.error
    return found?.info ?? this.#cluster.topic(topic, options)
  }

  /** The configs of a topic or broker with defaults and sources, or throws. */
  describeConfigs(resource: ConfigResource, options?: CallOptions): Promise<readonly ConfigEntry[]> {
    return this.#configs.describeConfigs(resource, options)
  }

  /** Sets and unsets configs, leaving the others alone, or throws INVALID_CONFIG and the like. */
  alterConfigs(resource: ConfigResource, change: ConfigChange, options?: ChangeOptions): Promise<void> {
    return this.#configs.alterConfigs(resource, change, options)
  }

  /** Offsets of a topic's partitions by place or time. */
  listOffsets(
    query: { readonly topic: string; readonly at: OffsetQuery; readonly partitions?: readonly number[] },
    options?: CallOptions
  ): Promise<readonly PartitionOffset[]> {
    return listOffsets(this.#wire, this.#cluster, query, options)
  }

  /** The groups of all brokers. */
  listGroups(options?: CallOptions): Promise<readonly GroupSummary[]> {
    return this.#groups.listGroups(options)
  }

  /** One group with members and assignments, or throws GROUP_ID_NOT_FOUND. */
  async describeGroup(group: string, options?: CallOptions): Promise<GroupDescription> {
    const description = await this.#groups.describeGroup(group, options)
    if (description.error !== undefined) throw description.error
    return description
  }

  /** Deletes groups; each has its own outcome. */
  deleteGroups(groups: readonly string[], options?: CallOptions): Promise<readonly GroupOutcome[]> {
    return this.#groups.deleteGroups(groups, options)
  }

  /** What a group has committed; empty for a group that does not exist. */
  listGroupOffsets(group: string, options?: CallOptions): Promise<readonly CommittedOffset[]> {
    return this.#groups.listGroupOffsets(group, options)
  }

  /** Moves a group that has no members; each partition has its own outcome. */
  commitGroupOffsets(
    group: string,
    offsets: readonly PositionToCommit[],
    options?: CallOptions
  ): Promise<readonly OffsetOutcome[]> {
    return this.#groups.commitGroupOffsets(group, offsets, options)
  }

  /** The cluster's id and brokers. */
  describeCluster(options?: CallOptions): Promise<ClusterInfo> {
    return this.#cluster.info(options)
  }
}
