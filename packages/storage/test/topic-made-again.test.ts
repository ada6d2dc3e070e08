/** A topic that is made again under the name of a removed one keeps its records apart from the folder that goes. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { FailpointName, Storage } from '../src/index.ts'
import { append, createTopic, removeTopic, valuesOf } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

const values = Array.from({ length: 30 }, (_, index) => `${index} ${'x'.repeat(4_000)}`)

async function appendAll(storage: Storage, topicId: Uuid): Promise<void> {
  for (const value of values) {
    const { kind } = await append(storage, { topicId, values: [value] })
    assert.equal(kind, 'appended')
  }
}

interface Kept {
  readonly disk: FaultyDisk
  readonly clock: ManualClock
  readonly storage: Storage
  readonly topicId: Uuid
}

/** All values are there, and after a kill again. */
async function assertKept({ disk, clock, storage, topicId }: Kept): Promise<void> {
  assert.deepEqual(await valuesOf(storage, topicId), values)
  await storage.abandon()
  disk.kill()
  const restarted = await startStorage(disk, clock)
  assert.deepEqual(await valuesOf(restarted, topicId), values)
  await restarted.close()
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) await clock.advance(500)
}

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
  await appendAll(storage, made)
  assert.equal(checkpoints, 1)
  await pass(clock, 6_000)
  assert.ok(checkpoints > 1)
  await assertKept({ disk, clock, storage, topicId: made })
})

for (const operation of ['rename', 'rmdir', 'syncdir']) {
  it(`writes a topic out after its predecessor's folder could not be renamed for a while (${operation})`, async () => {
    const disk = new FaultyDisk({ seed: 1 })
    const clock = new ManualClock()
    const storage = await startStorage(disk, clock)
    const removed = await createTopic(storage, 'orders')
    await append(storage, { topicId: removed, values: ['old'] })
    await pass(clock, 6_000)
    let failures = 0
    disk.rule = (call) => {
      const isRemoval = call.operation === operation && /^\/data\/log(\/orders-0)?$/.test(call.path)
      return isRemoval && failures++ === 0 ? { kind: 'error', code: 'ENOSPC' } : undefined
    }
    await removeTopic(storage, removed)
    await pass(clock, 2_000)
    assert.ok(failures > 0)
    const made = await createTopic(storage, 'orders')
    await appendAll(storage, made)
    await pass(clock, 6_000)
    // All but what is too young; what is still there of the predecessor is much shorter.
    assert.ok(disk.image('/data/log/orders-0/00000000000000000000.log').size > 20_000)
    assert.deepEqual(
      disk.paths().filter((path) => path.includes('.deleted')),
      []
    )
    assert.deepEqual(await valuesOf(storage, made), values)
    await storage.close()
  })
}

it('leaves the folder of the third topic of a name alone when the second was removed during a checkpoint', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const gates = new Map<FailpointName, Promise<void>>()
  const storage = await startStorage(disk, clock, (name) => gates.get(name))
  const first = await createTopic(storage, 'orders')
  await append(storage, { topicId: first, values: ['of the first'] })
  await pass(clock, 6_000)
  const { promise, resolve: open } = Promise.withResolvers<void>()
  gates.set('checkpoint-write', promise)
  await removeTopic(storage, first)
  await pass(clock, 1_000)
  const second = await createTopic(storage, 'orders')
  await removeTopic(storage, second)
  gates.clear()
  open()
  await clock.advance(1)
  const third = await createTopic(storage, 'orders')
  await appendAll(storage, third)
  await pass(clock, 6_000)
  await assertKept({ disk, clock, storage, topicId: third })
})

it('writes nothing into a file of the predecessor that was made and never written', async () => {
  const disk = new FaultyDisk({ seed: 1, knowsDirect: false })
  const clock = new ManualClock()
  const storage = await startStorage(disk, clock)
  const removed = await createTopic(storage, 'orders')
  await append(storage, { topicId: removed, values: ['old'] })
  let failures = 0
  disk.rule = ({ operation, path }) => {
    const isFirst =
      operation === 'write' && path.endsWith('/orders-0/00000000000000000000.log') && failures === 0
    if (!isFirst) return undefined
    failures++
    return { kind: 'error', code: 'ENOSPC' }
  }
  while (failures === 0) await clock.advance(100)
  await removeTopic(storage, removed)
  await pass(clock, 3_000)
  const made = await createTopic(storage, 'orders')
  await appendAll(storage, made)
  await pass(clock, 6_000)
  await assertKept({ disk, clock, storage, topicId: made })
})
