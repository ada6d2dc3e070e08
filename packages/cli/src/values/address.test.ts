import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress, isLoopback, isWildcard, parseListenAddress } from './address.ts'

test('addresses-are-read-and-written-alike', () => {
  for (const text of ['127.0.0.1:9092', '[::1]:0', 'localhost:65535']) {
    const address = parseListenAddress(text)
    assert.ok(address !== undefined)
    assert.equal(formatAddress(address), text)
  }
  assert.deepEqual(parseListenAddress(':9092'), { host: '0.0.0.0', port: 9092 })
})

test('what-is-no-address-is-not-read', () => {
  for (const bad of ['', '9092', 'a:b', 'a:70000', 'http://a:1', '::1:9092', 'a b:1']) {
    assert.equal(parseListenAddress(bad), undefined, bad)
  }
})

test('loopback-and-wildcard-are-told-apart', () => {
  assert.ok(isLoopback('127.0.0.1') && isLoopback('::1') && isLoopback('localhost'))
  assert.ok(!isLoopback('0.0.0.0') && !isLoopback('10.0.0.1'))
  assert.ok(isWildcard('0.0.0.0') && isWildcard('::') && !isWildcard('127.0.0.1'))
})
