/** Consumer groups: who is in them, how far they are, and moving or deleting what they remember. */
import { decodeConsumerProtocolAssignment, type offsetFetchV9 } from '@platformatic/kafka'
import { type KafkaError, brokerError } from '../errors.ts'
import { safeNumber } from '../int64.ts'
import type { Cluster } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'

export interface GroupSummary {
  readonly group: string
  /** Kafka's words: Stable, Empty, PreparingRebalance, CompletingRebalance, Assigning, Reconciling, Dead, Unknown. */
  readonly state: string
  /** `classic`, `consumer` (KIP-848), `share`, ...; undefined from brokers before Kafka 3.8. */
  readonly type: string | undefined
  readonly protocolType: string
}

export interface GroupMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly assignments: ReadonlyArray<{ readonly topic: string; readonly partitions: readonly number[] }>
}

export interface GroupDescription {
  readonly group: string
  readonly error: KafkaError | undefined
  readonly state: string
  /** Of the assignor: range, roundrobin, cooperative-sticky, uniform, ...; empty without members. */
  readonly protocol: string
  readonly members: readonly GroupMember[]
}

export interface GroupPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface PositionToCommit extends GroupPosition {
  /** Comes back with the committed offset; Kafka takes 4,096 bytes by default. */
  readonly metadata?: string | undefined
}

export interface CommittedOffset extends GroupPosition {
  readonly metadata: string | null
}

export interface OffsetOutcome {
  readonly topic: string
  readonly partition: number
  readonly error: KafkaError | undefined
}

export interface GroupOutcome {
  readonly group: string
  readonly error: KafkaError | undefined
}

/** A commit that comes from no member; a group with members refuses it. */
const NO_GENERATION = -1
const NO_EPOCH = -1
/** From this version on OffsetFetch takes several groups and answers per group. */
const OFFSET_FETCH_BATCHED = 8
const GROUP_ID_NOT_FOUND = 69
const UNSUPPORTED_VERSION = 35

export class GroupAdmin {
  readonly #wire: Wire
  readonly #cluster: Cluster

  constructor(wire: Wire, cluster: Cluster) {
    this.#wire = wire
    this.#cluster = cluster
  }

