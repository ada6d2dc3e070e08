import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FileKind } from './segment-names.ts'
import { batchesFrom, equalBatches } from './testing/test-batches.ts'
import {
  freshPartition,
  nextOffsetAfter,
  pathOf,
  readAll,
  smallConfig,
  testDirectory
} from './testing/test-partition.ts'

const shape = { records: 3, valueBytes: 200, timestampMs: 5_000 }

test('a fresh partition touches no disk until the first write', async () => {
  const { disk, segments } = freshPartition()
  assert.deepEqual([segments.startOffset, segments.endOffset, segments.sizeBytes], [0, 0, 0])
  assert.deepEqual(await segments.read(0, { maxBytes: 100, minOneBatch: true }), {
    kind: 'records',
    chunks: [],
    bytes: 0,
    nextOffset: 0,
    release: undefined
  })
  assert.equal((await segments.read(1, { maxBytes: 100, minOneBatch: true })).kind, 'out-of-range')
  await segments.sync()
  assert.equal(disk.directories.size, 0)
})

test('what was written is read back byte for byte, across rolled segments', async () => {
  const { segments } = freshPartition()
  const batches = equalBatches(0, 1200, shape)
  for (let at = 0; at < batches.length; at += 50)
    await segments.write(batches.slice(at, at + 50), smallConfig)
  assert.ok(segments.segmentCount > 3)
  assert.equal(segments.endOffset, 3600)
  const expected = Buffer.concat(batches.map((batch) => batch.bytes))
  assert.equal(segments.sizeBytes, expected.byteLength)
  assert.ok((await readAll(segments, 0)).equals(expected))
})

test('a read begins with the whole batch that holds the offset and keeps to the limit', async () => {
  const { segments } = freshPartition()
  const batches = equalBatches(0, 100, shape)
  await segments.write(batches, smallConfig)
  const size = batches[7]?.bytes.byteLength ?? 0
  const read = await segments.read(22, { maxBytes: size * 3 + 1, minOneBatch: false })
  assert.equal(read.kind, 'records')
  assert.deepEqual(
    read.kind === 'records' && Buffer.concat(read.chunks),
    Buffer.concat(batches.slice(7, 10).map((batch) => batch.bytes))
  )
})

test('what was read stays as it is while others read, until it is released', async () => {
  const { segments } = freshPartition()
  const config = { ...smallConfig, segmentBytes: 10_000_000 }
  const large = { ...shape, records: 1, valueBytes: 90_000 }
  const batches = equalBatches(0, 12, large)
  await segments.write(batches, config)
  const at = (offset: number) => segments.read(offset, { maxBytes: 400_000, minOneBatch: true })
  const bytesFrom = (offset: number): Buffer =>
    Buffer.concat(batches.slice(offset, offset + 4).map(({ bytes }) => bytes))
  const [first, second] = await Promise.all([at(0), at(6)])
  assert.ok(first.kind === 'records' && second.kind === 'records')
  first.release?.()
  const third = await at(3)
  assert.ok(third.kind === 'records' && first.release !== undefined)
  assert.equal(third.chunks[0]?.buffer, first.chunks[0]?.buffer)
  assert.ok(Buffer.concat(second.chunks).equals(bytesFrom(6)))
  assert.ok(Buffer.concat(third.chunks).equals(bytesFrom(3)))
})

test('readers at the same place share one read, and each keeps it until the last one has released it', async () => {
  const { segments } = freshPartition()
  const config = { ...smallConfig, segmentBytes: 10_000_000 }
  const batches = equalBatches(0, 24, { ...shape, records: 1, valueBytes: 90_000 })
  await segments.write(batches, config)
  const at = (offset: number) => segments.read(offset, { maxBytes: 400_000, minOneBatch: true })
  const expected = Buffer.concat(batches.slice(2, 6).map(({ bytes }) => bytes))
  const [first, second] = await Promise.all([at(2), at(2)])
  // One that comes later, a little behind.
  const third = await at(4)
  assert.ok(first.kind === 'records' && second.kind === 'records' && third.kind === 'records')
  assert.equal(second.chunks[0]?.buffer, first.chunks[0]?.buffer)
  assert.equal(third.chunks[0]?.buffer, first.chunks[0]?.buffer)
  first.release?.()
  first.release?.()
  third.release?.()
  const other = await at(14)
  assert.ok(other.kind === 'records')
  assert.notEqual(other.chunks[0]?.buffer, first.chunks[0]?.buffer)
  assert.ok(Buffer.concat(second.chunks).equals(expected))
  second.release?.()
  const last = await at(18)
  assert.ok(last.kind === 'records')
  assert.equal(last.chunks[0]?.buffer, first.chunks[0]?.buffer)
})

