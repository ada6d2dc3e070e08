import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FileKind } from './segment-names.ts'
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
const options = { waitingEntryBytesMax: 2_048 }
/** Two whole blocks and some. */
const few = equalBatches(0, 250, shape)
const kinds = [FileKind.index, FileKind.timeIndex, FileKind.sidecar]

function bytesOf(batches: readonly { readonly bytes: Uint8Array }[]): Buffer {
  return Buffer.concat(batches.map((batch) => batch.bytes))
}

/** As a checkpoint keeps it. */
function stored(manifest: SegmentsManifest): SegmentsManifest {
  return JSON.parse(JSON.stringify(manifest)) as SegmentsManifest
}

function entryFiles(disk: MemoryDisk): readonly string[] {
  return [...disk.files.keys()].filter((path) => !path.endsWith('.log'))
}

async function written(): Promise<{ readonly disk: MemoryDisk; readonly manifest: SegmentsManifest }> {
  const { disk, segments } = freshPartition(options)
  await segments.write(few, smallConfig)
  await segments.sync()
  return { disk, manifest: stored(segments.manifest()) }
}

test('a sync makes no files for a few entries, and the manifest brings them back', async () => {
  const { disk, manifest } = await written()
  assert.deepEqual(entryFiles(disk), [])
  const { segments, logger } = await restoredPartition(disk, manifest, options)
  assert.ok((await readAll(segments, 0)).equals(bytesOf(few)))
  assert.deepEqual(logger.events, [])
  assert.deepEqual(stored(segments.manifest()), manifest)
})

test('damage to a block whose checksum is in the manifest is seen', async () => {
  const { disk, manifest } = await written()
  const path = pathOf(0, FileKind.log)
  const content = Buffer.from(disk.content(path))
  content.writeUInt8(content.readUInt8(70_000) ^ 1, 70_000)
  disk.setContent(path, content)
  const { segments } = await restoredPartition(disk, manifest, options)
  await assert.rejects(readAll(segments, 0), /corrupt/)
})

test('entries that have become many, or whose segment ends, come into their files as if they had never waited', async () => {
  const { disk, manifest } = await written()
  const more = equalBatches(750, 1_000, shape)
  const { segments } = await restoredPartition(disk, manifest, options)
  await segments.write(more, smallConfig)
  await segments.sync()
  const plain = freshPartition()
  await plain.segments.write(few, smallConfig)
  await plain.segments.sync()
  const same = await restoredPartition(plain.disk, stored(plain.segments.manifest()))
  await same.segments.write(more, smallConfig)
  await same.segments.sync()
  for (const kind of kinds) {
    assert.ok(disk.content(pathOf(0, kind)).equals(plain.disk.content(pathOf(0, kind))), kind)
  }
  const again = await restoredPartition(disk, stored(segments.manifest()), options)
  assert.ok((await readAll(again.segments, 0)).equals(bytesOf([...few, ...more])))
})

test('a file that was made after the checkpoint gives way to the entries that it holds', async () => {
  const { disk, manifest } = await written()
  const running = await restoredPartition(disk, manifest, options)
  await running.segments.write(equalBatches(750, 1_000, shape), smallConfig)
  await running.segments.sync()
  assert.ok(entryFiles(disk).length > 0)
  const { segments } = await restoredPartition(disk, manifest, options)
  assert.deepEqual(entryFiles(disk), [], `nothing of a later life is left in ${testDirectory}`)
  assert.ok((await readAll(segments, 0)).equals(bytesOf(few)))
  await segments.write(equalBatches(750, 1_000, shape), smallConfig)
  await segments.sync()
  const again = await restoredPartition(disk, stored(segments.manifest()), options)
  assert.equal((await readAll(again.segments, 0)).byteLength, bytesOf(few).byteLength * 5)
  assert.deepEqual(again.logger.events, [])
})
