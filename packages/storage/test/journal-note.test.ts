/** The note beside the journal: what it tells of a newest file that was cut short, and that it is never needed. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { errorCode, type Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { Storage } from '../src/index.ts'
import { append, createTopic, valuesOf } from '../src/suite/engine.ts'
import { openOn, startStorage } from './harness.ts'

const journal = '/data/journal/0000000000000001.journal'
const note = '/data/journal/durable'
const values = Array.from({ length: 12 }, (_, index) => `${index} ${'x'.repeat(index * 400)}`)

async function killedFolder(): Promise<{ readonly disk: FaultyDisk; readonly topicId: Uuid }> {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const storage = await startStorage(disk, clock)
  const topicId = await createTopic(storage, 'orders')
  for (const value of values) {
    await append(storage, { topicId, values: [value] })
    await clock.advance(25)
  }
  await clock.advance(100)
  disk.kill()
  return { disk, topicId }
}

/** What a start serves, or the code with which it refuses. */
async function startOn(disk: FaultyDisk, topicId: Uuid): Promise<readonly string[] | string> {
  let storage: Storage | undefined
  try {
    storage = await startStorage(disk, new ManualClock())
    const damaged = storage.recovery.damage.length > 0
    return damaged ? 'reported' : await valuesOf(storage, topicId)
  } catch (error) {
    return errorCode(error) ?? String(error)
  } finally {
    await storage?.abandon()
  }
}

it('refuses a newest file that was cut where it was durable', async () => {
  const { disk, topicId } = await killedFolder()
  const { size } = disk.image(journal)
  // The last block holds nothing but the marker.
  for (let at = 0; at <= size - 4096; at += 1024) {
    const cut = disk.clone({ seed: 1 })
    cut.image(journal).truncate(at)
    const found = await startOn(cut, topicId)
    if (typeof found === 'string') assert.match(found, /JOURNAL_DAMAGED|JOURNAL_MISSING|reported/, `at ${at}`)
    else assert.deepEqual(found, values, `cut at ${at}`)
  }
})

it('goes on without what was cut once the loss is accepted', async () => {
  const { disk, topicId } = await killedFolder()
  disk.image(journal).truncate(5 * 4096)
  assert.equal(await startOn(disk, topicId), 'JOURNAL_DAMAGED')
  const clock = new ManualClock()
  const repaired = await openOn(disk, clock, { acceptsLoss: true })
  const left = await valuesOf(repaired, topicId)
  await repaired.close()
  assert.ok(left.length > 0 && left.length < values.length)
  assert.deepEqual(await startOn(disk, topicId), left)
})

it('misses a journal of which nothing is left', async () => {
  const { disk, topicId } = await killedFolder()
  await disk.mount().remove(journal)
  assert.equal(await startOn(disk, topicId), 'JOURNAL_MISSING')
})

for (const [what, harm] of Object.entries({
  'is gone': (disk: FaultyDisk) => disk.mount().remove(note),
  'is garbled': (disk: FaultyDisk) => disk.image(note).write(Buffer.alloc(16, 7), 0),
  'was cut': (disk: FaultyDisk) => disk.image(note).truncate(9)
})) {
  it(`serves everything when the note ${what}`, async () => {
    const { disk, topicId } = await killedFolder()
    await harm(disk)
    assert.deepEqual(await startOn(disk, topicId), values)
  })
}

it('survives a power cut where a full disk had no room for the marker', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const disk = new FaultyDisk({ seed })
    const clock = new ManualClock()
    const storage = await startStorage(disk, clock)
    const topicId = await createTopic(storage, 'orders')
    await append(storage, { topicId, values: ['first'] })
    await clock.advance(25)
    const lastAt = disk.image(journal).size
    await append(storage, { topicId, values: ['last'] })
    disk.capacityBytes = disk.usedBytes
    await clock.advance(100)
    assert.equal(disk.image(journal).size, lastAt + 4096, 'there is no marker')
    // More than a bit: what stood there is gone.
    disk.image(journal).write(Buffer.alloc(13, 7), lastAt)
    disk.image(journal).sync()
    disk.capacityBytes = Number.MAX_SAFE_INTEGER
    disk.crash()
    assert.equal(await startOn(disk, topicId), 'JOURNAL_DAMAGED', `seed ${seed}`)
  }
})

it('is never ahead of what a power cut leaves', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const disk = new FaultyDisk({ seed })
    const clock = new ManualClock()
    const storage = await startStorage(disk, clock)
    const topicId = await createTopic(storage, 'orders')
    for (let index = 0; index < seed % 9; index++) {
      await append(storage, { topicId, values: [values[index] as string] })
      await clock.advance(index * 9)
    }
    const last = append(storage, { topicId, values: ['under way'] })
    last.catch(() => undefined)
    disk.crash()
    const found = await startOn(disk, topicId)
    assert.ok(typeof found !== 'string', `seed ${seed}: ${String(found)}`)
    assert.ok(found.length >= seed % 9)
  }
})
