/**
 * Torn ends of the journal: cut, zeroed or overwritten with garbage at many places. The storage gives back a
 * prefix of what was appended, whole batches only, and never less than what lies before the tear.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk, SeededRandom, type DiskImage } from '@naru/simulator'
import { append, createTopic, valuesOf } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

const journal = '/data/journal/0000000000000001.journal'

/** `NARU_TAIL_STEP=1` tries every byte. */
const step = Number(process.env['NARU_TAIL_STEP'] ?? '331')

const tears: Readonly<Record<string, (image: DiskImage, at: number, random: SeededRandom) => void>> = {
  cut: (image, at) => image.truncate(at),
  zero: (image, at) => image.write(Buffer.alloc(image.size - at), at),
  garbage: (image, at, random) => image.write(random.bytes(image.size - at), at)
}

interface Written {
  readonly disk: FaultyDisk
  readonly topicId: Awaited<ReturnType<typeof createTopic>>
  readonly values: readonly string[]
  /** Journal length after each append. */
  readonly ends: readonly number[]
}

async function write(): Promise<Written> {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  const values: string[] = []
  const ends: number[] = []
  for (let round = 0; round < 6; round++) {
    const group = Array.from(
      { length: 1 + (round % 3) },
      (_, index) => `${round}/${index}${'x'.repeat(round * 300)}`
    )
    await Promise.all(group.map((value) => append(storage, { topicId, values: [value] })))
    values.push(...group)
    for (const _ of group) ends.push(disk.image(journal).size)
  }
  disk.kill()
  return { disk, topicId, values, ends }
}

for (const [name, tear] of Object.entries(tears)) {
  it(`gives back a prefix when the end of the journal is ${name}`, async () => {
    const { disk, topicId, values, ends } = await write()
    const { size } = disk.image(journal)
    const random = new SeededRandom(3)
    for (let at = 8192; at < size; at += step) {
      const torn = disk.clone({ seed: 1 })
      // After a power cut the note is older than the tear, or gone.
      await torn.mount().remove('/data/journal/durable')
      tear(torn.image(journal), at, random)
      const storage = await startStorage(torn, new ManualClock())
      const found = await valuesOf(storage, topicId)
      assert.deepEqual(found, values.slice(0, found.length), `torn at ${at}`)
      const safe = ends.filter((end) => end <= at).length
      assert.ok(found.length >= safe, `torn at ${at}: ${found.length} of ${safe} records`)
      const next = await append(storage, { topicId, values: ['next'] })
      assert.equal(next.kind === 'appended' && next.baseOffset, found.length)
      await storage.abandon()
      torn.crash()
      const again = await startStorage(torn, new ManualClock())
      assert.deepEqual(await valuesOf(again, topicId), [...found, 'next'], `torn at ${at}, started twice`)
      await again.close()
    }
  })
}
