import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeSidecarEntry, encodeSidecarHeader, sidecarEntryCrc, sidecarHeaderBytes } from './sidecar.ts'

const entry = (): Buffer => Buffer.from(encodeSidecarEntry(7_000_000_000, 3, 0xdeadbeef))

test('an entry gives back its checksum at its place only', () => {
  assert.equal(sidecarEntryCrc(entry(), { index: 0, block: 3, baseOffset: 7_000_000_000 }), 0xdeadbeef)
  assert.equal(sidecarEntryCrc(entry(), { index: 0, block: 4, baseOffset: 7_000_000_000 }), undefined)
  assert.equal(sidecarEntryCrc(entry(), { index: 0, block: 3, baseOffset: 0 }), undefined)
  assert.equal(sidecarEntryCrc(entry(), { index: 1, block: 3, baseOffset: 7_000_000_000 }), undefined)
})

test('an entry with any bit changed is known to be damaged, and so are zeros', () => {
  for (let bit = 0; bit < 64; bit++) {
    const bytes = entry()
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
    assert.equal(sidecarEntryCrc(bytes, { index: 0, block: 3, baseOffset: 7_000_000_000 }), undefined)
  }
  assert.equal(sidecarEntryCrc(Buffer.alloc(8), { index: 0, block: 0, baseOffset: 0 }), undefined)
})

test('the header names format, version, block size and segment', () => {
  const header = encodeSidecarHeader(7_000_000_000)
  assert.equal(header.byteLength, sidecarHeaderBytes)
  assert.equal(header.toString('latin1', 0, 8), 'NARUCRC\0')
  assert.deepEqual([header.readUInt32BE(8), header.readUInt32BE(12)], [2, 65_536])
  assert.equal(header.readBigInt64BE(16), 7_000_000_000n)
})
