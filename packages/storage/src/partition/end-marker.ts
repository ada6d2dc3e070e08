/** The control record that ends a transaction, as the log reads it. */
import {
  batchOffset,
  controlTypeOf,
  ControlRecordType,
  coordinatorEpochOf,
  isControl,
  RecordCursor,
  type BatchHeader
} from '@naru/protocol'

export interface EndMarker {
  readonly aborts: boolean
  readonly coordinatorEpoch: number
}

/** Undefined for every other batch, and for a control batch whose record compaction has taken away. */
export function endMarkerOf(bytes: Uint8Array, header: BatchHeader): EndMarker | undefined {
  if (!isControl(header.attributes)) return undefined
  const cursor = new RecordCursor(bytes, batchOffset.records, header.sizeInBytes)
  if (!cursor.next() || cursor.keyBytes < 0 || cursor.valueBytes < 0) return undefined
  const type = controlTypeOf(bytes.subarray(cursor.keyAt, cursor.keyAt + cursor.keyBytes))
  if (type !== ControlRecordType.abort && type !== ControlRecordType.commit) return undefined
  const value = bytes.subarray(cursor.valueAt, cursor.valueAt + cursor.valueBytes)
  const coordinatorEpoch = coordinatorEpochOf(value)
  return coordinatorEpoch === undefined
    ? undefined
    : { aborts: type === ControlRecordType.abort, coordinatorEpoch }
}
