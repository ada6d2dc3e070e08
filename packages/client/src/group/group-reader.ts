/**
 * Reads topics as a member of a group, for those who work on many records at once: partitions can be paused, commits
 * carry metadata, and what is taken away is drained first. `Consumer` is the simpler way for everybody else.
 */
import { NaruError } from '@naru/base'
import { type CommittedOffset, GroupAdmin, type PositionToCommit, topicsToCommit } from '../admin/groups.ts'
import { Fetcher, type ReadPartition } from '../consumer/fetcher.ts'
import { Places } from '../consumer/places.ts'
import type { FetchedRecord } from '../consumer/fetched-record.ts'
import { recordsOf } from '../consumer/record.ts'
import { GROUP_READER_DEFAULTS } from '../defaults.ts'
import { brokerError } from '../errors.ts'
import { checkOptions, withDefaults } from '../options/check-options.ts'
import { Cluster } from '../wire/cluster.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'
import { type GroupIdentity, GroupMember } from './group-member.ts'
import { type Place, placeKey } from './place.ts'

export interface AssignedPartition extends Place {
  /** Where reading begins. */
  readonly offset: number
  /** What the group committed last, if it did. */
  readonly committed: CommittedOffset | undefined
}

export interface GroupReaderEvents {
  /** Partitions that are read from now on; nothing of them arrives before this resolves. */
  onAssigned(partitions: readonly AssignedPartition[]): Promise<void>
  /** Partitions that go to another member as soon as this resolves; commits still count until then. */
  onRevoked(places: readonly Place[]): Promise<void>
  /** Partitions that another member may have already. */
  onLost(places: readonly Place[]): void
  /** Trouble that is tried again. */
  onTrouble(error: NaruError): void
}

export interface GroupReaderOptions {
  readonly group: string
  readonly topics: readonly string[]
  /** Where reading starts where the group has committed nothing. */
  readonly from?: 'earliest' | 'latest' | undefined
  /** Topics that are read from their beginning each time. */
  readonly wholeTopics?: readonly string[] | undefined
  /** Partitions of a topic and of the one named here for it go to one member. */
  readonly companionOf?: ((topic: string) => string | undefined) | undefined
  readonly isolation?: 'read-uncommitted' | 'read-committed' | undefined
  readonly fetchWaitMs?: number | undefined
  readonly fetchBytesMax?: number | undefined
  readonly partitionBytesMax?: number | undefined
  readonly sessionTimeoutMs?: number | undefined
  readonly heartbeatMs?: number | undefined
  readonly rebalanceTimeoutMs?: number | undefined
}

/** Records of one partition as bytes, in order. */
export interface ReadBatch extends Place {
  /** To be walked once: records are made as they are asked for. */
  readonly records: Iterable<FetchedRecord>
  /** The offset after all that was read, which may be beyond the last record. */
  readonly nextOffset: number
  readonly highWatermark: number
  /** False when the partition went away after this was read, even if it has come back since: then it is read anew. */
  isCurrent(): boolean
}

/** `later`: the group is between two generations; `lost`: this member's view of the group is over. */
export type CommitOutcome = 'done' | 'later' | 'lost'

const OPTION_NAMES = ['group', 'topics', 'wholeTopics', 'companionOf', ...Object.keys(GROUP_READER_DEFAULTS)]

export class GroupReader {
  readonly #wire: Wire
  readonly #fetchWire: Wire
  readonly #places: Places
  readonly #groups: GroupAdmin
  readonly #fetcher: Fetcher
  readonly #member: GroupMember
  readonly #events: GroupReaderEvents
  readonly #from: 'earliest' | 'latest'
  readonly #whole: ReadonlySet<string>
  readonly #group: string
  readonly #stop = new AbortController()
  #readers = new Map<string, ReadPartition>()
  #wake = Promise.withResolvers<void>()
  #running: Promise<void> | undefined
  #failure: unknown

