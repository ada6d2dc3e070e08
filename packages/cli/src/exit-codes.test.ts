import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exitCodeOf } from './exit-codes.ts'

test('codes-tell-scripts-what-happened', () => {
  const expected: Readonly<Record<string, number>> = {
    UNKNOWN_TOPIC_OR_PARTITION: 3,
    GROUP_ID_NOT_FOUND: 3,
    TOPIC_ALREADY_EXISTS: 4,
    INVALID_PARTITIONS: 4,
    TOPIC_AUTHORIZATION_FAILED: 4,
    LOCKED: 4,
    EADDRINUSE: 4,
    UNREACHABLE: 5,
    TIMEOUT: 6,
    REQUEST_TIMED_OUT: 6,
    INVALID_OPTION: 2,
    UNKNOWN_SERVER_ERROR: 1,
    ENOSPC: 1
  }
  for (const [code, exit] of Object.entries(expected)) assert.equal(exitCodeOf(code), exit, code)
  assert.equal(exitCodeOf(undefined), 1)
})
