/** What lies in dead letter topics, and what of it has been put back already. */
import { type CallOptions, type Client, type Header, bytesCodec } from '@naru/client'
import { HeaderName, headerText } from '../event/headers.ts'
import { decodeFinished, type OffsetRange } from '../lanes/finished-offsets.ts'
import { COUNTED_LETTERS_MAX } from '../limits.ts'
import { type Origin, RetryHeader, countOf, originOf } from '../retry/retry-headers.ts'
import { type DeadLetterName, parseDeadLetterTopic } from '../retry/topics.ts'

export interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** When it was put there. */
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
  readonly origin: Origin
  readonly group: string
  readonly attempts: number
  readonly redrives: number
  /** Bytes of the value, when it did not fit into the dead letter topic. */
  readonly valueCut: number | undefined
  readonly eventType: string | undefined
  readonly eventId: string | undefined
  readonly errorCode: string | undefined
  readonly errorMessage: string | undefined
  readonly errorField: string | undefined
  readonly errorStack: string | undefined
}

export interface DeadLetterTopic extends DeadLetterName {
  readonly deadLetterTopic: string
  /** Letters that were not put back. */
  readonly waiting: number
}

/** Which letters have been put back; kept as the committed offsets of a group of this name. */
export function redriveGroup(deadLetterTopic: string): string {
  return `${deadLetterTopic}.redrive`
}

/** By partition: everything below `offset` was put back, and the ranges above it. */
export interface Redriven {
  readonly offset: number
  readonly ranges: readonly OffsetRange[]
}

export async function readRedriven(
  client: Client,
  deadLetterTopic: string,
  options: CallOptions = {}
): Promise<ReadonlyMap<number, Redriven>> {
  const committed = await client.admin.listGroupOffsets(redriveGroup(deadLetterTopic), options)
  return new Map(
    committed
      .filter(({ topic }) => topic === deadLetterTopic)
      .map(({ partition, offset, metadata }) => [
        partition,
        { offset, ranges: decodeFinished(offset, metadata) }
      ])
  )
}

function isRedriven(redriven: Redriven | undefined, offset: number): boolean {
  if (redriven === undefined) return false
  if (offset < redriven.offset) return true
  return redriven.ranges.some(({ start, end }) => offset >= start && offset < end)
}

/** The letters of a topic that were not put back, in order per partition, up to its end as it is now; with `all`, every one. */
export async function* readDeadLetters(
  client: Client,
  deadLetterTopic: string,
  options: CallOptions & { readonly all?: boolean } = {}
): AsyncGenerator<DeadLetter, void, void> {
  const redriven = await readRedriven(client, deadLetterTopic, options)
  const consumer = client.consumer({
    topics: deadLetterTopic,
    from: 'earliest',
    to: 'end',
    // With `exactlyOnce` letters are written in transactions, of which some come to nothing.
    isolation: 'read-committed',
    key: bytesCodec,
    value: bytesCodec,
    ...(options.signal === undefined ? {} : { signal: options.signal })
  })
  const name = parseDeadLetterTopic(deadLetterTopic)
  for await (const { records } of consumer) {
    for (const record of records) {
      if (options.all !== true && isRedriven(redriven.get(record.partition), record.offset)) continue
      yield deadLetter(record, name)
    }
  }
}

/** All dead letter topics with what waits in them. */
export async function listDeadLetterTopics(
  client: Client,
  options: CallOptions = {}
): Promise<readonly DeadLetterTopic[]> {
  const topics = await client.admin.listTopics(options)
  const found: DeadLetterTopic[] = []
  for (const { topic } of topics) {
    const name = parseDeadLetterTopic(topic)
    if (name !== undefined)
      found.push({ ...name, deadLetterTopic: topic, waiting: await waitingIn(client, topic, options) })
  }
  return found
}

/**
 * Read and counted, since offsets count markers of transactions, too; a large topic is counted by its offsets, and the number
 * is an upper bound then.
 */
async function waitingIn(client: Client, topic: string, options: CallOptions): Promise<number> {
  const bound = await offsetsIn(client, topic, options)
  if (bound === 0 || bound > COUNTED_LETTERS_MAX) return bound
  let waiting = 0
  for await (const _letter of readDeadLetters(client, topic, options)) waiting++
  return waiting
}

async function offsetsIn(client: Client, topic: string, options: CallOptions): Promise<number> {
  const redriven = await readRedriven(client, topic, options)
  const starts = await client.admin.listOffsets({ topic, at: 'earliest' }, options)
  const ends = await client.admin.listOffsets({ topic, at: 'latest' }, options)
  let waiting = 0
  for (const { partition, offset: end = 0 } of ends) {
    const start = starts.find((found) => found.partition === partition)?.offset ?? 0
    const known = redriven.get(partition)
    const from = Math.max(start, known?.offset ?? 0)
    const done = (known?.ranges ?? []).reduce(
      (sum, range) => sum + Math.max(0, Math.min(range.end, end) - Math.max(range.start, from)),
      0
    )
    waiting += Math.max(0, end - from - done)
  }
  return waiting
}

function deadLetter(
  record: Origin & Pick<DeadLetter, 'key' | 'value' | 'headers'>,
  name: DeadLetterName | undefined
): DeadLetter {
  const { topic, partition, offset, timestamp, key, value, headers } = record
  const text = (header: string): string | undefined => headerText(headers, header)
  return {
    topic,
    partition,
    offset,
    timestamp,
    key,
    value,
    headers,
    origin: originOf(record),
    group: text(RetryHeader.group) ?? name?.group ?? '',
    attempts: countOf(headers, RetryHeader.attempts),
    redrives: countOf(headers, RetryHeader.redrives),
    valueCut: text(RetryHeader.valueCut) === undefined ? undefined : countOf(headers, RetryHeader.valueCut),
    eventType: text(HeaderName.type),
    eventId: text(HeaderName.id),
    errorCode: text(RetryHeader.errorCode),
    errorMessage: text(RetryHeader.errorText),
    errorField: text(RetryHeader.errorField),
    errorStack: text(RetryHeader.stack)
  }
}
