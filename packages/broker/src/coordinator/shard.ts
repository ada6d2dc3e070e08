/**
 * One slot of a coordinator's topic at work: feeds its machine with requests and time, appends what it decides,
 * and lets answers out when what they tell is durable.
 *
 * Steps run to their end one after another. What a step appended is part of the state at once, and of the log
 * later; answers that depend on it wait in the `AppendQueue`. When an append fails nobody knows any more what the
 * log holds: all requests are told NOT_COORDINATOR and the slot is read anew when it is asked next.
 */
import { sleep, type Clock, type Logger, type Timer, type Timers } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { AppendQueue } from './append-queue.ts'
import { LOAD_RETRY_MS, LOAD_WAIT_MS_MAX } from './limits.ts'
import { loadSlot, type LoadedSlot, type SlotLoaderOptions } from './slot-loader.ts'
import type { SlotAddress, SlotLog } from './slot-log.ts'
import type { SlotMachine } from './slot-machine.ts'
import { SlotSnapshots } from './slot-snapshots.ts'
import type { Continuation, Settle, Step } from './step.ts'
import { Tickets } from './tickets.ts'

export interface ShardOptions<Item, State, Settings, Machine extends SlotMachine<Item, State, Settings>> {
  readonly address: SlotAddress
  readonly slotLog: SlotLog
  readonly loader: SlotLoaderOptions<Item, State>
  readonly newMachine: (state: State) => Machine
  /** The first step of a machine after its state was read. */
  readonly begin: (machine: Machine, step: Step<Item, Settings>) => void
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

/** What a request does with the machine; `settle` takes its answer, in this step or a later one. */
export type Act<Machine, OneStep, Result> = (machine: Machine, step: OneStep, settle: Settle<Result>) => void

interface Ready<Item, State, Settings, Machine> {
  readonly kind: 'ready'
  readonly machine: Machine
  readonly queue: AppendQueue<Item, Continuation<Step<Item, Settings>>>
  readonly snapshots: SlotSnapshots<Item, State>
}

type Idle =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading'; readonly done: Promise<void> }
  | { readonly kind: 'failed'; readonly retryAtMs: number }
  | { readonly kind: 'closed' }

/** A timer may be late, never absurdly far away. */
const WAKE_MS_MAX = 3_600_000

export class Shard<Item, State, Settings, Machine extends SlotMachine<Item, State, Settings>> {
  readonly #options: ShardOptions<Item, State, Settings, Machine>
  readonly #tickets = new Tickets()
  #phase: Idle | Ready<Item, State, Settings, Machine> = { kind: 'idle' }
  #timer: Timer | undefined
  #timerAtMs = Infinity
  /** Resolves when the appends of an earlier life of this slot are settled. */
  #settled: Promise<void> = Promise.resolve()

  constructor(options: ShardOptions<Item, State, Settings, Machine>) {
    this.#options = options
  }

  get address(): SlotAddress {
    return this.#options.address
  }

  /** Undefined unless the slot is loaded. */
  get machine(): Machine | undefined {
    return this.#phase.kind === 'ready' ? this.#phase.machine : undefined
  }

