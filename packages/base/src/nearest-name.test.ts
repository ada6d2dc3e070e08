import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName } from './nearest-name.ts'

const known = ['bootstrap', 'clientId', 'requestTimeoutMs', 'acks', 'log.retention.ms', 'log.retention.bytes']

test('a-slip-of-a-letter-finds-the-name', () => {
  assert.equal(nearestName('boostrap', known), 'bootstrap')
  assert.equal(nearestName('clientid', known), 'clientId')
  assert.equal(nearestName('log.retention.m', known), 'log.retention.ms')
})

test('another-word-finds-nothing', () => {
  assert.equal(nearestName('partitions', known), undefined)
  assert.equal(nearestName('x', known), undefined)
  assert.equal(nearestName('', known), undefined)
})

test('the-nearest-of-several-wins', () => {
  assert.equal(nearestName('log.retention.byte', known), 'log.retention.bytes')
})
