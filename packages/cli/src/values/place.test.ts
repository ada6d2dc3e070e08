import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { loadMessages } from '../i18n/messages.ts'
import { offsetOrTime, place } from './place.ts'

const now = Date.UTC(2026, 10, 22, 12)
const clock = new ManualClock(now)

test('a-number-is-an-offset', () => {
  assert.deepEqual(offsetOrTime('0', clock), { offset: 0 })
  assert.deepEqual(offsetOrTime('9007199254740991', clock), { offset: Number.MAX_SAFE_INTEGER })
  assert.equal(offsetOrTime('9007199254740993', clock), undefined)
})

test('times-come-in-three-ways', () => {
  assert.deepEqual(offsetOrTime('@1700000000000', clock), { timestamp: 1_700_000_000_000 })
  assert.deepEqual(offsetOrTime('15m', clock), { timestamp: now - 900_000 })
  assert.deepEqual(offsetOrTime('2026-11-22T09:30Z', clock), { timestamp: Date.UTC(2026, 10, 22, 9, 30) })
  assert.deepEqual(offsetOrTime('2026-11-22T09:30:15+09:00', clock), {
    timestamp: Date.UTC(2026, 10, 22, 0, 30, 15)
  })
  assert.deepEqual(offsetOrTime('2026-11-22', clock), { timestamp: new Date(2026, 10, 22).getTime() })
  assert.deepEqual(offsetOrTime('2026-11-22 09:30', clock), {
    timestamp: new Date(2026, 10, 22, 9, 30).getTime()
  })
})

test('anything-else-is-refused-with-the-words-that-are-known', async () => {
  const parse = place(['earliest', 'latest'], await loadMessages('en'), clock)
  assert.equal(parse('Earliest'), 'earliest')
  for (const bad of ['', '-1', 'yesterday', '2026-13-01', '1.5', '5 minutes']) {
    assert.throws(() => parse(bad), /earliest, latest/, bad)
  }
})
