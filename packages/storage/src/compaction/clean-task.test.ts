import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  batchAttribute,
  buildBatch,
  buildControlBatch,
  CompressionCodec,
  computeBatchCrc,
  endTransactionMarker,
  readBatchHeader,
  readRecordsSync,
  splitBatches,
  type BatchOptions
} from '@naru/protocol'
import {
  cleanWindow,
  producersInMemory,
  type CleanTaskInput,
  type CleanTaskOutput,
  type LastOfProducer
} from './clean-task.ts'
import { noteKeys } from './key-task.ts'
import { OffsetMap } from './offset-map.ts'
import { noTransactions } from './transaction-pass.ts'

const nowMs = 1_000_000
const retentionMs = 5_000

type Entry = readonly [key: string | null, value: string | null]

function batchOf(baseOffset: number, entries: readonly Entry[], options: BatchOptions = {}): Buffer {
  const records = entries.map(([key, value], index) => ({
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    timestamp: 100 + baseOffset + index,
    headers: [{ key: 'h', value: Buffer.from(`${index}`) }]
  }))
  return buildBatch({ baseOffset, partitionLeaderEpoch: 0, ...options, records })
}

function marker(baseOffset: number, type: 'commit' | 'abort', producerId: number): Buffer {
  const options = { baseOffset, producerId, producerEpoch: 0, transactional: true, partitionLeaderEpoch: 0 }
  return buildControlBatch({ ...options, record: endTransactionMarker(type, 0), timestamp: 100 })
}

interface Pass {
  readonly aborted?: CleanTaskInput['aborted']
  readonly nowMs?: number
  readonly wallMs?: number
  readonly producers?: readonly LastOfProducer[]
  readonly keptEnds?: readonly number[]
}

/** One pass of cleaning over everything. */
function clean(batches: readonly Uint8Array[], pass: Pass = {}): CleanTaskOutput {
  const window = Buffer.concat(batches)
  const { aborted = [], producers = [], keptEnds = [] } = pass
  const map = OffsetMap.withRoom({ keysMax: 1000, bytesMax: 1_000_000, loadFactor: 0.9 })
  const noted = noteKeys.run({
    window,
    map: map.memory,
    fromOffset: 0,
    transactions: noTransactions,
    aborted
  })
  return cleanWindow.run({
    window,
    map: noted.map,
    mappedEnd: noted.endOffset,
    nowMs: pass.nowMs ?? nowMs,
    wallMs: pass.wallMs ?? pass.nowMs ?? nowMs,
    deleteRetentionMs: retentionMs,
    keptEnds,
    producers: producersInMemory(producers),
    transactions: noTransactions,
    aborted
  })
}

/** Offset, key and value of everything that stays, and the batches that are empty. */
function kept({ kept: bytes }: Pick<CleanTaskOutput, 'kept'>): string[] {
  return splitBatches(bytes).batches.flatMap(({ at, header }) => {
    assert.equal(header.crc, computeBatchCrc(bytes, at))
    if (header.recordCount === 0) return [`${header.baseOffset + header.lastOffsetDelta} empty`]
    if ((header.attributes & batchAttribute.control) !== 0) return [`${header.baseOffset} marker`]
    return readRecordsSync(bytes, at).map(
      ({ offset, key, value }) =>
        `${offset} ${Buffer.from(key ?? []).toString()}=${value === null ? null : Buffer.from(value).toString()}`
    )
  })
}

for (const [name, compression] of Object.entries(CompressionCodec)) {
  test(`the last value of each key stays, with its offset, time and headers, in ${name}`, () => {
    const entries: readonly Entry[] = [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['c', '4'],
      [null, 'no key']
    ]
    const options = { compression, producerId: 7, producerEpoch: 1, baseSequence: 40 }
    const result = clean([batchOf(10, entries, options), batchOf(15, [['c', '5']])])
    assert.deepEqual(kept(result), ['11 b=2', '12 a=3', '15 c=5'])
    const header = readBatchHeader(result.kept)
    assert.deepEqual(
      [header.baseOffset, header.lastOffsetDelta, header.baseSequence, header.producerId, header.recordCount],
      [10, 4, 40, 7, 2]
    )
    assert.equal(header.attributes & batchAttribute.compressionMask, compression)
    const [first] = readRecordsSync(result.kept, 0)
    assert.equal(first?.timestamp, 111)
    assert.equal(Buffer.from(first?.headers[0]?.value ?? []).toString(), '1')
    assert.equal(header.maxTimestamp, 112)
  })
}

