/** Reading: limits, visibility, watching, offsets by time. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { suiteBatch, suiteRecords } from './batches.ts'
import {
  append,
  createTopic,
  read,
  removeTopic,
  suiteTopicId,
  valuesOf,
  type OpenSuiteEngine
} from './engine.ts'
import { withEngine } from './with-engine.ts'

export function readCases(open: OpenSuiteEngine): void {
  it('answers what lies outside the log', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['a'] })
      assert.equal((await read(storage, topicId, 2)).kind, 'out-of-range')
      assert.equal((await read(storage, topicId, -1)).kind, 'out-of-range')
      assert.equal((await read(storage, suiteTopicId(), 0)).kind, 'unknown-partition')
      assert.equal(storage.log.state(topicId, 1), undefined)
      const atEnd = await read(storage, topicId, 1)
      assert.equal(atEnd.kind === 'records' && atEnd.bytes, 0)
    })
  })

  it('gives the whole batch that contains the offset', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['a', 'b', 'c'] })
      await append(storage, { topicId, values: ['d'] })
      const result = await read(storage, topicId, 1)
      assert.ok(result.kind === 'records')
      assert.deepEqual(
        suiteRecords(result.chunks).map((record) => record.value),
        ['a', 'b', 'c', 'd']
      )
    })
  })

  it('keeps to the bytes asked for, and gives one batch beyond them only when told', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const { bytes } = suiteBatch({ topicId, values: ['aaaa'] })
      for (let index = 0; index < 5; index++) await append(storage, { topicId, values: ['aaaa'] })
      const maxBytes = bytes.byteLength * 2 + 10
      const two = await read(storage, topicId, 0, { maxBytes })
      assert.equal(two.kind === 'records' && two.bytes, bytes.byteLength * 2)
      const one = await read(storage, topicId, 0, { maxBytes: 1 })
      assert.equal(one.kind === 'records' && one.bytes, bytes.byteLength)
      const none = await read(storage, topicId, 0, { maxBytes: 1, minOneBatch: false })
      assert.equal(none.kind === 'records' && none.bytes, 0)
    })
  })

  it('shows nothing before the append is answered', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const pending = append(storage, { topicId, values: ['a'] })
      assert.equal(storage.log.state(topicId, 0)?.highWatermark, 0)
      assert.equal((await read(storage, topicId, 1)).kind, 'out-of-range')
      await pending
      assert.equal(storage.log.state(topicId, 0)?.highWatermark, 1)
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 1)
    })
  })

  it('tells watchers when the high watermark moves and when the topic goes', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const seen: Array<number | undefined> = []
      const look = (): void => void seen.push(storage.log.state(topicId, 0)?.highWatermark)
      const unwatch = storage.log.watch(topicId, 0, look)
      await Promise.all([
        append(storage, { topicId, values: ['a'] }),
        append(storage, { topicId, values: ['b', 'c'] })
      ])
      assert.deepEqual(seen.at(-1), 3)
      await removeTopic(storage, topicId)
      assert.equal(seen.at(-1), undefined)
      const count = seen.length
      unwatch()
      unwatch()
      assert.equal(seen.length, count)
    })
  })

  it('hands out chunks that later appends and deletions leave alone', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['first'] })
      const result = await read(storage, topicId, 0)
      assert.ok(result.kind === 'records')
      await append(storage, { topicId, values: ['second'] })
      await storage.log.deleteRecordsBefore(topicId, 0, -1)
      await removeTopic(storage, topicId)
      assert.deepEqual(suiteRecords(result.chunks), [{ offset: 0, value: 'first' }])
    })
  })

  it('finds the first record at or after a time, and the one with the largest', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['a', 'b', 'c'], timestampMs: [100, 300, 200] })
      await append(storage, { topicId, values: ['d', 'e'], timestampMs: [250, 400] })
      const at = async (timestampMs: number) =>
        (await storage.log.offsetForTimestamp(topicId, 0, { kind: 'at-or-after', timestampMs }))?.offset
      assert.deepEqual(
        [await at(0), await at(101), await at(300), await at(301), await at(400), await at(401)],
        [0, 1, 1, 4, 4, undefined]
      )
      const max = await storage.log.offsetForTimestamp(topicId, 0, { kind: 'max' })
      assert.deepEqual(max, { offset: 4, timestampMs: 400, leaderEpoch: 0 })
    })
  })

  it('knows the end of its only leader epoch', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['a', 'b'] })
      assert.deepEqual(storage.log.epochEnd(topicId, 0, 0), { leaderEpoch: 0, endOffset: 2 })
      assert.equal(storage.log.epochEnd(topicId, 0, 1), undefined)
      assert.deepEqual(await valuesOf(storage, topicId, 1), ['b'])
    })
  })
}
