/** What all simulated clients share: the network, the topics that they know of, and the history that they write. */
import type { Uuid } from '@naru/base'
import type { BrokerHost } from './broker-host.ts'
import type { FaultCounts, Log, Scheduler, TopicRules, VirtualNetwork } from '@naru/simulator'
import type { Chronicle } from './chronicle.ts'
import type { Swarm } from './swarm.ts'

export interface SimTopic {
  readonly name: string
  readonly id: Uuid
  readonly partitionCount: number
  /** Never deleted, so that it may be addressed by its name. */
  readonly permanent: boolean
  readonly rules: TopicRules
  deletionAsked: boolean
}

export interface Fence {
  readonly id: string
  readonly by: string
  readonly invokedMs: number
  readonly completedMs: number
}

export interface World {
  readonly scheduler: Scheduler
  readonly network: VirtualNetwork
  readonly counts: FaultCounts
  readonly swarm: Swarm
  readonly host: BrokerHost
  readonly history: Chronicle
  readonly topics: SimTopic[]
  /** When transactional ids were taken over, and by whom. */
  readonly fences: Fence[]
  /** Offsets that producers commit in transactions, each once. */
  nextOffset: number
  /** Clients end when they have nothing under way. */
  stopping: boolean
}

export function livingTopics(world: World): SimTopic[] {
  return world.topics.filter(({ deletionAsked }) => !deletionAsked)
}

export function logOf(topic: SimTopic, partition: number): Log {
  return { topic: topic.name, topicId: topic.id, partition }
}
