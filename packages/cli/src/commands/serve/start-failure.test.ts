import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DiskError, NaruError } from '@naru/base'
import { loadMessages } from '../../i18n/messages.ts'
import type { ServeSettings } from './settings.ts'
import { startFailure } from './start-failure.ts'

const settings: ServeSettings = {
  listen: { host: '127.0.0.1', port: 65_530 },
  advertise: undefined,
  data: '/data',
  durability: 'fsync',
  metrics: undefined,
  nodeId: 0,
  properties: {},
  inert: []
}

interface Case {
  readonly code: string
  readonly during: 'folder' | 'listening' | 'metrics'
  readonly exitCode: number
  readonly message: RegExp
  readonly next: RegExp
}

const cases: readonly Case[] = [
  {
    code: 'LOCKED',
    during: 'folder',
    exitCode: 4,
    message: /another broker is running on .*\/data/,
    next: /stop it/
  },
  {
    code: 'EACCES',
    during: 'folder',
    exitCode: 4,
    message: /\/data cannot be written/,
    next: /--data FOLDER/
  },
  { code: 'EROFS', during: 'folder', exitCode: 4, message: /cannot be written/, next: /--data FOLDER/ },
  {
    code: 'ENOTDIR',
    during: 'folder',
    exitCode: 4,
    message: /not a folder/,
    next: /another folder with --data FOLDER$/
  },
  {
    code: 'EADDRINUSE',
    during: 'metrics',
    exitCode: 4,
    message: /:65530 is in use/,
    next: /another address with --metrics/
  },
  { code: 'ENOSPC', during: 'folder', exitCode: 1, message: /disk with \/data is full/, next: /make room/ },
  { code: 'FOREIGN_FOLDER', during: 'folder', exitCode: 4, message: /no data of Naru/, next: /empty folder/ },
  { code: 'NEWER_FORMAT', during: 'folder', exitCode: 4, message: /newer version/, next: /that version/ },
  { code: 'JOURNAL_MISSING', during: 'folder', exitCode: 1, message: /is damaged/, next: /keep a copy/ },
  { code: 'EMFILE', during: 'folder', exitCode: 1, message: /more files/, next: /ulimit/ },
  {
    code: 'EADDRINUSE',
    during: 'listening',
    exitCode: 4,
    message: /:65530 is in use/,
    next: /127\.0\.0\.1:65520/
  },
  { code: 'EACCES', during: 'listening', exitCode: 4, message: /may not listen/, next: /above 1023/ }
]

for (const { code, during, exitCode, message, next } of cases) {
  test(`a-start-that-fails-says-why-and-what-next: ${during} ${code}`, async () => {
    const error = code.startsWith('E')
      ? new DiskError({ code, operation: 'open', path: '/data/x' })
      : new NaruError(code, code)
    for (const language of ['en', 'ko'] as const) {
      const failure = startFailure(error, during, settings, await loadMessages(language))
      assert.equal(failure.exitCode, exitCode)
      assert.doesNotMatch(`${failure.message}${failure.next}`, /\{\w+\}/)
      if (language === 'en') {
        assert.match(failure.message, message)
        assert.match(failure.next ?? '', next)
      }
    }
  })
}

test('an-error-that-nobody-expected-is-told-as-it-is', async () => {
  const failure = startFailure(new Error('boom'), 'folder', settings, await loadMessages('en'))
  assert.deepEqual([failure.exitCode, failure.message], [1, 'the broker cannot start: boom'])
})
