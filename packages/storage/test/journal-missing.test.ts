/** A file of the journal that is gone is missed, the newest one included. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { Storage } from '../src/index.ts'
import { append, createTopic } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

/** Never synced, so that a power cut may have taken it. */
const note = '/data/journal/durable'

it('misses any file of the journal that one life has rolled to', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  for (let index = 0; index < 40; index++) {
    await append(storage, { topicId, values: [`${index} ${'x'.repeat(6_000)}`] })
  }
  disk.kill()
  const files = disk.paths().filter((path) => path.endsWith('.journal'))
  assert.ok(files.length > 2)
  for (const path of files) {
    const harmed = disk.clone({ seed: 1 })
    // The file that was made ahead holds nothing yet.
    const block = Buffer.alloc(4096)
    harmed.image(path).read(block, 0)
    if (block.every((byte) => byte === 0)) continue
    await harmed.mount().remove(path)
    await harmed.mount().remove(note)
    await assert.rejects(startStorage(harmed, new ManualClock()), { code: 'JOURNAL_MISSING' }, path)
  }
})

for (const [end, stop] of Object.entries({
  'a clean stop': async (storage: Storage) => storage.close(),
  'a kill': async (storage: Storage) => storage.abandon()
})) {
  it(`misses the file that a start has begun after ${end}`, async () => {
    const disk = new FaultyDisk({ seed: 1 })
    const clock = new ManualClock()
    const first = await startStorage(disk, clock)
    const topicId = await createTopic(first, 'orders')
    await append(first, { topicId, values: ['a'] })
    await stop(first)
    for (let start = 0; start < 3; start++) {
      const storage = await startStorage(disk, clock)
      await append(storage, { topicId, values: [`of start ${start}`] })
      await clock.advance(start * 100)
      await stop(storage)
      const newest = disk
        .paths()
        .filter((path) => path.endsWith('.journal'))
        .at(-1) as string
      const harmed = disk.clone({ seed: 1 })
      await harmed.mount().remove(newest)
      await harmed.mount().remove(note)
      await assert.rejects(startStorage(harmed, clock), { code: 'JOURNAL_MISSING' }, newest)
    }
  })
}

it('drops no newest file in silence whose opening frame is damaged and to which nothing points', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  const written: string[] = []
  disk.rule = ({ operation, path }) => {
    if (operation === 'write' && path.endsWith('.journal')) written.push(path)
    return undefined
  }
  const ofSecond = (): string[] => written.filter((path) => path !== written[0])
  // The second file is made empty, opened, and written to.
  for (let index = 0; ofSecond().length < 3; index++) {
    await append(storage, { topicId, values: [`${index} ${'x'.repeat(6_000)}`] })
  }
  disk.kill()
  const [before, newest] = [written[0], ofSecond()[0]].map((path) => disk.image(path as string))
  assert.ok(before !== undefined && newest !== undefined)
  before.write(Buffer.alloc(4096), before.size - 4096)
  newest.write(Buffer.alloc(4096, 'damage'), 0)
  await disk.mount().remove(note)
  await assert.rejects(startStorage(disk, new ManualClock()), { code: 'JOURNAL_DAMAGED' })
})
