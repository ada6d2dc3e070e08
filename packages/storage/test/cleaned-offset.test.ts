/** A log says how far compaction has been through it, also after a restart. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { buildBatch, readBatchHeader } from '@naru/protocol'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import type { PartitionState, Storage } from '../src/index.ts'
import { createTopic } from '../src/suite/engine.ts'
import { startCompacted } from './compaction-harness.ts'

async function pass(clock: ManualClock): Promise<void> {
  await clock.advance(100)
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => void setImmediate(resolve))
}

it('tells below which offset compaction may have removed records', async () => {
  const clock = new ManualClock()
  const random = new SeededRandom(1)
  const disk = new FaultyDisk({ seed: 1 })
  const first = await startCompacted({ disk, clock, random })
  const topicId = await createTopic(first, 'keyed')
  const state = (storage: Storage): PartitionState =>
    storage.log.state(topicId, 0) ?? assert.fail('the topic exists')
  assert.equal(state(first).cleanedOffset, 0)
  for (let index = 0; index < 40; index++) {
    const record = { key: Buffer.from('key'), value: Buffer.alloc(200), timestamp: clock.wallMs() }
    const bytes = buildBatch({ records: [record] })
    const header = readBatchHeader(bytes)
    const batch = { topicId, partition: 0, bytes, header, ownerEpoch: 0, pinnedBytes: bytes.byteLength }
    const [result] = await first.log.append([batch])
    assert.equal(result?.kind, 'appended')
  }
  assert.equal(state(first).cleanedOffset, 0)
  for (let step = 0; step < 200 && state(first).cleanedOffset === 0; step++) await pass(clock)
  const { cleanedOffset, highWatermark } = state(first)
  assert.ok(cleanedOffset > 0 && cleanedOffset <= highWatermark)
  for (let step = 0; step < 100; step++) await pass(clock)
  const before = state(first).cleanedOffset
  await first.close()
  const second = await startCompacted({ disk, clock, random })
  assert.equal(state(second).cleanedOffset, before)
  await second.close()
})
