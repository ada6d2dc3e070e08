/** The first step of cleaning: notes the last offset of each key in a window of the log. */
import type { OffLoopTask } from '@naru/base'
import { controlTypeOf, isControl, isTransactional, RecordCursor } from '@naru/protocol'
import {
  eachBatch,
  payloadOfBatch,
  unreadable,
  windowOffset,
  type SourceBatch,
  type WindowEnd
} from './batch-source.ts'
import { OffsetMap, type OffsetMapMemory } from './offset-map.ts'
import type { AbortedTransactionEntry } from '../segments/index.ts'
import { TransactionPass, type TransactionPassState } from './transaction-pass.ts'

export interface KeyTaskInput {
  /** Begins with a batch; may end within one. */
  readonly window: Uint8Array
  readonly map: OffsetMapMemory
  /** Records below are clean already. */
  readonly fromOffset: number
  readonly transactions: TransactionPassState
  readonly aborted: readonly AbortedTransactionEntry[]
}

export interface KeyTaskOutput extends WindowEnd {
  readonly map: OffsetMapMemory
  readonly isFull: boolean
  /** One beyond the last batch whose keys are all noted; -1 when there is none. */
  readonly endOffset: number
  readonly transactions: TransactionPassState
}

export const noteKeys: OffLoopTask<KeyTaskInput, KeyTaskOutput> = {
  module: import.meta.url,
  name: 'noteKeys',
  run: (input) => {
    const map = new OffsetMap(input.map)
    const pass = new TransactionPass(input.transactions, input.aborted, windowOffset(input.window))
    let endOffset = -1
    let isFull = false
    const end = eachBatch(input.window, (batch) => {
      if (!noteBatch(map, pass, batch, input.fromOffset)) {
        isFull = true
        return 'stop'
      }
      endOffset = batch.lastOffset + 1
      return undefined
    })
    return { ...end, map: map.memory, isFull, endOffset, transactions: pass.state }
  }
}

/** False when the map was full before the batch was at its end: it counts as not noted then. */
function noteBatch(map: OffsetMap, pass: TransactionPass, batch: SourceBatch, fromOffset: number): boolean {
  const { header, lastOffset } = batch
  if (isControl(header.attributes)) {
    pass.meetsMarker(header.producerId, lastOffset, markerType(batch))
    return true
  }
  if (isTransactional(header.attributes) && pass.meetsBatch(header.producerId, lastOffset)) return true
  if (header.recordCount === 0 || lastOffset < fromOffset) return true
  const cursor = new RecordCursor(payloadOfBatch(batch))
  while (cursor.next()) {
    const offset = header.baseOffset + cursor.offsetDelta
    if (cursor.keyBytes < 0 || offset < fromOffset) continue
    if (map.isFull) return false
    map.set(cursor.bytes.subarray(cursor.keyAt, cursor.keyAt + cursor.keyBytes), offset)
  }
  if (cursor.malformed !== undefined) throw unreadable(header.baseOffset)
  return true
}

/** The type of a control batch; undefined when its record is gone. */
export function markerType(batch: SourceBatch): number | undefined {
  if (batch.header.recordCount === 0) return undefined
  const cursor = new RecordCursor(payloadOfBatch(batch))
  if (!cursor.next() || cursor.keyBytes < 0) return undefined
  return controlTypeOf(cursor.bytes.subarray(cursor.keyAt, cursor.keyAt + cursor.keyBytes))
}
