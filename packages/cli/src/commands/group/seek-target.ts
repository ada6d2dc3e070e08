/** Where `naru group seek --to` leads: a place, a time, or a shift from where the group is. */
import type { Clock } from '@naru/base'
import type { Client } from '@naru/client'
import { InvalidArgumentError } from 'commander'
import type { Messages } from '../../i18n/messages.ts'
import { type Offset, type Time, offsetOrTime } from '../../values/place.ts'

export type SeekTarget = 'earliest' | 'latest' | Offset | Time | { readonly shift: number }

/** A parser for `--to`. */
export function seekTarget(messages: Messages, clock: Clock): (text: string) => SeekTarget {
  return (text) => {
    const word = text.toLowerCase()
    if (word === 'earliest' || word === 'latest') return word
    if (/^[+-]\d{1,15}$/.test(text)) return { shift: Number(text) }
    const found = offsetOrTime(text, clock)
    if (found !== undefined) return found
    throw new InvalidArgumentError(messages.text('value.seek-target'))
  }
}

export interface Move {
  readonly topic: string
  readonly partition: number
  /** Where the group is; null where it has committed nothing. */
  readonly from: number | null
  readonly to: number
  /** Records that are read again (negative) or skipped (positive); null where `from` is. */
  readonly change: number | null
}

export interface Ends {
  readonly earliest: number
  readonly latest: number
}

/** The moves in one topic. A target outside of what a partition holds becomes its nearest end, as with Kafka's tool. */
export async function planMoves(
  { admin }: Client,
  target: SeekTarget,
  where: {
    readonly topic: string
    readonly ends: ReadonlyMap<number, Ends>
    readonly committed: ReadonlyMap<number, number>
    readonly partitions: readonly number[]
  },
  signal: AbortSignal
): Promise<readonly Move[]> {
  const { topic, ends, committed, partitions } = where
  const byTime = new Map<number, number>()
  if (typeof target === 'object' && 'timestamp' in target) {
    for (const { partition, offset } of await admin.listOffsets({ topic, at: target }, { signal })) {
      if (offset !== undefined) byTime.set(partition, offset)
    }
  }
  return partitions.flatMap((partition) => {
    const bounds = ends.get(partition)
    if (bounds === undefined) return []
    const from = committed.get(partition) ?? null
    const wanted = wantedOffset(target, bounds, from, byTime.get(partition))
    const to = Math.min(Math.max(wanted, bounds.earliest), bounds.latest)
    return [{ topic, partition, from, to, change: from === null ? null : to - from }]
  })
}

function wantedOffset(
  target: SeekTarget,
  ends: Ends,
  from: number | null,
  byTime: number | undefined
): number {
  if (target === 'earliest') return ends.earliest
  if (target === 'latest') return ends.latest
  if ('offset' in target) return target.offset
  if ('shift' in target) return (from ?? ends.earliest) + target.shift
  // No record is as young as the time: the group has read everything before it.
  return byTime ?? ends.latest
}
