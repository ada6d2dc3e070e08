import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FileKind } from './segment-names.ts'
import type { SegmentBatch } from './segment-state.ts'
import type { SegmentsManifest } from './segments-manifest.ts'
import type { MemoryDisk } from './testing/memory-disk.ts'
import { equalBatches } from './testing/test-batches.ts'
import {
  freshPartition,
  pathOf,
  readAll,
  restoredPartition,
  smallConfig,
  testDirectory
} from './testing/test-partition.ts'

const shape = { records: 3, valueBytes: 200, timestampMs: 5_000 }

interface Stopped {
  readonly disk: MemoryDisk
  readonly manifest: SegmentsManifest
  readonly batches: readonly SegmentBatch[]
  readonly bases: readonly number[]
}

/** Several segments, all synced. */
async function stopped(): Promise<Stopped> {
  const { disk, segments } = freshPartition()
  const batches = equalBatches(0, 1300, shape)
  await segments.write(batches, smallConfig)
  await segments.sync()
  const manifest = segments.manifest()
  return { disk, manifest, batches, bases: manifest.segments.map((segment) => segment.baseOffset) }
}

function bytesOf(batches: readonly SegmentBatch[]): Buffer {
  return Buffer.concat(batches.map((batch) => batch.bytes))
}

test('a restore brings back what was synced, and appending goes on', async () => {
  const { disk, manifest, batches } = await stopped()
  const { segments, problems } = await restoredPartition(disk, manifest)
  assert.deepEqual(problems, [])
  assert.deepEqual([segments.startOffset, segments.endOffset], [0, 3900])
  const more = equalBatches(3900, 300, { ...shape, timestampMs: 9_000 })
  await segments.write(more, smallConfig)
  await segments.sync()
  assert.ok((await readAll(segments, 0)).equals(bytesOf([...batches, ...more])))
  const again = await restoredPartition(disk, segments.manifest())
  assert.ok((await readAll(again.segments, 0)).equals(bytesOf([...batches, ...more])))
})

test('the manifest survives being written as JSON', async () => {
  const { disk, manifest, batches } = await stopped()
  const { segments } = await restoredPartition(disk, JSON.parse(JSON.stringify(manifest)) as SegmentsManifest)
  assert.deepEqual(segments.manifest(), manifest)
  assert.ok((await readAll(segments, 0)).equals(bytesOf(batches)))
})

test('what was written after the checkpoint is cut, and segments begun after it are removed', async () => {
  const { disk, manifest, batches, bases } = await stopped()
  const running = await restoredPartition(disk, manifest)
  await running.segments.write(equalBatches(3900, 900, shape), smallConfig)
  await running.segments.sync()
  disk.setContent(`${testDirectory}/notes.txt`, Buffer.from('not ours'))
  const { segments, problems } = await restoredPartition(disk, manifest)
  assert.deepEqual(problems, [])
  assert.equal(segments.endOffset, 3900)
  for (const { baseOffset, logBytes, indexBytes, timeIndexBytes, sidecarBytes } of manifest.segments) {
    const lengths = [FileKind.log, FileKind.index, FileKind.timeIndex, FileKind.sidecar].map((kind) => {
      return disk.content(pathOf(baseOffset, kind)).byteLength
    })
    assert.deepEqual(lengths, [logBytes, indexBytes, timeIndexBytes, sidecarBytes])
  }
  const logs = [...disk.files.keys()].filter((path) => path.endsWith('.log'))
  assert.deepEqual(
    logs,
    bases.map((base) => pathOf(base, FileKind.log))
  )
  assert.ok(disk.files.has(`${testDirectory}/notes.txt`))
  assert.ok((await readAll(segments, 0)).equals(bytesOf(batches)))
})

test('a last log that is shorter than its checkpoint is reported, and what is left of it stays readable', async () => {
  const { disk, manifest, batches, bases } = await stopped()
  const last = pathOf(bases.at(-1) ?? 0, FileKind.log)
  const short = disk.content(last).subarray(0, 70_000)
  disk.setContent(last, Buffer.from(short))
  const { segments, problems } = await restoredPartition(disk, manifest)
  const [problem] = problems
  assert.equal(problems.length, 1)
  assert.deepEqual(
    { ...problem, reason: '' },
    {
      file: last,
      position: 70_000,
      bytes: (manifest.segments.at(-1)?.logBytes ?? 0) - 70_000,
      reason: ''
    }
  )
  const from = bases.at(-1) ?? 0
  const read = await segments.read(from, { maxBytes: 100_000, minOneBatch: true })
  assert.ok(read.kind === 'records' && read.bytes > 69_000)
  assert.equal((await segments.read(3899, { maxBytes: 100, minOneBatch: true })).kind, 'corrupt')
  const more = equalBatches(3900, 10, shape)
  await segments.write(more, smallConfig)
  await segments.sync()
  assert.ok((await readAll(segments, 3900)).equals(bytesOf(more)))
  assert.equal((await restoredPartition(disk, segments.manifest())).problems.length, 0)
  assert.equal((await segments.read(3899, { maxBytes: 100, minOneBatch: true })).kind, 'corrupt')
  const old = batches.slice(0, 5)
  const first = await segments.read(0, { maxBytes: bytesOf(old).byteLength, minOneBatch: true })
  assert.ok(first.kind === 'records' && Buffer.concat(first.chunks).equals(bytesOf(old)))
})

