// The expected numbers come from `Utils.murmur2`, `Utils.toPositive`, `String.hashCode` and `Utils.abs` of
// Apache's kafka-clients 4.2.0, with 50 partitions.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { javaStringHash, murmur2, partitionForId, partitionForKey } from './partitioning.ts'

const vectors: ReadonlyArray<readonly [string, number, number, number, number]> = [
  ['', 275646681, 31, 0, 0],
  ['a', -1563381124, 24, 97, 47],
  ['ab', 316155434, 34, 3105, 5],
  ['abc', 479470107, 7, 96354, 4],
  ['abcd', -1323649548, 0, 2987074, 24],
  ['주문', 1004645367, 17, 1642940, 40],
  ['taxi-7', 1269585631, 31, -880726968, 18],
  ['order-created-0001', 38998108, 8, -1379750939, 39],
  ['a-little-bit-long-string', -985981536, 12, -865776169, 19],
  ['커피 가게 ☕', 1023212529, 29, -1848325175, 25],
  ['😀 emoji', 1991772780, 30, -1572615351, 1],
  ['my-group', -1626987699, 49, -1906497762, 12]
]

test('keys go to the partitions that the Java client gives them', () => {
  for (const [text, hash, partition] of vectors) {
    assert.equal(murmur2(Buffer.from(text)), hash, text)
    assert.equal(partitionForKey(Buffer.from(text), 50), partition, text)
  }
  assert.equal(murmur2(Uint8Array.of(0x80, 0xff, 0x7f, 0x90, 0xfe)), -475383013)
})

test('groups go to the partitions that a Java broker gives them', () => {
  for (const [text, , , hash, partition] of vectors) {
    assert.equal(javaStringHash(text), hash, text)
    assert.equal(partitionForId(text, 50), partition, text)
  }
})

test('the hash without a positive counterpart counts as zero', () => {
  assert.equal(javaStringHash('polygenelubricants'), -2147483648)
  assert.equal(partitionForId('polygenelubricants', 50), 0)
})
