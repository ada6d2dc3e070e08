import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { KafkaError } from '../errors.ts'
import { withRetries } from './attempts.ts'

const policy = { requestTimeoutMs: 1_000, retryBackoffMs: 100, retryBackoffMsMax: 400 }

function environment(): {
  readonly clock: ManualClock
  readonly timers: ManualClock
  readonly policy: typeof policy
} {
  const clock = new ManualClock()
  return { clock, timers: clock, policy }
}

const busy = new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', 'loading', { retriable: true })

test('retriable-errors-are-retried-with-growing-pauses', async () => {
  const env = environment()
  let calls = 0
  const done = withRetries(env, { what: 'call' }, async () => {
    calls += 1
    if (calls < 3) throw busy
    return calls
  })
  await env.clock.advance(99)
  assert.equal(calls, 1)
  await env.clock.advance(1)
  assert.equal(calls, 2)
  await env.clock.advance(200)
  assert.equal(await done, 3)
  assert.equal(env.clock.pending, 0)
})

test('the-last-error-comes-out-when-time-is-up', async () => {
  const env = environment()
  const done = assert.rejects(
    withRetries(env, { what: 'call' }, () => Promise.reject(busy)),
    { code: 'COORDINATOR_LOAD_IN_PROGRESS' }
  )
  await env.clock.advance(2_000)
  await done
})

test('an-answer-that-never-comes-is-a-timeout', async () => {
  const env = environment()
  const done = assert.rejects(
    withRetries(env, { what: 'listing topics' }, () => new Promise(() => undefined)),
    { code: 'TIMEOUT', message: 'listing topics: no answer within 1000 ms' }
  )
  await env.clock.advance(1_000)
  await done
})

test('an-abort-ends-the-wait-with-its-reason', async () => {
  const env = environment()
  const controller = new AbortController()
  const reason = new Error('stop')
  const waiting = withRetries(
    env,
    { what: 'call', signal: controller.signal },
    () => new Promise(() => undefined)
  )
  controller.abort(reason)
  await assert.rejects(waiting, reason)
  assert.equal(env.clock.pending, 0)
})

test('errors-that-cannot-heal-come-out-at-once', async () => {
  const env = environment()
  const refused = new KafkaError('TOPIC_ALREADY_EXISTS', 'exists')
  await assert.rejects(
    withRetries(env, { what: 'call' }, () => Promise.reject(refused)),
    refused
  )
})
