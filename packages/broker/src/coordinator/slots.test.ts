import assert from 'node:assert/strict'
import { test } from 'node:test'
import { javaHash, slotOf } from './slots.ts'

test('groups live in the slots where Apache Kafka keeps them', () => {
  // The hashes were printed by Java; the second is the smallest int, which has no absolute value.
  assert.equal(javaHash('console-consumer'), -648006740)
  assert.equal(javaHash('polygenelubricants'), -2147483648)
  assert.equal(javaHash('주문'), 1642940)
  assert.equal(slotOf('console-consumer', 50), 40)
  assert.equal(slotOf('polygenelubricants', 50), 0)
  assert.equal(slotOf('주문', 50), 40)
})
