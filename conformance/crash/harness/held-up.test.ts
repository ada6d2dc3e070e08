/** What a test that stood still may pass over, and what it may not. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isLate } from './held-up.ts'

it('passes over what was only not done in time', () => {
  assert.ok(isLate('naru did not start, no answer from 127.0.0.1:4000 within 60000 ms:\nNaru listens'))
  assert.ok(isLate('t/0 was not read at the end'))
})

it('passes over no refused start, no loss and no anomaly', () => {
  for (const finding of [
    'naru did not start, the broker ended with 1 before it was ready:\nJOURNAL_DAMAGED',
    '3 of 100 acknowledged values are not there',
    'unseen in t (t): p#1 at 5, acknowledged or seen before'
  ])
    assert.ok(!isLate(finding), finding)
})
