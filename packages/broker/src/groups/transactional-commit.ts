/**
 * TxnOffsetCommit: offsets that count when their transaction commits (KIP-98). The log decides whether the producer may
 * write, so that nothing is pending before the log has taken the records. Members are checked as for any commit when
 * the producer names them (KIP-447).
 */
import type { TransactionGuard } from '@naru/storage'
import { ErrorCode } from '@naru/protocol'
import { refusalError } from '../coordinator/refusal-error.ts'
import type { Marker, SlotAppended, TransactionalProducer } from '../coordinator/slot-log.ts'
import { commitRecords, type CommitTopic } from './commit.ts'
import { GroupState, type ClassicGroup } from './group.ts'
import { nameOf } from './pending-offsets.ts'
import type { OffsetsResult } from './results.ts'
import type { SlotState, GroupRecord } from './state.ts'
import type { Settle, Step } from './step.ts'
import { generationError } from './validation.ts'

export interface TransactionalCommitCommand {
  readonly groupId: string
  readonly producer: TransactionalProducer
  readonly guard: TransactionGuard | 'unguarded' | undefined
  /** '' and -1 for producers that do not tell who consumes (before version 3). */
  readonly memberId: string
  readonly generationId: number
  readonly groupInstanceId: string | null
  readonly topics: readonly CommitTopic[]
}

/** Why the whole commit is refused. Unlike other commits it may come while the group rebalances. */
export function transactionalCommitError(
  group: ClassicGroup | undefined,
  command: TransactionalCommitCommand
): ErrorCode | undefined {
  const { generationId, memberId, groupInstanceId } = command
  if (group === undefined) return generationId < 0 ? undefined : ErrorCode.ILLEGAL_GENERATION
  if (generationId < 0 && group.state === GroupState.empty) return undefined
  if (generationId < 0 && memberId === '' && groupInstanceId === null) return undefined
  return generationError(group, command)
}

/**
 * Tombstones that were written behind records of transactions which the log has not taken yet: when it does, these
 * records are already gone.
 */
export class UndecidedOffsets {
  readonly #removed = new Map<string, number>()
  #count = 0

  begin(): void {
    this.#count++
  }

  end(): void {
    this.#count--
    if (this.#count === 0) this.#removed.clear()
  }

  /** Called after every record, with its place. */
  noteRecord(record: GroupRecord, state: SlotState): void {
    if (this.#count === 0 || record.kind !== 'offset' || record.value !== null) return
    this.#removed.set(nameOf(record), state.takeSequence())
  }

  wasRemoved(record: Extract<GroupRecord, { kind: 'offset' }>, sequence: number): boolean {
    return (this.#removed.get(nameOf(record)) ?? -1) > sequence
  }
}

export interface TransactionalCommit {
  readonly step: Step
  readonly state: SlotState
  readonly undecided: UndecidedOffsets
  readonly command: TransactionalCommitCommand
  /** Called when offsets of the group are pending, which may be the first that is known of it. */
  readonly pending: () => void
  readonly settle: Settle<OffsetsResult>
}

export function commitInTransaction(commit: TransactionalCommit): void {
  const { step, state, undecided, command, settle } = commit
  const { result, records } = commitRecords(step, { ...command, retentionMs: -1 })
  if (records.length === 0) return step.answerWhenDurable(settle, result)
  const places = records.map(() => state.takeSequence())
  undecided.begin()
  const settled = (next: Step, outcome: SlotAppended): void => {
    if (outcome.kind === 'durable') apply(commit, records, places)
    undecided.end()
    const error = outcome.kind === 'refused' ? refusalError(outcome.result) : ErrorCode.NONE
    next.answer(settle, error === ErrorCode.NONE ? result : { error, topics: [] })
  }
  const { producer, guard } = command
  step.transactional.push({ contents: { kind: 'transactional', producer, guard, records }, settled })
}

function apply(
  { state, undecided, command, pending }: TransactionalCommit,
  records: readonly GroupRecord[],
  places: readonly number[]
): void {
  for (const [at, record] of records.entries()) {
    const sequence = places[at] ?? 0
    if (record.kind !== 'offset' || record.value === null || undecided.wasRemoved(record, sequence)) continue
    const { groupId, topic, partition, value } = record
    const { producerId } = command.producer
    state.applyPending({ producerId, key: { groupId, topic, partition }, value }, sequence)
  }
  pending()
}

/** Appends the end of a producer's transaction; what it had pending is decided when the log has taken that. */
export function endInSlot(step: Step, state: SlotState, marker: Marker, settle: Settle<ErrorCode>): void {
  const settled = (next: Step, outcome: SlotAppended): void => {
    if (outcome.kind === 'durable') state.endTransaction(marker.producerId, marker.isCommit)
    next.answer(settle, outcome.kind === 'refused' ? refusalError(outcome.result) : ErrorCode.NONE)
  }
  step.transactional.push({ contents: { kind: 'marker', marker }, settled })
}
