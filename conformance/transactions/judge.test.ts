import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeCopies, type CopyHistory, type Seen } from './judge.ts'

const copy = (transaction: string, source: number, offset: number, count = 2): Seen => ({
  topic: 'target',
  partition: 0,
  offset,
  source,
  transaction,
  count
})
const line = (transaction: string, offset: number, count = 2): Seen => ({
  ...copy(transaction, 0, offset, count),
  topic: 'ledger'
})

const right: CopyHistory = {
  target: 'target',
  ledger: 'ledger',
  events: [
    { kind: 'begin', transaction: 'a' },
    { kind: 'end', transaction: 'a', outcome: 'committed' },
    { kind: 'end', transaction: 'b', outcome: 'aborted' },
    { kind: 'end', transaction: 'c', outcome: 'unknown' }
  ],
  followed: [copy('a', 0, 0)],
  final: [copy('a', 0, 0), copy('a', 1, 1), line('a', 0)],
  positions: new Map([[0, 2]])
}

test('a-whole-copy-has-no-problems', () => {
  const judged = judgeCopies(right)
  assert.deepEqual(judged.problems, [])
  assert.deepEqual([judged.begun, judged.committed, judged.aborted, judged.unknown], [1, 1, 1, 1])
})

test('each-mistake-is-counted-under-its-name', () => {
  const wrong = (change: Partial<CopyHistory>) => judgeCopies({ ...right, ...change })
  assert.equal(wrong({ final: [copy('a', 0, 0), copy('a', 1, 1)] }).torn, 1)
  assert.equal(wrong({ followed: [copy('b', 0, 0)] }).abortedVisible, 1)
  assert.equal(wrong({ final: [], followed: [], positions: new Map() }).lost, 1)
  assert.equal(wrong({ positions: new Map([[0, 3]]) }).lost, 1)
  assert.equal(wrong({ final: [...right.final, copy('c', 1, 4, 1), line('c', 2, 1)] }).duplicated, 1)
  assert.equal(wrong({ final: [copy('a', 1, 0), copy('a', 0, 1), line('a', 0)], followed: [] }).reordered, 1)
  assert.equal(wrong({ positions: new Map([[0, 1]]) }).other, 1)
  assert.equal(wrong({ followed: [copy('c', 7, 9)] }).other, 1)
})
