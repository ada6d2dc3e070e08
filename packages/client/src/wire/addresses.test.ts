import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distinctAddresses, parseAddresses } from './addresses.ts'

test('a-list-of-addresses-is-read', () => {
  assert.deepEqual(parseAddresses('a:1, b ,[::1]:9093'), [
    { host: 'a', port: 1 },
    { host: 'b', port: 9092 },
    { host: '::1', port: 9093 }
  ])
  assert.deepEqual(parseAddresses(['localhost:9092']), [{ host: 'localhost', port: 9092 }])
})

test('an-address-that-comes-twice-is-tried-once', () => {
  const [one, other] = [
    { host: 'a', port: 1 },
    { host: 'a', port: 2 }
  ]
  assert.deepEqual(distinctAddresses([one, other, { ...one }]), [one, other])
})

test('what-is-no-address-is-refused', () => {
  for (const bad of ['', 'a:1,', 'a:0', 'a:70000', 'http://a:1', 'a b:1', []]) {
    assert.throws(() => parseAddresses(bad), { code: 'INVALID_OPTION' })
  }
})
