import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStrace } from './system-calls.ts'

test('calls-are-read-with-and-without-a-column-of-errors', () => {
  const text = [
    '% time     seconds  usecs/call     calls    errors syscall',
    '------ ----------- ----------- --------- --------- ----------------',
    ' 61.50    0.812345          40     20100           epoll_pwait',
    ' 30.10    0.400000          12     33000        12 read',
    '------ ----------- ----------- --------- --------- ----------------',
    '100.00    1.212345          22     53100        12 total'
  ].join('\n')
  assert.deepEqual(parseStrace(text), [
    { name: 'read', calls: 33_000 },
    { name: 'epoll_pwait', calls: 20_100 }
  ])
})
