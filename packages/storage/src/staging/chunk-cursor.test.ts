import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChunkCursor } from './chunk-cursor.ts'

const chunks = [Buffer.from('a'), Buffer.from(''), Buffer.from('bcdef'), Buffer.from('gh')]

test('bytes come out in order, whatever the sizes that are asked for', () => {
  for (const sizes of [[8], [1, 7], [3, 3, 2], [2, 0, 6], [1, 1, 1, 1, 1, 1, 1, 1]]) {
    const cursor = new ChunkCursor(chunks)
    assert.equal(sizes.map((size) => Buffer.from(cursor.take(size)).toString()).join(''), 'abcdefgh')
  }
})

test('the rest is what was not taken, and nothing at the end', () => {
  const cursor = new ChunkCursor(chunks)
  cursor.take(3)
  assert.equal(Buffer.from(cursor.rest()).toString(), 'defgh')
  assert.equal(cursor.rest().byteLength, 0)
})

test('more than there is cannot be taken', () => {
  assert.throws(() => new ChunkCursor(chunks).take(9))
})
