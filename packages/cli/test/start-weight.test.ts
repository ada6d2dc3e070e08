/**
 * What a start loads is what it costs: 0.2 ms for each file of ours, and up to 20 ms for a module of Node's. These tests see
 * when somebody makes a plain start load what only some starts, or later requests, need.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'

interface Loaded {
  readonly files: readonly string[]
  readonly builtins: readonly string[]
}

const command = join(import.meta.dirname, '../bin/naru.js')
const preloaded = new URL('loaded-modules.js', import.meta.url).href

/** Runs the command until it has printed something, and stops it. The last run counts: the first one makes the folder. */
async function loadedBy(runs: number, ...args: readonly string[]): Promise<Loaded> {
  const folder = await mkdtemp(join(tmpdir(), 'naru-weight-'))
  const result = join(folder, 'loaded.json')
  try {
    for (let run = 0; run < runs; run++) await runOnce(folder, result, args)
    return JSON.parse(await readFile(result, 'utf8')) as Loaded
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runOnce(folder: string, result: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['--import', preloaded, command, ...args], {
    cwd: folder,
    env: { ...process.env, NARU_LANG: 'en', NARU_TEST_LOADED: result },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const closed = once(child, 'close')
  await once(child.stdout, 'data')
  child.stdout.resume()
  child.kill('SIGTERM')
  await closed
}

let served: Loaded

before(async () => {
  const quiet = ['-o', 'json', '--log-level', 'error']
  served = await loadedBy(2, 'serve', '--listen', '127.0.0.1:0', '--metrics', '127.0.0.1:0', ...quiet)
})

/** Files of ours and of libraries. A start that needs more is slower for everybody: lift the bound only for a reason. */
const serveFilesMax = 285
const versionFilesMax = 50

test('a-start-loads-no-more-files-than-before', () => {
  const { files } = served
  assert.ok(
    files.length <= serveFilesMax,
    `naru serve loads ${files.length} files, more than ${serveFilesMax}`
  )
})

test('a-start-loads-nothing-that-only-a-request-or-another-command-needs', () => {
  const { files } = served
  const needless = [
    /\/broker\/src\/handlers\/\d\d-/,
    /\/protocol\/src\/messages\/\d\d-/,
    /\/broker\/src\/(?:groups|transactions)\/index\.ts$/,
    /\/storage\/src\/(?:hand-over|take-over)\//,
    /\/cli\/src\/commands\/(?!serve\/)[\w-]+\/command\.ts$/,
    /\/cli\/src\/i18n\/ko\.ts$/,
    /\/(?:client|service)\/src\/index\.ts$/,
    /\/node_modules\/(?!commander\/)/
  ]
  for (const pattern of needless) {
    assert.deepEqual(
      files.filter((file) => pattern.test(file)),
      []
    )
  }
})

test('a-start-loads-no-heavy-module-of-node', () => {
  const { builtins } = served
  const heavy = [
    'internal/deps/undici/undici',
    'crypto',
    'zlib',
    'worker_threads',
    'tls',
    'readline',
    'repl',
    'inspector'
  ]
  assert.deepEqual(
    builtins.filter((name) => heavy.includes(name)),
    []
  )
})

test('a-command-that-asks-nobody-loads-neither-client-nor-broker', async () => {
  const { files } = await loadedBy(1, '--version')
  assert.ok(files.length <= versionFilesMax, `naru --version loads ${files.length} files`)
  assert.deepEqual(
    files.filter((file) => /\/(?:client|broker|storage|service)\/src\//.test(file)),
    []
  )
})
