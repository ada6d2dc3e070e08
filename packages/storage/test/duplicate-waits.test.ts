/** A duplicate is answered like its original, and not sooner: what it says has to be on disk. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import { append, createTopic } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

it('waits for the sync of the original before it answers a duplicate', async () => {
  let gate = Promise.resolve()
  const disk = new FaultyDisk({ seed: 1, pause: () => gate })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  const { promise: closed, resolve: openGate } = Promise.withResolvers<void>()
  gate = closed
  const batch = { topicId, values: ['once'], producer: { id: 7, epoch: 0, sequence: 0 } }
  const original = append(storage, batch)
  const answered: string[] = []
  const duplicate = append(storage, batch).then((result) => {
    answered.push(result.kind)
    return result
  })
  for (let turns = 0; turns < 20; turns++) await turn()
  assert.deepEqual(answered, [])
  openGate()
  const [first, second] = await Promise.all([original, duplicate])
  assert.ok(first.kind === 'appended' && second.kind === 'duplicate')
  assert.equal(second.baseOffset, first.baseOffset)
  await storage.close()
})
