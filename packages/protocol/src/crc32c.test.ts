// Vectors are those of RFC 3720 (iSCSI), appendix B.4, and the usual check string.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc32c, crc32cByTable, crc32cIsNative } from './crc32c.ts'

const vectors: ReadonlyArray<readonly [string, Uint8Array, number]> = [
  ['the check string', Buffer.from('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 increasing bytes', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ['32 decreasing bytes', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c]
]

test('known vectors have their published checksums', () => {
  for (const [name, bytes, expected] of vectors) {
    assert.equal(crc32c(bytes), expected, name)
    assert.equal(crc32cByTable(bytes), expected, `${name}, by table`)
  }
})

test('the native module is in use on this platform', () => {
  assert.equal(crc32cIsNative(), true)
})

test('native and table agree on every range of every buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(), fc.nat(), (bytes, a, b) => {
      const [start, end] = [a % (bytes.length + 1), b % (bytes.length + 1)].sort((x, y) => x - y)
      assert.equal(crc32c(bytes, start, end), crc32cByTable(bytes, start, end))
    })
  )
})

test('a checksum goes on over several chunks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(), (bytes, cut) => {
      const at = cut % (bytes.length + 1)
      const whole = crc32c(bytes)
      assert.equal(crc32c(bytes, at, bytes.length, crc32c(bytes, 0, at)), whole)
      assert.equal(crc32cByTable(bytes, at, bytes.length, crc32cByTable(bytes, 0, at)), whole)
    })
  )
})
