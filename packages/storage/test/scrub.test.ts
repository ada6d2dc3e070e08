/** Damage in segments that nobody reads is told once, by topic and offsets. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogFields } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import { DEFAULT_LOG_CONFIG } from '../src/index.ts'
import { append, createTopic } from '../src/suite/engine.ts'
import { limits, openOn } from './harness.ts'

const bytesPerSecond = 100_000

it('finds a bit that flipped in a sealed segment, tells it once, and keeps to its rate', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const told: LogFields[] = []
  const storage = await openOn(disk, clock, {
    logConfig: () => ({ ...DEFAULT_LOG_CONFIG, segmentBytes: 30_000 }),
    limits: { ...limits, scrubBytesPerSecond: bytesPerSecond, scrubEveryMs: 20_000 },
    logger: { log: (_level, event, fields = {}) => void (event === 'scrub-damage' && told.push(fields)) }
  })
  const topicId = await createTopic(storage, 'cold')
  for (let index = 0; index < 100; index++) {
    await append(storage, { topicId, values: [`${index} ${'y'.repeat(1_500)}`] })
  }
  for (let passed = 0; passed < 12_000; passed += 500) await clock.advance(500)
  disk.image('/data/log/cold-0/00000000000000000000.log').flip(8 * 5_000)
  await clock.advance(8_500)
  const begun = storage.stats().scrubbedBytes
  for (let passed = 0; passed < 1_000; passed += 100) await clock.advance(100)
  assert.ok(storage.stats().scrubbedBytes - begun <= bytesPerSecond * 2)
  for (let passed = 0; passed < 60_000; passed += 250) await clock.advance(250)
  assert.ok(storage.stats().scrubbedBytes > 240_000, 'not everything was read twice')
  assert.equal(storage.stats().scrubDamage, 1)
  assert.deepEqual(
    told.map(({ topic, partition, fromOffset, position }) => ({ topic, partition, fromOffset, position })),
    [{ topic: 'cold', partition: 0, fromOffset: 0, position: 0 }]
  )
  await storage.close()
})
