import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartitionSegments } from './partition-segments.ts'
import { FileKind } from './segment-names.ts'
import type { SegmentBatch } from './segment-state.ts'
import type { SegmentsManifest } from './segments-manifest.ts'
import type { MemoryDisk } from './testing/memory-disk.ts'
import { batchesFrom, equalBatches } from './testing/test-batches.ts'
import {
  freshPartition,
  pathOf,
  restoredPartition,
  smallConfig,
  type TestPartition
} from './testing/test-partition.ts'

const config = { ...smallConfig, segmentBytes: 10_000_000, indexIntervalBytes: 4096 }

interface Written {
  readonly disk: MemoryDisk
  readonly manifest: SegmentsManifest
  readonly batches: readonly SegmentBatch[]
  /** Position of each batch in the .log. */
  readonly positions: readonly number[]
}

/** One segment of a few blocks, synced. */
async function written(batches: readonly SegmentBatch[]): Promise<Written> {
  const { disk, segments } = freshPartition()
  await segments.write(batches, config)
  await segments.sync()
  let position = 0
  const positions = batches.map((batch) => {
    const at = position
    position += batch.bytes.byteLength
    return at
  })
  return { disk, manifest: segments.manifest(), batches, positions }
}

function flip(disk: MemoryDisk, path: string, position: number, bit = 1): void {
  const content = disk.content(path)
  content[position] = (content[position] as number) ^ bit
}

/** Whether a read from the start of the batch gives exactly this batch. */
async function answerFor(segments: PartitionSegments, batch: SegmentBatch): Promise<string> {
  const read = await segments.read(batch.baseOffset, { maxBytes: batch.bytes.byteLength, minOneBatch: true })
  if (read.kind !== 'records') return read.kind
  return Buffer.concat(read.chunks).equals(batch.bytes) ? 'intact' : 'WRONG'
}

/** Reads the batches whose index is `wanted`, all by default, and gives the indexes of those that are corrupt. */
async function corruptBatches(
  one: Written,
  wanted: (index: number) => boolean = () => true
): Promise<{ corrupt: number[]; partition: TestPartition }> {
  const partition = await restoredPartition(one.disk, one.manifest)
  const corrupt: number[] = []
  for (const [index, batch] of one.batches.entries()) {
    if (!wanted(index)) continue
    const answer = await answerFor(partition.segments, batch)
    assert.notEqual(answer, 'WRONG', `batch ${index}`)
    assert.notEqual(answer, 'out-of-range')
    if (answer === 'corrupt') corrupt.push(index)
  }
  return { corrupt, partition }
}

const small = equalBatches(0, 260, { records: 2, valueBytes: 300, timestampMs: 1_000 })
/** Every field of the header, the first and the last bytes of the records. */
const fieldStarts = [
  0, 3, 7, 8, 10, 11, 12, 15, 16, 17, 20, 21, 22, 23, 26, 27, 35, 43, 51, 53, 57, 60, 61, 300
]

test('a flipped bit in the log is answered with corrupt for the batch that it is in, and for no other', async () => {
  const one = await written(small)
  const log = pathOf(0, FileKind.log)
  // The first, one within, one across a block border, and the last, which is in the partial block.
  const across = one.positions.findIndex(
    (position, index) => (one.positions[index + 1] ?? 0) > 65_536 && position < 65_536
  )
  for (const victim of [0, 57, across, small.length - 1]) {
    for (const field of fieldStarts) {
      const position = (one.positions[victim] as number) + field
      const bit = 1 << ((victim + field) % 8)
      flip(one.disk, log, position, bit)
      const { corrupt } = await corruptBatches(
        one,
        (index) => Math.abs(index - victim) < 3 || index % 64 === 0
      )
      assert.deepEqual(corrupt, [victim], `batch ${victim}, byte ${field}, bit ${bit}`)
      flip(one.disk, log, position, bit)
    }
  }
})

test('a flipped bit in the leader epoch of one of the first batches costs that one alone', async () => {
  for (const hit of [0, 1, 2]) {
    for (const byte of [12, 13, 14, 15]) {
      const one = await written(small)
      flip(one.disk, pathOf(0, FileKind.log), (one.positions[hit] as number) + byte)
      const { corrupt } = await corruptBatches(one, (index) => index < 6)
      assert.deepEqual(corrupt, [hit], `batch ${hit}, byte ${byte}`)
    }
  }
})

