/** A partition that this process works on. */
import type { Place } from '@naru/client'
import type { OffsetRange } from '../lanes/finished-offsets.ts'
import { PartitionLanes } from '../lanes/partition-lanes.ts'
import { PARTITION_BYTES_MAX, PARTITION_RECORDS_MAX } from '../limits.ts'
import type { Outgoing } from '../publish/publisher.ts'
import type { MovedKeys } from './moved-keys.ts'
import type { Work } from './work.ts'

export interface PartitionRunOptions {
  readonly place: Place
  /** The topic that the records are about: of a retry topic, the one that it belongs to. */
  readonly topic: string
  readonly isRetry: boolean
  readonly start: number
  readonly finished: readonly OffsetRange[]
  /** Records below this offset have to be loaded before the partition that this one retries may start. */
  readonly loadUntil: number
}

export class PartitionRun {
  readonly place: Place
  readonly topic: string
  readonly isRetry: boolean
  readonly lanes: PartitionLanes<Work>
  readonly loadUntil: number
  /** Shared by a partition and its retry partition. */
  moved: MovedKeys | undefined
  /** The retry partition that has to be loaded first. */
  retriedBy: PartitionRun | undefined
  /** Of a retry partition: the one that it belongs to. */
  retries: PartitionRun | undefined
  /** Starts nothing new any more. */
  isClosing = false
  /** Belongs to somebody else: how its records end does not matter. */
  isGone = false
  isPaused = false
  /** With `exactlyOnce`: what finished records publish, or are moved as, with the next commit. */
  staged: Outgoing[] = []
  #position: number
  #committed = -1
  #committedMetadata = ''
  #whenIdle: PromiseWithResolvers<void> | undefined

  constructor(options: PartitionRunOptions) {
    this.place = options.place
    this.topic = options.topic
    this.isRetry = options.isRetry
    this.loadUntil = options.loadUntil
    this.lanes = new PartitionLanes(options.start, options.finished)
    this.#position = options.start
  }

  get isLoaded(): boolean {
    return this.#position >= this.loadUntil
  }

  get mayStart(): boolean {
    return !this.isClosing && (this.retriedBy === undefined || this.retriedBy.isLoaded)
  }

  get isFull(): boolean {
    const { count, bytes, isWindowFull } = this.lanes
    return count >= PARTITION_RECORDS_MAX || bytes >= PARTITION_BYTES_MAX || isWindowFull
  }

  get hasRoom(): boolean {
    const { count, bytes, isWindowFull } = this.lanes
    return count <= PARTITION_RECORDS_MAX / 2 && bytes <= PARTITION_BYTES_MAX / 2 && !isWindowFull
  }

  read(nextOffset: number): void {
    this.#position = nextOffset
    this.lanes.advance(nextOffset)
  }

  /** What to commit, or undefined when that is committed already. */
  get toCommit(): { readonly offset: number; readonly metadata: string } | undefined {
    const { offset, metadata } = this.lanes.committable
    if (offset === this.#committed && metadata === this.#committedMetadata) return undefined
    return { offset, metadata }
  }

  committed({ offset, metadata }: { readonly offset: number; readonly metadata: string }): void {
    this.#committed = offset
    this.#committedMetadata = metadata
  }

  /** Resolves when nothing runs. */
  idle(): Promise<void> {
    if (this.lanes.running === 0) return Promise.resolve()
    this.#whenIdle ??= Promise.withResolvers()
    return this.#whenIdle.promise
  }

  /** Told after each record that ended. */
  ended(): void {
    if (this.lanes.running > 0 || this.#whenIdle === undefined) return
    this.#whenIdle.resolve()
    this.#whenIdle = undefined
  }
}
