import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Segment } from './segment.ts'
import { batchesFrom, equalBatches } from './testing/test-batches.ts'
import { freshPartition, readAll, smallConfig, type TestPartition } from './testing/test-partition.ts'

const shape = { records: 5, valueBytes: 100, timestampMs: 1_000 }
const segmentOffsets = 50

/** Five segments of fifty offsets; the last one is never cleaned. */
async function fiveSegments(): Promise<TestPartition & { readonly old: readonly Segment[] }> {
  const partition = freshPartition()
  const { segments } = partition
  for (let index = 0; index < 5; index++) {
    await segments.write(equalBatches(index * segmentOffsets, 10, shape), smallConfig)
    await segments.roll()
  }
  await segments.sync()
  return { ...partition, old: segments.closedSegments }
}

/** Only the last batch of the group is left. */
async function cleanedOf({ context }: TestPartition, old: readonly Segment[]): Promise<Segment> {
  const cleaned = Segment.staged(context, old[0] as Segment)
  const end = (old.at(-1) as Segment).nextOffset
  await cleaned.append(context, batchesFrom(end - shape.records, [shape]), 0, smallConfig)
  cleaned.sealAs(1)
  await cleaned.flush(context)
  await cleaned.sync(context)
  cleaned.markDurable()
  return cleaned
}

/** A pass over two groups waits for its checkpoint. */
async function stagedPass(): Promise<TestPartition & { readonly old: readonly Segment[] }> {
  const partition = await fiveSegments()
  const { segments, old } = partition
  const groups = [old.slice(0, 2), old.slice(2)]
  const cleaned = [await cleanedOf(partition, groups[0] ?? []), await cleanedOf(partition, groups[1] ?? [])]
  const replacements = groups.map((group, index) => ({ old: group, cleaned: cleaned[index] as Segment }))
  assert.equal(await segments.replace(replacements, 200), true)
  return partition
}

test('a checkpoint exchanges all segments of a pass and notes how far it went', async () => {
  const { segments } = await stagedPass()
  const manifest = segments.manifest()
  assert.equal(manifest.cleanedOffset, 200)
  assert.deepEqual(
    manifest.segments.map(({ baseOffset, generation = 0 }) => [baseOffset, generation]),
    [
      [0, 1],
      [100, 1],
      [200, 0]
    ]
  )
  await segments.checkpointed()
  assert.deepEqual([segments.segmentCount, segments.cleanedOffset], [3, 200])
})

test('a pass that loses a segment to the log start is undone as a whole', async () => {
  const { segments, disk, old } = await stagedPass()
  const behind = await readAll(segments, segmentOffsets)
  await segments.dropBefore(segmentOffsets)
  assert.equal(segments.cleanedOffset, 0, 'segments count as cleaned that are not')
  assert.equal(segments.hasSwaps, false, 'part of the pass still waits')
  assert.deepEqual(
    [...disk.files.keys()].filter((path) => path.endsWith('.cleaned')),
    []
  )
  const manifest = segments.manifest()
  assert.equal(manifest.cleanedOffset, undefined)
  assert.deepEqual(
    manifest.segments.map(({ baseOffset, generation = 0 }) => [baseOffset, generation]),
    [50, 100, 150, 200].map((baseOffset) => [baseOffset, 0])
  )
  await segments.checkpointed()
  assert.ok((await readAll(segments, segmentOffsets)).equals(behind))
  assert.deepEqual(segments.closedSegments, old.slice(1))
})

test('what an earlier pass has cleaned stays cleaned when a later one is undone', async () => {
  const partition = await fiveSegments()
  const { segments, old } = partition
  await segments.replace([], 100)
  await segments.replace([{ old: old.slice(0, 4), cleaned: await cleanedOf(partition, old) }], 200)
  assert.equal(segments.cleanedOffset, 200)
  await segments.dropBefore(segmentOffsets)
  assert.equal(segments.cleanedOffset, 100)
})

test('a segment that the pass has left as it is goes without undoing it', async () => {
  const partition = await fiveSegments()
  const { segments, old } = partition
  await segments.replace([{ old: old.slice(1), cleaned: await cleanedOf(partition, old.slice(1)) }], 200)
  await segments.dropBefore(segmentOffsets)
  assert.deepEqual([segments.cleanedOffset, segments.hasSwaps], [200, true])
  segments.manifest()
  await segments.checkpointed()
  assert.deepEqual([segments.startOffset, segments.segmentCount], [50, 2])
})

test('asking what is durable exchanges nothing: only what a checkpoint notes is', async () => {
  const { segments, old } = await stagedPass()
  assert.deepEqual(
    segments.durableSegments.slice(0, 4),
    old.map((segment) => segment.durable)
  )
  await segments.checkpointed()
  assert.deepEqual(segments.closedSegments, [], 'the pass waits no longer, though no checkpoint knows of it')
  assert.equal(segments.segmentCount, 5)
})

test('segments whose files are being exchanged are not told as durable', async () => {
  const { segments } = await stagedPass()
  segments.manifest()
  const exchanging = segments.checkpointed()
  await Promise.resolve()
  assert.deepEqual(
    segments.durableSegments.map(({ baseOffset }) => baseOffset),
    [200]
  )
  await exchanging
  assert.deepEqual(
    segments.durableSegments.map(({ baseOffset, generation = 0 }) => [baseOffset, generation]),
    [
      [0, 1],
      [100, 1],
      [200, 0]
    ]
  )
})
