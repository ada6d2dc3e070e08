/**
 * Keeps one fetch in flight per broker for the partitions that are read, and hands out what arrives.
 *
 * A fetch starts as soon as its forerunner's answer is there, before that is handed out, so that a broker and the
 * reader work at the same time; memory is bounded by two answers per broker. Fetches carry no session (KIP-227):
 * they name their partitions each time, which costs bytes only where a consumer reads very many.
 */
import { sleep, parseUuid, ZERO_UUID, type Uuid } from '@naru/base'
import {
  defaultFetchPartition,
  defaultFetchRequest,
  defaultFetchTopic,
  type FetchRequest,
  type FetchResponse,
  type PartitionData
} from '@naru/protocol/messages/01-fetch'
import { KafkaError, brokerError, toKafkaError } from '../errors.ts'
import type { Cluster, TopicInfo } from '../wire/cluster.ts'
import type { Wire } from '../wire/wire.ts'
import type { AbortedTransaction } from './aborted-transaction.ts'
import { type FetchedBatch, nextOffset, openBatches } from './fetched-batches.ts'

/** A partition that is read; `position` is the next offset to ask for. */
export interface ReadPartition {
  readonly topic: string
  readonly partition: number
  position: number
  /** Where reading stops; infinite while there is no end. */
  end: number
  /** Nothing is asked for while this is true; what is on its way arrives. */
  paused?: boolean
}

export interface Fetched {
  readonly reader: ReadPartition
  readonly from: number
  readonly batches: readonly FetchedBatch[]
  readonly highWatermark: number
  /** With `read-committed`: whose transactional batches are void, from which offset on. */
  readonly aborted: readonly AbortedTransaction[]
}

export interface FetchLimits {
  readonly fetchWaitMs: number
  readonly fetchBytesMax: number
  readonly partitionBytesMax: number
  readonly isolation?: 'read-uncommitted' | 'read-committed' | undefined
}

export interface FetcherEvents {
  /** A position is outside of what a partition holds: moves the reader or throws. */
  outOfRange(reader: ReadPartition): Promise<void>
  /** A batch cannot be read: gives the error that ends the reading, or nothing where it is to be tried again. */
  damaged(error: KafkaError): KafkaError | undefined
}

interface Flight {
  readonly nodeId: number
  readonly readers: ReadonlyMap<string, ReadPartition>
  readonly answer: Promise<Answer | undefined>
}

/** What came, with the batches of each partition opened. */
interface Answer {
  readonly errorCode: number
  readonly partitions: readonly AnswerPartition[]
}

interface AnswerPartition extends PartitionData {
  readonly place: string
  readonly batches: readonly FetchedBatch[]
}

/** Topic ids take the place of names from this version on. */
const FETCH_BY_TOPIC_ID = 13
const CORRUPT_MESSAGE = 2
const READ_UNCOMMITTED = 0
const READ_COMMITTED = 1
/** How long a broker may hold a fetch while partitions are paused: one that goes on must not wait for the others. */
const PAUSED_WAIT_MS = 10

export class Fetcher {
  readonly #wire: Wire
  readonly #cluster: Cluster
  readonly #limits: FetchLimits
  readonly #events: FetcherEvents
  readonly #flights = new Map<number, Flight>()
  readonly #outOfRange: ReadPartition[] = []
  #readers: readonly ReadPartition[] = []
  #failures = 0
  #refusals = 0
  /** Ends the reading, after what came with it was handed out. */
  #failure: KafkaError | undefined

  constructor(wire: Wire, cluster: Cluster, limits: FetchLimits, events: FetcherEvents) {
    this.#wire = wire
    this.#cluster = cluster
    this.#limits = limits
    this.#events = events
  }

  /** Reads these partitions from now on; answers for others that are on their way are dropped. */
  assign(readers: readonly ReadPartition[]): void {
    this.#readers = readers
  }

