import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asBuffer, bytesCodec, jsonCodec, stringCodec } from './codec.ts'

test('bytes-pass-untouched', () => {
  const bytes = new Uint8Array([0, 255, 10])
  assert.equal(bytesCodec.encode(bytes), bytes)
  assert.equal(bytesCodec.decode(bytes), bytes)
})

test('strings-and-json-survive-a-round-trip', () => {
  assert.equal(stringCodec.decode(stringCodec.encode('나루 🛶')), '나루 🛶')
  const codec = jsonCodec<{ readonly id: number }>()
  assert.deepEqual(codec.decode(codec.encode({ id: 7 })), { id: 7 })
})

test('a-view-keeps-its-bounds', () => {
  const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
  assert.deepEqual([...asBuffer(view)], [2, 3])
})
