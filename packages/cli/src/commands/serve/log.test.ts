import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { type LogOptions, outputLogger } from './log.ts'

function logged(options: LogOptions): string {
  const lines: string[] = []
  const output = {
    isTerminal: false,
    columns: 80,
    write: (data: string | Uint8Array) => {
      lines.push(String(data))
      return Promise.resolve()
    }
  }
  const logger = outputLogger(output, new ManualClock(0), options)
  logger.log('debug', 'quiet')
  logger.log('warn', 'bad-frame', {
    address: '10.0.0.1:5',
    bytes: 12,
    durationMs: 19.278996000000006,
    reason: 'too\nlong\u001b[31m',
    none: undefined
  })
  return lines.join('')
}

test('a-line-of-text-holds-the-event-and-its-fields-and-no-commands', () => {
  assert.equal(
    logged({ level: 'info', format: 'text' }),
    '1970-01-01T00:00:00.000Z WARN  bad-frame address=10.0.0.1:5 bytes=12 durationMs=19.279 reason="too\\\\nlong\\\\x1b[31m"\n'
  )
})

test('a-line-of-json-is-for-programs', () => {
  const [line = ''] = logged({ level: 'warn', format: 'json' }).split('\n')
  assert.deepEqual(JSON.parse(line), {
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    event: 'bad-frame',
    address: '10.0.0.1:5',
    bytes: 12,
    durationMs: 19.278996000000006,
    reason: 'too\nlong\u001b[31m'
  })
})

test('what-is-below-the-level-is-left-out', () => {
  assert.equal(logged({ level: 'error', format: 'text' }), '')
  assert.match(logged({ level: 'debug', format: 'text' }), /DEBUG quiet/)
})