test('a batch that keeps all of its records keeps its bytes', () => {
  const batch = batchOf(0, [
    ['a', '1'],
    ['b', '2']
  ])
  const result = clean([batch])
  assert.equal(result.isChanged, false)
  assert.ok(batch.equals(result.kept))
})

test('a tombstone gets its horizon when it is first cleaned, keeps its time, and goes when that has passed', () => {
  const first = clean([
    batchOf(0, [['a', '1']]),
    batchOf(1, [
      ['a', null],
      ['b', '2']
    ])
  ])
  assert.deepEqual(kept(first), ['1 a=null', '2 b=2'])
  const header = readBatchHeader(first.kept)
  assert.ok((header.attributes & batchAttribute.deleteHorizon) !== 0)
  assert.equal(header.baseTimestamp, nowMs + retentionMs)
  assert.equal(readRecordsSync(first.kept, 0)[0]?.timestamp, 101)
  const early = clean([first.kept], { nowMs: nowMs + retentionMs - 1 })
  assert.deepEqual(kept(early), ['1 a=null', '2 b=2'])
  assert.equal(early.isChanged, false)
  assert.deepEqual(kept(clean([early.kept], { nowMs: nowMs + retentionMs })), ['2 b=2'])
})

test('after a long stop a horizon counts from the wall clock, which the trusted time has yet to catch up with', () => {
  const wallMs = nowMs + 100 * retentionMs
  const transactional = { producerId: 7, producerEpoch: 0, transactional: true, baseSequence: 0 }
  const batches = [batchOf(0, [['a', null]]), batchOf(1, [['b', 'x']], transactional), marker(2, 'abort', 7)]
  const aborted = [{ producerId: 7, firstOffset: 1, lastOffset: 2, lastStableOffset: 3 }]
  const first = clean(batches, { wallMs, aborted })
  const second = clean([first.kept], { nowMs: nowMs + 2 * retentionMs, wallMs, aborted })
  assert.deepEqual(kept(second), ['0 a=null', '2 marker'])
  const late = { nowMs: wallMs + retentionMs - 1, wallMs: wallMs + retentionMs - 1 }
  assert.deepEqual(kept(clean([second.kept], late)), ['0 a=null', '2 marker'])
  assert.deepEqual(kept(clean([second.kept], { nowMs: wallMs + retentionMs })), [])
})

test('a wall clock that goes back shortens no horizon', () => {
  const first = clean([batchOf(0, [['a', null]])], { wallMs: nowMs - 100 * retentionMs })
  assert.deepEqual(kept(clean([first.kept], { nowMs: nowMs + retentionMs - 1 })), ['0 a=null'])
})

test('the last batch of a producer stays as a header when its records go', () => {
  const options = { producerId: 7, producerEpoch: 1, baseSequence: 3 }
  const batches = [
    batchOf(
      0,
      [
        ['a', '1'],
        ['b', '2']
      ],
      options
    ),
    batchOf(2, [
      ['a', '3'],
      ['b', '4']
    ])
  ]
  const producers = [{ producerId: 7, lastOffset: 1, epoch: 1 }]
  const result = clean(batches, { producers })
  assert.deepEqual(kept(result), ['1 empty', '2 a=3', '3 b=4'])
  const { baseSequence, lastOffsetDelta, producerEpoch } = readBatchHeader(result.kept)
  assert.deepEqual([baseSequence, lastOffsetDelta, producerEpoch], [3, 1, 1])
  assert.deepEqual(kept(clean([result.kept], { producers })), ['1 empty', '2 a=3', '3 b=4'])
  assert.deepEqual(kept(clean([result.kept])), ['2 a=3', '3 b=4'])
})

