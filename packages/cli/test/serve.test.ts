import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { naru } from './fake-host.ts'

const command = join(import.meta.dirname, '../bin/naru.js')

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-serve-'))
})

after(() => rm(folder, { recursive: true, force: true }))

interface Ready {
  readonly host: string
  readonly port: number
  readonly durability: string
  readonly dataDir: string | null
  readonly metrics: string | null
  readonly inertProperties: readonly string[]
}

interface Process {
  readonly child: ChildProcess
  stdout: string
  stderr: string
}

function launch(args: readonly string[], env: Readonly<Record<string, string>> = {}): Process {
  const child = spawn(process.execPath, [command, 'serve', ...args], {
    env: { ...process.env, NARU_LANG: 'en', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const running: Process = { child, stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (running.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (running.stderr += text))
  return running
}

async function ready(running: Process): Promise<Ready> {
  while (!running.stdout.includes('\n')) {
    assert.equal(running.child.exitCode, null, running.stderr)
    await Promise.race([
      once(running.child.stdout as NodeJS.ReadableStream, 'data'),
      once(running.child, 'close')
    ])
  }
  return JSON.parse(running.stdout) as Ready
}

async function ended(running: Process): Promise<number | null> {
  if (running.child.exitCode === null && running.child.signalCode === null) await once(running.child, 'close')
  return running.child.exitCode
}

async function stop(
  running: Process,
  signal: NodeJS.Signals
): Promise<{ exitCode: number | null; ms: number }> {
  const startMs = performance.now()
  running.child.kill(signal)
  return { exitCode: await ended(running), ms: performance.now() - startMs }
}

function serveJson(data: string, ...args: readonly string[]): Process {
  return launch(['--listen', '127.0.0.1:0', '--data', join(folder, data), '-o', 'json', ...args])
}

test('records-are-there-after-a-clean-stop-and-after-a-kill', async () => {
  const first = serveJson('kept')
  const { host, port, durability } = await ready(first)
  assert.deepEqual([host, durability], ['127.0.0.1', 'fsync'])
  await naru(['produce', 't', '--bootstrap', `127.0.0.1:${port}`], { stdin: 'a\nb\n' })
  const { exitCode, ms } = await stop(first, 'SIGTERM')
  assert.equal(exitCode, 0, first.stderr)
  assert.ok(ms < 2_000, `stopped in ${ms} ms`)

  const second = serveJson('kept')
  const again = `127.0.0.1:${(await ready(second)).port}`
  await naru(['produce', 't', '--bootstrap', again], { stdin: 'c\n' })
  await stop(second, 'SIGKILL')

  const third = serveJson('kept')
  const last = `127.0.0.1:${(await ready(third)).port}`
  const { stdout } = await naru(['consume', 't', '--from', 'earliest', '--to', 'end', '--bootstrap', last])
  assert.equal(stdout, 'a\nb\nc\n')
  assert.equal((await stop(third, 'SIGINT')).exitCode, 0)
})

test('a-second-start-on-the-same-data-is-refused', async () => {
  const first = serveJson('locked')
  await ready(first)
  const second = serveJson('locked')
  assert.equal(await ended(second), 4)
  assert.match(second.stderr, /another broker is running on the data in .*locked\nNext: stop it, or choose/)
  assert.equal(second.stdout, '')
  await stop(first, 'SIGTERM')
})

test('people-get-sentences-on-stderr-and-nothing-on-stdout', async () => {
  const running = launch(['--listen', '127.0.0.1:0', '--durability', 'memory'])
  while (!running.stderr.includes('consume greetings')) {
    await once(running.child.stderr as NodeJS.ReadableStream, 'data')
  }
  await stop(running, 'SIGTERM')
  assert.equal(running.stdout, '')
  assert.match(running.stderr, /Naru 0\.1\.0 listens on 127\.0\.0\.1:\d+ \(started in \d+ ms\)/)
  assert.match(running.stderr, /Durability: memory \(gone when the process ends\)/)
  assert.match(running.stderr, /Differs from Kafka's defaults: group\.initial\.rebalance\.delay\.ms=0/)
})

test('settings-come-from-the-environment-and-from-a-file-of-kafka', async () => {
  const file = join(folder, 'server.properties')
  await writeFile(file, `process.roles=broker\nlog.dirs=${join(folder, 'from-file')}\nnum.partitions=3\n`)
  const env = { NARU_LISTEN: '127.0.0.1:0', NARU_DURABILITY: 'os', NARU_METRICS: ':0', NARU_CONFIG: file }
  const running = launch(['-o', 'json', '-X', 'log.retention.ms=60000'], env)
  const { port, durability, dataDir, inertProperties, metrics } = await ready(running)
  assert.deepEqual(
    [durability, dataDir, inertProperties],
    ['os', join(folder, 'from-file'), ['process.roles']]
  )
  const bootstrap = `127.0.0.1:${port}`
  assert.match((await naru(['topic', 'create', 'n', '--bootstrap', bootstrap])).stderr, /partitions: 3/)
  const text = await (await fetch(`http://${metrics}/metrics`)).text()
  assert.match(text, /# TYPE naru_request_seconds histogram\n/)
  assert.match(text, /naru_requests_total\{api="CreateTopics"\} 1\n/)
  assert.match(text, /naru_group_commits_total \d+\n/)
  assert.match(text, /nodejs_eventloop_lag_seconds/)
  assert.equal((await fetch(`http://${metrics}/readyz`)).status, 200)
  await stop(running, 'SIGTERM')
})

test('a-folder-that-is-not-ours-is-left-alone', async () => {
  await writeFile(join(folder, 'file'), '')
  for (const [data, sentence] of [
    ['file', /file is not a folder/],
    ['', /is not empty and holds no data of Naru\nNext: choose an empty folder/]
  ] as const) {
    const running = serveJson(data)
    assert.equal(await ended(running), 4)
    assert.match(running.stderr, sentence)
  }
})

async function occupy(): Promise<Server> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('a-first-start-that-fails-at-its-address-leaves-no-folder-and-keeps-the-one-it-was-given', async () => {
  const server = await occupy()
  const { port } = server.address() as { readonly port: number }
  const data = join(folder, 'never-made')
  const { exitCode, stderr } = await naru(['serve', '--data', data, '--listen', `127.0.0.1:${port}`])
  server.close()
  assert.equal(exitCode, 4)
  assert.ok(stderr.includes(` --data ${data}, or stop`), stderr)
  assert.equal(existsSync(data), false)
})

test('a-port-in-use-is-told-with-another-one', async () => {
  const server = await occupy()
  const { port } = server.address() as { readonly port: number }
  const { exitCode, stderr } = await naru([
    'serve',
    '--durability',
    'memory',
    '--listen',
    `127.0.0.1:${port}`
  ])
  assert.equal(exitCode, 4)
  assert.match(
    stderr,
    new RegExp(`127.0.0.1:${port} is in use by another process\nNext: naru serve --listen 127`)
  )
  const metrics = [
    'serve',
    '--durability',
    'memory',
    '--listen',
    '127.0.0.1:0',
    '--metrics',
    `127.0.0.1:${port}`
  ]
  assert.equal((await naru(metrics)).exitCode, 4)
  server.close()
})

test('an-address-of-another-machine-is-refused', async () => {
  const { exitCode, stderr } = await naru(['serve', '--durability', 'memory', '--listen', '203.0.113.1:9092'])
  assert.equal(exitCode, 4)
  assert.match(stderr, /203\.0\.113\.1:9092 is not an address of this machine/)
})
