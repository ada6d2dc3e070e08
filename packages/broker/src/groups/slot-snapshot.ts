/**
 * A snapshot of a slot: the fewest records that give its state, encoded as in the log, behind a format number.
 * Who cannot read it reads the log from the beginning instead.
 */
import { DecodeError, Reader, Writer } from '@naru/base'
import { decodeRecord, encodeRecord } from './records.ts'
import { SlotState } from './state.ts'

const FORMAT = 1

export function encodeSnapshot(state: SlotState): Uint8Array {
  const writer = new Writer()
  writer.int16(FORMAT)
  writer.int32(state.size)
  for (const record of state.records()) {
    const { key, value } = encodeRecord(record)
    writer.bytes(key, true)
    writer.nullableBytes(value, true)
  }
  return writer.toBytes()
}

/** Throws `DecodeError` when the bytes are of another format or do not make sense. */
export function decodeSnapshot(bytes: Uint8Array): SlotState {
  const reader = new Reader(bytes)
  if (reader.int16() !== FORMAT) throw new DecodeError('BAD_VALUE', 0)
  const state = new SlotState()
  for (let left = reader.int32(); left > 0; left--) {
    const record = decodeRecord(reader.bytes(true), reader.nullableBytes(true))
    if (record !== undefined) state.apply(record)
  }
  reader.expectEnd()
  return state
}
