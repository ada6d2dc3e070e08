import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackOff, DELAY_MS_MAX, FIRST_DELAY_MS, STABLE_MS } from './back-off.ts'

test('who-dies-at-once-waits-twice-as-long-each-time-up-to-a-limit', () => {
  const backOff = new BackOff()
  const delays = Array.from({ length: 10 }, () => backOff.next(0))
  assert.deepEqual(delays.slice(0, 3), [FIRST_DELAY_MS, 2 * FIRST_DELAY_MS, 4 * FIRST_DELAY_MS])
  assert.equal(delays.at(-1), DELAY_MS_MAX)
})

test('who-has-run-for-a-while-starts-again-quickly', () => {
  const backOff = new BackOff()
  for (let death = 0; death < 5; death++) backOff.next(10)
  assert.equal(backOff.next(STABLE_MS), FIRST_DELAY_MS)
})
