/** Records on their way to retry and dead letter topics, complete with what those who look at them want to know. */
import { HeaderName } from '../event/headers.ts'
import type { Work } from '../executor/work.ts'
import type { Outgoing } from '../publish/publisher.ts'
import {
  RetryHeader,
  errorHeaders,
  isOurs,
  originHeaders,
  originOf,
  originalHeaders,
  countOf
} from './retry-headers.ts'
import { deadLetterTopic, retryTopic } from './topics.ts'

type Headers = ReadonlyArray<readonly [string, string]>

export interface MoveSettings {
  readonly group: string
  /** The topic that the records are about. */
  readonly topic: string
}

/** Keeps the partition, so that the order per key is that of the topic. */
export function toRetry(
  work: Work,
  { group, topic, mover }: MoveSettings & { readonly mover: string }
): Outgoing {
  return moved(work, { group, topic: retryTopic(topic, group), why: [[RetryHeader.mover, mover]] })
}

export function toDeadLetter(work: Work, error: Error, { group, topic }: MoveSettings): Outgoing {
  return moved(work, { group, topic: deadLetterTopic(topic, group), why: errorHeaders(error) })
}

/**
 * The letter without what did not fit into its topic: the value, a long key, and what its publisher wrote beside it, but for
 * what names the event. The record itself is where the origin says, as long as its topic keeps it.
 */
export function cutLetter(letter: Outgoing, work: Work): Outgoing {
  const bytes = work.record.value?.length ?? 0
  const kept = letter.headers.filter(([name, value]) => isOurs(name) || isShortName(name, value))
  const key = (letter.key?.length ?? 0) > CUT_PART_BYTES_MAX ? null : letter.key
  return { ...letter, key, value: null, headers: [...kept, [RetryHeader.valueCut, String(bytes)]] }
}

function isShortName(name: string, value: Uint8Array | string | null): boolean {
  const isName = name === HeaderName.id || name === HeaderName.type || name === HeaderName.eventVersion
  return isName && (value?.length ?? 0) <= CUT_PART_BYTES_MAX
}

const CUT_PART_BYTES_MAX = 256

interface Move {
  readonly group: string
  /** The topic that the record goes to. */
  readonly topic: string
  /** What only this kind of move tells. */
  readonly why: Headers
}

function moved(work: Work, { group, topic, why }: Move): Outgoing {
  const { record, attempts } = work
  const origin = originOf(record)
  return {
    topic,
    partition: origin.partition,
    key: record.key,
    value: record.value,
    headers: [
      ...originalHeaders(record.headers),
      ...originHeaders(origin),
      ...redrivesOf(work),
      [RetryHeader.group, group],
      [RetryHeader.attempts, String(attempts)],
      ...why
    ]
  }
}

function redrivesOf({ record }: Work): Headers {
  const redrives = countOf(record.headers, RetryHeader.redrives)
  return redrives === 0 ? [] : [[RetryHeader.redrives, String(redrives)]]
}
