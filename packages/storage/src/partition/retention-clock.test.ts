import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { RetentionClock } from './retention-clock.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

test('follows a clock that jumps ahead at twice the pace of time', async () => {
  const clock = new ManualClock()
  const retention = new RetentionClock(clock)
  const startMs = clock.wallMs()
  clock.jumpWall(dayMs)
  await clock.advance(hourMs)
  assert.equal(retention.nowMs(), startMs + 2 * hourMs)
})

test('follows a clock that goes back at once', () => {
  const clock = new ManualClock()
  const retention = new RetentionClock(clock)
  clock.jumpWall(-dayMs)
  assert.equal(retention.nowMs(), clock.wallMs())
})

test('begins where an earlier run ended, and takes a day of standing still back within 24 minutes', async () => {
  const clock = new ManualClock()
  const knownMs = clock.wallMs() - dayMs
  const retention = new RetentionClock(clock, knownMs)
  assert.equal(retention.nowMs(), knownMs)
  await clock.advance(24 * 60_000)
  assert.ok(retention.nowMs() < clock.wallMs())
  await clock.advance(60_000)
  assert.equal(retention.nowMs(), clock.wallMs())
  clock.jumpWall(dayMs)
  await clock.advance(hourMs)
  assert.equal(retention.nowMs(), clock.wallMs() - dayMs + hourMs)
})

test('does not believe that a year has passed at a start', async () => {
  const clock = new ManualClock()
  const retention = new RetentionClock(clock, clock.wallMs() - 365 * dayMs)
  await clock.advance(dayMs)
  assert.ok(retention.nowMs() < clock.wallMs() - 300 * dayMs)
})
