import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LogConfig } from '../ports/index.ts'
import type { PartitionSegments } from './partition-segments.ts'
import type { SegmentsManifest } from './segments-manifest.ts'
import type { MemoryDisk } from './testing/memory-disk.ts'
import { ModelLog } from './testing/model-log.ts'
import { batchesFrom, type BatchShape } from './testing/test-batches.ts'
import {
  freshPartition,
  nextOffsetAfter,
  restoredPartition,
  smallConfig,
  type TestPartition
} from './testing/test-partition.ts'

type Step =
  | { readonly kind: 'write'; readonly shapes: readonly BatchShape[] }
  | { readonly kind: 'read'; readonly at: number; readonly maxBytes: number; readonly minOneBatch: boolean }
  | { readonly kind: 'time'; readonly timestampMs: number }
  | { readonly kind: 'drop'; readonly at: number }
  | { readonly kind: 'sync' }
  | { readonly kind: 'roll' }
  | { readonly kind: 'crash'; readonly left: 'everything' | 'synced' | 'garbage' }

const shape: fc.Arbitrary<BatchShape> = fc.record({
  records: fc.integer({ min: 1, max: 4 }),
  valueBytes: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 90_000 })),
  timestampMs: fc.integer({ min: -1, max: 300 }),
  gap: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 5 }))
})

const share = fc.double({ min: 0, max: 1, noNaN: true })
const left = fc.constantFrom('everything' as const, 'synced' as const, 'garbage' as const)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('write' as const), shapes: fc.array(shape, { maxLength: 12 }) })
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      at: share,
      maxBytes: fc.integer({ min: 0, max: 400_000 }),
      minOneBatch: fc.boolean()
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      timestampMs: fc.integer({ min: 0, max: 310 })
    })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), at: share }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sync' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('roll' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), left }) }
)

const config: fc.Arbitrary<LogConfig> = fc
  .record({
    segmentBytes: fc.constantFrom(2_000, 70_000, 1_000_000),
    indexIntervalBytes: fc.constantFrom(0, 500, 4096),
    segmentMs: fc.constantFrom(50, 1_000_000),
    segmentIndexBytes: fc.constantFrom(12, 60, 1_000_000)
  })
  .map((drawn) => ({ ...smallConfig, ...drawn }))

/** The partition, its model, and what would be left of both after a power cut. */
class Run {
  readonly config: LogConfig
  partition: TestPartition = freshPartition({ openFilesMax: 4, indexCacheBytesMax: 2_000 })
  model = new ModelLog()
  manifest: SegmentsManifest = this.partition.segments.manifest()
  syncedBatches: ModelLog['batches'] = []
  syncedDisk: ReturnType<MemoryDisk['snapshot']> = new Map()

  constructor(logConfig: LogConfig) {
    this.config = logConfig
  }

  get segments(): PartitionSegments {
    return this.partition.segments
  }

  offsetAt(at: number): number {
    return Math.round(this.model.startOffset + at * (this.model.endOffset - this.model.startOffset))
  }

  async apply(one: Step): Promise<void> {
    switch (one.kind) {
      case 'write':
        return this.write(one.shapes)
      case 'read':
        return this.read(one)
      case 'time':
        return this.findTime(one.timestampMs)
      case 'drop':
        return this.drop(one.at)
      case 'sync':
        return this.sync()
      case 'roll':
        return this.segments.roll()
      case 'crash':
        return this.crash(one.left)
    }
  }

  async write(shapes: readonly BatchShape[]): Promise<void> {
    const batches = batchesFrom(this.model.endOffset, shapes)
    if (this.model.batches.length === 0)
      this.model.startOffset = batches[0]?.baseOffset ?? this.model.startOffset
    await this.segments.write(batches, this.config)
    if (batches.length > 0) this.model.write(batches)
    assert.equal(this.segments.endOffset, this.model.endOffset)
  }

