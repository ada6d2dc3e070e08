import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import { PartitionSegments } from './partition-segments.ts'
import { segmentContext, type SegmentContext } from './segment-context.ts'
import type { SegmentsManifest } from './segments-manifest.ts'
import { batchesFrom } from './testing/test-batches.ts'
import { readAll, smallConfig, TestClock, TestLogger } from './testing/test-partition.ts'

const directory = '/data/orders-0'
const config = { ...smallConfig, segmentBytes: 30_000 }

/** What is written, always the same at the same offset. */
const batches = batchesFrom(
  0,
  Array.from({ length: 600 }, (_, index) => {
    return { records: 1 + (index % 3), valueBytes: (index * 397) % 900, timestampMs: 1_000 + index }
  })
)
const whole = Buffer.concat(batches.map((batch) => batch.bytes))

/** Bytes of all batches before the offset. */
function bytesBefore(offset: number): number {
  return batches
    .filter((batch) => batch.lastOffset < offset)
    .reduce((sum, batch) => sum + batch.bytes.byteLength, 0)
}

/** A partition that lives through power cuts; `manifest` stands for what the engine keeps safe. */
class Life {
  readonly random: SeededRandom
  readonly disk: FaultyDisk
  manifest: SegmentsManifest = { startOffset: 0, endOffset: 0, segments: [] }

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.disk = new FaultyDisk({ seed })
  }

  context(): SegmentContext {
    return segmentContext({
      disk: this.disk.mount(),
      clock: new TestClock(),
      logger: new TestLogger(),
      openFilesMax: 3
    })
  }

  /** Writes, syncs, rolls and drops until the power goes off. */
  async run(segments: PartitionSegments): Promise<void> {
    const cutAt = this.disk.calls + 1 + this.random.below(120)
    this.disk.rule = ({ number }) => (number === cutAt ? { kind: 'crash' } : undefined)
    const crashed = this.disk.crashed()
    await Promise.race([crashed, this.work(segments)])
    if (this.disk.calls < cutAt) this.disk.crash()
    this.disk.rule = undefined
  }

  async work(segments: PartitionSegments): Promise<void> {
    for (;;) {
      const rest = batches.filter((batch) => batch.baseOffset >= segments.endOffset)
      if (rest.length === 0) return
      await segments.write(rest.slice(0, 1 + this.random.below(30)), config)
      const choice = this.random.below(10)
      if (choice < 5) await segments.sync()
      if (choice === 5) await segments.roll()
      if (choice === 6) await segments.dropBefore(this.random.below(segments.endOffset + 1))
      this.manifest = segments.manifest()
      await segments.purge()
    }
  }

  async restore(): Promise<PartitionSegments> {
    const { segments, problems } = await PartitionSegments.restore(this.context(), directory, this.manifest)
    assert.deepEqual(problems, [])
    assert.equal(segments.endOffset, this.manifest.endOffset)
    assert.ok(segments.startOffset >= this.manifest.startOffset)
    const stored = await readAll(segments, segments.startOffset)
    const from = bytesBefore(segments.startOffset)
    assert.ok(stored.equals(whole.subarray(from, bytesBefore(segments.endOffset))))
    return segments
  }
}

test('whatever a power cut interrupts, all that the manifest tells of is there', async () => {
  let restored = 0
  for (let seed = 1; seed <= Number(process.env['NARU_SEGMENT_SEEDS'] ?? 60); seed++) {
    const life = new Life(seed)
    await life.disk.mount().makeDirectory('/data')
    await life.disk.mount().syncDirectory('/')
    let segments = PartitionSegments.fresh(life.context(), directory)
    for (let lives = 0; lives < 6; lives++) {
      await life.run(segments)
      try {
        segments = await life.restore()
      } catch (error) {
        throw new Error(`seed ${seed}, life ${lives}`, { cause: error })
      }
      if (segments.endOffset > 0) restored++
    }
  }
  assert.ok(restored > 60)
})
