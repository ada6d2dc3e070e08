// The supervisor with real processes: small scripts of Node that say that they are ready and wait.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Supervisor, nodeProcess } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-supervisor-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function script(name: string, text: string): string {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, text)
  return file
}

const patient = script('patient', `console.log('{"event":"ready","port":7}'); setInterval(() => {}, 1000)`)

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await sleep(20)
  assert.ok(condition())
}

test('a-process-can-begin-before-its-go-ahead-and-sees-it-as-the-end-of-its-input', async () => {
  await using supervisor = new Supervisor()
  const waiting = script(
    'waiting',
    `process.stdin.resume().on('end', () => console.log('{"event":"ready"}')); setInterval(() => {}, 1000)`
  )
  const goAhead = Promise.withResolvers<void>()
  const started = supervisor.start(nodeProcess('waiting', waiting, { goAhead: goAhead.promise }))
  await sleep(500)
  assert.equal(supervisor.status[0]?.state, 'starting')
  goAhead.resolve()
  await started
  // One that is started again need not wait any more.
  supervisor.kill('waiting')
  await until(() => supervisor.status[0]?.restarts === 1 && supervisor.status[0].state === 'ready')
})

test('a-process-is-ready-when-it-says-so-and-ends-when-it-is-asked', async () => {
  const supervisor = new Supervisor()
  assert.equal((await supervisor.start(nodeProcess('one', patient)))['port'], 7)
  const { pid } = supervisor.status[0] ?? {}
  await supervisor.stop()
  assert.equal(supervisor.status[0]?.state, 'stopped')
  assert.ok(pid !== undefined && pid !== null && !isAlive(pid))
})

test('a-process-that-dies-is-started-again-and-its-neighbour-does-not-notice', async () => {
  await using supervisor = new Supervisor()
  await supervisor.start(nodeProcess('neighbour', patient))
  await supervisor.start(nodeProcess('victim', patient))
  const [neighbour, victim] = supervisor.status
  supervisor.kill('victim')
  await until(() => supervisor.status[1]?.restarts === 1 && supervisor.status[1].state === 'ready')
  assert.equal(supervisor.status[0]?.pid, neighbour?.pid)
  assert.notEqual(supervisor.status[1]?.pid, victim?.pid)
})

test('processes-of-a-name-are-added-and-stopped-by-number', async () => {
  await using supervisor = new Supervisor()
  await supervisor.start(nodeProcess('barista', patient))
  await supervisor.scale('barista', 3)
  assert.deepEqual(
    supervisor.status.map(({ label }) => label),
    ['barista', 'barista-2', 'barista-3']
  )
  await supervisor.scale('barista', 0)
  assert.deepEqual(supervisor.status, [])
  await assert.rejects(supervisor.scale('barista', 1_000), { code: 'INVALID_INSTANCES' })
})

test('a-process-that-does-not-listen-to-the-signal-is-ended-after-the-grace', async () => {
  const deaf = script(
    'deaf',
    `process.on('SIGTERM', () => {}); console.log('{"event":"ready"}'); setInterval(() => {}, 1000)`
  )
  const supervisor = new Supervisor({ graceMs: 100 })
  await supervisor.start(nodeProcess('deaf', deaf))
  await supervisor.stop()
  assert.equal(supervisor.status[0]?.state, 'stopped')
})

test('a-program-that-does-not-exist-waits-longer-and-longer-instead-of-failing-all', async () => {
  const lines: string[] = []
  await using supervisor = new Supervisor({ onLine: (_label, line) => lines.push(line) })
  const started = supervisor.start({ name: 'absent', command: [join(folder, 'absent')] })
  started.catch(() => undefined)
  await until(() => lines.some((line) => line.includes('starts again in 100 ms')))
  assert.equal(supervisor.status[0]?.state, 'waiting')
})

async function supervisorProcess(): Promise<{ readonly child: ChildProcess; readonly pid: number }> {
  const index = join(import.meta.dirname, '../src/index.ts')
  const main = script(
    'supervisor',
    `import { Supervisor, nodeProcess } from ${JSON.stringify(index)}
     const supervisor = new Supervisor()
     await supervisor.start(nodeProcess('orphan', ${JSON.stringify(patient)}))
     console.log(supervisor.status[0].pid)`
  )
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, pid: Number(line.toString()) }
}

test('kill-9-of-the-supervisor-leaves-no-orphan', async () => {
  const { child, pid } = await supervisorProcess()
  assert.ok(isAlive(pid))
  child.kill('SIGKILL')
  await until(() => !isAlive(pid))
})
