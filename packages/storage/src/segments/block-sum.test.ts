/** Block sums are CRC-32 as zlib computes it, in one piece or in several. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { blockSum } from './block-sum.ts'

const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31) ^ (index >> 7)))

test('the sum of the check string is that of the standard', () => {
  assert.equal(blockSum(Buffer.from('123456789'), 0, 9), 0xcbf43926)
})

test('sums agree with zlib, whatever the range', () => {
  for (const [from, to] of [
    [0, 0],
    [0, 70_000],
    [1, 100],
    [65_535, 65_537]
  ] as const) {
    assert.equal(blockSum(bytes, from, to), crc32(bytes.subarray(from, to)))
  }
})

test('a sum goes on where the one before ended', () => {
  const first = blockSum(bytes, 0, 12_345)
  assert.equal(blockSum(bytes, 12_345, 70_000, first), blockSum(bytes, 0, 70_000))
})
