import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type BoardRow, type Change, project } from '../src/board/projection.ts'

const placed: Change = { orderId: 'o-1', status: 'placed', drink: 'latte', customer: 'Jimin' }
const brewing: Change = { orderId: 'o-1', status: 'brewing' }
const ready: Change = { orderId: 'o-1', status: 'ready', drink: 'latte', customer: 'Jimin' }

const boardOf = (changes: readonly Change[]): BoardRow | undefined =>
  changes.reduce<BoardRow | undefined>((row, change) => project(row, change), undefined)

test('the-board-comes-to-the-same-in-whatever-order-and-however-often-events-come', () => {
  const expected = boardOf([placed, brewing, ready])
  fc.assert(
    fc.property(
      fc.shuffledSubarray([placed, brewing, ready], { minLength: 3 }),
      fc.array(fc.constantFrom(placed, brewing, ready)),
      (order, repeated) => assert.deepEqual(boardOf([...order, ...repeated]), expected)
    )
  )
})

test('a-coffee-that-is-ready-does-not-go-back-to-the-machine', () => {
  assert.equal(boardOf([ready, brewing])?.status, 'ready')
})
