import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@naru/simulator'
import { FileKind } from './segment-names.ts'
import type { SegmentBatch } from './segment-state.ts'
import { freshPartition, pathOf, restoredPartition, smallConfig } from './testing/test-partition.ts'
import { TransactionHistory } from './testing/transaction-history.ts'
import { encodeTransactionEntry, transactionEntry, transactionEntryBytes } from './transaction-index.ts'

const config = { ...smallConfig, segmentBytes: 600 }
const oneSegment = { ...smallConfig, segmentBytes: 1_000_000 }

/** A history of aborted and committed transactions of five producers, which overlap. */
function randomHistory(
  seed: number,
  count: number
): { history: TransactionHistory; batches: SegmentBatch[] } {
  const random = new SeededRandom(seed)
  const history = new TransactionHistory()
  const batches = Array.from({ length: count }, () => {
    const producerId = 1 + random.below(5)
    if (!random.oneIn(3)) return history.data(producerId, 1 + random.below(3))
    return history.marker(producerId, random.oneIn(3) ? 'commit' : 'abort')
  })
  return { history, batches }
}

test('an entry stands in the file as Apache Kafka writes it', () => {
  const entry = { producerId: 4711, firstOffset: 10, lastOffset: 20, lastStableOffset: 15 }
  const bytes = encodeTransactionEntry(entry)
  assert.equal(
    bytes.toString('hex'),
    '0000' + '0000000000001267' + '000000000000000a' + '0000000000000014' + '000000000000000f'
  )
  assert.deepEqual(transactionEntry(Buffer.concat([bytes, bytes]), 1), entry)
})

test('finds what overlaps any range of a random history, also after a restart', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { history, batches } = randomHistory(seed, 120)
    const { disk, segments } = freshPartition()
    await segments.write(batches, config)
    const waiting = await segments.abortedTransactions({ offset: 0, endOffset: history.nextOffset })
    assert.deepEqual(waiting, history.aborted, 'entries that are not synced yet count')
    await segments.sync()
    const restored = await restoredPartition(disk, segments.manifest())
    const random = new SeededRandom(seed)
    for (let question = 0; question < 100; question++) {
      const offset = random.below(history.nextOffset)
      const span = { offset, endOffset: offset + 1 + random.below(40) }
      const expected = history.overlapping(span)
      assert.deepEqual(await segments.abortedTransactions(span), expected, `seed ${seed}`)
      assert.deepEqual(await restored.segments.abortedTransactions(span), expected, `seed ${seed}`)
    }
  }
})

test('makes no file for segments without aborted transactions, and takes the others along when they go', async () => {
  const history = new TransactionHistory()
  const { disk, segments } = freshPartition()
  await segments.write([history.data(1), history.marker(1, 'commit')], config)
  await segments.roll()
  await segments.write([history.data(1), history.marker(1, 'abort')], config)
  await segments.roll()
  await segments.write([history.data(1)], config)
  await segments.sync()
  const indexes = (): string[] => [...disk.files.keys()].filter((path) => path.includes('txnindex'))
  assert.deepEqual(indexes(), [pathOf(2, FileKind.transactionIndex)])
  await segments.dropBefore(4)
  assert.deepEqual(await segments.abortedTransactions({ offset: 4, endOffset: 5 }), [])
  await segments.purge()
  assert.deepEqual(indexes(), [])
})

for (const damage of ['missing', 'short', 'one bit'] as const) {
  test(`builds a damaged index anew from the log (${damage})`, async () => {
    const { history, batches } = randomHistory(3, 200)
    const { disk, segments } = freshPartition()
    await segments.write(batches, config)
    await segments.sync()
    const paths = [...disk.files.keys()].filter((path) => path.endsWith('.txnindex'))
    assert.ok(paths.length > 5)
    const before = disk.snapshot()
    for (const path of paths) {
      const content = disk.content(path)
      if (damage === 'missing') disk.files.delete(path)
      else if (damage === 'short') disk.setContent(path, content.subarray(0, -transactionEntryBytes))
      else content[content.byteLength - 9] = (content[content.byteLength - 9] as number) ^ 1
    }
    const { logger, ...restored } = await restoredPartition(disk, segments.manifest())
    const everything = { offset: 0, endOffset: history.nextOffset }
    assert.deepEqual(await restored.segments.abortedTransactions(everything), history.aborted)
    assert.ok(logger.has('segment-transactions-rebuilt'))
    for (const path of paths) assert.deepEqual(disk.content(path), before.get(path), path)
    const again = await restoredPartition(disk, segments.manifest())
    assert.deepEqual(await again.segments.abortedTransactions(everything), history.aborted)
    assert.ok(!again.logger.has('segment-transactions-rebuilt'))
  })
}

test('goes on in an index that has lost its file since', async () => {
  const history = new TransactionHistory()
  const { disk, segments } = freshPartition()
  await segments.write([history.data(1), history.data(2), history.marker(1, 'abort')], oneSegment)
  await segments.sync()
  disk.files.delete(pathOf(0, FileKind.transactionIndex))
  const { segments: restored } = await restoredPartition(disk, segments.manifest())
  await restored.write([history.marker(2, 'abort')], oneSegment)
  await restored.sync()
  const { segments: later, logger } = await restoredPartition(disk, restored.manifest())
  const everything = { offset: 0, endOffset: history.nextOffset }
  assert.deepEqual(await later.abortedTransactions(everything), history.aborted)
  assert.ok(!logger.has('segment-transactions-rebuilt'))
})

test('cuts entries that came after the last checkpoint', async () => {
  const history = new TransactionHistory()
  const { disk, segments } = freshPartition()
  await segments.write([history.data(1), history.data(2), history.marker(1, 'abort')], oneSegment)
  await segments.sync()
  const manifest = segments.manifest()
  await segments.write([history.marker(2, 'abort')], oneSegment)
  await segments.sync()
  const { segments: restored, logger } = await restoredPartition(disk, manifest)
  const everything = { offset: 0, endOffset: 100 }
  assert.deepEqual(await restored.abortedTransactions(everything), history.aborted.slice(0, 1))
  assert.ok(!logger.has('segment-transactions-rebuilt'))
  assert.equal(disk.content(pathOf(0, FileKind.transactionIndex)).byteLength, transactionEntryBytes)
})