  /** What the next answer brings, perhaps nothing; resolves early when `wake` does. */
  async next(wake: Promise<void>, signal: AbortSignal): Promise<readonly Fetched[]> {
    this.#throwFailure()
    await this.#launch(signal)
    const waits: Array<Promise<Flight | undefined>> = [wake.then(() => undefined)]
    for (const flight of this.#flights.values()) waits.push(flight.answer.then(() => flight))
    // Without a partition to read there is nothing to retry: `wake` tells of a new one.
    if (this.#flights.size === 0 && this.#readers.some(isOpen)) {
      waits.push(this.#pause(signal).then(() => undefined))
    }
    const flight = await abortable(Promise.race(waits), signal)
    if (flight === undefined) return []
    this.#flights.delete(flight.nodeId)
    const answer = await flight.answer
    this.#refusals = 0
    const fetched = answer === undefined ? [] : this.#read(flight, answer)
    if (fetched.length === 0) {
      this.#throwFailure()
      await this.#goOn(answer !== undefined && this.#refusals === 0, signal)
    }
    // The positions are behind what was read, so that it is handed out whatever happens; the next call meets the trouble again.
    else await this.#goOn(true, signal).catch(() => undefined)
    return fetched
  }

  /** Places what is out of range, and starts the next fetch. */
  async #goOn(isWell: boolean, signal: AbortSignal): Promise<void> {
    for (const reader of this.#outOfRange.splice(0)) await this.#events.outOfRange(reader)
    if (isWell) this.#failures = 0
    else await this.#pause(signal)
    await this.#launch(signal)
  }

  #throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure
  }

  async #launch(signal: AbortSignal): Promise<void> {
    const open = this.#readers.filter(isOpen)
    const topics = new Map<string, TopicInfo>()
    for (const topic of new Set(open.map((reader) => reader.topic))) {
      topics.set(topic, await this.#cluster.topic(topic, { signal }))
    }
    const leaderOf = (reader: ReadPartition): number =>
      topics.get(reader.topic)?.partitions[reader.partition]?.leader ?? -1
    const byTopicId = (await this.#wire.version('Fetch', { signal })) >= FETCH_BY_TOPIC_ID
    for (const [nodeId, readers] of Map.groupBy(open, leaderOf)) {
      if (nodeId < 0 || this.#flights.has(nodeId)) continue
      this.#flights.set(nodeId, this.#start(nodeId, readers, topics, byTopicId))
    }
  }

  #start(
    nodeId: number,
    readers: readonly ReadPartition[],
    topics: ReadonlyMap<string, TopicInfo>,
    byTopicId: boolean
  ): Flight {
    const { fetchWaitMs, fetchBytesMax, partitionBytesMax, isolation } = this.#limits
    const anyPaused = this.#readers.some(({ paused }) => paused === true)
    const places = new Map<string, ReadPartition>()
    const asked = [...Map.groupBy(readers, ({ topic }) => topic)].map(([topic, group]) => {
      const info = topics.get(topic)
      const topicId = byTopicId ? uuidOf(info?.topicId) : ZERO_UUID
      for (const reader of group) {
        places.set(`${byTopicId ? topicId : topic}:${reader.partition}`, { ...reader })
      }
      const partitions = group.map(({ partition, position }) => ({
        ...defaultFetchPartition(),
        partition,
        currentLeaderEpoch: info?.partitions[partition]?.leaderEpoch ?? -1,
        fetchOffset: position,
        partitionMaxBytes: partitionBytesMax
      }))
      return { ...defaultFetchTopic(), topic: byTopicId ? '' : topic, topicId, partitions }
    })
    const request: FetchRequest = {
      ...defaultFetchRequest(),
      maxWaitMs: anyPaused ? Math.min(PAUSED_WAIT_MS, fetchWaitMs) : fetchWaitMs,
      minBytes: 1,
      maxBytes: fetchBytesMax,
      isolationLevel: isolation === 'read-committed' ? READ_COMMITTED : READ_UNCOMMITTED,
      topics: asked
    }
    const call = this.#wire.fetch(nodeId, request).then((response) => open(response, byTopicId))
    const answer = call.catch((error: unknown) => this.#failed(error, topics))
    // Whoever waits for the answer sees the failure; after the last wait nobody does, and that is no accident.
    answer.catch(() => undefined)
    return { nodeId, readers: places, answer }
  }

  /** A broker that went away is a reason to look where the partitions are now; anything else ends the reading. */
  #failed(error: unknown, topics: ReadonlyMap<string, TopicInfo>): undefined {
    const failure = toKafkaError(error)
    if (!failure.retriable) throw failure
    for (const topic of topics.keys()) this.#cluster.forget(topic)
    return undefined
  }

  #read(flight: Flight, answer: Answer): readonly Fetched[] {
    const failure = brokerError(answer.errorCode)
    if (failure !== undefined && !failure.retriable) throw failure
    return answer.partitions.flatMap((partition) => {
      const asked = flight.readers.get(partition.place)
      return asked === undefined ? [] : this.#readPartition(asked, partition)
    })
  }

  #readPartition(asked: ReadPartition, answer: AnswerPartition): readonly Fetched[] {
    const reader = this.#readers.find(
      ({ topic, partition }) => topic === asked.topic && partition === asked.partition
    )
    // Reassigned or moved while the answer was on its way.
    if (reader === undefined || reader.position !== asked.position) return []
    if (answer.errorCode !== 0) {
      this.#refused(reader, answer)
      return []
    }
    const { batches, highWatermark, abortedTransactions } = answer
    const next = nextOffset(batches)
    if (next === undefined) return []
    reader.position = Math.max(reader.position, next)
    return [{ reader, from: asked.position, batches, highWatermark, aborted: abortedTransactions ?? [] }]
  }

  #refused(reader: ReadPartition, answer: AnswerPartition): void {
    const { topic, partition, position } = reader
    const error = brokerError(answer.errorCode, null, { topic, partition, offset: position }) as KafkaError
    if (error.code === 'OFFSET_OUT_OF_RANGE') {
      this.#outOfRange.push(reader)
      return
    }
    this.#refusals += 1
    // Which partition it is, and where in it, is for the reader to know; looking for another leader does not help.
    if (error.code === 'CORRUPT_MESSAGE') {
      this.#failure ??= this.#events.damaged(error)
      return
    }
    this.#cluster.forget(topic)
    if (!error.retriable) this.#failure ??= error
  }

  /** A short rest that grows while nothing works, so that a broker that is away is not hammered. */
  #pause(signal: AbortSignal): Promise<void> {
    const { retryBackoffMs, retryBackoffMsMax, timers } = this.#wire.options
    this.#failures += 1
    return sleep(
      timers,
      Math.min(retryBackoffMs * 2 ** Math.min(this.#failures, 10), retryBackoffMsMax),
      signal
    )
  }
}

