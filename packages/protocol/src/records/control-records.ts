// Control records: what a broker writes between the records of producers.
//
// The key says what it is (version and type, 16 bits each). End markers close a transaction of one producer on
// one partition; a leader change marks a new term of a KRaft log.
import { readInt16, readInt32, writeInt16, writeInt32 } from './int64.ts'

export const ControlRecordType = {
  abort: 0,
  commit: 1,
  leaderChange: 2,
  snapshotHeader: 3,
  snapshotFooter: 4,
  kraftVersion: 5,
  kraftVoters: 6
} as const
export type ControlRecordType = (typeof ControlRecordType)[keyof typeof ControlRecordType]

export type ControlRecord = {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

export type LeaderChange = {
  readonly leaderId: number
  readonly voterIds: readonly number[]
  readonly grantingVoterIds: readonly number[]
}

export function controlKey(type: ControlRecordType): Uint8Array {
  const key = new Uint8Array(4)
  writeInt16(key, 2, type)
  return key
}

/** The type in the key of a control record, `undefined` when the key is too short to be one. */
export function controlTypeOf(key: Uint8Array | null): number | undefined {
  return key === null || key.length < 4 ? undefined : readInt16(key, 2)
}

/** COMMIT or ABORT of the transaction whose producer id and epoch the batch carries. */
export function endTransactionMarker(type: 'commit' | 'abort', coordinatorEpoch: number): ControlRecord {
  const value = new Uint8Array(6)
  writeInt32(value, 2, coordinatorEpoch)
  return { key: controlKey(ControlRecordType[type]), value }
}

/** The coordinator epoch in the value of an end marker. */
export function coordinatorEpochOf(value: Uint8Array): number | undefined {
  return value.length < 6 ? undefined : readInt32(value, 2)
}

/** `LeaderChangeMessage` in version 0, which Kafka 4.2 still writes for logs without voter directories. */
export function leaderChangeRecord(change: LeaderChange): ControlRecord {
  const head = new Uint8Array(6)
  writeInt32(head, 2, change.leaderId)
  const noTags = Uint8Array.of(0)
  const value = Buffer.concat([head, voters(change.voterIds), voters(change.grantingVoterIds), noTags])
  return { key: controlKey(ControlRecordType.leaderChange), value }
}

/** A compact array of voters, each an id and no tagged fields. */
function voters(ids: readonly number[]): Uint8Array {
  if (ids.length > 126) throw new RangeError('a leader change names at most 126 voters')
  const bytes = new Uint8Array(1 + ids.length * 5)
  bytes[0] = ids.length + 1
  ids.forEach((id, index) => writeInt32(bytes, 1 + index * 5, id))
  return bytes
}