  async read(one: { at: number; maxBytes: number; minOneBatch: boolean }): Promise<void> {
    const offset = this.offsetAt(one.at)
    const read = await this.segments.read(offset, one)
    assert.ok(read.kind === 'records')
    const expected = this.model.bytesFrom(offset)
    const bytes = Buffer.concat(read.chunks)
    assert.equal(bytes.byteLength, read.bytes)
    assert.ok(bytes.equals(expected.subarray(0, bytes.byteLength)))
    const first = this.model.batches.find((batch) => batch.lastOffset >= offset)
    const due = first !== undefined && (one.minOneBatch || first.bytes.byteLength <= one.maxBytes)
    assert.equal(bytes.byteLength > 0, due)
    if (bytes.byteLength > one.maxBytes) assert.equal(bytes.byteLength, first?.bytes.byteLength)
    if (due) assert.ok(nextOffsetAfter(read.chunks) > offset)
  }

  async findTime(timestampMs: number): Promise<void> {
    const found = await this.segments.batchForTimestamp(timestampMs)
    const expected = this.model.byTimestamp(timestampMs)
    assert.deepEqual(found && Buffer.from(found), expected && Buffer.from(expected.bytes))
    const newest = Math.max(-1, ...this.model.batches.map((batch) => batch.maxTimestampMs))
    const largest = this.segments.largestTimestamps(0).map(({ timestampMs }) => timestampMs)
    assert.equal(Math.max(-1, ...largest), newest)
  }

  async drop(at: number): Promise<void> {
    await this.segments.dropBefore(this.offsetAt(at))
    this.model.dropBefore(this.segments.startOffset)
    this.syncedBatches = this.syncedBatches.filter((batch) => batch.baseOffset >= this.segments.startOffset)
    await this.sync()
    await this.segments.purge()
    this.syncedDisk = this.partition.disk.snapshot()
  }

  async sync(): Promise<void> {
    await this.segments.sync()
    this.manifest = this.segments.manifest()
    this.syncedBatches = [...this.model.batches]
    this.syncedDisk = this.partition.disk.snapshot()
  }

  async crash(what: 'everything' | 'synced' | 'garbage'): Promise<void> {
    const { disk } = this.partition
    disk.openCount = 0
    if (what !== 'everything') disk.restore(this.syncedDisk)
    if (what === 'garbage') {
      for (const [path, file] of disk.files)
        disk.setContent(path, Buffer.concat([file.content, Buffer.alloc(99, 7)]))
    }
    const restored = await restoredPartition(disk, this.manifest, {
      openFilesMax: 4,
      indexCacheBytesMax: 2_000
    })
    assert.deepEqual(restored.problems, [])
    this.partition = restored
    this.model.batches = [...this.syncedBatches]
    this.model.endOffset = this.manifest.endOffset
    this.model.startOffset = this.segments.startOffset
    assert.equal(this.segments.endOffset, this.manifest.endOffset)
    assert.equal(this.segments.startOffset, this.syncedBatches[0]?.baseOffset ?? this.manifest.endOffset)
  }
}

test('whatever is written, rolled, dropped, crashed and restored, reads answer as the plain list does', async () => {
  await fc.assert(
    fc.asyncProperty(config, fc.array(step, { minLength: 5, maxLength: 40 }), async (drawn, steps) => {
      const run = new Run(drawn)
      for (const one of steps) await run.apply(one)
      await run.sync()
      await run.crash('everything')
      const whole = run.model.bytesFrom(run.model.startOffset)
      for (let offset = run.model.startOffset, at = 0; offset < run.model.endOffset;) {
        const read = await run.segments.read(offset, { maxBytes: 100_000, minOneBatch: true })
        assert.ok(read.kind === 'records' && read.bytes > 0)
        assert.ok(Buffer.concat(read.chunks).equals(whole.subarray(at, at + read.bytes)))
        at += read.bytes
        offset = nextOffsetAfter(read.chunks)
      }
      assert.ok(run.partition.disk.openCountMax <= 4)
    }),
    { numRuns: Number(process.env['NARU_SEGMENT_RUNS'] ?? 150) }
  )
})
