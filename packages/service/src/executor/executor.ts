/**
 * Runs the records of all partitions: keys side by side, in order within a key, with retries that hold up their own
 * key alone.
 *
 * Owns the lanes of its partitions and changes them only between awaits. What a record does is behind `Actions`; what
 * ends at once costs no promise. The loop `#pump` starts records until the bound of running ones, each partition in
 * its turn, and gives the event loop a chance after each thousand.
 */
import type { Clock, Random, Timers } from '@naru/base'
import { type FetchedRecord, type Place, type ReadBatch, placeKey } from '@naru/client'
import { asError, isNoTry, isPermanent } from '../errors.ts'
import type { LaneRecord } from '../lanes/partition-lanes.ts'
import {
  ADD_RECORDS_MAX,
  MOVE_RECORDS_MAX,
  PARKED_BYTES_MAX,
  PARKED_RECORDS_MAX,
  TURN_RECORDS_MAX
} from '../limits.ts'
import { type RetryPolicy, backoffAfter } from '../retry/retry-policy.ts'
import { RetryHeader, countOf } from '../retry/retry-headers.ts'
import { headerText } from '../event/headers.ts'
import type { PartitionRun } from './partition-run.ts'
import { type Outcome, type Work, newWork, workBytes } from './work.ts'

export type WorkRecord = LaneRecord<Work>

export interface Actions {
  /** How many records like this one a handler takes at once; 1 for one at a time. */
  batchMax(work: Work): number
  /** Whether both can be in one batch. */
  isSameHandler(one: Work, other: Work): boolean
  policy(work: Work): RetryPolicy
  /** One try. Undefined is success; must not throw. */
  handle(run: PartitionRun, works: readonly Work[]): Outcome | Promise<Outcome>
  /** Resolves when the records are in the retry topic. */
  moveToRetry(run: PartitionRun, works: readonly Work[]): Promise<void>
  /** Resolves when the record is in the dead letter topic. */
  deadLetter(run: PartitionRun, work: Work, error: Error): Promise<void>
  pause(place: Place): void
  resume(place: Place): void
  /** A try failed; for logs and metrics. */
  onFailed(work: Work, error: Error, next: 'retry' | 'move' | 'dead-letter'): void
  /** The executor itself failed, which ends the service. */
  onBug(error: Error): void
}

export interface ExecutorOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly concurrency: number
  /** Tries that are under way at once, however many records each takes: what the store has connections for. */
  readonly triesMax: number
}

/** Between tries to reach a retry or dead letter topic. */
const MOVE_RETRY_MS = 1_000
/** Between looks at whether the key of a record that was put back is free. */
const SAME_KEY_MS = 10

export class Executor {
  readonly #options: ExecutorOptions
  readonly #actions: Actions
  readonly #onBug: (error: unknown) => void
  readonly #runs = new Map<string, PartitionRun>()
  #order: PartitionRun[] = []
  #turn = 0
  #running = 0
  #tries = 0
  #isPumping = false
  #isStopped = false

  constructor(options: ExecutorOptions, actions: Actions) {
    this.#options = options
    this.#actions = actions
    this.#onBug = (error) => actions.onBug(asError(error))
  }

  get runs(): readonly PartitionRun[] {
    return this.#order
  }

  get running(): number {
    return this.#running
  }

  assign(runs: readonly PartitionRun[]): void {
    for (const run of runs) this.#runs.set(placeKey(run.place), run)
    this.#order = [...this.#runs.values()]
  }

  /**
   * Takes what was read, a slice per turn of the event loop: what handlers finish at once is gone before the next slice
   * is looked at, so that it never grows old. Records of partitions that are gone are dropped.
   */
  async add(batch: ReadBatch): Promise<void> {
    const run = this.#runs.get(placeKey(batch))
    if (run === undefined || run.isClosing) return
    let left = ADD_RECORDS_MAX
    for (const record of batch.records) {
      this.#addRecord(run, record)
      if (--left > 0) continue
      this.#pauseWhenFull(run)
      this.pump()
      await new Promise<void>((resolve) => this.#options.timers.soon(resolve))
      if (run.isClosing) return
      left = ADD_RECORDS_MAX
    }
    run.read(batch.nextOffset)
    this.#pauseWhenFull(run)
    this.pump()
  }

  #addRecord(run: PartitionRun, record: FetchedRecord): void {
    // As `laneKey`, without a view of the key.
    const key = record.keyText('latin1') ?? undefined
    const attempts = run.isRetry ? countOf(record.headers, RetryHeader.attempts) : 0
    const added = run.lanes.add(record.offset, key, workBytes(record), newWork(record, attempts))
    if (added !== undefined && run.isRetry) this.#noteMoved(run, key, added)
  }

