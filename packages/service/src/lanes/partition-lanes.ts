/**
 * The records of one partition that wait or run, in a lane per key: strict order within a lane, any order between
 * them, and each lane has its turn. Records without a key have a lane each.
 *
 * Pure: whoever owns it starts what `take` gives, and says how it ended. A lane that is taken gives nothing more until
 * its record is finished, parked or put back.
 */
import type { OffsetRange } from './finished-offsets.ts'
import { type Committable, OffsetWindow, type WindowEntry } from './offset-window.ts'

export interface LaneRecord<T> extends WindowEntry {
  readonly lane: Lane<T>
  readonly bytes: number
  readonly item: T
  next: LaneRecord<T> | undefined
}

/** `idle` has nothing to do; `ready` waits for its turn; `taken` runs; `parked` waits for a time. */
export type LaneState = 'idle' | 'ready' | 'taken' | 'parked'

export interface Lane<T> {
  /** Undefined for a record without a key. */
  readonly key: string | undefined
  state: LaneState
  /** The oldest record, which is the one that runs. */
  first: LaneRecord<T> | undefined
  last: LaneRecord<T> | undefined
  count: number
  bytes: number
}

/** Taken entries at the front of the ready queue are dropped in pieces of this size. */
const TRIM_LANES = 1_024

export class PartitionLanes<T> {
  readonly #window: OffsetWindow<LaneRecord<T>>
  readonly #lanes = new Map<string, Lane<T>>()
  #ready: Array<Lane<T>> = []
  #readyHead = 0
  #count = 0
  #bytes = 0
  #running = 0
  #isBlocked = false

  constructor(start: number, finished: readonly OffsetRange[] = []) {
    this.#window = new OffsetWindow(start, finished)
  }

  /** Records that wait or run. */
  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#bytes
  }

  get running(): number {
    return this.#running
  }

  get laneCount(): number {
    return this.#lanes.size
  }

  get isWindowFull(): boolean {
    return this.#window.isFull
  }

  get committable(): Committable {
    return this.#window.committable
  }

  /** Whether a record of the key runs. */
  isTaken(key: string | undefined): boolean {
    return key !== undefined && this.#lanes.get(key)?.state === 'taken'
  }

  /** Queues a record; undefined when it was finished before a restart. */
  add(offset: number, key: string | undefined, bytes: number, item: T): LaneRecord<T> | undefined {
    const lane = this.#laneOf(key)
    const record: LaneRecord<T> = {
      offset,
      sequence: 0,
      isFinished: false,
      lane,
      bytes,
      item,
      next: undefined
    }
    if (!this.#window.add(record)) return undefined
    if (key !== undefined) this.#lanes.set(key, lane)
    if (lane.last === undefined) lane.first = record
    else lane.last.next = record
    lane.last = record
    lane.count++
    lane.bytes += bytes
    this.#count++
    this.#bytes += bytes
    if (lane.state === 'idle') this.#makeReady(lane)
    return record
  }

  /** Everything below `offset` was read. */
  advance(offset: number): void {
    this.#window.advance(offset)
  }

  /** The next record to run, or undefined when none may start now. */
  take(): LaneRecord<T> | undefined {
    if (this.#isBlocked) return this.#takeFirst()
    for (;;) {
      const lane = this.#ready[this.#readyHead]
      if (lane === undefined) return undefined
      const record = lane.state === 'ready' ? lane.first : undefined
      if (record !== undefined && !this.#window.mayStart(record, this.#running)) {
        this.#isBlocked = true
        return this.#takeFirst()
      }
      this.#dropReady()
      // A lane that was taken out of its turn leaves its place behind.
      if (record !== undefined) return this.#start(record)
    }
  }

  /** With a batch: the record after `record` in its lane, as part of the same turn. */
  takeNext(record: LaneRecord<T>): LaneRecord<T> | undefined {
    const { next } = record
    if (next === undefined || this.#isBlocked || !this.#window.mayStart(next, this.#running)) return undefined
    this.#running++
    return next
  }

  /** The record is done with for good; its lane goes on. Records of a batch are finished in the order of their lane. */
  finish(record: LaneRecord<T>): void {
    const { lane } = record
    this.#running--
    this.#remove(record)
    this.#window.finish(record)
    this.#isBlocked = false
    if (lane.first === undefined) {
      lane.state = 'idle'
      if (lane.key !== undefined) this.#lanes.delete(lane.key)
    } else if (lane.state === 'taken') this.#makeReady(lane)
  }

  /** Records of a batch that follow one which failed: they run again after it. */
  putBack(count: number): void {
    this.#running -= count
  }

  /** The record failed: its lane gives nothing until `unpark`. */
  park(record: LaneRecord<T>): void {
    this.#running--
    record.lane.state = 'parked'
  }

  unpark(lane: Lane<T>): void {
    if (lane.state === 'parked') this.#makeReady(lane)
  }

  #laneOf(key: string | undefined): Lane<T> {
    const known = key === undefined ? undefined : this.#lanes.get(key)
    if (known !== undefined) return known
    return { key, state: 'idle', first: undefined, last: undefined, count: 0, bytes: 0 }
  }

  #remove(record: LaneRecord<T>): void {
    const { lane } = record
    lane.first = record.next
    if (lane.first === undefined) lane.last = undefined
    lane.count--
    lane.bytes -= record.bytes
    this.#count--
    this.#bytes -= record.bytes
    record.next = undefined
  }

  /** While the window is full, only its lowest record may start: its end makes room. */
  #takeFirst(): LaneRecord<T> | undefined {
    const { first } = this.#window
    if (first === undefined || first.lane.first !== first || first.lane.state !== 'ready') return undefined
    return this.#start(first)
  }

  #start(record: LaneRecord<T>): LaneRecord<T> {
    record.lane.state = 'taken'
    this.#running++
    return record
  }

  #makeReady(lane: Lane<T>): void {
    lane.state = 'ready'
    this.#ready.push(lane)
  }

  #dropReady(): void {
    this.#readyHead++
    if (this.#readyHead < TRIM_LANES && this.#readyHead < this.#ready.length) return
    this.#ready = this.#ready.slice(this.#readyHead)
    this.#readyHead = 0
  }
}
