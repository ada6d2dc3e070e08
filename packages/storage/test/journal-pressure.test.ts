/**
 * A journal that is full of short lives: every start opens new files, and nothing was written long enough to free one.
 * The door closes at the limit and opens at three quarters of it. In between nothing is accepted, so that only further
 * checkpoints can open it again.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { Storage } from '../src/index.ts'
import { append, createTopic } from '../src/suite/engine.ts'
import { limits, startStorage } from './harness.ts'

const LIVES = 30
/** What a life may wait for the journal: several checkpoints. */
const PATIENCE_MS = 60_000
const LOOK_MS = 100
/** So large that it is written to its segment at once, and the next checkpoint leaves nothing for a later one. */
const LARGE_BYTES = 68_000

/** Waits for the door; tells whether it was ever kept closed by a journal that is below its limit again. */
async function waitedBetween(storage: Storage, clock: ManualClock): Promise<boolean> {
  let between = false
  for (let waited = 0; !storage.log.accepting && waited < PATIENCE_MS; waited += LOOK_MS) {
    const { journalBytes, checkpoints } = storage.stats()
    between ||= checkpoints > 0 && journalBytes < limits.journalBytesMax
    await clock.advance(LOOK_MS)
  }
  assert.ok(
    storage.log.accepting,
    `closed for ever, with ${storage.stats().journalBytes} bytes in the journal`
  )
  return between
}

/** Kills after every single record, but for one life that lasts until its checkpoint is made. */
async function shortLives(lifeWithCheckpoint: number): Promise<boolean> {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const first = await startStorage(disk, clock)
  const topicId = await createTopic(first, 'short-lives')
  disk.kill()
  let between = false
  for (let life = 0; life < LIVES; life++) {
    const storage = await startStorage(disk, clock)
    // The first append of a life is what notices that the journal is full.
    await append(storage, { topicId, values: [`life ${life} ${'x'.repeat(LARGE_BYTES)}`] })
    if (life === lifeWithCheckpoint) while (storage.stats().checkpoints === 0) await clock.advance(500)
    else if (await waitedBetween(storage, clock)) between = true
    disk.kill()
  }
  return between
}

it('accepts again after kills that left the journal full, although nothing new can be written meanwhile', async () => {
  let between = 0
  for (let life = 0; life < 5; life++) if (await shortLives(life)) between++
  assert.ok(between > 0, 'no checkpoint left the journal between the two limits, so that nothing was tested')
})