test('aborted records go at once, their marker only in a later pass, after its horizon', () => {
  const transactional = { producerId: 7, producerEpoch: 0, transactional: true, baseSequence: 0 }
  const batches = [
    batchOf(0, [['a', 'old']]),
    batchOf(1, [['a', 'aborted']], transactional),
    marker(2, 'abort', 7)
  ]
  const aborted = [{ producerId: 7, firstOffset: 1, lastOffset: 2, lastStableOffset: 3 }]
  const first = clean(batches, { aborted })
  assert.deepEqual(kept(first), ['0 a=old', '2 marker'])
  assert.deepEqual(first.keptAborted, aborted)
  const second = clean([first.kept], { aborted })
  assert.deepEqual(kept(second), ['0 a=old', '2 marker'])
  assert.deepEqual(second.keptAborted, [])
  assert.deepEqual(kept(clean([second.kept], { nowMs: nowMs + retentionMs - 1 })), ['0 a=old', '2 marker'])
  assert.deepEqual(kept(clean([second.kept], { nowMs: nowMs + retentionMs })), ['0 a=old'])
})

test('a commit marker stays as long as records of its transaction do', () => {
  const transactional = { producerId: 7, producerEpoch: 0, transactional: true, baseSequence: 0 }
  const batches = [batchOf(0, [['a', '1']], transactional), marker(1, 'commit', 7)]
  const first = clean(batches)
  const later = clean([first.kept], { nowMs: nowMs + 10 * retentionMs })
  assert.deepEqual(kept(later), ['0 a=1', '1 marker'])
  const gone = clean([later.kept, batchOf(2, [['a', '2']])], { nowMs: nowMs + 10 * retentionMs })
  assert.deepEqual(kept(gone), ['1 marker', '2 a=2'])
})

test('a tombstone that is to stay for ever gets the largest time that there is', () => {
  const window = batchOf(0, [['a', null]])
  const map = OffsetMap.withRoom({ keysMax: 10, bytesMax: 1000, loadFactor: 0.5 })
  const result = cleanWindow.run({
    window,
    map: map.memory,
    mappedEnd: 1,
    nowMs,
    wallMs: nowMs,
    deleteRetentionMs: 2 ** 63,
    keptEnds: [],
    producers: producersInMemory([]),
    transactions: noTransactions,
    aborted: []
  })
  assert.equal(readBatchHeader(result.kept).baseTimestamp, Number.MAX_SAFE_INTEGER)
  assert.equal(readRecordsSync(result.kept, 0)[0]?.timestamp, 100)
})

test('what lies behind the noted keys stays', () => {
  const window = Buffer.concat([batchOf(0, [['a', '1']]), batchOf(1, [['a', '2']]), batchOf(2, [['a', '3']])])
  const map = OffsetMap.withRoom({ keysMax: 10, bytesMax: 1000, loadFactor: 0.5 })
  map.set(Buffer.from('a'), 1)
  const result = cleanWindow.run({
    window,
    map: map.memory,
    mappedEnd: 2,
    nowMs,
    wallMs: nowMs,
    deleteRetentionMs: retentionMs,
    keptEnds: [],
    producers: producersInMemory([]),
    transactions: noTransactions,
    aborted: []
  })
  assert.deepEqual(kept(result), ['1 a=2', '2 a=3'])
})

test('a damaged batch is refused', () => {
  const batch = batchOf(0, [['a', '1']])
  batch[70] = (batch[70] ?? 0) ^ 1
  assert.throws(() => clean([batch]), { code: 'CORRUPT_MESSAGE' })
})

test('a map that is full stops before the batch that does not fit', () => {
  const entries = Array.from({ length: 100 }, (_, index): Entry => [`k${index}`, 'v'])
  const window = Buffer.concat(entries.map((entry, index) => batchOf(index, [entry])))
  const map = OffsetMap.withRoom({ keysMax: 1000, bytesMax: 24 * 64, loadFactor: 0.5 })
  const noted = noteKeys.run({
    window,
    map: map.memory,
    fromOffset: 0,
    transactions: noTransactions,
    aborted: []
  })
  assert.equal(noted.isFull, true)
  assert.equal(noted.endOffset, 32)
})