test('the first batch is given whole even when it is larger than limit and window, unless that is not wanted', async () => {
  const { segments } = freshPartition()
  const [small, large, last] = batchesFrom(0, [shape, { ...shape, records: 1, valueBytes: 900_000 }, shape])
  assert.ok(small !== undefined && large !== undefined && last !== undefined)
  await segments.write([small, large, last], { ...smallConfig, segmentBytes: 10_000_000 })
  const read = await segments.read(3, { maxBytes: 10, minOneBatch: true })
  assert.ok(read.kind === 'records' && Buffer.concat(read.chunks).equals(Buffer.from(large.bytes)))
  const none = await segments.read(3, { maxBytes: 10, minOneBatch: false })
  assert.ok(none.kind === 'records' && none.bytes === 0)
})

test('a large read comes in chunks of whole batches', async () => {
  const { segments } = freshPartition()
  const batches = equalBatches(0, 3000, shape)
  await segments.write(batches, { ...smallConfig, segmentBytes: 100_000_000 })
  const read = await segments.read(0, { maxBytes: 1_500_000, minOneBatch: true })
  assert.ok(read.kind === 'records')
  assert.ok(read.chunks.length > 1 && read.bytes > 1_400_000 && read.bytes <= 1_500_000)
  for (const chunk of read.chunks) assert.equal(nextOffsetAfter([chunk]) % 3, 0)
})

test('nothing is in the manifest before it is synced, and names are synced after the files', async () => {
  const { disk, segments } = freshPartition()
  await segments.write(equalBatches(0, 500, shape), smallConfig)
  assert.deepEqual(segments.manifest(), { startOffset: 0, endOffset: 0, segments: [] })
  await segments.sync()
  const manifest = segments.manifest()
  assert.equal(manifest.endOffset, 1500)
  assert.equal(manifest.segments.length, segments.segmentCount)
  assert.equal(disk.synced.at(-1), 'data')
  assert.equal(disk.synced.at(-2), testDirectory)
  for (const segment of manifest.segments) {
    assert.equal(disk.content(pathOf(segment.baseOffset, FileKind.log)).byteLength, segment.logBytes)
    assert.equal(disk.content(pathOf(segment.baseOffset, FileKind.index)).byteLength, segment.indexBytes)
    assert.equal(
      disk.content(pathOf(segment.baseOffset, FileKind.timeIndex)).byteLength,
      segment.timeIndexBytes
    )
    assert.equal(disk.content(pathOf(segment.baseOffset, FileKind.sidecar)).byteLength, segment.sidecarBytes)
  }
  const synced = disk.synced.length
  await segments.sync()
  assert.equal(disk.synced.length, synced)
})

test('short writes are carried on until everything is written', async () => {
  const { disk, segments } = freshPartition()
  disk.writeBytesMax = 777
  const batches = equalBatches(0, 60, shape)
  await segments.write(batches, smallConfig)
  await segments.sync()
  assert.ok((await readAll(segments, 0)).equals(Buffer.concat(batches.map((batch) => batch.bytes))))
})

test('a failed write leaves what was surely written, and the rest can be written again', async () => {
  const { disk, segments } = freshPartition()
  const batches = equalBatches(0, 300, shape)
  await segments.write(batches.slice(0, 100), smallConfig)
  disk.writeBytesMax = 1000
  disk.fail({ operation: 'write', pathEnd: '.log', code: 'ENOSPC', after: 3, times: 1 })
  await assert.rejects(segments.write(batches.slice(100, 200), smallConfig), { code: 'ENOSPC' })
  assert.equal(segments.endOffset, 300)
  disk.heal()
  assert.ok(disk.content(pathOf(0, FileKind.log)).byteLength > segments.sizeBytes)
  await segments.sync()
  assert.equal(disk.content(pathOf(0, FileKind.log)).byteLength, segments.sizeBytes)
  await segments.write(batches.slice(100), smallConfig)
  await segments.sync()
  assert.ok((await readAll(segments, 0)).equals(Buffer.concat(batches.map((batch) => batch.bytes))))
  const untroubled = freshPartition()
  await untroubled.segments.write(batches, smallConfig)
  await untroubled.segments.sync()
  for (const [path, { content }] of untroubled.disk.files) assert.ok(disk.content(path).equals(content), path)
})

test('a sync that finds no space for an index can be tried again', async () => {
  const { disk, segments } = freshPartition()
  const batches = equalBatches(0, 100, shape)
  await segments.write(batches, smallConfig)
  disk.fail({ operation: 'write', pathEnd: '.timeindex', code: 'ENOSPC' })
  await assert.rejects(segments.sync(), { code: 'ENOSPC' })
  await segments.write(equalBatches(300, 20, shape), smallConfig)
  disk.heal()
  await segments.sync()
  const untroubled = freshPartition()
  await untroubled.segments.write(batches, smallConfig)
  await untroubled.segments.write(equalBatches(300, 20, shape), smallConfig)
  await untroubled.segments.sync()
  assert.deepEqual(segments.manifest(), untroubled.segments.manifest())
  for (const [path, { content }] of untroubled.disk.files) assert.ok(disk.content(path).equals(content), path)
  assert.deepEqual(new Set(disk.synced), new Set(untroubled.disk.synced))
})

