/** A topic that is made again under the name of a removed one keeps its records apart from the folder that goes. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import { append, createTopic, removeTopic, valuesOf } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

it('writes nothing of a topic into the folder of its removed predecessor, which waits for a checkpoint', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  let checkpoints = 0
  const storage = await startStorage(disk, clock, (name) => {
    if (name === 'checkpoint-done') checkpoints++
  })
  const removed = await createTopic(storage, 'orders')
  await append(storage, { topicId: removed, values: ['old'] })
  while (checkpoints === 0) await clock.advance(100)
  assert.ok(disk.paths().some((path) => path.endsWith('/orders-0/00000000000000000000.log')))

  // Another checkpoint is not due for a while, and so much comes at once that it has to be written out before.
  await removeTopic(storage, removed)
  const made = await createTopic(storage, 'orders')
  const values = Array.from({ length: 30 }, (_, index) => `${index} ${'x'.repeat(4_000)}`)
  for (const value of values) {
    const { kind } = await append(storage, { topicId: made, values: [value] })
    assert.equal(kind, 'appended')
  }
  assert.equal(checkpoints, 1)
  for (let passed = 0; passed < 6_000; passed += 500) await clock.advance(500)
  assert.ok(checkpoints > 1)
  assert.deepEqual(await valuesOf(storage, made), values)
  await storage.abandon()
  disk.kill()

  const restarted = await startStorage(disk, clock)
  assert.deepEqual(await valuesOf(restarted, made), values)
  await restarted.close()
})
