import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FetchedRecord, ReadBatch } from '@naru/client'
import { ManualClock } from '@naru/base/node'
import { SCHEDULED_EVENTS_MAX, SCHEDULED_LOAD_MAX } from '../limits.ts'
import type { Outgoing } from './publisher.ts'
import { ScheduledEvents } from './scheduled-events.ts'

const place = { topic: 'shop.scheduled', partition: 0 }

/** Records as they stand in the topic: an event that was due long ago, or a tombstone. */
function batch(
  from: number,
  ids: readonly string[],
  kind: 'event' | 'tombstone',
  due: (id: string) => string = () => '0'
): ReadBatch {
  const headers = (id: string): ReadonlyArray<readonly [string, Buffer]> => [
    ['naru-due', Buffer.from(due(id))],
    ['naru-due-topic', Buffer.from('orders')]
  ]
  const records = ids.map((id) => ({
    key: Buffer.from(id),
    value: kind === 'event' ? Buffer.from('{}') : null,
    headers: headers(id)
  })) as unknown as readonly FetchedRecord[]
  const nextOffset = from + ids.length
  return { ...place, records, nextOffset, highWatermark: nextOffset, isCurrent: () => true }
}

function scheduledEvents(publish: (outgoing: Outgoing) => Promise<void>): {
  readonly scheduled: ScheduledEvents
  readonly clock: ManualClock
  readonly isPaused: () => boolean
} {
  const clock = new ManualClock()
  let paused = false
  const scheduled = new ScheduledEvents({
    clock,
    timers: clock,
    publish,
    pause: () => (paused = true),
    resume: () => (paused = false),
    onTrouble: () => undefined
  })
  return { scheduled, clock, isPaused: () => paused }
}

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `e${index}`)

test('what was published long ago is read to its end, however much it was', async () => {
  const published: Outgoing[] = []
  const { scheduled, clock, isPaused } = scheduledEvents(async (outgoing) => void published.push(outgoing))
  const many = ids(SCHEDULED_EVENTS_MAX + 1)
  scheduled.assign(place, many.length * 2 - 1)
  scheduled.read(batch(0, many, 'event'))
  assert.equal(isPaused(), false, 'the tombstones are still to be read')
  scheduled.read(batch(many.length, many.slice(1), 'tombstone'))
  await clock.advance(10)
  assert.deepEqual(
    published.filter(({ value }) => value !== null).map(({ topic }) => topic),
    ['orders']
  )
})

test('more than can be held is published all the same', async () => {
  let published = 0
  const { scheduled, clock, isPaused } = scheduledEvents(async () => void published++)
  scheduled.assign(place, SCHEDULED_LOAD_MAX + 1)
  scheduled.read(batch(0, ids(SCHEDULED_LOAD_MAX), 'event', (id) => (id === 'e0' ? '0' : '9000000000000')))
  await clock.advance(10)
  assert.ok(published > 0)
  assert.ok(isPaused())
})

test('a partition that went away publishes nothing any more, also after a failure', async () => {
  let tries = 0
  const { scheduled, clock } = scheduledEvents(() => {
    tries++
    scheduled.drop(place)
    return Promise.reject(new Error('the client is closed'))
  })
  scheduled.assign(place, 1)
  scheduled.read(batch(0, ['e'], 'event'))
  await clock.advance(10)
  await clock.advance(60_000)
  assert.equal(tries, 1)
})