  #pauseWhenFull(run: PartitionRun): void {
    if (!run.isFull || run.isPaused) return
    run.isPaused = true
    this.#actions.pause(run.place)
  }

  /** Starts nothing new in these partitions; resolves when nothing of them runs. */
  async close(runs: readonly PartitionRun[]): Promise<void> {
    for (const run of runs) run.isClosing = true
    await Promise.all(runs.map((run) => run.idle()))
  }

  /** Forgets partitions; how their running records end does not matter any more. */
  drop(runs: readonly PartitionRun[]): void {
    for (const run of runs) {
      run.isClosing = true
      run.isGone = true
      this.#runs.delete(placeKey(run.place))
    }
    this.#order = [...this.#runs.values()]
  }

  runAt(place: Place): PartitionRun | undefined {
    return this.#runs.get(placeKey(place))
  }

  /** Starts nothing any more, whatever comes. */
  stop(): void {
    this.#isStopped = true
  }

  /** Starts what may start. */
  pump(): void {
    if (this.#isPumping || this.#isStopped) return
    this.#isPumping = true
    let budget = TURN_RECORDS_MAX
    const { concurrency, triesMax } = this.#options
    while (this.#running < concurrency && this.#tries < triesMax && budget > 0) {
      const run = this.#startNext()
      if (run === undefined) break
      budget--
    }
    this.#isPumping = false
    if (budget === 0) this.#options.timers.soon(() => this.pump())
  }

  /** Starts one record of the next partition that has one. */
  #startNext(): PartitionRun | undefined {
    for (let tried = 0; tried < this.#order.length; tried++) {
      const run = this.#order[this.#turn % this.#order.length]
      this.#turn = (this.#turn + 1) % this.#order.length
      if (run === undefined || !run.mayStart) continue
      const record = run.lanes.take()
      if (record === undefined) continue
      if (run.retries?.isGone === false && run.retries.lanes.isTaken(record.lane.key)) {
        // Put back by somebody while a later record of its key runs: both at once would be no order at all.
        this.#park(run, record, SAME_KEY_MS)
        return run
      }
      this.#start(run, record)
      return run
    }
    return undefined
  }

  #start(run: PartitionRun, record: WorkRecord): void {
    const work = record.item
    const { key } = record.lane
    if (!run.isRetry && run.moved?.has(key) === true) {
      this.#move(
        run,
        this.#follow(run, record, MOVE_RECORDS_MAX, () => true)
      )
      return
    }
    if (work.verdict !== undefined) {
      this.#toDeadLetters(run, record, work.verdict)
      return
    }
    const records = this.#batchOf(run, record)
    this.#running += records.length
    this.#tries++
    const outcome = this.#actions.handle(
      run,
      records.map(({ item }) => item)
    )
    if (!(outcome instanceof Promise)) {
      this.#ended(run, records, outcome)
      return
    }
    outcome
      .catch((error: unknown) => asError(error))
      .then((settled) => {
        this.#ended(run, records, settled)
        this.pump()
      })
      .catch(this.#onBug)
  }

  /** The record with those that its handler takes along: more of its key, then of other keys. */
  #batchOf(run: PartitionRun, record: WorkRecord): readonly WorkRecord[] {
    const work = record.item
    const max = work.isAlone ? 1 : this.#actions.batchMax(work)
    if (max <= 1) return [record]
    const fits = (other: WorkRecord): boolean =>
      !other.item.isAlone && other.item.verdict === undefined && this.#actions.isSameHandler(work, other.item)
    const records = [...this.#follow(run, record, max, fits)]
    while (records.length < max) {
      const other = run.lanes.take()
      if (other === undefined) break
      if (!fits(other) || run.moved?.has(other.lane.key) === true) {
        run.lanes.park(other)
        run.lanes.unpark(other.lane)
        break
      }
      records.push(...this.#follow(run, other, max - records.length, fits))
    }
    return records
  }

  #follow(
    run: PartitionRun,
    record: WorkRecord,
    max: number,
    fits: (other: WorkRecord) => boolean
  ): readonly WorkRecord[] {
    const records = [record]
    let last = record
    while (records.length < max && last.next !== undefined && fits(last.next)) {
      const next = run.lanes.takeNext(last)
      if (next === undefined) break
      records.push(next)
      last = next
    }
    return records
  }

  #ended(run: PartitionRun, records: readonly WorkRecord[], error: Outcome): void {
    this.#running -= records.length
    this.#tries--
    if (run.isGone) return
    if (error === undefined) this.#finish(run, records)
    else if (records.length > 1) this.#batchFailed(run, records)
    else if (records[0] !== undefined) this.#failed(run, records[0], error)
    run.ended()
  }

  #finish(run: PartitionRun, records: readonly WorkRecord[]): void {
    for (const record of records) {
      run.lanes.finish(record)
      if (record.item.staged !== undefined) run.staged.push(...record.item.staged)
      if (run.isRetry) run.moved?.done(record.lane.key)
    }
    if (run.isPaused && run.hasRoom) {
      run.isPaused = false
      this.#actions.resume(run.place)
    }
  }

  /** Nobody knows which record it was: each runs again alone, and only what happens then counts as a try. */
  #batchFailed(run: PartitionRun, records: readonly WorkRecord[]): void {
    for (const record of records) {
      record.item.isAlone = true
      if (record.lane.first !== record) {
        run.lanes.putBack(1)
        continue
      }
      run.lanes.park(record)
      run.lanes.unpark(record.lane)
    }
  }

  #failed(run: PartitionRun, record: WorkRecord, error: Error): void {
    const { clock, random } = this.#options
    const work = record.item
    if (run.isClosing) {
      // Given up for a stop or a rebalance, perhaps: the next owner tries again, and nothing counts against the record.
      run.lanes.park(record)
      return
    }
    const policy = this.#actions.policy(work)
    if (isNoTry(error)) work.waits++
    else work.attempts++
    work.failingSinceMs ??= clock.monotonicMs()
    if (isPermanent(error) || work.attempts >= policy.attempts) {
      this.#actions.onFailed(work, error, 'dead-letter')
      work.verdict = error
      this.#toDeadLetters(run, record, error)
      return
    }
    const delayMs = backoffAfter(policy, work.attempts + work.waits, random)
    if (this.#isTooLong(run, record, policy, delayMs)) {
      this.#actions.onFailed(work, error, 'move')
      this.#move(
        run,
        this.#follow(run, record, MOVE_RECORDS_MAX, () => true)
      )
      return
    }
    this.#actions.onFailed(work, error, 'retry')
    this.#park(run, record, delayMs)
  }

  #isTooLong(run: PartitionRun, record: WorkRecord, policy: RetryPolicy, delayMs: number): boolean {
    const { lane, item } = record
    // Without a key nothing waits behind it, and its window has room for it.
    if (run.isRetry || run.moved === undefined || lane.key === undefined) return false
    if (lane.count > PARKED_RECORDS_MAX || lane.bytes > PARKED_BYTES_MAX) return true
    const failingMs = this.#options.clock.monotonicMs() - (item.failingSinceMs ?? 0)
    return failingMs + delayMs > policy.parkMs
  }

  #park(run: PartitionRun, record: WorkRecord, delayMs: number): void {
    run.lanes.park(record)
    this.#options.timers.after(
      delayMs,
      () => {
        if (run.isGone) return
        run.lanes.unpark(record.lane)
        this.pump()
      },
      { background: true }
    )
  }

  /** Puts records of one key into the retry topic, in order; their key follows from now on. */
  #move(run: PartitionRun, records: readonly WorkRecord[]): void {
    const [first] = records
    const key = first?.lane.key
    if (first === undefined || key === undefined) return
    const works = records.map(({ item }) => item)
    for (const work of works) {
      if (!work.isMoved) run.moved?.add(key)
      work.isMoved = true
    }
    this.#actions
      .moveToRetry(run, works)
      .then(() => {
        if (!run.isGone) this.#finish(run, records)
      })
      .catch(() => {
        if (run.isGone) return
        run.lanes.putBack(records.length - 1)
        this.#park(run, first, MOVE_RETRY_MS)
      })
      .then(() => {
        run.ended()
        this.pump()
      })
      .catch(this.#onBug)
  }

  #toDeadLetters(run: PartitionRun, record: WorkRecord, error: Error): void {
    this.#actions
      .deadLetter(run, record.item, error)
      .then(() => {
        if (!run.isGone) this.#finish(run, [record])
      })
      .catch(() => {
        if (!run.isGone) this.#park(run, record, MOVE_RETRY_MS)
      })
      .then(() => {
        run.ended()
        this.pump()
      })
      .catch(this.#onBug)
  }

  /** What was moved while these keys are counted is counted already. */
  #noteMoved(run: PartitionRun, key: string | undefined, added: WorkRecord): void {
    if (key === undefined) return
    const mover = headerText(added.item.record.headers, RetryHeader.mover)
    if (mover !== run.moved?.mover) run.moved?.add(key)
  }
}
