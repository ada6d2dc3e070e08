/** A full disk takes back whatever of transactions it refused: what began, what ended, and what was verified. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { AppendBatch, Storage } from '../src/index.ts'
import { createTopic } from '../src/suite/engine.ts'
import { committedRecords, suiteBatch, suiteMarker } from '../src/suite/index.ts'
import { startStorage } from './harness.ts'

interface Sent {
  readonly producer: number
  readonly epoch?: number
  readonly sequence?: number
  readonly value?: string
}

function data(topicId: Uuid, { producer, epoch = 0, sequence = 0, value = 'v' }: Sent): AppendBatch {
  return suiteBatch({
    topicId,
    values: [value],
    producer: { id: producer, epoch, sequence },
    transactional: true,
    guard: 'unguarded'
  })
}

function marker(topicId: Uuid, producer: number, type: 'commit' | 'abort', epoch = 1): AppendBatch {
  return suiteMarker({ topicId, producer: { id: producer, epoch }, type, version: 2 })
}

function stateOf(storage: Storage, topicId: Uuid): object {
  const { lastStableOffset, highWatermark } = storage.log.state(topicId, 0) ?? {}
  const producers = storage.log.producers(topicId, 0).toSorted((a, b) => a.producerId - b.producerId)
  return { lastStableOffset, highWatermark, producers }
}

async function kindsOf(storage: Storage, batches: readonly AppendBatch[]): Promise<string[]> {
  return (await storage.log.append(batches)).map(({ kind }) => kind)
}

it('restores transactions when the group with their batches and markers is refused', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  const before = [
    data(topicId, { producer: 1, value: 'a' }),
    data(topicId, { producer: 2, value: 'b' }),
    data(topicId, { producer: 3, value: 'c' })
  ]
  assert.deepEqual(await kindsOf(storage, before), ['appended', 'appended', 'appended'])
  const known = stateOf(storage, topicId)
  disk.capacityBytes = disk.usedBytes
  const large = 'x'.repeat(20_000)
  const refused = await kindsOf(storage, [
    marker(topicId, 2, 'abort'),
    marker(topicId, 1, 'commit'),
    data(topicId, { producer: 2, epoch: 1, value: 'next' }),
    data(topicId, { producer: 4, value: large }),
    marker(topicId, 4, 'abort'),
    data(topicId, { producer: 3, sequence: 1, value: large }),
    marker(topicId, 2, 'commit', 2)
  ])
  assert.deepEqual(new Set(refused), new Set(['storage-error']))
  assert.deepEqual(stateOf(storage, topicId), known)
  disk.capacityBytes = Number.MAX_SAFE_INTEGER
  const after = [
    marker(topicId, 2, 'abort'),
    data(topicId, { producer: 3, sequence: 1, value: 'd' }),
    marker(topicId, 1, 'commit'),
    marker(topicId, 3, 'commit')
  ]
  assert.deepEqual(new Set(await kindsOf(storage, after)), new Set(['appended']))
  await assertCommitted(storage, topicId)
  disk.kill()
  const again = await startStorage(disk, new ManualClock())
  assert.deepEqual(again.recovery.damage, [])
  await assertCommitted(again, topicId)
  await again.close()
})

async function assertCommitted(storage: Storage, topicId: Uuid): Promise<void> {
  const { lastStableOffset, highWatermark } = storage.log.state(topicId, 0) ?? {}
  assert.deepEqual([lastStableOffset, highWatermark], [7, 7])
  const records = await committedRecords(storage, topicId)
  assert.deepEqual(
    records.map(({ value }) => value),
    ['a', 'c', 'd']
  )
}
