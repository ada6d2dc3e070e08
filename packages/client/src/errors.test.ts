import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MultipleErrors, NetworkError, ProtocolError, TimeoutError } from '@platformatic/kafka'
import { brokerError, toKafkaError } from './errors.ts'

test('an-error-code-becomes-kafkas-name-with-what-it-is-about', () => {
  const error = brokerError(36, "Topic 'a' already exists.", { topic: 'a' })
  assert.equal(error?.code, 'TOPIC_ALREADY_EXISTS')
  assert.equal(error?.message, "Topic 'a' already exists.")
  assert.equal(error?.topic, 'a')
  assert.equal(error?.retriable, false)
  assert.equal(brokerError(0), undefined)
})

test('a-code-from-the-future-still-has-a-name', () => {
  assert.equal(brokerError(9_999)?.code, 'UNKNOWN_ERROR_9999')
})

test('the-answer-of-a-broker-counts-more-than-the-network-around-it', () => {
  const tree = new MultipleErrors('failed 2 times', [
    new ProtocolError('NOT_COORDINATOR'),
    new MultipleErrors('inner', [new NetworkError('Connection closed')])
  ])
  const error = toKafkaError(tree)
  assert.equal(error.code, 'NOT_COORDINATOR')
  assert.equal(error.retriable, true)
})

test('a-refused-connection-is-unreachable-and-a-silent-broker-is-a-timeout', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const unreachable = toKafkaError(new NetworkError('Connection to a:1 failed.', { cause: refused }))
  assert.equal(unreachable.code, 'UNREACHABLE')
  assert.match(unreachable.message, /ECONNREFUSED/)
  assert.equal(toKafkaError(new TimeoutError('Connection to a:1 timed out.')).code, 'UNREACHABLE')
  assert.equal(toKafkaError(new TimeoutError('Request timed out')).code, 'TIMEOUT')
})