test('a missing log is reported and answered with corrupt, its neighbours stay readable', async () => {
  const { disk, manifest, bases } = await stopped()
  disk.files.delete(pathOf(bases[1] ?? 0, FileKind.log))
  const { segments, problems } = await restoredPartition(disk, manifest)
  assert.deepEqual(
    problems.map((problem) => problem.file),
    [pathOf(bases[1] ?? 0, FileKind.log)]
  )
  const answers = await Promise.all(
    bases.map((base) => segments.read(base, { maxBytes: 1000, minOneBatch: true }))
  )
  assert.deepEqual(
    answers.map((answer) => answer.kind),
    ['records', 'corrupt', ...bases.slice(2).map(() => 'records')]
  )
  const corrupt = answers[1]
  assert.ok(corrupt?.kind === 'corrupt')
  assert.equal(corrupt.nextOffset, bases[2])
})

test('a folder that is gone is reported for every segment', async () => {
  const { disk, manifest } = await stopped()
  disk.files.clear()
  disk.directories.clear()
  const { segments, problems } = await restoredPartition(disk, manifest)
  assert.equal(problems.length, manifest.segments.length)
  assert.equal((await segments.read(0, { maxBytes: 100, minOneBatch: true })).kind, 'corrupt')
  await segments.write(equalBatches(3900, 1, shape), smallConfig)
  assert.equal(disk.directories.has(testDirectory), true)
})

test('missing, short, long and swapped index files are made up for', async () => {
  const changes: Array<(disk: MemoryDisk, path: string, other: string) => void> = [
    (disk, path) => disk.files.delete(path),
    (disk, path) =>
      disk.setContent(path, Buffer.from(disk.content(path).subarray(0, disk.content(path).byteLength / 2))),
    (disk, path) => disk.setContent(path, Buffer.alloc(0)),
    (disk, path) => disk.setContent(path, Buffer.concat([disk.content(path), Buffer.alloc(100, 1)])),
    (disk, path, other) => disk.setContent(path, Buffer.from(disk.content(other)))
  ]
  for (const kind of [FileKind.index, FileKind.timeIndex, FileKind.sidecar]) {
    for (const [number, change] of changes.entries()) {
      const { disk, manifest, batches, bases } = await stopped()
      change(disk, pathOf(bases.at(-1) ?? 0, kind), pathOf(0, kind))
      change(disk, pathOf(bases[1] ?? 0, kind), pathOf(0, kind))
      const { segments, problems } = await restoredPartition(disk, manifest)
      assert.deepEqual(problems, [])
      for (const batch of [batches[1], batches[500], batches[1299]]) {
        const found = await segments.batchForTimestamp(batch?.maxTimestampMs ?? 0)
        assert.ok(found !== undefined && Buffer.from(found).equals(batch?.bytes ?? Buffer.alloc(0)))
      }
      const more = equalBatches(3900, 30, { ...shape, timestampMs: 9_000 })
      await segments.write(more, smallConfig)
      await segments.sync()
      const expected = bytesOf([...batches, ...more])
      assert.ok((await readAll(segments, 0)).equals(expected), `${kind} ${number}`)
      const again = await restoredPartition(disk, segments.manifest())
      assert.ok((await readAll(again.segments, 0)).equals(expected), `${kind} ${number} again`)
    }
  }
})

test('segments that were dropped after the checkpoint are not taken for lost, however often it starts', async () => {
  const { disk, manifest, bases } = await stopped()
  const running = await restoredPartition(disk, manifest)
  await running.segments.dropBefore(bases[2] ?? 0)
  await restoredPartition(disk, manifest)
  const { segments, problems } = await restoredPartition(disk, manifest)
  assert.deepEqual(problems, [])
  assert.equal(segments.startOffset, bases[2])
  await segments.purge()
  assert.deepEqual(
    [...disk.files.keys()].filter((path) => path.endsWith('.deleted')),
    []
  )
})

test('files of dropped segments are removed by a start from a checkpoint that does not know them', async () => {
  const { disk, manifest, bases } = await stopped()
  const running = await restoredPartition(disk, manifest)
  await running.segments.dropBefore(bases[2] ?? 0)
  await restoredPartition(disk, running.segments.manifest())
  assert.deepEqual(
    [...disk.files.keys()].filter((path) => path.endsWith('.deleted')),
    []
  )
})

test('leftovers in the folder of a fresh partition are removed before the first write', async () => {
  const { disk, batches } = await stopped()
  const { segments } = freshPartition({ disk })
  await segments.write(batches.slice(0, 1), smallConfig)
  await segments.sync()
  assert.deepEqual([...disk.files.keys()], [pathOf(0, FileKind.log)])
  assert.ok((await readAll(segments, 0)).equals(bytesOf(batches.slice(0, 1))))
})

test('a rebuild between writes and a sync keeps the manifest within what is durable', async () => {
  const { disk, manifest, batches, bases } = await stopped()
  const { segments, context, logger } = await restoredPartition(disk, manifest)
  const more = equalBatches(3900, 60, { ...shape, timestampMs: 9_000 })
  await segments.write(more, smallConfig)
  const index = pathOf(bases.at(-1) ?? 0, FileKind.index)
  disk.content(index).fill(0)
  context.indexes.forget(index)
  await segments.read(3800, { maxBytes: 1, minOneBatch: true })
  assert.ok(logger.has('segment-indexes-rebuilt'))
  const { segments: cut, logger: cutLogger } = await restoredPartition(disk, segments.manifest())
  await cut.write(more, smallConfig)
  await cut.sync()
  assert.ok((await readAll(cut, 0)).equals(bytesOf([...batches, ...more])))
  assert.ok(!cutLogger.has('segment-indexes-rebuilt'))
  const entries = disk.content(index)
  for (let at = 8; at < entries.byteLength; at += 8) {
    assert.ok(entries.readInt32BE(at) > entries.readInt32BE(at - 8))
    assert.ok(entries.readInt32BE(at + 4) > entries.readInt32BE(at - 4))
  }
})
