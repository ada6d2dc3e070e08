import assert from 'node:assert/strict'
import { test } from 'node:test'
import { murmur2, partitionOfKey } from './partitioner.ts'

/** Values that org.apache.kafka.common.utils.Utils.murmur2 gives. */
const hashes: Readonly<Record<string, number>> = {
  '21': -973932308,
  foobar: -790332482,
  'a-little-bit-long-string': -985981536,
  'a-little-bit-longer-string': -1486304829,
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
  abc: 479470107
}

test('the-hash-is-the-one-of-the-java-client', () => {
  for (const [key, hash] of Object.entries(hashes)) assert.equal(murmur2(Buffer.from(key)), hash, key)
})

test('the-partition-is-in-range-for-negative-hashes-too', () => {
  assert.equal(partitionOfKey(Buffer.from('21'), 4), (-973932308 & 0x7fffffff) % 4)
  assert.equal(partitionOfKey(Buffer.alloc(0), 1), 0)
})

test('a-view-into-a-larger-buffer-hashes-its-own-bytes', () => {
  assert.equal(murmur2(Buffer.from('xxfoobarxx').subarray(2, 8)), murmur2(Buffer.from('foobar')))
})
