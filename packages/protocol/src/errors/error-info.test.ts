import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode, errorName, isErrorCode, isRetriableCode } from './error-codes.ts'
import { errorInfo } from './error-info.ts'

test('codes have their names and tell whether a retry may help', () => {
  assert.equal(errorName(0), 'NONE')
  assert.equal(errorName(-1), 'UNKNOWN_SERVER_ERROR')
  assert.equal(errorName(ErrorCode.MESSAGE_TOO_LARGE), 'MESSAGE_TOO_LARGE')
  assert.equal(isRetriableCode(ErrorCode.NOT_COORDINATOR), true)
  assert.equal(isRetriableCode(ErrorCode.MESSAGE_TOO_LARGE), false)
})

test('a code of a later Kafka is named by its number and not retried', () => {
  assert.equal(errorName(999), 'UNKNOWN_ERROR_999')
  assert.equal(isErrorCode(999), false)
  assert.equal(isRetriableCode(999), false)
  assert.match(errorInfo(999).message.ko, /999/)
})

test('every code has a text of its own in both languages', () => {
  const codes = Object.values(ErrorCode)
  assert.equal(new Set(codes.map((code) => errorInfo(code).message.en)).size, codes.length)
  assert.equal(new Set(codes.map((code) => errorInfo(code).message.ko)).size, codes.length)
  for (const code of codes) {
    const { en, ko } = errorInfo(code).message
    assert.match(en, /^[A-Za-z].*\.$/)
    assert.match(ko, /[가-힣].*\.$/)
  }
})
