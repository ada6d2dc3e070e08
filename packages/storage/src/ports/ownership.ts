/**
 * The port of ownership: which broker leads a partition or runs a coordinator, and in which epoch. On one
 * machine everything is ours in epoch 0; a cluster answers from its leases. No code assumes "me".
 */
import type { Uuid } from '@naru/base'

export interface BrokerEndpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export interface Owner {
  readonly nodeId: number
  readonly epoch: number
}

export type CoordinatorKind = 'group' | 'transaction' | 'share'

export interface Ownership {
  /** This broker's id. */
  readonly nodeId: number
  /** Ids of all living brokers, this one among them. */
  readonly nodeIds: readonly number[]
  /** Undefined while nobody owns it. */
  partitionOwner(topicId: Uuid, partition: number): Owner | undefined
  /** `slot` is the partition of the coordinator's internal topic. */
  coordinatorOwner(kind: CoordinatorKind, slot: number): Owner | undefined
}
