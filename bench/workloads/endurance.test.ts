import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitByWriteOut } from './endurance.ts'

test('a-request-counts-as-during-the-write-out-when-segments-grew-around-its-answer', () => {
  const samples = [
    { atMs: 1_000, writtenBytes: 0 },
    { atMs: 1_100, writtenBytes: 0 },
    { atMs: 1_200, writtenBytes: 500 },
    { atMs: 1_300, writtenBytes: 500 }
  ]
  const trace = '1150 9.5\n1050 1.5\n1250 2.5\n'
  assert.deepEqual(splitByWriteOut(trace, samples), { during: [9.5], apart: [1.5, 2.5] })
})

test('without-samples-every-request-is-apart', () => {
  assert.deepEqual(splitByWriteOut('1 2.0\n', []), { during: [], apart: [2] })
})
