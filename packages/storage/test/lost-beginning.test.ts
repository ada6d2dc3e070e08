/** A log whose first records are damaged: what retention and starts make of offsets that nothing is known of. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import { append, createTopic, read } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

/** Too long for a checksum to tell which bit it was. */
const value = 'z'.repeat(5_000)

it('keeps saying that its first records are damaged until they expire', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const before = await startStorage(disk, clock)
  const topicId = await createTopic(before, 'a')
  const timestampMs = clock.wallMs()
  for (const end of ['first', 'second']) {
    await append(before, { topicId, values: [value + end], timestampMs })
  }
  await clock.advance(100)
  disk.kill()
  rot(disk, `${value}first`)

  let storage = await startStorage(disk, clock, undefined, { retentionCheckMs: 1_000 })
  for (let start = 0; start < 2; start++) {
    await append(storage, { topicId, values: ['another'], timestampMs })
    for (let wait = 0; wait < 20; wait++) await clock.advance(500)
    assert.equal(storage.log.state(topicId, 0)?.logStartOffset, 0)
    assert.equal((await read(storage, topicId, 0)).kind, 'corrupt')
    assert.equal((await read(storage, topicId, 1)).kind, 'records')
    await storage.close()
    storage = await startStorage(disk, clock, undefined, { retentionCheckMs: 1_000 })
  }
  await storage.close()
})

/** Flips a bit of the text in each file that holds it. */
function rot(disk: FaultyDisk, text: string): void {
  let found = 0
  for (const path of disk.paths()) {
    const image = disk.image(path)
    const content = Buffer.alloc(image.size)
    image.read(content, 0)
    const index = content.indexOf(text)
    if (index < 0) continue
    image.flip(index * 8)
    found++
  }
  assert.ok(found > 0)
}
