/** Drives a transaction machine by hand for tests: time, durability, markers and restarts are calls. */
import { SILENT_LOGGER } from '@naru/base'
import type { ErrorCode } from '@naru/protocol'
import { Capacity } from '../../src/coordinator/capacity.ts'
import { TRANSACTIONAL_IDS_MAX } from '../../src/transactions/limits.ts'
import { TransactionMachine, type MarkersDue } from '../../src/transactions/machine.ts'
import {
  NEEDS_PRODUCER_ID,
  type PartitionError,
  type ProducerOutcome,
  type ProducerResult
} from '../../src/transactions/results.ts'
import { DEFAULT_TRANSACTION_SETTINGS, type TransactionSettings } from '../../src/transactions/settings.ts'
import { TransactionSlotState, type TransactionRecord } from '../../src/transactions/state.ts'
import type { TransactionStep } from '../../src/transactions/step.ts'
import type { ClientVersion, Transaction } from '../../src/transactions/transaction.ts'

/** A request and its answer, undefined while it waits. */
export interface Asked<Result> {
  answer: Result | undefined
}

export interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
}

const ID = 'id'

export class TransactionDriver {
  readonly log: TransactionRecord[] = []
  readonly settings: TransactionSettings = DEFAULT_TRANSACTION_SETTINGS
  readonly capacity: Capacity
  machine: TransactionMachine
  /** Markers that are due and were not written yet. */
  due: MarkersDue[] = []
  wallMs = 1_760_000_000_000
  monotonicMs = 5000
  /** Whether records are durable at once; otherwise `settle` makes them so. */
  durable = true
  #nextProducerId = 1000
  #decisions = 0
  #waiting: ((step: TransactionStep) => void)[] = []

  constructor(capacity = new Capacity(TRANSACTIONAL_IDS_MAX)) {
    this.capacity = capacity
    this.machine = this.#newMachine(new TransactionSlotState())
  }

  #newMachine(state: TransactionSlotState): TransactionMachine {
    return new TransactionMachine({
      state,
      settings: () => this.settings,
      capacity: this.capacity,
      coordinatorEpoch: 0,
      markersDue: (due) => this.due.push(due),
      newDecision: () => ++this.#decisions,
      logger: SILENT_LOGGER
    })
  }

  run(act: (step: TransactionStep) => void): void {
    const step = this.machine.step({ wallMs: this.wallMs, monotonicMs: this.monotonicMs }, act)
    this.log.push(...step.records)
    for (const answer of step.answers) answer()
    this.#waiting.push(...step.whenDurable)
    if (this.durable) this.settle()
  }

  /** Everything that was appended is durable now. */
  settle(): void {
    while (this.#waiting.length > 0) for (const next of this.#waiting.splice(0)) this.run(next)
  }

  /** Markers that are due are in the log. */
  writeMarkers(): void {
    for (const due of this.due.splice(0)) this.run((step) => this.machine.markersWritten(step, due))
  }

  advance(byMs: number): void {
    this.wallMs += byMs
    this.monotonicMs += byMs
    this.run((step) => this.machine.expire(step))
  }

  /** A new machine with what the log holds, as after a restart. */
  restart(): void {
    const state = new TransactionSlotState()
    for (const record of this.log) state.apply(record)
    this.machine.unload()
    this.machine = this.#newMachine(state)
    this.due = []
    this.#waiting = []
    this.run((step) => this.machine.load(step))
  }

  transaction(transactionalId = ID): Transaction | undefined {
    return this.machine.state.transactions.get(transactionalId)
  }

  /** Puts an id into a state of the test's own, as a record of the log would. */
  put(value: Transaction, transactionalId = ID): void {
    this.log.push({ transactionalId, value })
    this.machine.state.apply({ transactionalId, value })
  }

  init(expected?: Identity, transactionalId = ID): ProducerResult | undefined {
    return this.#withProducerId((freshProducerId, settle) =>
      this.run((step) => {
        const command = { transactionalId, timeoutMs: 60_000, expected, freshProducerId }
        this.machine.initProducer(step, command, settle)
      })
    )
  }

  add(
    identity: Identity,
    partitions: readonly number[] = [0],
    options: { clientVersion?: ClientVersion; waitsForEnd?: boolean; transactionalId?: string } = {}
  ): Asked<ErrorCode> {
    const { clientVersion = 2, waitsForEnd = false, transactionalId = ID } = options
    const asked: Asked<ErrorCode> = { answer: undefined }
    const command = {
      ...identity,
      transactionalId,
      partitions: new Map([['t', new Set(partitions)]]),
      clientVersion,
      waitsForEnd
    }
    this.run((step) => this.machine.addPartitions(step, command, (error) => void (asked.answer = error)))
    return asked
  }

  verify(identity: Identity, partitions: readonly number[]): PartitionError[] | undefined {
    let answer: PartitionError[] | undefined
    const command = { ...identity, transactionalId: ID, partitions: new Map([['t', new Set(partitions)]]) }
    this.run((step) => this.machine.verify(step, command, (errors) => void (answer = errors)))
    return answer
  }

  end(
    identity: Identity,
    isCommit: boolean,
    clientVersion: ClientVersion = 2,
    transactionalId = ID
  ): ProducerResult | undefined {
    return this.#withProducerId((freshProducerId, settle) =>
      this.run((step) => {
        const command = { ...identity, transactionalId, isCommit, clientVersion, freshProducerId }
        this.machine.end(step, command, settle)
      })
    )
  }

  #withProducerId(
    ask: (fresh: number | undefined, settle: (outcome: ProducerOutcome) => void) => void
  ): ProducerResult | undefined {
    let outcome: ProducerOutcome | undefined
    ask(undefined, (given) => void (outcome = given))
    if (outcome !== NEEDS_PRODUCER_ID) return outcome
    outcome = undefined
    ask(this.#nextProducerId++, (given) => void (outcome = given))
    return outcome === NEEDS_PRODUCER_ID ? undefined : outcome
  }
}
