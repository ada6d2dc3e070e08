/**
 * Publishes delayed events when they are due. The topic is the memory: it is read from its beginning when a partition
 * comes, and what has been published gets a tombstone. A crash between the two publishes an event twice, with one id.
 */
import type { Clock, Timer, Timers } from '@naru/base'
import { type Place, type ReadBatch, placeKey } from '@naru/client'
import { SCHEDULED_EVENTS_MAX, SCHEDULED_LOAD_MAX } from '../limits.ts'
import { type Scheduled, readScheduled } from './delayed.ts'
import type { Outgoing } from './publisher.ts'

export interface ScheduledEnvironment {
  readonly clock: Clock
  readonly timers: Timers
  publish(outgoing: Outgoing): Promise<void>
  pause(place: Place): void
  resume(place: Place): void
  onTrouble(error: unknown): void
}

interface Pending {
  readonly place: Place
  readonly scheduled: Scheduled
  timer: Timer | undefined
}

interface OwnedPartition {
  readonly place: Place
  /** Tombstones of what was published before may stand up to here. */
  readonly loadUntil: number
  isLoaded: boolean
  readonly pending: Map<string, Pending>
}

/** After a publication that failed. */
const RETRY_MS = 1_000

export class ScheduledEvents {
  readonly #environment: ScheduledEnvironment
  readonly #partitions = new Map<string, OwnedPartition>()
  #count = 0

  constructor(environment: ScheduledEnvironment) {
    this.#environment = environment
  }

  get count(): number {
    return this.#count
  }

  assign(place: Place, loadUntil: number): void {
    const isLoaded = loadUntil === 0
    this.#partitions.set(placeKey(place), { place, loadUntil, isLoaded, pending: new Map() })
  }

  drop(place: Place): void {
    const partition = this.#partitions.get(placeKey(place))
    if (partition === undefined) return
    for (const { timer } of partition.pending.values()) timer?.cancel()
    this.#count -= partition.pending.size
    // Publications that are under way and fail are for the next owner to repeat.
    partition.pending.clear()
    this.#partitions.delete(placeKey(place))
  }

  close(): void {
    for (const { place } of this.#partitions.values()) this.drop(place)
  }

  read(batch: ReadBatch): void {
    const partition = this.#partitions.get(placeKey(batch))
    if (partition === undefined) return
    for (const { key, value, headers } of batch.records) {
      if (key === null) continue
      const id = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8')
      this.#forget(partition, id)
      const scheduled = value === null ? undefined : readScheduled(id, value, headers)
      if (scheduled === undefined) continue
      const pending: Pending = { place: partition.place, scheduled, timer: undefined }
      partition.pending.set(id, pending)
      this.#count++
      if (partition.isLoaded) this.#arm(partition, pending)
    }
    const isRead = batch.nextOffset >= partition.loadUntil || this.#count >= SCHEDULED_LOAD_MAX
    if (!partition.isLoaded && isRead) {
      partition.isLoaded = true
      for (const pending of partition.pending.values()) this.#arm(partition, pending)
    }
    // Not before: what has been published leaves only when its tombstone is read.
    if (partition.isLoaded && this.#count >= SCHEDULED_EVENTS_MAX) this.#environment.pause(partition.place)
  }

  #arm(partition: OwnedPartition, pending: Pending, atLeastMs = 0): void {
    const { clock, timers } = this.#environment
    const delayMs = Math.max(atLeastMs, pending.scheduled.dueMs - clock.wallMs())
    pending.timer = timers.after(delayMs, () => this.#due(partition, pending), { background: true })
  }

  #due(partition: OwnedPartition, pending: Pending): void {
    const environment = this.#environment
    const { id, event } = pending.scheduled
    const tombstone = { topic: pending.place.topic, key: id, value: null, headers: [] }
    environment
      .publish(event)
      .then(() => environment.publish(tombstone))
      .then(() => this.#forget(partition, id, pending))
      .catch((error: unknown) => {
        environment.onTrouble(error)
        if (partition.pending.get(id) === pending) this.#arm(partition, pending, RETRY_MS)
      })
  }

  #forget(partition: OwnedPartition, id: string, expected?: Pending): void {
    const pending = partition.pending.get(id)
    if (pending === undefined || (expected !== undefined && pending !== expected)) return
    pending.timer?.cancel()
    partition.pending.delete(id)
    this.#count--
    if (this.#count > SCHEDULED_EVENTS_MAX / 2) return
    for (const { place } of this.#partitions.values()) this.#environment.resume(place)
  }
}
