import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
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

test('what waits is looked at after each collection', async () => {
  // In a process of its own, since the flags hold for a whole process.
  const program = `
    import { boundHeap } from ${JSON.stringify(import.meta.resolve('./heap-bounds.ts'))}
    let looks = 0
    boundHeap(() => ++looks)
    for (let collections = 0; collections < 3; collections++) {
      const before = looks
      gc()
      while (looks === before) await new Promise(setImmediate)
    }`
  const flags = ['--expose-gc', '--input-type=module', '--eval', program]
  await promisify(execFile)(process.execPath, flags, { timeout: 10_000 })
})
