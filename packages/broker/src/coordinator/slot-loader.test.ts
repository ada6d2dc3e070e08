import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SILENT_LOGGER, ZERO_UUID } from '@naru/base'
import { nodeTimers } from '@naru/base/node'
import { RecordBatchBuilder, threadPoolCompression } from '@naru/protocol'
import type {
  LogStore,
  PartitionState,
  ReadRequest,
  ReadResult,
  Snapshot,
  SnapshotStore
} from '@naru/storage'
import { encodeRecord } from '../groups/records.ts'
import { groupSlotFormat } from '../groups/slot-format.ts'
import { SlotState, type GroupRecord } from '../groups/state.ts'
import { loadSlot } from './slot-loader.ts'

/** The snapshot holds all records before this one. */
const SNAPSHOT_OFFSET = 20
/** The only record that the log has; those before it were compacted away. */
const RECORD_OFFSET = 22

const deleted = { groupId: 'deleted', topic: 't', partition: 0 }
const kept = { groupId: 'kept', topic: 't', partition: 0 }

function committed(key: typeof kept, offset: number): GroupRecord & { kind: 'offset' } {
  const value = {
    offset,
    leaderEpoch: -1,
    metadata: '',
    commitTimestampMs: 1,
    expireTimestampMs: -1,
    topicId: ZERO_UUID
  }
  return { kind: 'offset', ...key, value }
}

/** Before the tombstone of one group, and before the end of a transaction that commits offsets of another. */
function snapshot(offset: number): Snapshot {
  const state = new SlotState()
  state.apply(committed(deleted, 500))
  const { value } = committed(kept, 10)
  assert.ok(value !== null)
  state.applyPending({ producerId: 7, key: kept, value }, state.takeSequence())
  return { offset, bytes: groupSlotFormat.encodeSnapshot(state) }
}

/** A log of one record, cleaned up to an offset that may rise with the first read. */
function logCleaned({ before, after }: { before: number; after: number }): LogStore {
  const builder = new RecordBatchBuilder()
  builder.append({ ...encodeRecord(committed(kept, 11)), timestamp: 1 })
  const chunk = Buffer.from(builder.build())
  chunk.writeBigInt64BE(BigInt(RECORD_OFFSET))
  let cleanedOffset = before
  const state = (): PartitionState => ({
    logStartOffset: 0,
    highWatermark: RECORD_OFFSET + 1,
    lastStableOffset: RECORD_OFFSET + 1,
    leaderEpoch: 0,
    ownerEpoch: 0,
    sizeBytes: chunk.byteLength,
    cleanedOffset
  })
  const read = ({ offset }: ReadRequest): ReadResult => {
    cleanedOffset = after
    const chunks = offset <= RECORD_OFFSET ? [chunk] : []
    return { kind: 'records', chunks, bytes: chunk.byteLength, state: state(), abortedTransactions: [] }
  }
  return { state, read } satisfies Partial<LogStore> as unknown as LogStore
}

async function load(log: LogStore, snapshotOffset = SNAPSHOT_OFFSET): Promise<SlotState> {
  const snapshots = { load: () => Promise.resolve(snapshot(snapshotOffset)) } satisfies Partial<SnapshotStore>
  const options = {
    log,
    snapshots: snapshots as unknown as SnapshotStore,
    format: groupSlotFormat,
    compression: threadPoolCompression,
    timers: nodeTimers,
    logger: SILENT_LOGGER
  }
  const loaded = await loadSlot(options, { topicId: ZERO_UUID, partition: 0, ownerEpoch: 0 })
  assert.equal(loaded?.endOffset, RECORD_OFFSET + 1)
  return loaded.state
}

function assertOfLogAlone(state: SlotState): void {
  assert.equal(state.offsets.get(deleted), undefined)
  assert.equal(state.offsets.get(kept)?.offset, 11)
  assert.equal(state.pending.size, 0)
}

test('a snapshot counts when nothing behind it was compacted', async () => {
  const state = await load(logCleaned({ before: SNAPSHOT_OFFSET, after: SNAPSHOT_OFFSET }))
  assert.equal(state.offsets.get(deleted)?.offset, 500)
  assert.equal(state.offsets.get(kept)?.offset, 11)
})

test('a snapshot is passed over when what followed it may have been compacted away', async () => {
  const cleaned = SNAPSHOT_OFFSET + 1
  assertOfLogAlone(await load(logCleaned({ before: cleaned, after: cleaned })))
})

test('a snapshot is passed over when compaction gets behind it during the load', async () => {
  assertOfLogAlone(await load(logCleaned({ before: 0, after: RECORD_OFFSET })))
})

test('the record that stands right behind a snapshot is replayed', async () => {
  const state = await load(logCleaned({ before: 0, after: 0 }), RECORD_OFFSET)
  assert.equal(state.offsets.get(kept)?.offset, 11)
})
