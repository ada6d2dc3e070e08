import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EntryFile, type EntryFormat } from './entry-file.ts'
import {
  offsetEntryBytes,
  offsetEntryOffset,
  offsetEntryPosition,
  offsetIndexFormat
} from './offset-index.ts'
import { addBatch, addTimeEntry, emptyState, type SegmentDraft } from './segment-state.ts'
import type { SegmentContext } from './segment-context.ts'
import { sidecarEntryBytes, sidecarFormat } from './sidecar.ts'
import { freshPartition, smallConfig } from './testing/test-partition.ts'
import { IndexChecksums, transactionIndexFormat } from './transaction-index.ts'
import { timeEntryBytes, timeEntryOffset, timeEntryTimestamp, timeIndexFormat } from './time-index.ts'

/** Batches of one record each, given as size and timestamp, counted into an empty segment. */
async function counted(batches: ReadonlyArray<readonly [number, number]>, indexIntervalBytes = 1000) {
  const baseOffset = 50
  const file = (format: EntryFormat): EntryFile => new EntryFile({ path: 'none', baseOffset, format })
  const entries = {
    baseOffset,
    index: file(offsetIndexFormat),
    timeIndex: file(timeIndexFormat),
    sidecar: file(sidecarFormat),
    transactionIndex: file(transactionIndexFormat(new IndexChecksums()))
  }
  const draft: SegmentDraft = { ...emptyState(baseOffset, 0) }
  for (const [number, [bytes, maxTimestampMs]] of batches.entries()) {
    const offset = baseOffset + number
    const batch = { bytes: new Uint8Array(bytes), baseOffset: offset, lastOffset: offset, maxTimestampMs }
    addBatch(draft, entries, batch, { ...smallConfig, indexIntervalBytes })
  }
  const { context } = freshPartition()
  return {
    draft,
    entries,
    index: await indexOf(context, entries.index),
    times: await timesOf(context, entries.timeIndex)
  }
}

async function indexOf(context: SegmentContext, file: EntryFile): Promise<Array<[number, number]>> {
  const content = (await file.content(context))?.pending ?? Buffer.alloc(0)
  const count = content.byteLength / offsetEntryBytes
  return Array.from({ length: count }, (_, index) => [
    offsetEntryOffset(content, index),
    offsetEntryPosition(content, index)
  ])
}

async function timesOf(context: SegmentContext, file: EntryFile): Promise<Array<[number, number]>> {
  const content = (await file.content(context))?.pending ?? Buffer.alloc(0)
  const count = content.byteLength / timeEntryBytes
  return Array.from({ length: count }, (_, index) => [
    timeEntryTimestamp(content, index),
    timeEntryOffset(content, index)
  ])
}

test('an entry is due before a batch when more than the interval was written since the last one', async () => {
  const { index } = await counted([500, 500, 500, 500, 600, 600, 10, 5000, 10].map((bytes) => [bytes, -1]))
  assert.deepEqual(index, [
    [3, 1500],
    [5, 2600],
    [8, 8210]
  ])
})

test('the time index follows the offset index with the largest time so far, unless it ends with it', async () => {
  const { times, draft, entries } = await counted([
    [1001, 70],
    [1001, 90],
    [1001, 90],
    [1001, 80],
    [1001, 95],
    [10, 94],
    [10, 99]
  ])
  assert.deepEqual(times, [
    [90, 1],
    [95, 4]
  ])
  addTimeEntry(draft, entries)
  addTimeEntry(draft, entries)
  const { context } = freshPartition()
  assert.deepEqual((await timesOf(context, entries.timeIndex)).at(-1), [99, 6])
  assert.equal(entries.timeIndex.entryBytes / timeEntryBytes, 3)
  assert.deepEqual([draft.maxTimestampMs, draft.maxTimestampOffset, draft.firstTimestampMs], [99, 56, 70])
})

test('records without timestamps leave no entry in the time index', async () => {
  const { times, index } = await counted([1001, 1001, 1001].map((bytes) => [bytes, -1]))
  assert.equal(index.length, 2)
  assert.deepEqual(times, [])
})

test('the sidecar gets an entry per whole block, also when one batch fills several', async () => {
  const { entries, draft } = await counted([
    [65_535, 1],
    [1, 1],
    [200_000, 1]
  ])
  assert.equal(entries.sidecar.entryBytes / sidecarEntryBytes, 4)
  assert.equal(draft.logBytes, 265_536)
})
