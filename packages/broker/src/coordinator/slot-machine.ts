/** What a coordinator brings for its slots: a machine, and the format of its records and snapshots. */
import type { BatchRecord } from '@naru/protocol'
import type { Now, Step } from './step.ts'

/** The coordinator of one slot: requests and time go in, records and answers come out. */
export interface SlotMachine<Item, State, Settings> {
  readonly state: State
  /** Monotonic time before which nothing is due. */
  readonly wakeMs: number
  /** Runs one step; the records that it appended are part of the state when this returns, durable or not. */
  step(now: Now, act: (step: Step<Item, Settings>) => void): Step<Item, Settings>
  /** Handles what is due. */
  expire(step: Step<Item, Settings>): void
  /** Lets go of everything; parked requests are the driver's to answer. */
  unload(): void
}

export interface EncodedRecord {
  readonly key: Uint8Array
  /** Null is a tombstone. */
  readonly value: Uint8Array | null
}

export interface SlotFormat<Item, State> {
  /** Begins the names of snapshots and of events in the log of the process. */
  readonly name: 'group' | 'transaction'
  empty(): State
  encode(record: Item): EncodedRecord
  /**
   * Adds a record of the log to the state; of a record in a transaction the producer is given. False when it is none
   * of this coordinator's. Damage throws `DecodeError`.
   */
  replay(state: State, record: BatchRecord, producerId: number | undefined): boolean
  /** A transaction of this producer has ended in this slot. */
  endTransaction(state: State, producerId: number, isCommit: boolean): void
  /** Records that a snapshot of the state would hold. */
  size(state: State): number
  encodeSnapshot(state: State): Uint8Array
  /** Throws `DecodeError` when the bytes are of another format or do not make sense. */
  decodeSnapshot(bytes: Uint8Array): State
}