  /** Runs a request, after the slot was loaded; when that takes long or fails, the request fails and may be repeated. */
  request<Result>(
    act: Act<Machine, Step<Item, Settings>, Result>,
    failed: (error: ErrorCode) => Result
  ): Result | Promise<Result> {
    const phase = this.#phase
    if (phase.kind === 'ready') return this.#perform(phase, act, failed)
    return this.#loadInTime().then(() => {
      const now = this.#phase
      return now.kind === 'ready' ? this.#perform(now, act, failed) : failed(errorOf(now))
    })
  }

  /** Runs a step that nobody waits for, when the slot is loaded. */
  run(act: (machine: Machine, step: Step<Item, Settings>) => void): void {
    const phase = this.#phase
    if (phase.kind === 'ready') this.#step(phase, (step) => act(phase.machine, step))
  }

  /** Loads the slot unless that was done, or failed a moment ago. Never rejects. */
  load(): Promise<void> {
    const phase = this.#phase
    if (phase.kind === 'loading') return phase.done
    const isDue = phase.kind === 'failed' && this.#options.clock.monotonicMs() >= phase.retryAtMs
    if (phase.kind !== 'idle' && !isDue) return Promise.resolve()
    const done = this.#settled.then(() => this.#load())
    this.#phase = { kind: 'loading', done }
    return done
  }

  /** Lets go of all requests; parked ones are told to look for another coordinator. */
  release(): void {
    this.#tickets.failAll(ErrorCode.NOT_COORDINATOR)
  }

  /**
   * Waits for what is on its way and leaves a snapshot, unless the state and the log went apart in the meantime; the
   * log has been told to append what waited.
   */
  async close(): Promise<void> {
    const phase = this.#phase
    this.#stop()
    if (phase.kind === 'loading') await phase.done
    if (phase.kind !== 'ready') return
    await phase.queue.whenSettled()
    if (!phase.queue.isAbandoned) phase.snapshots.saveLast(phase.machine.state)
    await phase.snapshots.whenSaved()
    phase.queue.abandon()
    phase.machine.unload()
  }

  /** Forgets everything at once. */
  abort(): void {
    const phase = this.#phase
    this.#stop()
    if (phase.kind !== 'ready') return
    phase.queue.abandon()
    phase.machine.unload()
  }

  #stop(): void {
    this.#phase = { kind: 'closed' }
    this.#timer?.cancel()
    this.#timer = undefined
    this.release()
  }

  #perform<Result>(
    phase: Ready<Item, State, Settings, Machine>,
    act: Act<Machine, Step<Item, Settings>, Result>,
    failed: (error: ErrorCode) => Result
  ): Result | Promise<Result> {
    return this.#tickets.take(
      (settle) => this.#step(phase, (step) => act(phase.machine, step, settle)),
      failed
    )
  }

  #step(phase: Ready<Item, State, Settings, Machine>, act: (step: Step<Item, Settings>) => void): void {
    const { clock } = this.#options
    const now = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() }
    try {
      const step = phase.machine.step(now, act)
      phase.queue.add(step.records, step.transactional.length === 0 ? step.whenDurable : [])
      if (step.transactional.length > 0) this.#appendTransactional(phase, step)
      for (const answer of step.answers) answer()
    } catch (error) {
      // A broken invariant: what is in memory is worth nothing any more, what is in the log still is.
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      return this.#fail(phase, reason, this.#failedPhase())
    }
    if (this.#phase === phase) this.#arm(phase)
  }

  #appendTransactional(phase: Ready<Item, State, Settings, Machine>, step: Step<Item, Settings>): void {
    for (const { contents, settled } of step.transactional) {
      phase.queue.addTransactional(contents, (outcome) => {
        if (this.#phase === phase) this.#step(phase, (next) => settled(next, outcome))
        // The slot was closed: what the log has taken here is missing in the state.
        else phase.queue.abandon()
      })
    }
    phase.queue.add([], step.whenDurable)
  }

  #arm(phase: Ready<Item, State, Settings, Machine>): void {
    const { wakeMs } = phase.machine
    if (wakeMs >= this.#timerAtMs) return
    this.#timer?.cancel()
    this.#timerAtMs = wakeMs
    const delayMs = Math.min(Math.max(wakeMs - this.#options.clock.monotonicMs(), 1), WAKE_MS_MAX)
    this.#timer = this.#options.timers.after(delayMs, () => this.#wake(phase), { background: true })
  }

  #wake(phase: Ready<Item, State, Settings, Machine>): void {
    this.#timerAtMs = Infinity
    if (this.#phase !== phase) return
    this.#step(phase, (step) => phase.machine.expire(step))
  }

  #runAll(
    phase: Ready<Item, State, Settings, Machine>,
    continuations: readonly Continuation<Step<Item, Settings>>[]
  ): void {
    for (const continuation of continuations) {
      if (this.#phase !== phase) return
      this.#step(phase, continuation)
    }
  }

  /** Lets go of the slot. The next request reads it anew, when the log has said what became of the last appends. */
  #fail(phase: Ready<Item, State, Settings, Machine>, reason: string, next: Idle): void {
    const isClosing = this.#phase.kind === 'closed' && !phase.queue.isAbandoned
    if (this.#phase !== phase && !isClosing) return
    const slot = this.address.partition
    this.#log('error', 'failed', { slot, reason })
    phase.queue.abandon()
    if (isClosing) return
    phase.machine.unload()
    this.#settled = phase.queue.whenSettled()
    this.#phase = next
    this.#tickets.failAll(ErrorCode.NOT_COORDINATOR)
  }

  #failedPhase(): Idle {
    return { kind: 'failed', retryAtMs: this.#options.clock.monotonicMs() + LOAD_RETRY_MS }
  }

  async #load(): Promise<void> {
    const { loader, address, clock } = this.#options
    const startedMs = clock.monotonicMs()
    const slot = address.partition
    try {
      const loaded = await loadSlot(loader, address)
      if (this.#phase.kind === 'closed') return
      if (loaded !== undefined) {
        const { endOffset, replayed } = loaded
        this.#ready(loaded)
        if (replayed === 0 && endOffset === 0) return
        const durationMs = Math.round(clock.monotonicMs() - startedMs)
        const size = loader.format.size(loaded.state)
        this.#log('info', 'loaded', { slot, size, replayed, durationMs })
        return
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#log('error', 'load-failed', { slot, reason })
    }
    if (this.#phase.kind === 'loading') this.#phase = this.#failedPhase()
  }

  #ready(loaded: LoadedSlot<State>): void {
    const { address, slotLog, loader, newMachine, begin, logger } = this.#options
    const { format } = loader
    const machine = newMachine(loaded.state)
    const snapshots = new SlotSnapshots({ store: loader.snapshots, format, address, loaded, logger })
    const queue = new AppendQueue<Item, Continuation<Step<Item, Settings>>>({
      address,
      slotLog,
      encode: (record) => format.encode(record),
      run: (continuations) => this.#runAll(ready, continuations),
      failed: (reason) => this.#fail(ready, reason, { kind: 'idle' }),
      sealed: (recordCount, isExact) => snapshots.sealed(machine.state, recordCount, isExact),
      durable: (appended) => snapshots.durable(appended)
    })
    const ready: Ready<Item, State, Settings, Machine> = { kind: 'ready', machine, queue, snapshots }
    this.#phase = ready
    this.#timerAtMs = Infinity
    this.#step(ready, (step) => begin(machine, step))
  }

  #log(level: 'info' | 'error', event: string, details: Readonly<Record<string, string | number>>): void {
    this.#options.logger.log(level, `${this.#options.loader.format.name}-slot-${event}`, details)
  }

  async #loadInTime(): Promise<void> {
    const done = new AbortController()
    const tooLate = sleep(this.#options.timers, LOAD_WAIT_MS_MAX, done.signal).catch(() => undefined)
    await Promise.race([this.load(), tooLate])
    done.abort()
  }
}

function errorOf(phase: { readonly kind: string }): ErrorCode {
  return phase.kind === 'loading' || phase.kind === 'idle'
    ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    : ErrorCode.COORDINATOR_NOT_AVAILABLE
}
