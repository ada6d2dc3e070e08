/**
 * Writes to the journal that the disk put elsewhere in the file, while it said that all went well. Each of them is
 * put right, reported at the offsets that it cost, or keeps the storage from starting; no record is lost in silence.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { Storage } from '../src/index.ts'
import { append, createTopic, valuesOf } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

const distances = [-8_192, -4_608, -4_096, -512, 512, 3_584, 4_096, 8_192]

interface Written {
  readonly disk: FaultyDisk
  readonly topics: ReadonlyMap<Uuid, string[]>
  readonly journalWrites: number
}

/** Appends to two topics in turn, with one write that goes astray. */
async function write(astray: { readonly number: number; readonly byBytes: number }): Promise<Written> {
  const disk = new FaultyDisk({ seed: 1 })
  let journalWrites = 0
  disk.rule = ({ operation, path }) => {
    if (operation !== 'write' || !path.includes('/journal/')) return undefined
    return ++journalWrites === astray.number ? { kind: 'misdirect', byBytes: astray.byBytes } : undefined
  }
  const storage = await startStorage(disk, new ManualClock())
  const topics = new Map<Uuid, string[]>()
  for (const name of ['a', 'b']) topics.set(await createTopic(storage, name), [])
  for (let round = 0; round < 6; round++) {
    for (const [topicId, values] of topics) {
      const value = `${round}${'x'.repeat((round * 1_700) % 6_000)}`
      await append(storage, { topicId, values: [value] })
      values.push(value)
    }
  }
  disk.rule = undefined
  disk.kill()
  return { disk, topics, journalWrites }
}

async function lostOffsets(storage: Storage, topics: Written['topics']): Promise<number> {
  let lost = 0
  for (const [topicId, values] of topics) {
    assert.equal(storage.log.state(topicId, 0)?.highWatermark, values.length)
    for (let offset = 0; offset < values.length; offset++) {
      const where = { topicId, partition: 0, offset, maxBytes: 1, minOneBatch: true }
      const read = await storage.log.read({ ...where, isolation: 'read-uncommitted' })
      if (read.kind === 'corrupt') lost++
    }
    if (lost === 0) assert.deepEqual(await valuesOf(storage, topicId), values)
  }
  return lost
}

it('never loses a write that went astray in silence', async () => {
  const seen = { restored: 0, reported: 0, refused: 0 }
  const { journalWrites } = await write({ number: 0, byBytes: 0 })
  for (const byBytes of distances) {
    for (let number = 1; number <= journalWrites; number++) {
      const { disk, topics } = await write({ number, byBytes })
      try {
        const storage = await startStorage(disk, new ManualClock())
        const lost = await lostOffsets(storage, topics)
        if (lost > 0) assert.ok(storage.recovery.damage.length > 0, `write ${number} by ${byBytes}`)
        seen[lost > 0 ? 'reported' : 'restored']++
        await storage.close()
      } catch (error) {
        assert.ok(
          ['JOURNAL_DAMAGED', 'METADATA_DAMAGED'].includes((error as { code: string }).code),
          String(error)
        )
        seen.refused++
      }
    }
  }
  assert.ok(seen.restored > 0 && seen.refused > 0, JSON.stringify(seen))
})
