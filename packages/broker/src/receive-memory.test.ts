/** Memory of frames is used again when the last one who held it has let go, and not before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RECEIVE_MEMORY_IDLE_BYTES_MAX, REUSED_FRAME_BYTES_MIN } from './limits.ts'
import { ReceiveMemory } from './receive-memory.ts'

test('what everybody has let go of serves the next frame of about that length', () => {
  const memory = new ReceiveMemory()
  const first = memory.take(131_200)
  first.shared?.release()
  const second = memory.take(131_000)
  assert.equal(second.bytes.buffer, first.bytes.buffer)
  assert.equal(second.bytes.byteLength, 131_000)
})

test('what somebody holds serves nobody else', () => {
  const memory = new ReceiveMemory()
  const first = memory.take(131_200)
  first.shared?.hold()
  first.shared?.release()
  assert.notEqual(memory.take(131_200).bytes.buffer, first.bytes.buffer)
  assert.equal(memory.idleBytes, 0)
})

test('a much shorter frame does not take the memory of a long one', () => {
  const memory = new ReceiveMemory()
  const long = memory.take(1_000_000)
  long.shared?.release()
  assert.notEqual(memory.take(100_000).bytes.buffer, long.bytes.buffer)
})

test('a frame takes little more than its length', () => {
  const memory = new ReceiveMemory()
  for (const bytes of [16_384, 16_385, 70_000, 131_200, 1_000_100, 4_000_400]) {
    const { buffer } = memory.take(bytes).bytes
    assert.ok(buffer.byteLength >= bytes && buffer.byteLength <= bytes * 1.125, `${bytes}`)
  }
})

test('short frames are left to the collector', () => {
  assert.equal(new ReceiveMemory().take(REUSED_FRAME_BYTES_MIN - 1).shared, undefined)
})

test('what waits is bounded, whatever was let go of', () => {
  const memory = new ReceiveMemory()
  const frames = Array.from({ length: 100 }, () => memory.take(1024 * 1024))
  for (const { shared } of frames) {
    shared?.release()
    assert.ok(memory.idleBytes <= RECEIVE_MEMORY_IDLE_BYTES_MAX)
  }
})

test('letting go twice, or of nothing, is a bug that is told', () => {
  const { shared } = new ReceiveMemory().take(20_000)
  shared?.release()
  assert.throws(() => shared?.release())
  assert.throws(() => shared?.hold())
})