/** Opens the batches of all partitions, off the loop where they are compressed. */
async function open({ errorCode, responses }: FetchResponse, byTopicId: boolean): Promise<Answer> {
  const partitions: AnswerPartition[] = []
  for (const { topic, topicId, partitions: answered } of responses) {
    for (const answer of answered) {
      const place = `${byTopicId ? topicId : topic}:${answer.partitionIndex}`
      try {
        const batches = answer.errorCode === 0 ? await openBatches(answer.records as Uint8Array | null) : []
        partitions.push({ ...answer, place, batches })
      } catch (error) {
        // The others of the answer are whole.
        if (!(error instanceof KafkaError) || error.code !== 'CORRUPT_MESSAGE') throw error
        partitions.push({ ...answer, errorCode: CORRUPT_MESSAGE, place, batches: [] })
      }
    }
  }
  return { errorCode, partitions }
}

/** Topic ids come from the library's Metadata, which writes them in hexadecimal. */
function uuidOf(hex: string | undefined): Uuid {
  if (hex === undefined || hex === '') return ZERO_UUID
  return parseUuid(Buffer.from(hex.replaceAll('-', ''), 'hex').toString('base64url'))
}

function isOpen({ position, end, paused }: ReadPartition): boolean {
  return position < end && paused !== true
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const onAbort = (): void => reject(signal.reason as Error)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  work.then(resolve, reject)
  return promise.finally(() => signal.removeEventListener('abort', onAbort))
}
