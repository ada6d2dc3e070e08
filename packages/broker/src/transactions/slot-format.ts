/**
 * How the slots of `__transaction_state` are read and written. A snapshot is the newest record of every transactional
 * id, encoded as in the log, behind a format number. Who cannot read it reads the log from the beginning instead.
 */
import { DecodeError, Reader, Writer } from '@naru/base'
import type { SlotFormat } from '../coordinator/slot-machine.ts'
import { decodeRecord, encodeRecord } from './records.ts'
import { TransactionSlotState, type TransactionRecord } from './state.ts'

const FORMAT = 1

export const transactionSlotFormat: SlotFormat<TransactionRecord, TransactionSlotState> = {
  name: 'transaction',
  empty: () => new TransactionSlotState(),
  encode: encodeRecord,
  replay: (state, { key, value }) => {
    const record = decodeRecord(key, value)
    if (record === undefined) return false
    state.apply(record)
    return true
  },
  // Nobody writes to this topic in a transaction.
  endTransaction: () => undefined,
  size: (state) => state.size,
  encodeSnapshot,
  decodeSnapshot
}

function encodeSnapshot(state: TransactionSlotState): Uint8Array {
  const writer = new Writer()
  writer.int16(FORMAT)
  writer.int32(state.size)
  for (const [transactionalId, transaction] of state.transactions) {
    const { key, value } = encodeRecord({ transactionalId, value: transaction })
    writer.bytes(key, true)
    writer.nullableBytes(value, true)
  }
  return writer.toBytes()
}

function decodeSnapshot(bytes: Uint8Array): TransactionSlotState {
  const reader = new Reader(bytes)
  if (reader.int16() !== FORMAT) throw new DecodeError('BAD_VALUE', 0)
  const state = new TransactionSlotState()
  for (let left = reader.int32(); left > 0; left--) {
    const record = decodeRecord(reader.bytes(true), reader.nullableBytes(true))
    if (record !== undefined) state.apply(record)
  }
  reader.expectEnd()
  return state
}
