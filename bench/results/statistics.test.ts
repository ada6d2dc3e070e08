import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, quantile, ratios, spread } from './statistics.ts'

test('the-median-of-an-even-count-lies-between-the-two-in-the-middle', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(median([9, 1, 5]), 5)
})

test('a-spread-names-median-and-both-ends', () => {
  assert.deepEqual(spread([3, 1, 2]), { median: 2, min: 1, max: 3, count: 3 })
})

test('a-quantile-is-a-value-of-the-list', () => {
  const list = Array.from({ length: 100 }, (_, index) => index + 1)
  assert.equal(quantile(list, 0.99), 100)
  assert.equal(quantile(list, 0.5), 51)
  assert.ok(Number.isNaN(quantile([], 0.5)))
})

test('ratios-are-taken-within-a-round-and-only-of-rounds-that-both-finished', () => {
  const ours = new Map([
    [1, 200],
    [2, 100],
    [3, 400]
  ])
  const theirs = new Map([
    [1, 100],
    [2, 100],
    [4, 1]
  ])
  assert.deepEqual(ratios(ours, theirs), { median: 1.5, min: 1, max: 2, count: 2 })
  assert.equal(ratios(ours, new Map()), undefined)
})
