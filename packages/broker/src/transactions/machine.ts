/**
 * The transaction coordinator of one slot as a machine: requests and time go in; records, answers and markers to write
 * come out. It does no I/O and reads no clock; `coordinator/shard.ts` drives it.
 *
 * A step changes the state at once and the log later; whatever tells of a record, an answer or a marker, waits until it
 * is durable. So there are no pending transitions: a request that comes in between is decided after those before it.
 */
import { assert, type Logger } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { Capacity } from '../coordinator/capacity.ts'
import type { Marker } from '../coordinator/slot-log.ts'
import type { SlotMachine } from '../coordinator/slot-machine.ts'
import { Step } from '../coordinator/step.ts'
import { addVerdict, verify, type AddCommand, type PartitionsCommand } from './add-partitions.ts'
import { completed, endVerdict, needsProducerId, prepared, type EndCommand } from './end.ts'
import { initVerdict, newTransaction, type InitCommand } from './init-producer.ts'
import { END_WAIT_MS_MAX } from './limits.ts'
import { describe, list, type ListFilter } from './list.ts'
import {
  describeError,
  NEEDS_PRODUCER_ID,
  producerError,
  type DescribedTransaction,
  type ListedTransaction,
  type PartitionError,
  type ProducerOutcome
} from './results.ts'
import type { TransactionSettings } from './settings.ts'
import { TransactionSlotState, type TransactionRecord } from './state.ts'
import type { Now, Settle, TransactionStep } from './step.ts'
import {
  isEnding,
  NO_PRODUCER_ID,
  TransactionStatus,
  type ClientVersion,
  type Transaction,
  type TransactionPartitions
} from './transaction.ts'
import { WaitingRequests } from './waiting.ts'

/** The outcome of a transaction is durable: its partitions have to be told. */
export interface MarkersDue {
  readonly transactionalId: string
  /** Tells it from every other decision of this process: those of a version 1 producer have the same markers. */
  readonly decision: number
  readonly marker: Marker
  readonly partitions: TransactionPartitions
}

export interface TransactionMachineOptions {
  readonly state?: TransactionSlotState
  readonly settings: () => TransactionSettings
  readonly capacity: Capacity
  readonly coordinatorEpoch: number
  /** Called after a step; `markersWritten` is to follow, unless the decision is not due any more. */
  readonly markersDue: (due: MarkersDue) => void
  /** A number that no decision of this process has had. */
  readonly newDecision: () => number
  readonly logger: Logger
}

/** Timeouts as long as this are those of an outside coordinator, which alone decides (KIP-939). */
const NEVER_TIMES_OUT_MS = 0x7fff_ffff

export class TransactionMachine implements SlotMachine<
  TransactionRecord,
  TransactionSlotState,
  TransactionSettings
