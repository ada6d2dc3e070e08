/**
 * What clients did and saw, in their own words. The same operations come out of the simulation and out of real
 * runs; times are milliseconds of one clock that all clients share, and that does not jump.
 */
import type { Payload } from './payload.ts'

/** A topic and partition in one incarnation: a topic that was deleted and made again is another log. */
export interface Log {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
}

/** `indeterminate`: no answer came, so that it may have happened or may still happen. */
export type Outcome = 'ok' | 'failed' | 'indeterminate'

interface Timed {
  readonly client: string
  readonly invokedMs: number
  readonly completedMs: number
}

/** Values handed to one partition in one request. */
export interface Send extends Timed {
  readonly kind: 'send'
  readonly log: Log
  readonly producer: string
  /** Of the values, rising. */
  readonly sequences: readonly number[]
  readonly outcome: Outcome
  /** Offset of the first value when the answer told it, otherwise -1. */
  readonly baseOffset: number
  /** What the broker promises: one copy, in the order of the sequences, however often it was sent. */
  readonly idempotent: boolean
  /** The same value may have been sent again without idempotence, so that two copies are legal. */
  readonly repeated?: boolean
  readonly transaction?: string
  /** For compacted topics: the key of each value. */
  readonly keys?: readonly string[]
}

export interface SeenRecord {
  readonly offset: number
  /** Undefined when the bytes are no payload. */
  readonly payload: Payload | undefined
}

/** Records that came out of one partition, in the order in which they came. */
export interface Read extends Timed {
  readonly kind: 'read'
  readonly log: Log
  readonly from: number
  /** Where the next read would begin. */
  readonly next: number
  readonly records: readonly SeenRecord[]
  /** Offsets in between that the reader knows to hold no record, such as markers; `to` is exclusive. */
  readonly markers?: readonly { readonly from: number; readonly to: number }[]
  /** Read-committed readers see no values of open or aborted transactions. */
  readonly committed?: boolean
}

/** A read of everything, from the log start to the end, when all is quiet: nothing is missing for lack of time. */
export interface FinalRead extends Omit<Read, 'kind'> {
  readonly kind: 'final-read'
}

/** The broker said that it cannot give these offsets because they are damaged. */
export interface Damage extends Timed {
  readonly kind: 'damage'
  readonly log: Log
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** Where a partition begins or ends, as the broker told it. */
export interface Bound extends Timed {
  readonly kind: 'log-start' | 'high-watermark'
  readonly log: Log
  readonly offset: number
}

/** Records below an offset were to be deleted. */
export interface Trim extends Timed {
  readonly kind: 'trim'
  readonly log: Log
  readonly offset: number
  readonly outcome: Outcome
}

/** The topic was to be deleted: from then on its logs promise nothing. */
export interface TopicDeletion extends Timed {
  readonly kind: 'topic-deletion'
  readonly topicId: string
  readonly outcome: Outcome
}

export interface Commit extends Timed {
  readonly kind: 'commit'
  readonly group: string
  readonly log: Log
  readonly offset: number
  readonly outcome: Outcome
}

/** An answer to what a group has committed; -1 for nothing. */
export interface CommittedOffset extends Timed {
  readonly kind: 'committed-offset'
  readonly group: string
  readonly log: Log
  readonly offset: number
}

export interface TransactionEnd extends Timed {
  readonly kind: 'transaction-end'
  readonly transaction: string
  readonly decision: 'commit' | 'abort'
  readonly outcome: Outcome
}

/** All faults have stopped. */
export interface Heal {
  readonly kind: 'heal'
  readonly atMs: number
}

export type Operation =
  | Send
  | Read
  | FinalRead
  | Damage
  | Bound
  | Trim
  | TopicDeletion
  | Commit
  | CommittedOffset
  | TransactionEnd
  | Heal

/** What is known of a topic beforehand and decides what is legal in it. */
export interface TopicRules {
  readonly topicId: string
  /** Compaction may take away all but the last value of a key. */
  readonly compacted?: boolean
  /** Records older than this may be deleted; undefined when none may. */
  readonly retentionMs?: number
}

export function logName(log: Log): string {
  return `${log.topic}-${log.partition} (${log.topicId})`
}

export function logKey(log: Log): string {
  return `${log.topicId}/${log.partition}`
}

export function valueKey(value: { readonly producer: string; readonly sequence: number }): string {
  return `${value.producer}#${value.sequence}`
}
