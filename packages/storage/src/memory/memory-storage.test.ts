import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { DEFAULT_LOG_CONFIG } from '../ports/index.ts'
import { append, createTopic, valuesOf, type OpenSuiteEngine } from '../suite/engine.ts'
import { storageSuite } from '../suite/index.ts'
import { openMemoryStorage } from './memory-storage.ts'

const open: OpenSuiteEngine = async (options) => {
  const clock = new ManualClock()
  const storage = await openMemoryStorage({
    clock,
    timers: clock,
    random: nodeRandom,
    logConfig: () => ({ ...DEFAULT_LOG_CONFIG, ...options.logConfig }),
    limits: options.limits
  })
  return {
    storage,
    clock,
    reopen: () => Promise.reject(new Error('nothing is kept')),
    dispose: () => storage.close()
  }
}

storageSuite('memory', open, { outlivesProcess: false })

it('refuses what does not fit its memory and takes more once records are deleted', async () => {
  const { storage } = await open({ limits: { memoryBytesMax: 1_000 } })
  const topicId = await createTopic(storage, 'orders')
  const values = ['x'.repeat(500)]
  assert.equal((await append(storage, { topicId, values })).kind, 'appended')
  assert.deepEqual(await append(storage, { topicId, values }), { kind: 'storage-error', code: 'ENOMEM' })
  await storage.log.deleteRecordsBefore(topicId, 0, -1)
  assert.equal((await append(storage, { topicId, values })).kind, 'appended')
  assert.deepEqual(await valuesOf(storage, topicId, 1), values)
  await storage.close()
})
