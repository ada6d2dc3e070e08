/** Memory that batches lie in is held exactly as long as somebody may look at them, and let go once by each. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { ReadResult, SharedMemory, Storage } from '../src/index.ts'
import { createTopic, removeTopic } from '../src/suite/engine.ts'
import { suiteBatch } from '../src/suite/index.ts'
import { startStorage } from './harness.ts'

/** Held by its maker, and spoilt when nobody holds it any more. */
class CountedMemory implements SharedMemory {
  holds = 1
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  hold(): void {
    assert.ok(this.holds > 0, 'held when it was gone already')
    this.holds++
  }

  release(): void {
    assert.ok(this.holds > 0, 'released more often than held')
    if (--this.holds === 0) this.#bytes.fill(0xdb)
  }
}

type TopicId = Parameters<typeof suiteBatch>[0]['topicId']

async function appendHeld(storage: Storage, topicId: TopicId, value: string): Promise<CountedMemory> {
  const batch = suiteBatch({ topicId, values: [value] })
  const memory = new CountedMemory(batch.bytes)
  await storage.log.append([{ ...batch, memory }])
  memory.release()
  return memory
}

async function readAt(storage: Storage, topicId: TopicId, offset: number): Promise<ReadResult> {
  return storage.log.read({
    topicId,
    partition: 0,
    offset,
    maxBytes: 100,
    minOneBatch: true,
    isolation: 'read-uncommitted'
  })
}

async function started(): Promise<{
  disk: FaultyDisk
  clock: ManualClock
  storage: Storage
  topicId: TopicId
}> {
  const [disk, clock] = [new FaultyDisk({ seed: 1 }), new ManualClock()]
  const storage = await startStorage(disk, clock)
  return { disk, clock, storage, topicId: await createTopic(storage, 'orders') }
}

it('holds the memory of a batch until it is in a segment and no reader is kept in mind', async () => {
  const { clock, storage, topicId } = await started()
  const first = await appendHeld(storage, topicId, 'a'.repeat(5_000))
  assert.equal(first.holds, 1)
  const others: CountedMemory[] = []
  for (let index = 0; index < 20; index++) {
    others.push(await appendHeld(storage, topicId, `${index}`.padEnd(5_000, 'b')))
    await clock.advance(500)
  }
  await clock.advance(10_000)
  assert.equal(first.holds, 0)
  const kept = others.filter(({ holds }) => holds > 0)
  assert.ok(kept.length > 0 && kept.every(({ holds }) => holds === 1))
  await storage.close()
})

it('holds it for a reader until the reader lets go', async () => {
  const { clock, storage, topicId } = await started()
  const memory = await appendHeld(storage, topicId, 'read me'.padEnd(5_000, '.'))
  const found = await readAt(storage, topicId, 0)
  assert.ok(found.kind === 'records')
  assert.equal(memory.holds, 2)
  for (let index = 0; index < 20; index++) {
    await appendHeld(storage, topicId, 'later'.padEnd(5_000, '.'))
    await clock.advance(500)
  }
  await clock.advance(10_000)
  assert.equal(memory.holds, 1)
  assert.ok(Buffer.concat(found.chunks).includes('read me'))
  found.release?.()
  found.release?.()
  assert.equal(memory.holds, 0)
  await storage.close()
})

it('lets go of a batch that the journal could not take', async () => {
  const { disk, storage, topicId } = await started()
  await appendHeld(storage, topicId, 'first')
  disk.capacityBytes = disk.usedBytes
  const refused = await appendHeld(storage, topicId, 'x'.repeat(90_000))
  assert.equal(storage.log.state(topicId, 0)?.highWatermark, 1)
  assert.equal(refused.holds, 0)
  disk.capacityBytes = Number.MAX_SAFE_INTEGER
  await storage.close()
})

it('lets go of what was in the tail of a removed topic', async () => {
  const { clock, storage, topicId } = await started()
  const memory = await appendHeld(storage, topicId, 'gone')
  await removeTopic(storage, topicId)
  await clock.advance(5_000)
  assert.equal(memory.holds, 0)
  await storage.close()
})

it('copies a small batch out of a large frame, and does not hold that', async () => {
  const { storage, topicId } = await started()
  const batch = suiteBatch({ topicId, values: ['small'], pinnedBytes: 1_000_000 })
  const memory = new CountedMemory(batch.bytes)
  const appending = storage.log.append([{ ...batch, memory }])
  memory.release()
  await appending
  const found = await readAt(storage, topicId, 0)
  assert.ok(found.kind === 'records' && Buffer.concat(found.chunks).includes('small'))
  await storage.close()
})
