import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idleReadBuffersMax, readWindowBytes } from './limits.ts'
import { ReadBuffers } from './read-buffers.ts'

test('memory that was given back serves the next read, once', () => {
  const buffers = new ReadBuffers()
  const first = buffers.lend(readWindowBytes)
  assert.ok(first !== undefined)
  first.giveBack()
  first.giveBack()
  assert.equal(buffers.idleCount, 1)
  const second = buffers.lend(readWindowBytes - 1)
  const third = buffers.lend(readWindowBytes)
  assert.equal(second?.bytes.buffer, first.bytes.buffer)
  assert.notEqual(third?.bytes.buffer, first.bytes.buffer)
  assert.equal(second?.bytes.byteLength, readWindowBytes - 1)
})

test('what is lent is not lent again', () => {
  const buffers = new ReadBuffers()
  const lent = Array.from({ length: 5 }, () => buffers.lend(readWindowBytes)?.bytes.buffer)
  assert.equal(new Set(lent).size, 5)
})

test('a small or a very large read gets no memory of others', () => {
  const buffers = new ReadBuffers()
  assert.equal(buffers.lend(1_000), undefined)
  assert.equal(buffers.lend(2 * readWindowBytes), undefined)
})

test('idle memory is bounded', () => {
  const buffers = new ReadBuffers()
  const leases = Array.from({ length: idleReadBuffersMax + 3 }, () => buffers.lend(readWindowBytes))
  for (const lease of leases) lease?.giveBack()
  assert.equal(buffers.idleCount, idleReadBuffersMax)
})