test('a flipped bit in either block of a log of two costs its batch alone', async () => {
  const one = await written(small.slice(0, 150))
  const log = pathOf(0, FileKind.log)
  const { byteLength } = one.disk.content(log)
  assert.ok(byteLength > 65_536 && byteLength < 131_072)
  for (const victim of [0, 60, 120, 149]) {
    const position = (one.positions[victim] as number) + 300
    flip(one.disk, log, position)
    const { corrupt } = await corruptBatches(one)
    assert.deepEqual(corrupt, [victim])
    flip(one.disk, log, position)
  }
})

test('zeroed sectors cost the batches that they touch', async () => {
  const one = await written(small)
  const content = one.disk.content(pathOf(0, FileKind.log))
  for (const from of [0, 4096, 65_536 - 2048, 65_536]) {
    const saved = Buffer.from(content)
    content.fill(0, from, from + 4096)
    const { corrupt } = await corruptBatches(one, (index) => index < 120)
    const touched = small.flatMap((batch, index) => {
      const at = one.positions[index] as number
      return at < from + 4096 && at + batch.bytes.byteLength > from ? [index] : []
    })
    assert.deepEqual(corrupt, touched, `zeros from ${from}`)
    saved.copy(content)
  }
})

test('batches of many blocks are told apart too', async () => {
  const large = equalBatches(0, 9, { records: 1, valueBytes: 150_000, timestampMs: 1_000 })
  const one = await written(large)
  for (const field of [5, 9, 14, 100, 70_000, 150_060]) {
    flip(one.disk, pathOf(0, FileKind.log), (one.positions[4] as number) + field)
    assert.deepEqual((await corruptBatches(one)).corrupt, [4], `byte ${field}`)
    flip(one.disk, pathOf(0, FileKind.log), (one.positions[4] as number) + field)
  }
})

test('a corrupt answer names the next offset that can be read, and reads before it stop at the damage', async () => {
  const one = await written(small)
  flip(one.disk, pathOf(0, FileKind.log), (one.positions[100] as number) + 200)
  const { segments, logger } = await restoredPartition(one.disk, one.manifest)
  assert.deepEqual(await segments.read(201, { maxBytes: 1000, minOneBatch: true }), {
    kind: 'corrupt',
    offset: 201,
    nextOffset: 202
  })
  const before = await segments.read(0, { maxBytes: 1_000_000, minOneBatch: true })
  assert.ok(before.kind === 'records')
  assert.equal(before.bytes, one.positions[100])
  assert.ok(logger.has('segment-block-damaged'))
})

test('a damaged sidecar is told from damaged data and costs no batch', async () => {
  const one = await written(small)
  const path = pathOf(0, FileKind.sidecar)
  for (let position = 0; position < one.disk.content(path).byteLength; position += 3) {
    flip(one.disk, path, position)
    const { corrupt, partition } = await corruptBatches(one, (index) => index % 20 === 0)
    assert.deepEqual(corrupt, [])
    assert.ok(partition.logger.has('segment-sidecar-damaged'), `byte ${position}`)
    assert.ok(!partition.logger.has('segment-block-damaged'))
    flip(one.disk, path, position)
  }
})

test('without its sidecar a log is still checked by the checksums of its batches', async () => {
  const one = await written(small)
  one.disk.files.delete(pathOf(0, FileKind.sidecar))
  assert.deepEqual((await corruptBatches(one)).corrupt, [])
  for (const field of [2, 7, 9, 22, 100]) {
    flip(one.disk, pathOf(0, FileKind.log), (one.positions[57] as number) + field)
    const { corrupt } = await corruptBatches(one, (index) => index > 50 && index < 64)
    assert.deepEqual(corrupt, [57], `byte ${field}`)
    flip(one.disk, pathOf(0, FileKind.log), (one.positions[57] as number) + field)
  }
})

