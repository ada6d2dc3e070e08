import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogConfig } from '../ports/index.ts'
import { EntryFile } from './entry-file.ts'
import { offsetIndexFormat } from './offset-index.ts'
import { shouldRoll, type RollQuestion } from './roll-rule.ts'
import { emptyState, type SegmentState } from './segment-state.ts'
import { smallConfig } from './testing/test-partition.ts'

const entries = (indexEntries = 0, timeEntries = 0): RollQuestion['entries'] => {
  const file = (path: string): EntryFile =>
    new EntryFile({ path, baseOffset: 100, format: offsetIndexFormat })
  const files = { index: file('i'), timeIndex: file('t'), sidecar: file('c'), transactionIndex: file('x') }
  const made = { baseOffset: 100, ...files }
  for (let count = 0; count < indexEntries; count++) made.index.append(Buffer.alloc(8))
  for (let count = 0; count < timeEntries; count++) made.timeIndex.append(Buffer.alloc(12))
  return made
}

interface Asked {
  readonly state?: Partial<SegmentState>
  readonly entries?: RollQuestion['entries']
  readonly batchBytes?: number
  readonly lastOffset?: number
  readonly maxTimestampMs?: number
  readonly config?: Partial<LogConfig>
  readonly nowMs?: number
}

function rolls(asked: Asked): boolean {
  const state = { ...emptyState(100, 0), logBytes: 900, firstTimestampMs: 5_000, ...asked.state }
  const lastOffset = asked.lastOffset ?? 110
  const bytes = new Uint8Array(asked.batchBytes ?? 100)
  const maxTimestampMs = asked.maxTimestampMs ?? 5_000
  return shouldRoll({
    state,
    entries: asked.entries ?? entries(),
    createdMs: 1_000,
    batch: { bytes, baseOffset: lastOffset, lastOffset, maxTimestampMs },
    config: { ...smallConfig, segmentBytes: 1_000, segmentMs: 60_000, ...asked.config },
    nowMs: asked.nowMs ?? 1_000
  })
}

test('a segment rolls when the next batch would make it larger than segment.bytes', () => {
  assert.equal(rolls({ batchBytes: 100 }), false)
  assert.equal(rolls({ batchBytes: 101 }), true)
  assert.equal(rolls({ batchBytes: 5_000, state: { logBytes: 0 } }), false)
})

test('segment.ms counts from the first batch by the time of the records', () => {
  assert.equal(rolls({ maxTimestampMs: 65_000, nowMs: 10_000_000 }), false)
  assert.equal(rolls({ maxTimestampMs: 65_001 }), true)
})

test('segment.ms counts from the making of the segment where records have no time', () => {
  const state = { firstTimestampMs: -1 }
  assert.equal(rolls({ state, maxTimestampMs: -1, nowMs: 61_000 }), false)
  assert.equal(rolls({ state, maxTimestampMs: -1, nowMs: 61_001 }), true)
})

test('a segment rolls when an index is full; the time index keeps one entry for its end', () => {
  const config = { segmentIndexBytes: 50 }
  assert.equal(rolls({ config, entries: entries(5, 2) }), false)
  assert.equal(rolls({ config, entries: entries(6, 2) }), true)
  assert.equal(rolls({ config, entries: entries(5, 3) }), true)
})

test('a segment rolls before a relative offset outgrows 31 bits', () => {
  assert.equal(rolls({ lastOffset: 100 + 2 ** 31 - 1 }), false)
  assert.equal(rolls({ lastOffset: 100 + 2 ** 31 }), true)
})
