/**
 * Bits that rot. A flipped bit anywhere in the data folder is put right, costs the one batch that it is in,
 * which is then reported, or keeps the storage from starting with a reason; it never changes or hides a record.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import type { Storage } from '../src/index.ts'
import { append, createTopic } from '../src/suite/engine.ts'
import { suiteRecords } from '../src/suite/index.ts'
import { startStorage } from './harness.ts'

const flips = Number(process.env['NARU_FLIPS'] ?? '80')
const batchesPerTopic = 40

interface Written {
  readonly disk: FaultyDisk
  readonly topics: readonly { readonly id: Uuid; readonly values: readonly string[] }[]
}

/** Some of it ends in segments, some in the journal only. */
async function write(options: { readonly stop: 'clean' | 'killed' }): Promise<Written> {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const storage = await startStorage(disk, clock)
  const topics: Array<{ id: Uuid; values: string[] }> = []
  for (const name of ['a', 'b']) topics.push({ id: await createTopic(storage, name), values: [] })
  for (let index = 0; index < batchesPerTopic; index++) {
    if (index === batchesPerTopic / 2) for (let wait = 0; wait < 20; wait++) await clock.advance(500)
    for (const topic of topics) {
      const value = `${index}${'y'.repeat((index * 37) % 300)}`
      await append(storage, { topicId: topic.id, values: [value] })
      topic.values.push(value)
    }
  }
  await clock.advance(100)
  if (options.stop === 'clean') await storage.close()
  else disk.kill()
  return { disk, topics }
}

/** Offsets that answer `corrupt`; everything else has to be as it was written. */
async function corruptOffsets(storage: Storage, id: Uuid, values: readonly string[]): Promise<number[]> {
  const corrupt: number[] = []
  for (let offset = 0; offset < values.length; offset++) {
    const read = await storage.log.read({
      topicId: id,
      partition: 0,
      offset,
      maxBytes: 1,
      minOneBatch: true,
      isolation: 'read-uncommitted'
    })
    if (read.kind === 'corrupt') corrupt.push(offset)
    else {
      assert.equal(read.kind, 'records', `offset ${offset} answered ${read.kind}`)
      const [record] = read.kind === 'records' ? suiteRecords(read.chunks) : []
      assert.deepEqual(record, { offset, value: values[offset] })
    }
  }
  return corrupt
}

const reasons = new Set([
  'FORMAT_DAMAGED',
  'CHECKPOINT_DAMAGED',
  'JOURNAL_MISSING',
  'METADATA_DAMAGED',
  'FOREIGN_PARTITION'
])

for (const stop of ['clean', 'killed'] as const) {
  it(`never serves a wrong record or hides a lost one after a bit flipped (${stop})`, async () => {
    const { disk, topics } = await write({ stop })
    const random = new SeededRandom(stop === 'clean' ? 11 : 12)
    const paths = disk.paths()
    for (let count = 0; count < flips; count++) {
      const path = paths[random.below(paths.length)] as string
      const rotten = disk.clone({ seed: 1 })
      const image = rotten.image(path)
      if (image.size === 0) continue
      const bit = random.below(image.size * 8)
      image.flip(bit)
      const where = `bit ${bit} of ${path}`
      let storage: Storage
      try {
        storage = await startStorage(rotten, new ManualClock())
      } catch (error) {
        assert.ok(reasons.has((error as { code: string }).code), `${where}: ${String(error)}`)
        continue
      }
      let lost = 0
      for (const { id, values } of topics) {
        assert.equal(storage.log.state(id, 0)?.highWatermark, values.length, where)
        lost += (await corruptOffsets(storage, id, values)).length
      }
      assert.ok(lost <= 1, `${where}: ${lost} batches are lost`)
      await storage.close()
    }
  })
}
