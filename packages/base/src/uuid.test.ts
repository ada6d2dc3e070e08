import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { uuidCacheEntriesMax } from './limits.ts'
import { isUuid, parseUuid, uuidFromBytes, uuidToBytes, ZERO_UUID } from './uuid.ts'

test('sixteen bytes become the text that Kafka prints, and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const uuid = uuidFromBytes(bytes)
      assert.equal(uuid, Buffer.from(bytes).toString('base64url'))
      assert.ok(isUuid(uuid))
      assert.deepEqual(uuidToBytes(uuid), bytes)
    })
  )
})

test('ids that share a place in the cache do not take each other for themselves', () => {
  const bytes = Buffer.alloc(16)
  for (let round = 0; round < 2; round++) {
    for (let i = 1; i < uuidCacheEntriesMax * 3; i++) {
      bytes.writeUInt32BE(i, 12)
      assert.equal(uuidFromBytes(bytes), bytes.toString('base64url'))
    }
  }
})

test('the zero id is sixteen zero bytes', () => {
  assert.equal(uuidFromBytes(new Uint8Array(16)), ZERO_UUID)
  assert.deepEqual(uuidToBytes(ZERO_UUID), new Uint8Array(16))
})

test('an id can be read in the middle of other bytes', () => {
  const bytes = Buffer.from(`ffff${'01'.repeat(16)}ff`, 'hex')
  assert.equal(uuidFromBytes(bytes, 2), Buffer.alloc(16, 1).toString('base64url'))
  assert.throws(() => uuidFromBytes(bytes, 4), { name: 'AssertionError' })
})

test('a text is an id only when it stands for sixteen bytes', () => {
  assert.equal(parseUuid('AAAAAAAAAAAAAAAAAAAAAQ'), 'AAAAAAAAAAAAAAAAAAAAAQ')
  for (const text of [
    '',
    'AAAA',
    'AAAAAAAAAAAAAAAAAAAAAB',
    'AAAAAAAAAAAAAAAAAAAAA+',
    '/AAAAAAAAAAAAAAAAAAAAA'
  ]) {
    assert.equal(isUuid(text), false)
    assert.throws(() => parseUuid(text), { name: 'AssertionError' })
  }
})
