import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '@naru/simulator'
import { judge } from './judge.ts'

const log = { topic: 't', topicId: 't', partition: 0 }
const times = { client: 'c', invokedMs: 0, completedMs: 1 }
const send = (sequence: number, baseOffset: number): Operation => {
  const what = {
    kind: 'send',
    log,
    producer: 'p',
    sequences: [sequence],
    outcome: 'ok',
    idempotent: true
  } as const
  return { ...what, ...times, invokedMs: sequence, completedMs: sequence, baseOffset }
}
const finalRead = (...sequences: readonly number[]): Operation => ({
  ...times,
  kind: 'final-read',
  log,
  from: 0,
  next: sequences.length,
  records: sequences.map((sequence, offset) => ({
    offset,
    payload: { topic: 't', partition: 0, producer: 'p', sequence }
  }))
})

test('a history that shows everything once and in order has no findings', () => {
  const { acknowledged, lost, problems } = judge([send(0, 0), send(1, 1), finalRead(0, 1)])
  assert.deepEqual({ acknowledged, lost, problems }, { acknowledged: 2, lost: 0, problems: [] })
})

test('a value whose offset another one has taken counts as lost', () => {
  const { lost, problems } = judge([send(0, 0), send(1, 0), finalRead(1)])
  assert.equal(lost, 1)
  assert.match(problems.join('\n'), /inconsistent-offsets/)
})

test('a history without a last reading proves nothing', () => {
  assert.deepEqual(judge([send(0, 0)]).problems, ['t/0 was not read at the end'])
})