> {
  readonly state: TransactionSlotState
  readonly #options: TransactionMachineOptions
  readonly #waiting = new WaitingRequests()
  /** By transactional id, what this machine has ordered markers for, or is going to when it is durable. */
  readonly #decisions = new Map<string, number>()
  /** Monotonic times since when transactions are open: a wall clock that jumps neither ends nor prolongs them. */
  readonly #openSinceMs = new Map<string, number>()

  constructor(options: TransactionMachineOptions) {
    this.#options = options
    this.state = options.state ?? new TransactionSlotState()
    options.capacity.take(this.state.size)
  }

  get wakeMs(): number {
    return this.#waiting.wakeMs
  }

  step(now: Now, act: (step: TransactionStep) => void): TransactionStep {
    const { settings, logger } = this.#options
    const step = new Step<TransactionRecord, TransactionSettings>({ now, settings: settings(), logger })
    act(step)
    return step
  }

  /** Goes on with what was decided before a restart. */
  load(step: TransactionStep): void {
    for (const [transactionalId, transaction] of this.state.transactions) {
      if (isEnding(transaction)) this.#decided(step, transactionalId, transaction)
      if (transaction.status !== TransactionStatus.ongoing) continue
      // Across a restart only the wall clock tells, which may have been set meanwhile.
      const passedMs = step.now.wallMs - transaction.startMs
      const openMs = Math.min(Math.max(passedMs, 0), transaction.timeoutMs)
      this.#openSinceMs.set(transactionalId, step.now.monotonicMs - openMs)
    }
  }

  unload(): void {
    this.#options.capacity.give(this.state.size)
    this.#waiting.clear()
    this.#decisions.clear()
    this.#openSinceMs.clear()
  }

  expire(step: TransactionStep): void {
    this.#waiting.expire(step)
  }

  initProducer(step: TransactionStep, command: InitCommand, settle: Settle<ProducerOutcome>): void {
    const { transactionalId, freshProducerId } = command
    const existing = this.state.transactions.get(transactionalId)
    const refuse = (error: ErrorCode): void => step.answerWhenDurable(settle, producerError(error))
    if (existing === undefined) {
      if (!this.#options.capacity.hasRoom) return refuse(ErrorCode.POLICY_VIOLATION)
      if (freshProducerId === undefined) return step.answer(settle, NEEDS_PRODUCER_ID)
    }
    const transaction = existing ?? newTransaction(freshProducerId ?? NO_PRODUCER_ID)
    const verdict = initVerdict(transaction, command, step.now.wallMs)
    switch (verdict.kind) {
      case 'refuse':
        return refuse(verdict.error)
      case 'needs-producer-id':
        return step.answer(settle, NEEDS_PRODUCER_ID)
      case 'fence':
        this.#fence(step, transactionalId, transaction)
        return refuse(ErrorCode.CONCURRENT_TRANSACTIONS)
      case 'give': {
        const { producerId, producerEpoch } = verdict.next
        this.#put(step, transactionalId, verdict.next)
        return step.answerWhenDurable(settle, { error: ErrorCode.NONE, producerId, producerEpoch })
      }
    }
  }

  addPartitions(step: TransactionStep, command: AddCommand, settle: Settle<ErrorCode>): void {
    const { transactionalId } = command
    const verdict = addVerdict(this.state.transactions.get(transactionalId), command, step.now.wallMs)
    if (verdict.kind === 'add') {
      this.#put(step, transactionalId, verdict.next)
      return step.answerWhenDurable(settle, ErrorCode.NONE)
    }
    const { error } = verdict
    if (error !== ErrorCode.CONCURRENT_TRANSACTIONS || !command.waitsForEnd) {
      return step.answerWhenDurable(settle, error)
    }
    const giveUp = (later: TransactionStep): void => later.answer(settle, error)
    const isWaiting = this.#waiting.add(transactionalId, {
      deadlineMs: step.now.monotonicMs + END_WAIT_MS_MAX,
      resume: (later) => this.addPartitions(later, { ...command, waitsForEnd: false }, settle),
      giveUp
    })
    if (!isWaiting) giveUp(step)
  }

  verify(step: TransactionStep, command: PartitionsCommand, settle: Settle<PartitionError[]>): void {
    step.answerWhenDurable(settle, verify(this.state.transactions.get(command.transactionalId), command))
  }

  end(step: TransactionStep, command: EndCommand, settle: Settle<ProducerOutcome>): void {
    const { transactionalId, isCommit, clientVersion, freshProducerId } = command
    const transaction = this.state.transactions.get(transactionalId)
    const verdict = endVerdict(transaction, command)
    if (verdict.kind === 'answer') {
      const { error } = verdict
      const isKnown = error === ErrorCode.NONE && clientVersion === 2 && transaction !== undefined
      const answer = isKnown ? { error, ...identityOf(transaction) } : producerError(error)
      return step.answerWhenDurable(settle, answer)
    }
    assert(transaction !== undefined, 'only a known transaction ends')
    const isLast = needsProducerId(transaction, command)
    if (isLast && freshProducerId === undefined) return step.answer(settle, NEEDS_PRODUCER_ID)
    const nowMs = step.now.wallMs
    const nextProducerId = isLast ? (freshProducerId ?? NO_PRODUCER_ID) : NO_PRODUCER_ID
    const { isUnused } = verdict
    const next = prepared(transaction, { isCommit, clientVersion, isUnused, nextProducerId, nowMs })
    this.#put(step, transactionalId, next)
    const identity =
      clientVersion === 2
        ? { error: ErrorCode.NONE, ...identityOf(completed(next, nowMs)) }
        : producerError(ErrorCode.NONE)
    step.answerWhenDurable(settle, identity)
    this.#decided(step, transactionalId, next)
  }

  /** Whether the markers of a decision may still be written: not once it is completed, or left to another machine. */
  isDue({ transactionalId, decision }: MarkersDue): boolean {
    return this.#decisions.get(transactionalId) === decision
  }

  /** All partitions of a decided transaction have their markers; nothing happens when that is not due any more. */
  markersWritten(step: TransactionStep, due: MarkersDue): void {
    if (!this.isDue(due)) return
    const { transactionalId } = due
    const transaction = this.state.transactions.get(transactionalId)
    assert(transaction !== undefined && isEnding(transaction), 'what is due is ending')
    this.#complete(step, transactionalId, transaction)
  }

  describe(transactionalId: string): DescribedTransaction {
    const transaction = this.state.transactions.get(transactionalId)
    if (transaction === undefined) return describeError(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND, transactionalId)
    return describe(transactionalId, transaction)
  }

  list(filter: ListFilter, nowMs: number): ListedTransaction[] {
    return list(this.state.transactions, filter, nowMs)
  }

  /** Aborts transactions that were open for longer than their producer said, and fences the producer. */
  abortTimedOut(step: TransactionStep): void {
    for (const [transactionalId, sinceMs] of this.#openSinceMs) {
      const transaction = this.state.transactions.get(transactionalId)
      assert(transaction?.status === TransactionStatus.ongoing, 'what has a time is open')
      const { startMs, timeoutMs } = transaction
      if (timeoutMs === NEVER_TIMES_OUT_MS || sinceMs + timeoutMs >= step.now.monotonicMs) continue
      step.logger.log('info', 'transaction-timed-out', { transactionalId, startMs, timeoutMs })
      this.#fence(step, transactionalId, transaction)
    }
  }

  /** Forgets ids that nobody has used for `transactional.id.expiration.ms`, by the time that retention goes by. */
  removeExpired(step: TransactionStep, nowMs: number): void {
    const oldestMs = nowMs - step.settings.idExpirationMs
    for (const [transactionalId, { status, updateMs }] of this.state.transactions) {
      const isIdle =
        status === TransactionStatus.empty ||
        status === TransactionStatus.completeCommit ||
        status === TransactionStatus.completeAbort
      if (isIdle && updateMs <= oldestMs) this.#put(step, transactionalId, null)
    }
  }

  /** Aborts an open transaction under an epoch that its producer does not have. */
  #fence(step: TransactionStep, transactionalId: string, transaction: Transaction): void {
    const next = prepared(transaction, {
      isCommit: false,
      clientVersion: 2,
      isUnused: false,
      nextProducerId: NO_PRODUCER_ID,
      nowMs: step.now.wallMs
    })
    this.#put(step, transactionalId, next)
    this.#decided(step, transactionalId, next)
  }

  /** The markers go out when the decision is durable. */
  #decided(step: TransactionStep, transactionalId: string, transaction: Transaction): void {
    const { producerId, producerEpoch, status, clientVersion, partitions } = transaction
    const marker: Marker = {
      producerId,
      producerEpoch,
      isCommit: status === TransactionStatus.prepareCommit,
      coordinatorEpoch: this.#options.coordinatorEpoch,
      transactionVersion: markerVersion(clientVersion)
    }
    const decision = this.#options.newDecision()
    this.#decisions.set(transactionalId, decision)
    const due = { transactionalId, decision, marker, partitions }
    step.whenDurable.push((later) => {
      if (partitions.size === 0) this.markersWritten(later, due)
      else later.answer(this.#options.markersDue, due)
    })
  }

  #complete(step: TransactionStep, transactionalId: string, transaction: Transaction): void {
    this.#decisions.delete(transactionalId)
    this.#put(step, transactionalId, completed(transaction, step.now.wallMs))
    this.#waiting.resume(step, transactionalId)
  }

  /** The one place where the state changes: the record is appended and applied. */
  #put(step: TransactionStep, transactionalId: string, value: Transaction | null): void {
    const { capacity } = this.#options
    const isKnown = this.state.transactions.has(transactionalId)
    if (!isKnown && value !== null) capacity.take()
    if (isKnown && value === null) capacity.give()
    if (value?.status !== TransactionStatus.ongoing) this.#openSinceMs.delete(transactionalId)
    else if (!this.#openSinceMs.has(transactionalId))
      this.#openSinceMs.set(transactionalId, step.now.monotonicMs)
    const record = { transactionalId, value }
    step.append(record)
    this.state.apply(record)
  }
}

function identityOf({ producerId, producerEpoch }: Transaction): {
  producerId: number
  producerEpoch: number
} {
  return { producerId, producerEpoch }
}

function markerVersion(clientVersion: ClientVersion): 1 | 2 {
  return clientVersion === 2 ? 2 : 1
}
