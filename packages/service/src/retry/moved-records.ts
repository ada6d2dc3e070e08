/** Records on their way to retry and dead letter topics, complete with what those who look at them want to know. */
import type { Work } from '../executor/work.ts'
import type { Outgoing } from '../publish/publisher.ts'
import {
  RetryHeader,
  errorHeaders,
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
  readonly instanceId: string
}

/** Keeps the partition, so that the order per key is that of the topic. */
export function toRetry(work: Work, { group, topic, instanceId }: MoveSettings): Outgoing {
  return moved(work, { group, topic: retryTopic(topic, group), why: [[RetryHeader.mover, instanceId]] })
}

export function toDeadLetter(work: Work, error: Error, { group, topic }: MoveSettings): Outgoing {
  return moved(work, { group, topic: deadLetterTopic(topic, group), why: errorHeaders(error) })
}

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
