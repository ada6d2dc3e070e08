import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growthPercent } from './heap-bounds.ts'

const MIB = 1024 ** 2

test('a broker at rest keeps little garbage', () => {
  assert.equal(growthPercent(0), 50)
  assert.equal(growthPercent(7 * MIB), 50)
})

test('a busy broker collects when records, heap and garbage have reached their total, however many records wait', () => {
  for (const records of [8, 16, 32, 48, 53]) {
    const total = (records + 32) * (1 + growthPercent(records * MIB) / 100)
    assert.ok(total <= 129 && total >= 126, `${records} MiB of records grow to ${total} MiB`)
  }
})

test('more records than the total leave the growth of a broker at rest', () => {
  assert.equal(growthPercent(1024 * MIB), 50)
})
