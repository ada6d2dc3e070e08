import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@naru/base/node'
import type { Host, Output } from '../host.ts'
import { Progress, formatBytes } from './progress.ts'

class Screen implements Output {
  readonly isTerminal: boolean
  readonly columns = 80
  text = ''

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal
  }

  write(data: string | Uint8Array): Promise<void> {
    this.text += String(data)
    return Promise.resolve()
  }
}

interface Situation {
  readonly stderr: boolean
  readonly stdout: boolean
  readonly writesData?: boolean
  readonly env?: Host['env']
}

async function shown(options: Situation): Promise<string> {
  const clock = new ManualClock()
  const stderr = new Screen(options.stderr)
  const stdout = new Screen(options.stdout)
  const host = { stderr, stdout, env: options.env ?? {}, timers: clock } as unknown as Host
  let count = 0
  const progress = new Progress(host, { writesData: options.writesData ?? true }, () => `${++count}`)
  await clock.advance(1_300)
  await progress.end()
  assert.equal(clock.pending, 0)
  return stderr.text
}

test('people-see-how-far-it-is-and-the-line-is-gone-in-the-end', async () => {
  assert.equal(await shown({ stderr: true, stdout: false }), '\r\u001b[K1\r\u001b[K2\r\u001b[K')
})

test('work-that-writes-no-data-shows-it-on-the-only-terminal-too', async () => {
  assert.notEqual(await shown({ stderr: true, stdout: true, writesData: false }), '')
})

test('nobody-else-sees-it', async () => {
  assert.equal(await shown({ stderr: false, stdout: false }), '')
  assert.equal(await shown({ stderr: true, stdout: true }), '')
  assert.equal(await shown({ stderr: true, stdout: false, env: { CI: 'true' } }), '')
  assert.equal(await shown({ stderr: true, stdout: false, env: { TERM: 'dumb' } }), '')
})

test('bytes-have-units', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 5 * 1024 ** 3].map(formatBytes), [
    '0 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '5.0 GiB'
  ])
})
