/** Metadata: decisions in order, images that never change, snapshots. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { resourceKey } from '../ports/index.ts'
import { append, createTopic, suiteTopicId, valuesOf, type OpenSuiteEngine } from './engine.ts'
import { withEngine } from './with-engine.ts'

export function metadataCases(open: OpenSuiteEngine): void {
  it('decides each change against the one before, durable or not', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const reserve = (count: number) =>
        storage.metadata.change((image) => ({
          records: [{ type: 'producer-ids-reserved', nextProducerId: image.nextProducerId + count }],
          answer: image.nextProducerId
        }))
      assert.deepEqual(await Promise.all([reserve(10), reserve(10), reserve(10)]), [0, 10, 20])
      assert.equal(storage.metadata.image.nextProducerId, 30)
      assert.equal(storage.metadata.image.version, 3)
    })
  })

  it('replaces the image and leaves the old one as it was', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const before = storage.metadata.image
      const seen: number[] = []
      const unwatch = storage.metadata.watch((change) => void seen.push(change.image.version))
      const topicId = await createTopic(storage, 'orders', { configs: { 'segment.bytes': '1000' } })
      unwatch()
      assert.equal(before.topicsByName.size, 0)
      const { image } = storage.metadata
      assert.deepEqual(image.topicsByName.get('orders'), {
        name: 'orders',
        topicId,
        partitionCount: 1,
        internal: false
      })
      assert.equal(image.topicsById.get(topicId)?.name, 'orders')
      assert.equal(image.configs.get(resourceKey('topic', 'orders'))?.get('segment.bytes'), '1000')
      assert.deepEqual(seen, [2])
      assert.match(image.clusterId, /^[A-Za-z0-9_-]{22}$/)
    })
  })

  it('grows topics and takes config overrides back', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders', { configs: { a: '1', b: '2' } })
      await storage.metadata.change(() => ({
        records: [
          { type: 'partitions-added', topicId, partitionCount: 3 },
          { type: 'config-set', resourceType: 'topic', resourceName: 'orders', name: 'a', value: null }
        ],
        answer: undefined
      }))
      assert.equal(storage.log.state(topicId, 2)?.highWatermark, 0)
      const configs = storage.metadata.image.configs.get(resourceKey('topic', 'orders'))
      assert.deepEqual([...(configs ?? [])], [['b', '2']])
    })
  })

  it('appends nothing when there is nothing to record', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const answer = await storage.metadata.change(() => ({ records: [], answer: 'no' }))
      assert.equal(answer, 'no')
      assert.equal(storage.metadata.image.version, 0)
    })
  })

  it('keeps the newest snapshot of each name', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      assert.equal(await storage.snapshots.load('group-1'), undefined)
      await storage.snapshots.save('group-1', { offset: 5, bytes: Buffer.from('one') })
      await storage.snapshots.save('group-1', { offset: 9, bytes: Buffer.from('two') })
      const loaded = await storage.snapshots.load('group-1')
      assert.equal(loaded?.offset, 9)
      assert.equal(Buffer.from(loaded?.bytes ?? []).toString(), 'two')
      await storage.snapshots.remove('group-1')
      assert.equal(await storage.snapshots.load('group-1'), undefined)
    })
  })

  it('refuses everything after it was closed', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['a'] })
      await storage.close()
      await storage.close()
      assert.equal((await append(storage, { topicId, values: ['b'] })).kind, 'storage-error')
      await assert.rejects(createTopic(storage, 'later'), { code: 'KAFKA_STORAGE_ERROR' })
    })
  })

  it('holds many empty topics', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const records = Array.from({ length: 500 }, (_, index) => ({
        type: 'topic-created' as const,
        name: `topic-${index}`,
        topicId: suiteTopicId(),
        partitionCount: 4,
        internal: false
      }))
      await storage.metadata.change(() => ({ records, answer: undefined }))
      const last = storage.metadata.image.topicsByName.get('topic-499')
      assert.ok(last !== undefined)
      await append(storage, { topicId: last.topicId, values: ['a'] })
      assert.deepEqual(await valuesOf(storage, last.topicId), ['a'])
    })
  })
}
