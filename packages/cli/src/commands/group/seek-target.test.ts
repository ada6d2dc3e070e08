import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@naru/base/node'
import type { Client } from '@naru/client'
import { loadMessages } from '../../i18n/messages.ts'
import { type SeekTarget, planMoves, seekTarget } from './seek-target.ts'

const clock = new ManualClock(1_000_000_000)

test('targets-are-places-offsets-steps-and-times', async () => {
  const parse = seekTarget(await loadMessages('en'), clock)
  const expected: Readonly<Record<string, SeekTarget>> = {
    earliest: 'earliest',
    LATEST: 'latest',
    '5': { offset: 5 },
    '+5': { shift: 5 },
    '-5': { shift: -5 },
    '@7': { timestamp: 7 },
    '1s': { timestamp: 999_999_000 }
  }
  for (const [text, target] of Object.entries(expected)) assert.deepEqual(parse(text), target, text)
  assert.throws(() => parse('tomorrow'), /\+N or -N/)
})

async function moves(
  target: SeekTarget,
  byTime: ReadonlyMap<number, number> = new Map()
): Promise<unknown[]> {
  const client = {
    admin: {
      listOffsets: () =>
        Promise.resolve([0, 1, 2].map((partition) => ({ partition, offset: byTime.get(partition) })))
    }
  } as unknown as Client
  const where = {
    topic: 't',
    partitions: [0, 1, 2],
    ends: new Map([0, 1, 2].map((partition) => [partition, { earliest: 10, latest: 20 }])),
    committed: new Map([
      [0, 15],
      [1, 10]
    ])
  }
  const planned = await planMoves(client, target, where, new AbortController().signal)
  return planned.map(({ from, to, change }) => [from, to, change])
}

test('a-target-outside-of-the-partition-becomes-its-nearest-end', async () => {
  assert.deepEqual(await moves({ offset: 99 }), [
    [15, 20, 5],
    [10, 20, 10],
    [null, 20, null]
  ])
  assert.deepEqual(await moves({ offset: 1 }), [
    [15, 10, -5],
    [10, 10, 0],
    [null, 10, null]
  ])
  assert.deepEqual(await moves({ shift: -3 }), [
    [15, 12, -3],
    [10, 10, 0],
    [null, 10, null]
  ])
})

test('a-time-after-the-last-record-leads-to-the-end', async () => {
  assert.deepEqual(await moves({ timestamp: 1 }, new Map([[0, 12]])), [
    [15, 12, -3],
    [10, 20, 10],
    [null, 20, null]
  ])
})
