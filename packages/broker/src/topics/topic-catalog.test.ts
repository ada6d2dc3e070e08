import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeClock, nodeRandom, nodeTimers } from '@naru/base/node'
import { SILENT_LOGGER } from '@naru/base'
import { threadPoolCompression } from '@naru/protocol'
import { openMemoryStorage, type MetadataStore } from '@naru/storage'
import { BrokerConfig } from '../config/broker-config.ts'
import { TopicCatalog } from './topic-catalog.ts'

/** The store of a real engine whose disk takes its time: what is decided is known there long before it is durable. */
async function slowCatalog(): Promise<{ catalog: TopicCatalog; sync: () => void }> {
  const config = new BrokerConfig({ statics: {}, nodeId: 0 })
  const shared = { clock: nodeClock, timers: nodeTimers, random: nodeRandom, logger: SILENT_LOGGER }
  const storage = await openMemoryStorage({
    ...shared,
    compression: threadPoolCompression,
    logConfig: config.logConfig
  })
  const { metadata } = storage
  const before = metadata.image
  const { promise: synced, resolve: sync } = Promise.withResolvers<void>()
  let isSynced = false
  const slow: MetadataStore = {
    get image() {
      return isSynced ? metadata.image : before
    },
    change: async (decide) => {
      let isChange = false
      const answer = await metadata.change((image) => {
        const decided = decide(image)
        isChange = decided.records.length > 0
        return decided
      })
      if (isChange) await synced
      return answer
    },
    watch: (listener) => metadata.watch(listener)
  }
  return {
    catalog: new TopicCatalog({ metadata: slow, config, random: nodeRandom, internalTopics: [] }),
    sync: () => {
      isSynced = true
      sync()
    }
  }
}

test('whoever finds a topic that is being made gets it when it is durable', async () => {
  const { catalog, sync } = await slowCatalog()
  const wanted = { name: 'wanted', partitionCount: 1, configs: [], internal: false }
  const first = catalog.create(wanted)
  const others = [catalog.findOrCreate('wanted'), catalog.findOrCreate('wanted')]
  await new Promise((resolve) => setImmediate(resolve))
  sync()
  const [made, ...found] = await Promise.all([first, ...others])
  assert.equal(made?.kind, 'created')
  assert.deepEqual(found, [made, made])
})

test('an explicit creation of a topic that is being made is refused at once', async () => {
  const { catalog, sync } = await slowCatalog()
  const wanted = { name: 'wanted', partitionCount: 1, configs: [], internal: false }
  const first = catalog.create(wanted)
  const second = await catalog.create(wanted)
  assert.equal(second.kind === 'refused' && second.error, 36)
  sync()
  await first
})
