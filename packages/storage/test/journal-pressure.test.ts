/** A journal that is full of short lives: every start opens a new file, and nothing was written long enough to free one. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import { append, createTopic } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

const LIVES = 40
/** What a life may wait for the journal: several checkpoints. */
const PATIENCE_MS = 60_000

it('accepts again after kills that left the journal full, although nothing new can be written meanwhile', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const first = await startStorage(disk, clock)
  const topicId = await createTopic(first, 'short-lives')
  disk.kill()
  for (let life = 0; life < LIVES; life++) {
    const storage = await startStorage(disk, clock)
    // The first append of a life is what notices that the journal is full.
    await append(storage, { topicId, values: [`life ${life}`] })
    for (let waited = 0; !storage.log.accepting && waited < PATIENCE_MS; waited += 500)
      await clock.advance(500)
    assert.ok(storage.log.accepting, `life ${life} never accepts again`)
    disk.kill()
  }
})
