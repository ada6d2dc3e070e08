/** One record on its way through a handler. */
import type { FetchedRecord } from '@naru/client'
import type { Resolution } from '../handler/route.ts'
import type { Outgoing } from '../publish/publisher.ts'

export interface Work {
  readonly record: FetchedRecord
  /** Tries that have ended, in retry topics too. */
  attempts: number
  /** Times that the handler could not even be called. */
  waits: number
  /** When the record failed first in this process, in monotonic milliseconds. */
  failingSinceMs: number | undefined
  /** Set when tries are over: the record only has to reach the dead letters. */
  verdict: Error | undefined
  /** Failed as part of a batch: runs by itself, so that the others are not held up by it. */
  isAlone: boolean
  /** Counted among the keys that are in the retry topic. */
  isMoved: boolean
  /** Looked up once. */
  resolution: Resolution | undefined
  /** With `exactlyOnce`: what goes to the log in the transaction that commits this record. */
  staged: readonly Outgoing[] | undefined
}

/** What became of one try: undefined is success. */
export type Outcome = Error | undefined

export function newWork(record: FetchedRecord, attempts: number): Work {
  return {
    record,
    attempts,
    waits: 0,
    failingSinceMs: undefined,
    verdict: undefined,
    isAlone: false,
    isMoved: false,
    resolution: undefined,
    staged: undefined
  }
}

/** Bytes as a key of maps: one character each, so that any key keeps its identity. */
export function laneKey(key: Uint8Array | null): string | undefined {
  if (key === null) return undefined
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}

const RECORD_OVERHEAD_BYTES = 300

/** About what a record takes in memory. */
export function workBytes(record: FetchedRecord): number {
  return RECORD_OVERHEAD_BYTES + record.byteLength
}
