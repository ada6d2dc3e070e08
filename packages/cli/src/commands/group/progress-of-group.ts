/** How far a group is in each partition that it has committed or been given. */
import type { Client, GroupDescription, GroupMember } from '@naru/client'

export interface PartitionProgress {
  readonly topic: string
  readonly partition: number
  /** The next offset that the group reads; null where it has committed nothing. */
  readonly committed: number | null
  /** The ends of the partition; null when it is gone. */
  readonly earliest: number | null
  readonly latest: number | null
  /** Records that are waiting; null where one of both ends is not known. */
  readonly lag: number | null
  readonly memberId: string | null
}

type Place = Readonly<{ topic: string; partition: number }>

/** One row per partition, sorted by topic and partition. */
export async function progressOf(
  { admin }: Client,
  description: Pick<GroupDescription, 'group' | 'members'>,
  signal: AbortSignal
): Promise<readonly PartitionProgress[]> {
  const committed = await admin.listGroupOffsets(description.group, { signal })
  const offsets = new Map(committed.map((place) => [key(place), place.offset]))
  const owners = ownersOf(description.members)
  const places = new Map<string, Place>()
  for (const place of [...committed, ...owners.values()]) places.set(key(place), place)
  const rows: PartitionProgress[] = []
  for (const [topic, group] of Map.groupBy(places.values(), (place) => place.topic)) {
    const ends = await endsOf(admin, topic, signal)
    for (const place of group) {
      const at = offsets.get(key(place)) ?? null
      const { earliest = null, latest = null } = ends.get(place.partition) ?? {}
      const lag = at === null || latest === null ? null : Math.max(0, latest - at)
      const memberId = owners.get(key(place))?.memberId ?? null
      rows.push({ topic, partition: place.partition, committed: at, earliest, latest, lag, memberId })
    }
  }
  return rows.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

/** Earliest and latest offset of each partition; nothing for a topic that was deleted. */
export async function endsOf(
  admin: Client['admin'],
  topic: string,
  signal: AbortSignal
): Promise<ReadonlyMap<number, { readonly earliest: number; readonly latest: number }>> {
  const [lookup] = await admin.describeTopics([topic], { signal })
  if (lookup === undefined || 'error' in lookup) return new Map()
  const [starts, ends] = await Promise.all([
    admin.listOffsets({ topic, at: 'earliest' }, { signal }),
    admin.listOffsets({ topic, at: 'latest' }, { signal })
  ])
  return new Map(
    ends.map(({ partition, offset }, index) => [
      partition,
      { earliest: starts[index]?.offset ?? 0, latest: offset ?? 0 }
    ])
  )
}

function ownersOf(
  members: readonly GroupMember[]
): ReadonlyMap<string, Place & { readonly memberId: string }> {
  return new Map(
    members.flatMap(({ memberId, assignments }) =>
      assignments.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => [key({ topic, partition }), { topic, partition, memberId }] as const)
      )
    )
  )
}

function key({ topic, partition }: Place): string {
  return `${topic}:${partition}`
}