test('after a failed sync nothing more is taken', async () => {
  const { disk, segments } = freshPartition()
  await segments.write(equalBatches(0, 10, shape), smallConfig)
  disk.fail({ operation: 'datasync', pathEnd: '.log', code: 'EIO', times: 1 })
  await assert.rejects(segments.sync(), { code: 'EIO' })
  await assert.rejects(segments.sync(), { code: 'EIO' })
  await assert.rejects(segments.write(equalBatches(30, 1, shape), smallConfig), { code: 'EIO' })
  assert.equal(segments.manifest().segments.length, 0)
})

test('a failed sync is final even when it says that there was no space', async () => {
  const { disk, segments } = freshPartition()
  await segments.write(equalBatches(0, 10, shape), smallConfig)
  disk.fail({ operation: 'datasync', pathEnd: '.log', code: 'ENOSPC', times: 1 })
  await assert.rejects(segments.sync(), { code: 'EIO' })
  await assert.rejects(segments.write(equalBatches(30, 1, shape), smallConfig), { code: 'EIO' })
})

test('a read far into a segment touches few blocks, whether its index is on disk or still waits', async () => {
  const { disk, segments } = freshPartition()
  await segments.write(equalBatches(0, 1500, shape), { ...smallConfig, segmentBytes: 100_000_000 })
  for (const offset of [4000, 4200]) {
    disk.bytesRead = 0
    await segments.read(offset, { maxBytes: 1000, minOneBatch: true })
    assert.ok(disk.bytesRead <= 3 * 65_536, `${disk.bytesRead} bytes`)
    await segments.sync()
  }
})

test('readers during a write see all of it or nothing', async () => {
  const { disk, segments } = freshPartition()
  disk.writeBytesMax = 500
  const batches = equalBatches(0, 400, shape)
  const expected = Buffer.concat(batches.map((batch) => batch.bytes))
  const writing = (async () => {
    for (let at = 0; at < batches.length; at += 20)
      await segments.write(batches.slice(at, at + 20), smallConfig)
  })()
  for (let round = 0; round < 30; round++) {
    const seen = await readAll(segments, 0, 30_000)
    assert.ok(seen.equals(expected.subarray(0, seen.byteLength)))
  }
  await writing
})

test('dropped segments are gone for readers at once, and their files after a purge', async () => {
  const { disk, segments } = freshPartition()
  await segments.write(equalBatches(0, 1200, shape), smallConfig)
  await segments.sync()
  const [first, second] = segments.manifest().segments
  assert.ok(first !== undefined && second !== undefined)
  await segments.dropBefore(second.baseOffset + 1)
  assert.equal(segments.startOffset, second.baseOffset)
  assert.equal((await segments.read(0, { maxBytes: 100, minOneBatch: true })).kind, 'out-of-range')
  assert.ok(disk.files.has(`${pathOf(0, FileKind.log)}.deleted`))
  await segments.purge()
  assert.deepEqual(
    [...disk.files.keys()].filter((path) => path.includes('00000000000000000000.')),
    []
  )
  await segments.dropBefore(segments.endOffset)
  assert.deepEqual([segments.startOffset, segments.endOffset, segments.sizeBytes], [3600, 3600, 0])
  await segments.write(equalBatches(3600, 2, shape), smallConfig)
  assert.equal(segments.startOffset, 3600)
})

test('a removed partition leaves no folder behind', async () => {
  const { disk, segments, context } = freshPartition()
  await segments.write(equalBatches(0, 300, shape), smallConfig)
  await segments.remove()
  await context.files.close()
  assert.deepEqual([disk.files.size, disk.directories.size, disk.openCount], [0, 0, 0])
})

test('a batch that was written already is a bug of the caller', async () => {
  const { segments } = freshPartition()
  await segments.write(equalBatches(0, 2, shape), smallConfig)
  await assert.rejects(segments.write(equalBatches(3, 1, shape), smallConfig), { name: 'AssertionError' })
})

test('few descriptors serve many segments', async () => {
  const { disk, segments } = freshPartition({ openFilesMax: 3 })
  const batches = equalBatches(0, 1200, shape)
  await segments.write(batches, smallConfig)
  await segments.sync()
  const reads = Array.from({ length: 40 }, (_, index) => readAll(segments, index * 90))
  for (const bytes of await Promise.all(reads)) assert.ok(bytes.byteLength > 0)
  assert.ok(disk.openCountMax <= 3)
})

test('a log that begins in a gap, as compaction leaves them, is read from the next record on', async () => {
  const { segments } = freshPartition()
  const [first, second] = [batchesFrom(0, [shape]), batchesFrom(0, [{ ...shape, gap: 20 }])]
  await segments.write(first, smallConfig)
  await segments.roll()
  await segments.write(second, smallConfig)
  await segments.sync()
  await segments.dropBefore(10)
  const read = await segments.read(10, { maxBytes: 10_000, minOneBatch: true })
  assert.ok(read.kind === 'records')
  assert.ok(Buffer.concat(read.chunks).equals(Buffer.concat(second.map((batch) => batch.bytes))))
  assert.equal((await segments.read(2, { maxBytes: 100, minOneBatch: true })).kind, 'out-of-range')
})
