/**
 * Reads topics, alone or as a member of a group, as an async iterable of batches or of records.
 *
 * At least once: a position is committed after its records were processed, which is when the reader asks for what
 * comes next. A consumer is read once, by one loop.
 */
import { type Codec, bytesCodec } from '../codec.ts'
import { KafkaError } from '../errors.ts'
import { LAST_COMMIT_MS_MAX } from '../limits.ts'
import type { GroupPosition } from '../admin/groups.ts'
import { Cluster } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'
import { type ConsumerOptions, type ConsumerSettings, consumerSettings } from './consumer-options.ts'
import { type Fetched, Fetcher, type ReadPartition } from './fetcher.ts'
import { Membership } from './membership.ts'
import { Places, type TopicPartitions } from './places.ts'
import { type Codecs, type ConsumerRecord, decodeRecords } from './record.ts'

/** Records of one partition, in order. */
export interface ConsumedBatch<K, V> {
  readonly topic: string
  readonly partition: number
  /** The end of the partition as the broker saw it. */
  readonly highWatermark: number
  readonly records: ReadonlyArray<ConsumerRecord<K, V>>
}

interface Position extends GroupPosition {
  readonly committed: boolean
}

export class Consumer<K = Uint8Array, V = Uint8Array>
  implements AsyncIterable<ConsumedBatch<K, V>>, AsyncDisposable
{
  readonly #wire: Wire
  readonly #fetchWire: Wire
  readonly #cluster: Cluster
  readonly #places: Places
  readonly #settings: ConsumerSettings<K, V>
  readonly #codecs: Codecs<K, V>
  readonly #fetcher: Fetcher
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  /** What comes after the records that were processed, by topic and partition. */
  #positions = new Map<string, Position>()
  #membership: Membership | undefined
  #readers: readonly ReadPartition[] = []
  #assignment: readonly TopicPartitions[] | undefined
  #wake = Promise.withResolvers<void>()
  #endsKnown = true
  #started = false
  #left: number
  #committedAtMs = 0

  constructor(wire: Wire, metadataAgeMsMax: number, options: ConsumerOptions<K, V>) {
    this.#settings = consumerSettings(options)
    this.#wire = wire.fork()
    this.#fetchWire = wire.fork()
    this.#cluster = new Cluster(this.#wire, metadataAgeMsMax)
    this.#places = new Places(this.#wire, this.#cluster)
    this.#codecs = {
      key: options.key ?? (bytesCodec as unknown as Codec<K>),
      value: options.value ?? (bytesCodec as unknown as Codec<V>)
    }
    this.#fetcher = new Fetcher(this.#fetchWire, this.#cluster, this.#settings, {
      outOfRange: (reader) => this.#outOfRange(reader),
      damaged: (error) => error
    })
    const { signal } = this.#settings
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
    this.#left = this.#settings.max ?? Infinity
  }

  /** Batches as they arrive, each of one partition. */
  [Symbol.asyncIterator](): AsyncGenerator<ConsumedBatch<K, V>, void, void> {
    return this.#batches()
  }

  /** One record at a time; a record counts as processed when the next one is asked for. */
  async *records(): AsyncGenerator<ConsumerRecord<K, V>, void, void> {
    for await (const batch of this) {
      for (const record of batch.records) {
        yield record
        this.#processed(record.topic, record.partition, record.offset + 1)
      }
    }
  }

  /** Commits what was processed so far; needs a group. Resolves to false when a rebalance made it void. */
  async commit(options: CallOptions = {}): Promise<boolean> {
    const membership = this.#membership
    if (membership === undefined)
      throw new KafkaError('INVALID_GROUP_ID', 'a consumer without a group cannot commit')
    const open = [...this.#positions].filter(([, position]) => !position.committed)
    const done = await membership.commit(
      open.map(([, position]) => position),
      options
    )
    for (const [key, position] of open) {
      if (done && this.#positions.get(key) === position)
        this.#positions.set(key, { ...position, committed: true })
    }
    this.#committedAtMs = this.#wire.options.clock.monotonicMs()
    return done
  }

  /** Ends the reading; the loop that reads ends without an error. */
  async close(): Promise<void> {
    this.#stop.abort(new KafkaError('CLOSED', 'the consumer is closed'))
    if (!this.#started) await this.#release()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async *#batches(): AsyncGenerator<ConsumedBatch<K, V>, void, void> {
    if (this.#started) throw new KafkaError('CLOSED', 'a consumer is read once')
    this.#started = true
    try {
      await this.#start()
      for (;;) {
        await this.#adoptAssignment()
        await this.#findEnds()
        if (this.#finished()) return
        const fetched = await this.#fetcher.next(this.#wake.promise, this.#signal)
        for (const part of fetched) {
          const batch = this.#batch(part)
          if (batch.records.length > 0) yield batch
          this.#processed(batch.topic, batch.partition, this.#after(batch, part))
          if (this.#left === 0) return
          this.#signal.throwIfAborted()
          // Partitions may have gone to somebody else while the batch was processed.
          if (this.#assignment !== undefined) break
        }
        await this.#commitWhenDue()
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error
    } finally {
      await this.#release()
    }
  }

  async #start(): Promise<void> {
    const { group, topics, partitions } = this.#settings
    const found = await Promise.all(topics.map((topic) => this.#existing(topic, partitions)))
    this.#committedAtMs = this.#wire.options.clock.monotonicMs()
    if (group === undefined) {
      await this.#read(found)
      return
    }
    const membership = new Membership(
      this.#wire,
      this.#cluster,
      { ...this.#settings, group },
      {
        onAssigned: (assignment) => {
          this.#assignment = assignment
          this.#wake.resolve()
        },
        onFailed: (error) => this.#wake.reject(error)
      }
    )
    // Marks a failure between two waits as seen; the next wait throws it.
    this.#wake.promise.catch(() => undefined)
    this.#membership = membership
    await membership.join({ signal: this.#signal })
  }

  async #existing(topic: string, wanted: readonly number[] | undefined): Promise<TopicPartitions> {
    const info = await this.#cluster.topic(topic, { signal: this.#signal })
    const partitions = info.partitions.map(({ partition }) => partition)
    const missing = wanted?.find((partition) => !partitions.includes(partition))
    if (missing === undefined) return { topic, partitions: wanted ?? partitions }
    const message = `topic ${topic} has ${partitions.length} partitions, there is no partition ${missing}`
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message, { topic, partition: missing })
  }

  async #adoptAssignment(): Promise<void> {
    const assignment = this.#assignment
    if (assignment === undefined) return
    this.#assignment = undefined
    this.#wake = Promise.withResolvers()
    this.#wake.promise.catch(() => undefined)
    await this.#read(assignment)
  }

  /** Starts to read these partitions and no others. */
  async #read(assignment: readonly TopicPartitions[]): Promise<void> {
    const options = { signal: this.#signal }
    const committed = new Map(
      (await this.#membership?.committed(options))?.map((place) => [
        key(place.topic, place.partition),
        place.offset
      ])
    )
    const readers: ReadPartition[] = []
    const positions = new Map<string, Position>()
    for (const where of assignment) {
      const { topic } = where
      const starts = await this.#places.starts(where, this.#settings.from, options)
      for (const partition of where.partitions) {
        const place = key(topic, partition)
        const remembered = committed.get(place)
        // What this member processed and could not commit any more is not delivered to it again.
        const known = Math.max(remembered ?? -1, this.#positions.get(place)?.offset ?? -1)
        const offset = known < 0 ? (starts.get(partition) ?? 0) : known
        readers.push({ topic, partition, position: offset, end: Infinity })
        positions.set(place, { topic, partition, offset, committed: offset === remembered })
      }
    }
    this.#positions = positions
    this.#readers = readers
    this.#endsKnown = this.#settings.to === undefined
    await this.#findEnds()
    this.#fetcher.assign(readers)
  }

  /** Sets the ends of the partitions, as soon as they can be known. */
  async #findEnds(): Promise<void> {
    const { to } = this.#settings
    if (this.#endsKnown || to === undefined) return
    for (const [topic, readers] of Map.groupBy(this.#readers, (reader) => reader.topic)) {
      const partitions = readers.map(({ partition }) => partition)
      const ends = await this.#places.ends({ topic, partitions }, to, { signal: this.#signal })
      if (ends === undefined) return
      for (const reader of readers) {
        reader.end = ends.get(reader.partition) ?? 0
        // Nothing would be fetched, so nobody would be told that the position is no place in this partition.
        if (to === 'end' && reader.position > reader.end) await this.#outOfRange(reader)
      }
    }
    this.#endsKnown = true
  }

  #finished(): boolean {
    if (this.#left === 0) return true
    const waiting =
      this.#membership !== undefined && (this.#assignment !== undefined || this.#readers.length === 0)
    return !waiting && this.#readers.every(({ position, end }) => position >= end)
  }

  #batch({ reader, from, batches, highWatermark, aborted }: Fetched): ConsumedBatch<K, V> {
    const { topic, partition, end } = reader
    const records = decodeRecords(batches, { topic, partition, from, end }, this.#codecs, aborted)
    const wanted = records.length > this.#left ? records.slice(0, this.#left) : records
    this.#left -= wanted.length
    return { topic, partition, highWatermark, records: wanted }
  }

  /** The position after a batch: after its last record when it was cut short, else after all that was fetched. */
  #after(batch: ConsumedBatch<K, V>, { reader }: Fetched): number {
    const last = batch.records.at(-1)
    if (this.#left === 0 && last !== undefined) return last.offset + 1
    return Math.min(reader.position, reader.end)
  }

  #processed(topic: string, partition: number, offset: number): void {
    const place = key(topic, partition)
    const before = this.#positions.get(place)
    if (before !== undefined && before.offset >= offset) return
    this.#positions.set(place, { topic, partition, offset, committed: false })
  }

  async #commitWhenDue(): Promise<void> {
    if (this.#membership === undefined || this.#settings.commit === 'manual') return
    const now = this.#wire.options.clock.monotonicMs()
    if (now - this.#committedAtMs >= this.#settings.commitIntervalMs)
      await this.commit({ signal: this.#signal })
  }

  /** Where to read on when a partition does not hold the position, as Kafka's `auto.offset.reset` says. */
  async #outOfRange(reader: ReadPartition): Promise<void> {
    const { topic, partition, position } = reader
    const where = { topic, partitions: [partition] }
    const options = { signal: this.#signal }
    const start = (await this.#places.starts(where, 'earliest', options)).get(partition) ?? 0
    const end = (await this.#places.starts(where, 'latest', options)).get(partition) ?? 0
    const { from } = this.#settings
    if (typeof from === 'object' && 'offset' in from) {
      const message = `offset ${position} of ${topic}-${partition} is not there: it holds ${start} to ${end}`
      const subject = { topic, partition, offset: position, earliest: start, latest: end }
      throw new KafkaError('OFFSET_OUT_OF_RANGE', message, subject)
    }
    reader.position = from === 'latest' ? end : start
  }

  /** Commits, leaves and disconnects, whatever fails on the way. */
  async #release(): Promise<void> {
    const membership = this.#membership
    if (membership !== undefined) {
      if (this.#settings.commit === 'auto') {
        await this.commit({ timeoutMs: LAST_COMMIT_MS_MAX }).catch(() => false)
      }
      await membership.leave()
    }
    await Promise.all([this.#wire.close(), this.#fetchWire.close()])
  }
}

function key(topic: string, partition: number): string {
  return `${topic}:${partition}`
}
