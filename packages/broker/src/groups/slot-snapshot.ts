/**
 * A snapshot of a slot: the fewest records that give its state, encoded as in the log, behind a format number.
 * Offsets that are pending in transactions come in two parts, those that something newer was committed after, and
 * those that are newer than what is committed. Who cannot read a snapshot reads the log from the beginning instead.
 */
import { DecodeError, Reader, Writer } from '@naru/base'
import type { PendingOffset } from './pending-offsets.ts'
import { decodeRecord, encodeRecord } from './records.ts'
import { SlotState, type GroupRecord } from './state.ts'

const FORMAT = 2

type Pending = readonly [producerId: number, pending: PendingOffset]

export function encodeSnapshot(state: SlotState): Uint8Array {
  const writer = new Writer()
  writer.int16(FORMAT)
  const [older, newer] = partition([...state.pending.all()], ([, { key, sequence }]) => {
    return (state.offsets.get(key)?.sequence ?? -1) > sequence
  })
  writePending(writer, older)
  writer.int32(state.groups.size + state.offsets.size)
  for (const record of state.records()) writeRecord(writer, record)
  writePending(writer, newer)
  return writer.toBytes()
}

/** Throws `DecodeError` when the bytes are of another format or do not make sense. */
export function decodeSnapshot(bytes: Uint8Array): SlotState {
  const reader = new Reader(bytes)
  if (reader.int16() !== FORMAT) throw new DecodeError('BAD_VALUE', 0)
  const state = new SlotState()
  readPending(reader, state)
  for (let left = reader.int32(); left > 0; left--) {
    const record = readRecord(reader)
    if (record !== undefined) state.apply(record)
  }
  readPending(reader, state)
  reader.expectEnd()
  return state
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter((item) => isFirst(item)), items.filter((item) => !isFirst(item))]
}

function writeRecord(writer: Writer, record: GroupRecord): void {
  const { key, value } = encodeRecord(record)
  writer.bytes(key, true)
  writer.nullableBytes(value, true)
}

function readRecord(reader: Reader): GroupRecord | undefined {
  return decodeRecord(reader.bytes(true), reader.nullableBytes(true))
}

function writePending(writer: Writer, pending: readonly Pending[]): void {
  // Of two transactions with the same offset the later one comes later.
  const inOrder = pending.toSorted(([, a], [, b]) => a.sequence - b.sequence)
  writer.int32(inOrder.length)
  for (const [producerId, { key, value }] of inOrder) {
    writer.int64(producerId)
    writeRecord(writer, { kind: 'offset', ...key, value })
  }
}

function readPending(reader: Reader, state: SlotState): void {
  for (let left = reader.int32(); left > 0; left--) {
    const producerId = reader.int64()
    const record = readRecord(reader)
    if (record?.kind !== 'offset' || record.value === null) throw new DecodeError('BAD_VALUE', 0)
    const { groupId, topic, partition: index, value } = record
    state.applyPending({ producerId, key: { groupId, topic, partition: index }, value }, state.takeSequence())
  }
}
