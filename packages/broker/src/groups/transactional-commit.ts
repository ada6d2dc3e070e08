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
import type { OffsetKey } from './offsets.ts'
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
 * Records of transactions that the log has not taken yet, and tombstones that were written behind them: when the log
 * takes such a record, it is already gone. Whoever deletes offsets writes tombstones for these, too.
 */
export class UndecidedOffsets {
  readonly #removed = new Map<string, number>()
  /** How many records there are for a group, topic and partition. */
  readonly #keys = new Map<string, { readonly key: OffsetKey; count: number }>()
  #count = 0

  begin(records: readonly GroupRecord[]): void {
    this.#count++
    for (const record of records) if (record.kind === 'offset') this.#add(record)
  }

  end(records: readonly GroupRecord[]): void {
    this.#count--
    if (this.#count === 0) this.#removed.clear()
    for (const record of records) if (record.kind === 'offset') this.#take(nameOf(record))
  }

  has(key: OffsetKey): boolean {
    return this.#count > 0 && this.#keys.has(nameOf(key))
  }

  hasGroup(groupId: string): boolean {
    for (const key of this.keys()) if (key.groupId === groupId) return true
    return false
  }

  *keys(): Generator<OffsetKey> {
    for (const { key } of this.#keys.values()) yield key
  }

  #add({ groupId, topic, partition }: OffsetKey): void {
    const key = { groupId, topic, partition }
    const known = this.#keys.get(nameOf(key))
    if (known === undefined) this.#keys.set(nameOf(key), { key, count: 1 })
    else known.count++
  }

  #take(name: string): void {
    const known = this.#keys.get(name)
    if (known !== undefined && --known.count === 0) this.#keys.delete(name)
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
  undecided.begin(records)
  const settled = (next: Step, outcome: SlotAppended): void => {
    if (outcome.kind === 'durable') apply(commit, records, places)
    undecided.end(records)
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
  let isPending = false
  for (const [at, record] of records.entries()) {
    const sequence = places[at] ?? 0
    if (record.kind !== 'offset' || record.value === null || undecided.wasRemoved(record, sequence)) continue
    const { groupId, topic, partition, value } = record
    const { producerId } = command.producer
    state.applyPending({ producerId, key: { groupId, topic, partition }, value }, sequence)
    isPending = true
  }
  if (isPending) pending()
}

/** Appends the end of a producer's transaction; what it had pending is decided when the log has taken that. */
export function endInSlot(step: Step, state: SlotState, marker: Marker, settle: Settle<ErrorCode>): void {
  const settled = (next: Step, outcome: SlotAppended): void => {
    if (outcome.kind === 'durable') state.endTransaction(marker.producerId, marker.isCommit)
    next.answer(settle, outcome.kind === 'refused' ? refusalError(outcome.result) : ErrorCode.NONE)
  }
  step.transactional.push({ contents: { kind: 'marker', marker }, settled })
}
