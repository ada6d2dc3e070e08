/** A group that was refused on a full disk never comes back, whatever of it had gone to the file. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import { append, createTopic, valuesOf } from '../src/suite/engine.ts'
import { suiteBatch } from '../src/suite/index.ts'
import { startStorage } from './harness.ts'

/** A batch whose frame takes exactly one block, so that what is left of it begins where a later write may. */
function blockValue(): string {
  const empty = suiteBatch({ topicId: 'AQAAAAAAAAAAAAAAAAAAAA' as never, values: ['x'.repeat(3000)] })
  return 'x'.repeat(3000 + 4096 - 80 - empty.bytes.byteLength)
}

async function refusedThenKilled(freeBytes: number, appendsAfter: number): Promise<void> {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  await append(storage, { topicId, values: ['first'] })
  disk.capacityBytes = disk.usedBytes + freeBytes
  const value = blockValue()
  const refused = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      append(storage, { topicId, values: [`${index}${value.slice(1)}`] })
    )
  )
  for (const result of refused)
    assert.deepEqual(result, { kind: 'storage-error', code: 'ENOSPC' }, String(freeBytes))
  assert.equal(storage.log.state(topicId, 0)?.highWatermark, 1)
  const expected = ['first']
  disk.capacityBytes = Number.MAX_SAFE_INTEGER
  for (let index = 0; index < appendsAfter; index++) {
    const result = await append(storage, { topicId, values: [`later ${index}`] })
    assert.deepEqual(result, { kind: 'appended', baseOffset: 1 + index, appendTimeMs: -1, logStartOffset: 0 })
    expected.push(`later ${index}`)
  }
  disk.kill()
  const again = await startStorage(disk, new ManualClock())
  assert.deepEqual(again.recovery.damage, [])
  assert.deepEqual(await valuesOf(again, topicId), expected)
  await again.close()
}

it('never replays a refused group, though most of it reached the file', async () => {
  for (const freeBytes of [0, 1, 79, 80, 500, 4096, 5000, 12_288, 20_000]) {
    for (const appendsAfter of [0, 1, 3]) await refusedThenKilled(freeBytes, appendsAfter)
  }
})

it('stops for good when a refused group is in the file all the same, and nothing can be written over it', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  await append(storage, { topicId, values: ['first'] })
  let writes = 0
  disk.rule = ({ operation }) => {
    if (operation !== 'write') return undefined
    return ++writes === 1 ? { kind: 'error', code: 'ENOSPC' } : { kind: 'short', bytes: 0 }
  }
  assert.equal((await append(storage, { topicId, values: ['refused'] })).kind, 'storage-error')
  assert.equal(storage.failed.aborted, true, 'whoever was refused cannot know what a start will find')
  await storage.abandon()
})

it('stops for good after a write failed for another reason than space', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  await append(storage, { topicId, values: ['first'] })
  let failures = 0
  disk.rule = ({ operation }) => {
    if (operation !== 'write' || failures > 0) return undefined
    failures++
    return { kind: 'error', code: 'EIO' }
  }
  assert.deepEqual(await append(storage, { topicId, values: ['lost'] }), {
    kind: 'storage-error',
    code: 'EIO'
  })
  assert.equal(storage.failed.aborted, true)
  assert.equal((await append(storage, { topicId, values: ['later'] })).kind, 'storage-error')
  assert.deepEqual(await valuesOf(storage, topicId), ['first'], 'what is durable stays readable')
  await storage.abandon()
})
