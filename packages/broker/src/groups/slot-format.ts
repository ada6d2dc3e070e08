/** How the slots of `__consumer_offsets` are read and written. */
import type { SlotFormat } from '../coordinator/slot-machine.ts'
import { decodeRecord, encodeRecord } from './records.ts'
import { decodeSnapshot, encodeSnapshot } from './slot-snapshot.ts'
import { SlotState, type GroupRecord } from './state.ts'

export const groupSlotFormat: SlotFormat<GroupRecord, SlotState> = {
  name: 'group',
  empty: () => new SlotState(),
  encode: encodeRecord,
  replay: (state, { key, value }, producerId) => {
    const record = decodeRecord(key, value)
    if (record === undefined) return false
    if (producerId === undefined || record.kind !== 'offset' || record.value === null) {
      state.apply(record)
      return true
    }
    const { groupId, topic, partition } = record
    const offset = { producerId, key: { groupId, topic, partition }, value: record.value }
    state.applyPending(offset, state.takeSequence())
    return true
  },
  endTransaction: (state, producerId, isCommit) => state.endTransaction(producerId, isCommit),
  size: (state) => state.size,
  encodeSnapshot,
  decodeSnapshot
}