  /** The groups of all brokers, sorted by name. */
  async listGroups(options: CallOptions = {}): Promise<readonly GroupSummary[]> {
    const { brokers } = await this.#cluster.info(options)
    const answers = await Promise.all(
      brokers.map(({ nodeId }) =>
        this.#wire.call({ kind: 'node', nodeId }, 'ListGroups', [[], []], {
          ...options,
          failure: ({ errorCode }) => retriableError(errorCode)
        })
      )
    )
    const groups = answers.flatMap(({ errorCode, groups: found }) => {
      const error = brokerError(errorCode)
      if (error !== undefined) throw error
      return found.map(({ groupId, groupState, groupType, protocolType }) => ({
        group: groupId,
        state: groupState === '' ? 'Unknown' : groupState,
        type: groupType === '' ? undefined : groupType,
        protocolType
      }))
    })
    return groups.sort((a, b) => (a.group < b.group ? -1 : 1))
  }

  /** One group with its members; `error` is GROUP_ID_NOT_FOUND when there is none. */
  async describeGroup(group: string, options: CallOptions = {}): Promise<GroupDescription> {
    if (await this.#wire.serves('ConsumerGroupDescribe')) {
      const found = await this.#describeNewGroup(group, options)
      if (found !== undefined) return found
    }
    const response = await this.#wire.call({ kind: 'group', group }, 'DescribeGroups', [[group], false], {
      ...options,
      failure: ({ groups }) => retriableError(groups[0]?.errorCode ?? 0)
    })
    const [found] = response.groups
    // Until DescribeGroups 6 a group that does not exist is one that is dead and has no members.
    const code = found === undefined || found.groupState === 'Dead' ? GROUP_ID_NOT_FOUND : found.errorCode
    return {
      group,
      error: brokerError(code, null, { group }),
      state: found?.groupState ?? 'Dead',
      protocol: found?.protocolData ?? '',
      members: (found?.members ?? []).map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId ?? null,
        clientId: member.clientId,
        clientHost: member.clientHost,
        assignments: classicAssignments(member.memberAssignment)
      }))
    }
  }

  /** Deletes groups without members; one with members has the error NON_EMPTY_GROUP. */
  async deleteGroups(groups: readonly string[], options: CallOptions = {}): Promise<readonly GroupOutcome[]> {
    const outcomes: GroupOutcome[] = []
    for (const group of groups) {
      const response = await this.#wire.call({ kind: 'group', group }, 'DeleteGroups', [[group]], {
        ...options,
        failure: ({ results }) => retriableError(results[0]?.errorCode ?? 0)
      })
      outcomes.push({ group, error: brokerError(response.results[0]?.errorCode ?? 0, null, { group }) })
    }
    return outcomes
  }

  /** What a group has committed, sorted by topic and partition; nothing for a group that does not exist. */
  async listGroupOffsets(group: string, options: CallOptions = {}): Promise<readonly CommittedOffset[]> {
    const batched = (await this.#wire.version('OffsetFetch')) >= OFFSET_FETCH_BATCHED
    const request = { groupId: group, memberId: null, memberEpoch: NO_EPOCH, topics: null }
    const response = await this.#wire.call({ kind: 'group', group }, 'OffsetFetch', [[request], true], {
      ...options,
      failure: (answer) => {
        const found = answer.groups?.[0] ?? answer
        // A transaction that is not decided yet hides the offset: it must not be taken for none.
        const hidden = found.topics?.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
        return retriableError(found.errorCode || (hidden?.find((code) => code !== 0) ?? 0))
      }
    })
    const answer = batched ? response.groups?.[0] : response
    const error = brokerError(answer?.errorCode ?? 0, null, { group })
    if (error !== undefined) throw error
    return (answer?.topics ?? []).flatMap(committedOffsets).sort(byPlace)
  }

  /** Commits offsets for a group without members; one with members has UNKNOWN_MEMBER_ID on each partition. */
  async commitGroupOffsets(
    group: string,
    offsets: readonly PositionToCommit[],
    options: CallOptions = {}
  ): Promise<readonly OffsetOutcome[]> {
    const topics = topicsToCommit(offsets)
    const response = await this.#wire.call(
      { kind: 'group', group },
      'OffsetCommit',
      [group, NO_GENERATION, '', null, topics],
      { ...options, failure: (answer) => coordinatorError(answer.topics[0]?.partitions[0]?.errorCode ?? 0) }
    )
    return response.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) => ({
        topic: name,
        partition: partitionIndex,
        error: brokerError(errorCode, null, { group, topic: name, partition: partitionIndex })
      }))
    )
  }

  /** Groups of the new protocol (KIP-848) answer here; undefined sends the caller to the classic request. */
  async #describeNewGroup(group: string, options: CallOptions): Promise<GroupDescription | undefined> {
    const target = { kind: 'group', group } as const
    const response = await this.#wire.call(target, 'ConsumerGroupDescribe', [[group], false], {
      ...options,
      failure: ({ groups }) => retriableError(groups[0]?.errorCode ?? 0)
    })
    const [found] = response.groups
    if (found === undefined || found.errorCode === GROUP_ID_NOT_FOUND) return undefined
    if (found.errorCode === UNSUPPORTED_VERSION) return undefined
    return {
      group,
      error: brokerError(found.errorCode, found.errorMessage, { group }),
      state: found.groupState,
      protocol: found.assignorName,
      members: found.members.map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.instanceId ?? null,
        clientId: member.clientId,
        clientHost: member.clientHost,
        assignments: member.assignment.topicPartitions.map(({ topicName, partitions }) => ({
          topic: topicName,
          partitions
        }))
      }))
    }
  }
}

/** Positions as OffsetCommit and TxnOffsetCommit take them. */
export function topicsToCommit(offsets: readonly PositionToCommit[]): Array<{
  name: string
  partitions: Array<{
    partitionIndex: number
    committedOffset: bigint
    committedLeaderEpoch: number
    committedMetadata: string
  }>
}> {
  return [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, offset, metadata }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: NO_EPOCH,
      committedMetadata: metadata ?? ''
    }))
  }))
}

function committedOffsets({ name, partitions }: offsetFetchV9.OffsetFetchResponseTopic): CommittedOffset[] {
  return partitions
    .filter(({ committedOffset }) => committedOffset >= 0n)
    .map(({ partitionIndex, committedOffset, metadata }) => ({
      topic: name,
      partition: partitionIndex,
      offset: safeNumber(committedOffset),
      metadata: metadata ?? null
    }))
}

function byPlace(a: GroupPosition, b: GroupPosition): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition
}

/** An error that another try may heal, or undefined. */
function retriableError(errorCode: number): KafkaError | undefined {
  const error = brokerError(errorCode)
  return error?.retriable === true ? error : undefined
}

/** Only what the coordinator says of itself; an unknown partition is Kafka's retriable too, but no retry makes it. */
function coordinatorError(errorCode: number): KafkaError | undefined {
  const error = retriableError(errorCode)
  return error !== undefined && /COORDINATOR/.test(error.code) ? error : undefined
}

function classicAssignments(bytes: Buffer): GroupMember['assignments'] {
  // During a rebalance, and for members that are not consumers, there is no assignment to read.
  if (bytes.length === 0) return []
  return decodeConsumerProtocolAssignment(bytes).assignedPartitions
}