test('flipped bits in the indexes change no answer, and what is noticed is built anew', async () => {
  const one = await written(small)
  for (const kind of [FileKind.index, FileKind.timeIndex]) {
    const path = pathOf(0, kind)
    const intact = Buffer.from(one.disk.content(path))
    let rebuilt = 0
    for (let position = 0; position < intact.byteLength; position += 5) {
      flip(one.disk, path, position, 1 << (position % 8))
      const { segments, logger } = await restoredPartition(one.disk, one.manifest)
      for (const index of [0, 31, 32, 140, 259]) {
        const batch = small[index] as SegmentBatch
        assert.equal(await answerFor(segments, batch), 'intact', `${kind} ${position}`)
        const found = await segments.batchForTimestamp(batch.maxTimestampMs)
        assert.ok(found !== undefined && Buffer.from(found).equals(batch.bytes), `${kind} ${position}`)
      }
      if (logger.has('segment-indexes-rebuilt')) rebuilt++
      one.disk.setContent(path, Buffer.from(intact))
    }
    assert.ok(rebuilt > intact.byteLength / 10, `${kind} ${rebuilt}`)
  }
})

test('an index that was built anew equals the one that appending made', async () => {
  const one = await written(small)
  for (const kind of [FileKind.index, FileKind.timeIndex]) {
    const intact = Buffer.from(one.disk.content(pathOf(0, kind)))
    one.disk.files.delete(pathOf(0, kind))
    const { segments } = await restoredPartition(one.disk, one.manifest)
    await segments.read(300, { maxBytes: 1, minOneBatch: true })
    await segments.batchForTimestamp(1_200)
    assert.ok(one.disk.content(pathOf(0, kind)).equals(intact))
    assert.ok(!one.disk.files.has(`${pathOf(0, kind)}.tmp`))
  }
})

test('the log of another segment in the place of this one is answered with corrupt', async () => {
  const one = await written(small)
  const other = await written(equalBatches(0, 260, { records: 2, valueBytes: 300, timestampMs: 9_000 }))
  one.disk.setContent(pathOf(0, FileKind.log), other.disk.content(pathOf(0, FileKind.log)))
  const { corrupt } = await corruptBatches(one)
  assert.equal(corrupt.length, small.length)
})

for (const batches of [40, 150]) {
  test(`a shorter log of another segment, of ${batches} batches, is answered with corrupt too`, async () => {
    const one = await written(small)
    const shape = { records: 2, valueBytes: 300, timestampMs: 9_000 }
    const other = await written([...equalBatches(0, batches, shape), ...equalBatches(batches * 2, 1, shape)])
    one.disk.setContent(pathOf(0, FileKind.log), other.disk.content(pathOf(0, FileKind.log)))
    const { corrupt } = await corruptBatches(one)
    assert.equal(corrupt.length, small.length)
  })
}

test('sectors that cannot be read cost their batches; a disk that gives nothing is an error', async () => {
  const one = await written(small)
  one.disk.fail({ operation: 'read', pathEnd: '.log', code: 'EIO', position: 70_000 })
  const { corrupt } = await corruptBatches(one)
  assert.ok(corrupt.length > 90 && corrupt.length < 110)
  one.disk.heal()
  one.disk.fail({ operation: 'read', pathEnd: '.log', code: 'EIO' })
  const { segments } = await restoredPartition(one.disk, one.manifest)
  await assert.rejects(segments.read(0, { maxBytes: 1000, minOneBatch: true }), {
    name: 'DiskError',
    code: 'EIO'
  })
})

test('damage in two batches of a block, and a gap beside it, leave the others readable', async () => {
  const shapes = Array.from({ length: 100 }, (_, index) => {
    return { records: 1, valueBytes: 500, timestampMs: 1, gap: index === 50 ? 7 : 0 }
  })
  const one = await written(batchesFrom(0, shapes))
  flip(one.disk, pathOf(0, FileKind.log), (one.positions[20] as number) + 9)
  flip(one.disk, pathOf(0, FileKind.log), (one.positions[22] as number) + 90)
  const { corrupt } = await corruptBatches(one)
  // The batch after the gap cannot prove its base offset in a damaged block.
  assert.deepEqual(corrupt, [20, 22, 50])
})

test('the search by time passes damaged batches by', async () => {
  const one = await written(small)
  flip(one.disk, pathOf(0, FileKind.log), (one.positions[100] as number) + 200)
  const { segments } = await restoredPartition(one.disk, one.manifest)
  const found = await segments.batchForTimestamp(1_100)
  assert.deepEqual(found && Buffer.from(found), small[101]?.bytes)
})
