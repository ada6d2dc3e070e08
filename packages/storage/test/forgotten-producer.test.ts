/** A producer that was forgotten for a batch which the disk then refused is known again. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { AppendResult, Storage } from '../src/index.ts'
import { append, createTopic } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

const limits = { producersPerPartitionMax: 2 }

const first = (storage: Storage, topicId: Uuid, id: number): Promise<AppendResult> =>
  append(storage, { topicId, values: ['x'], producer: { id, epoch: 0, sequence: 0 } })

const producersOf = (storage: Storage, topicId: Uuid): number[] =>
  storage.log.producers(topicId, 0).map(({ producerId }) => producerId)

it('puts the longest silent producer back when the batch that took its place is refused', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock(), undefined, limits)
  const topicId = await createTopic(storage, 'orders')
  for (const id of [1, 2]) await first(storage, topicId, id)
  disk.capacityBytes = disk.usedBytes
  const refused = await Promise.all([3, 4, 5].map((id) => first(storage, topicId, id)))
  assert.deepEqual(
    refused.map(({ kind }) => kind),
    ['storage-error', 'storage-error', 'storage-error']
  )
  assert.deepEqual(producersOf(storage, topicId), [1, 2])
  disk.capacityBytes = Number.MAX_SAFE_INTEGER
  assert.equal((await first(storage, topicId, 1)).kind, 'duplicate')
  assert.equal((await first(storage, topicId, 6)).kind, 'appended')
  assert.deepEqual(producersOf(storage, topicId), [2, 6], 'the order of silence is what it was')
  await storage.close()
})
