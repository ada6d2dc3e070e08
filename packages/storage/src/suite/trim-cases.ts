/** Deleting records, retention, topics that go and come back. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { append, createTopic, read, readAll, removeTopic, valuesOf, type OpenSuiteEngine } from './engine.ts'
import { withEngine } from './with-engine.ts'

const dayMs = 24 * 3_600_000
const checkMs = 300_000

export function trimCases(open: OpenSuiteEngine): void {
  it('deletes records before an offset', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      for (const value of ['a', 'b', 'c', 'd']) await append(storage, { topicId, values: [value] })
      const deleted = await storage.log.deleteRecordsBefore(topicId, 0, 2)
      assert.deepEqual(deleted, { kind: 'deleted', logStartOffset: 2 })
      assert.equal((await read(storage, topicId, 1)).kind, 'out-of-range')
      assert.deepEqual(await valuesOf(storage, topicId, 2), ['c', 'd'])
      assert.equal(storage.log.state(topicId, 0)?.logStartOffset, 2)
      assert.deepEqual(await storage.log.deleteRecordsBefore(topicId, 0, 1), deleted, 'never goes back')
      assert.equal((await storage.log.deleteRecordsBefore(topicId, 0, 5)).kind, 'out-of-range')
      assert.equal((await storage.log.deleteRecordsBefore(topicId, 9, 0)).kind, 'unknown-partition')
      const all = await storage.log.deleteRecordsBefore(topicId, 0, -1)
      assert.deepEqual(all, { kind: 'deleted', logStartOffset: 4 })
      assert.equal((await append(storage, { topicId, values: ['e'] })).kind, 'appended')
      assert.deepEqual(await readAll(storage, topicId, { from: 4 }), [{ offset: 4, value: 'e' }])
    })
  })

  it('lets records go by time, judged by their own timestamps', async () => {
    await withEngine(open, { logConfig: { retentionMs: 2 * dayMs, segmentBytes: 1 } }, async (engine) => {
      const { storage, clock } = engine
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['old'], timestampMs: clock.wallMs() })
      await clock.advance(dayMs)
      await append(storage, { topicId, values: ['new'], timestampMs: clock.wallMs() })
      await clock.advance(dayMs + 2 * checkMs)
      await settled(() => storage.log.state(topicId, 0)?.logStartOffset === 1)
      assert.deepEqual(await valuesOf(storage, topicId, 1), ['new'])
      assert.equal((await read(storage, topicId, 0)).kind, 'out-of-range')
    })
  })

  it('lets the oldest records go when the log is larger than allowed', async () => {
    await withEngine(open, { logConfig: { retentionBytes: 400, segmentBytes: 1 } }, async (engine) => {
      const { storage, clock } = engine
      const topicId = await createTopic(storage, 'orders')
      const value = 'x'.repeat(132)
      for (let index = 0; index < 5; index++) {
        await append(storage, { topicId, values: [value], timestampMs: clock.wallMs() })
      }
      const { sizeBytes } = storage.log.state(topicId, 0) ?? { sizeBytes: 0 }
      await clock.advance(20_000)
      await clock.advance(checkMs)
      await settled(() => (storage.log.state(topicId, 0)?.logStartOffset ?? 0) > 0)
      const state = storage.log.state(topicId, 0)
      assert.equal(state?.logStartOffset, 5 - Math.ceil(400 / (sizeBytes / 5)))
    })
  })

  it('keeps everything when the wall clock jumps ahead', async () => {
    await withEngine(open, { logConfig: { retentionMs: dayMs } }, async ({ storage, clock }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['kept'], timestampMs: clock.wallMs() })
      clock.jumpWall(3650 * dayMs)
      await clock.advance(3 * checkMs)
      assert.deepEqual(await valuesOf(storage, topicId), ['kept'])
    })
  })

  it('finds the largest timestamp among what a deletion has left', async () => {
    await withEngine(open, {}, async ({ storage, clock }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['a', 'b', 'c'], timestampMs: [500, 900, 700] })
      await append(storage, { topicId, values: ['d', 'e'], timestampMs: [600, 300] })
      const largest = (): Promise<unknown> => storage.log.offsetForTimestamp(topicId, 0, { kind: 'max' })
      const expected = [
        { before: 0, offset: 1, timestampMs: 900 },
        { before: 1, offset: 1, timestampMs: 900 },
        { before: 2, offset: 2, timestampMs: 700 },
        { before: 3, offset: 3, timestampMs: 600 },
        { before: 4, offset: 4, timestampMs: 300 }
      ]
      for (const { before, offset, timestampMs } of expected) {
        await storage.log.deleteRecordsBefore(topicId, 0, before)
        assert.deepEqual(await largest(), { offset, timestampMs, leaderEpoch: 0 })
        // Written to a segment meanwhile, where the engine has some.
        await clock.advance(10_000)
        assert.deepEqual(await largest(), { offset, timestampMs, leaderEpoch: 0 })
      }
      await storage.log.deleteRecordsBefore(topicId, 0, 5)
      assert.equal(await largest(), undefined)
    })
  })

  it('never shows a recreated topic what the old one held', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const first = await createTopic(storage, 'orders', { configs: { 'retention.ms': '1' } })
      await append(storage, { topicId: first, values: ['old'] })
      await removeTopic(storage, first)
      assert.equal(storage.log.state(first, 0), undefined)
      assert.equal(storage.metadata.image.configs.size, 0)
      const second = await createTopic(storage, 'orders')
      assert.deepEqual(await valuesOf(storage, second), [])
      await append(storage, { topicId: second, values: ['new'] })
      assert.deepEqual(await readAll(storage, second), [{ offset: 0, value: 'new' }])
      assert.equal((await append(storage, { topicId: first, values: ['late'] })).kind, 'unknown-partition')
    })
  })
}

/** Waits for background work that a timer has begun; real I/O needs real turns. */
async function settled(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5_000 && !done(); turn++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}
