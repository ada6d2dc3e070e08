/** Where reading starts and stops, resolved from places and times to offsets. */
import { type PartitionOffset, listOffsets } from '../admin/offsets.ts'
import type { Cluster } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'

/** The beginning, the end, an offset in every partition, or the first record at or after a time. */
export type StartPlace = 'earliest' | 'latest' | { readonly offset: number } | { readonly timestamp: number }

/** The end as it is when reading starts, before an offset, or before the first record at or after a time. */
export type EndPlace = 'end' | { readonly offset: number } | { readonly timestamp: number }

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, number>

export interface TopicPartitions {
  readonly topic: string
  readonly partitions: readonly number[]
}

export class Places {
  readonly #wire: Wire
  readonly #cluster: Cluster

  constructor(wire: Wire, cluster: Cluster) {
    this.#wire = wire
    this.#cluster = cluster
  }

  /** Start offsets; with a time after the last record, reading starts at the end. */
  async starts(where: TopicPartitions, place: StartPlace, options: CallOptions): Promise<Offsets> {
    if (typeof place === 'object' && 'offset' in place) return constant(where, place.offset)
    if (typeof place === 'string') return known(await this.#list(where, place, options))
    return this.#byTime(where, place.timestamp, options)
  }

  /** End offsets; undefined while an end in the future cannot be known yet. */
  async ends(where: TopicPartitions, place: EndPlace, options: CallOptions): Promise<Offsets | undefined> {
    if (place === 'end') return known(await this.#list(where, 'latest', options))
    if ('offset' in place) return constant(where, place.offset)
    if (place.timestamp > this.#wire.options.clock.wallMs()) return undefined
    return this.#byTime(where, place.timestamp, options)
  }

  /** The first offset at or after a time, or the end where there is none. */
  async #byTime(where: TopicPartitions, timestamp: number, options: CallOptions): Promise<Offsets> {
    // The end is asked for first: records that arrive in between are younger than both.
    const ends = known(await this.#list(where, 'latest', options))
    const found = known(await this.#list(where, { timestamp }, options))
    return new Map([...ends, ...found])
  }

  #list(
    where: TopicPartitions,
    at: Parameters<typeof listOffsets>[2]['at'],
    options: CallOptions
  ): Promise<readonly PartitionOffset[]> {
    return listOffsets(this.#wire, this.#cluster, { ...where, at }, options)
  }
}

function constant(where: TopicPartitions, offset: number): Offsets {
  return new Map(where.partitions.map((partition) => [partition, offset]))
}

function known(offsets: readonly PartitionOffset[]): Offsets {
  return new Map(
    offsets.flatMap(({ partition, offset }) => (offset === undefined ? [] : [[partition, offset] as const]))
  )
}
