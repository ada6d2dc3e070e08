/** Looks up offsets by place (earliest, latest) or by time, at the leaders of the partitions. */
import { brokerError } from '../errors.ts'
import { safeNumber } from '../int64.ts'
import type { Cluster, TopicInfo } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'

/** A place in a partition that does not need to be known as a number. */
export type OffsetQuery = 'earliest' | 'latest' | { readonly timestamp: number }

export interface PartitionOffset {
  readonly topic: string
  readonly partition: number
  /** Undefined when no record is as young as the timestamp asked for. */
  readonly offset: number | undefined
  /** Of the record found by time, in milliseconds since 1970. */
  readonly timestamp: number | undefined
}

interface TopicQuery {
  readonly topic: string
  readonly at: OffsetQuery
  readonly partitions?: readonly number[] | undefined
}

const LATEST = -1n
const EARLIEST = -2n
/** A consumer, not another broker. */
const NO_REPLICA = -1
const READ_UNCOMMITTED = 0

/** One query for each of the topic's partitions (or those named), sorted by partition; throws when one has no leader. */
export async function listOffsets(
  wire: Wire,
  cluster: Cluster,
  query: TopicQuery,
  options: CallOptions = {}
): Promise<readonly PartitionOffset[]> {
  return wire.retrying(`listing offsets of ${query.topic}`, options, async () => {
    const info = await cluster.topic(query.topic, options)
    try {
      const leaders = [...partitionsByLeader(info, query.partitions)]
      const answers = await Promise.all(
        leaders.map(([nodeId, partitions]) => askLeader(wire, nodeId, partitions, query))
      )
      return answers.flat().sort((a, b) => a.partition - b.partition)
    } catch (error) {
      cluster.forget(query.topic)
      throw error
    }
  })
}

interface Asked {
  readonly partitionIndex: number
  readonly currentLeaderEpoch: number
}

function partitionsByLeader(
  info: TopicInfo,
  wanted: readonly number[] | undefined
): ReadonlyMap<number, readonly Asked[]> {
  const leaders = new Map<number, Asked[]>()
  for (const { partition, leader, leaderEpoch } of info.partitions) {
    if (wanted !== undefined && !wanted.includes(partition)) continue
    const asked = leaders.get(leader) ?? []
    asked.push({ partitionIndex: partition, currentLeaderEpoch: leaderEpoch })
    leaders.set(leader, asked)
  }
  return leaders
}

async function askLeader(
  wire: Wire,
  nodeId: number,
  partitions: readonly Asked[],
  query: TopicQuery
): Promise<readonly PartitionOffset[]> {
  const timestamp = wireTimestamp(query.at)
  const response = await wire.once({ kind: 'node', nodeId }, 'ListOffsets', [
    NO_REPLICA,
    READ_UNCOMMITTED,
    [{ name: query.topic, partitions: partitions.map((partition) => ({ ...partition, timestamp })) }]
  ])
  return response.topics.flatMap(({ name, partitions: found }) =>
    found.map(({ partitionIndex, errorCode, offset, timestamp: atMs }) => {
      const error = brokerError(errorCode, null, { topic: name, partition: partitionIndex })
      if (error !== undefined) throw error
      return {
        topic: name,
        partition: partitionIndex,
        offset: offset < 0n ? undefined : safeNumber(offset),
        timestamp: atMs < 0n ? undefined : safeNumber(atMs)
      }
    })
  )
}

function wireTimestamp(at: OffsetQuery): bigint {
  if (at === 'latest') return LATEST
  if (at === 'earliest') return EARLIEST
  return BigInt(at.timestamp)
}