  constructor(wire: Wire, metadataAgeMsMax: number, options: GroupReaderOptions, events: GroupReaderEvents) {
    checkOptions('groupReader', options, OPTION_NAMES)
    const settings = withDefaults<typeof GROUP_READER_DEFAULTS, GroupReaderOptions>(
      GROUP_READER_DEFAULTS,
      options
    )
    this.#wire = wire.fork()
    this.#fetchWire = wire.fork()
    this.#events = events
    this.#group = options.group
    this.#from = settings.from
    this.#whole = new Set(options.wholeTopics)
    const cluster = new Cluster(this.#wire, metadataAgeMsMax)
    this.#places = new Places(this.#wire, cluster)
    this.#groups = new GroupAdmin(this.#wire, cluster)
    this.#fetcher = new Fetcher(this.#fetchWire, cluster, settings, {
      outOfRange: (reader) => this.#outOfRange(reader),
      damaged: (error) => {
        events.onTrouble(error)
        return undefined
      }
    })
    const companionOf = options.companionOf ?? (() => undefined)
    this.#member = new GroupMember(
      this.#wire,
      cluster,
      { ...settings, companionOf },
      {
        onAssigned: (places) => this.#assigned(places),
        onRevoked: (places) => this.#revoked(places),
        onLost: (places) => this.#lost(places),
        onTrouble: (error) => events.onTrouble(error)
      }
    )
  }

  get identity(): GroupIdentity {
    return this.#member.identity
  }

  /** Whether the group has refused this member for good. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** Joins the group; partitions come by `onAssigned`. */
  start(): void {
    this.#running = this.#member.run(this.#stop.signal).catch((error: unknown) => {
      this.#failure = error
      this.#wake.resolve()
    })
  }

  /** What the next answers bring, perhaps nothing. Rejects when the group or a topic refuses this member for good. */
  async next(signal: AbortSignal): Promise<readonly ReadBatch[]> {
    if (this.#failure !== undefined) throw this.#failure as Error
    // A promise of its own for each wait, so that nothing piles up on one that lives long.
    this.#wake = Promise.withResolvers()
    const fetched = await this.#fetcher.next(this.#wake.promise, signal)
    if (this.#failure !== undefined) throw this.#failure as Error
    return fetched.map(({ reader, from, batches, highWatermark, aborted }) => {
      const { topic, partition, position: nextOffset } = reader
      const slice = { topic, partition, from, end: Infinity }
      const records = recordsOf(batches, slice, aborted)
      const isCurrent = (): boolean => this.#readers.get(placeKey({ topic, partition })) === reader
      return { topic, partition, records, nextOffset, highWatermark, isCurrent }
    })
  }

  /** Fetches nothing of this partition until `resume`; what is on its way still arrives. */
  pause(place: Place): void {
    const reader = this.#readers.get(placeKey(place))
    if (reader !== undefined) reader.paused = true
  }

  resume(place: Place): void {
    const reader = this.#readers.get(placeKey(place))
    if (reader?.paused !== true) return
    reader.paused = false
    this.#wake.resolve()
  }

  /** Reads on from this offset; what is on its way from elsewhere is dropped. */
  seek(place: Place, offset: number): void {
    const reader = this.#readers.get(placeKey(place))
    if (reader !== undefined) reader.position = offset
  }

  /** Commits as this member; throws what is neither success nor part of a rebalance. */
  async commit(offsets: readonly PositionToCommit[], options: CallOptions = {}): Promise<CommitOutcome> {
    const { group, generation, memberId } = this.#member.identity
    if (offsets.length === 0) return 'done'
    if (memberId === '' || generation < 0) return 'lost'
    const response = await this.#wire.call(
      { kind: 'group', group },
      'OffsetCommit',
      [group, generation, memberId, null, topicsToCommit(offsets)],
      {
        ...options,
        failure: (answer) => {
          const error = brokerError(answer.topics[0]?.partitions[0]?.errorCode ?? 0)
          return error?.retriable === true && error.code.includes('COORDINATOR') ? error : undefined
        }
      }
    )
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex: partition, errorCode } of partitions) {
        const error = brokerError(errorCode, null, { topic: name, partition, group })
        if (error?.code === 'REBALANCE_IN_PROGRESS') return 'later'
        if (error !== undefined && LOST.has(error.code)) return 'lost'
        if (error !== undefined) throw error
      }
    }
    return 'done'
  }

  /** Leaves the group and disconnects; call it when all work is done and committed. */
  async close(options: CallOptions = {}): Promise<void> {
    this.#stop.abort(new NaruError('CLOSED', 'the reader is closed'))
    await this.#running
    await this.#member.leave(options)
    await Promise.all([this.#wire.close(), this.#fetchWire.close()])
  }

  /** Disconnects and tells nobody: the group notices when the session times out. For tests of crashes. */
  async abandon(): Promise<void> {
    this.#stop.abort(new NaruError('CLOSED', 'the reader was abandoned'))
    await Promise.all([this.#member.abandon(), this.#wire.close(), this.#fetchWire.close()])
    await this.#running
  }

  async #assigned(places: readonly Place[]): Promise<void> {
    const options = { signal: this.#stop.signal }
    const committed = new Map(
      (await this.#groups.listGroupOffsets(this.#group, options)).map((known) => [placeKey(known), known])
    )
    const partitions: AssignedPartition[] = []
    for (const [topic, group] of Map.groupBy(places, (place) => place.topic)) {
      const whole = this.#whole.has(topic)
      const known = (place: Place): CommittedOffset | undefined =>
        whole ? undefined : committed.get(placeKey(place))
      const unknown = group.filter((place) => known(place) === undefined).map(({ partition }) => partition)
      const starts = await this.#places.starts(
        { topic, partitions: unknown },
        whole ? 'earliest' : this.#from,
        options
      )
      for (const place of group) {
        const before = known(place)
        partitions.push({
          ...place,
          offset: before?.offset ?? starts.get(place.partition) ?? 0,
          committed: before
        })
      }
    }
    await this.#events.onAssigned(partitions)
    for (const { topic, partition, offset } of partitions) {
      this.#readers.set(placeKey({ topic, partition }), { topic, partition, position: offset, end: Infinity })
    }
    this.#readAssigned()
  }

  async #revoked(places: readonly Place[]): Promise<void> {
    this.#drop(places)
    await this.#events.onRevoked(places)
  }

  #lost(places: readonly Place[]): void {
    this.#drop(places)
    this.#events.onLost(places)
  }

  #drop(places: readonly Place[]): void {
    for (const place of places) this.#readers.delete(placeKey(place))
    this.#readAssigned()
  }

  #readAssigned(): void {
    this.#fetcher.assign([...this.#readers.values()])
    this.#wake.resolve()
  }

  /** Retention went over the position, or the topic was made anew. */
  async #outOfRange(reader: ReadPartition): Promise<void> {
    const where = { topic: reader.topic, partitions: [reader.partition] }
    const starts = await this.#places.starts(where, this.#from, { signal: this.#stop.signal })
    reader.position = starts.get(reader.partition) ?? 0
  }
}

const LOST = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID'])
