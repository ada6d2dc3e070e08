import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latest, type ResultLine } from './line.ts'
import { median, quantile, ratios, spread } from './statistics.ts'
import { Summary } from './summary.ts'

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
    ['a 1', 200],
    ['a 2', 100],
    ['a 3', 400]
  ])
  const theirs = new Map([
    ['a 1', 100],
    ['a 2', 100],
    ['a 4', 1]
  ])
  assert.deepEqual(ratios(ours, theirs), { median: 1.5, min: 1, max: 2, count: 2 })
  assert.equal(ratios(ours, new Map()), undefined)
})

test('commands-that-share-a-workload-count-side-by-side-and-older-ones-of-the-same-systems-do-not', () => {
  const line = (run: string, system: string, value: number): ResultLine =>
    ({
      run,
      system,
      workload: 'w',
      round: 1,
      durability: '',
      figures: { rate: value }
    }) as unknown as ResultLine
  const summary = new Summary(
    latest([
      line('1', 'naru', 1),
      line('1', 'kafka', 1),
      line('2', 'naru', 300),
      line('2', 'kafka', 100),
      line('3', 'naru', 400),
      line('3', 'kfake', 100)
    ])
  )
  const place = (system: string) => ({ workload: 'w', system, figure: 'rate' })
  assert.equal(summary.ratio(place('naru'), place('kafka'))?.median, 3)
  assert.equal(summary.ratio(place('naru'), place('kfake'))?.median, 4)
  assert.equal(summary.ratio(place('kafka'), place('kfake')), undefined)
  assert.equal(summary.figure('w', 'naru', 'rate')?.count, 2)
})
