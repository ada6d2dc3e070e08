/**
 * One step of a coordinator's machine: what came in with the time, and what is to happen because of it. The machine
 * does nothing to the world itself: whoever drives it appends the records, sends the answers that may go at once,
 * and gives those that depend on the records when these are durable.
 */
import type { Logger } from '@naru/base'
import type { SlotAppended, TransactionalContents } from './slot-log.ts'

/** Both readings of the clock, taken once per step. */
export interface Now {
  /** For what users see and records keep. */
  readonly wallMs: number
  /** For timeouts. */
  readonly monotonicMs: number
}

/** Where the answer to a parked request goes; called once at most. */
export type Settle<Result> = (result: Result) => void

/** What follows when the records of a step are durable; it is a step of its own. */
export type Continuation<OneStep> = (step: OneStep) => void

/** What the log decides about: nothing of it is part of the state before the log has taken it. */
export interface TransactionalAppend<Item, Settings> {
  readonly contents: TransactionalContents<Item>
  /** Called in a step of its own, in the order of the log. */
  readonly settled: (step: Step<Item, Settings>, outcome: SlotAppended) => void
}

export class Step<Item, Settings> {
  readonly now: Now
  readonly settings: Settings
  readonly logger: Logger
  readonly records: Item[] = []
  /** Appended behind the records, in order. */
  readonly transactional: TransactionalAppend<Item, Settings>[] = []
  /** Answers that tell nothing which is not durable yet. */
  readonly answers: Array<() => void> = []
  /** To be run, in order, when everything that was appended so far is durable. */
  readonly whenDurable: Continuation<Step<Item, Settings>>[] = []

  constructor(options: { now: Now; settings: Settings; logger: Logger }) {
    this.now = options.now
    this.settings = options.settings
    this.logger = options.logger
  }

  append(record: Item): void {
    this.records.push(record)
  }

  answer<Result>(settle: Settle<Result>, result: Result): void {
    this.answers.push(() => settle(result))
  }

  /** For answers that tell what records say, of this step or of earlier ones. */
  answerWhenDurable<Result>(settle: Settle<Result>, result: Result): void {
    this.whenDurable.push((step) => step.answer(settle, result))
  }
}
