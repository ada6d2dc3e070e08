// The PostgreSQL from npm, with a database for each service.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { Supervisor, embeddedPostgres, provision, serviceUrl } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-postgres-'))
chmodSync(folder, 0o755)
after(() => rmSync(folder, { recursive: true, force: true }))

const taker = { service: 'order-taker', password: "o'taker" }
const barista = { service: 'barista', password: 'b@rista/' }

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

test('each-service-gets-into-its-own-database-and-is-refused-by-its-neighbours', async () => {
  await using supervisor = new Supervisor()
  const postgres = await embeddedPostgres({ folder, port: 0, durability: 'none' })
  await supervisor.start(postgres.process)
  const options = { adminUrl: postgres.adminUrl, services: [taker, barista] }
  await provision(options)
  await provision(options)

  const own = serviceUrl(postgres.adminUrl, taker)
  const sql = 'create table if not exists orders (id int); select current_user'
  await query(own, sql)
  const neighbours = new URL(own)
  neighbours.pathname = '/barista'
  await assert.rejects(query(neighbours.href, 'select 1'), { code: '42501' })
  const wrong = new URL(own)
  wrong.password = 'guessed'
  await assert.rejects(query(wrong.href, 'select 1'), { code: '28P01' })
})

test('what-was-committed-is-there-after-kill-9-and-on-the-same-port', async () => {
  await using supervisor = new Supervisor()
  const postgres = await embeddedPostgres({ folder, durability: 'none' })
  await supervisor.start(postgres.process)
  await provision({ adminUrl: postgres.adminUrl, services: [taker] })
  const own = serviceUrl(postgres.adminUrl, taker)
  await query(own, 'create table if not exists orders (id int); insert into orders values (7)')
  supervisor.kill('postgres')
  const rows = await eventually(() => query(own, 'select id from orders'))
  assert.deepEqual(rows, [{ id: 7 }])
})

test('a-postgres-that-a-killed-start-left-behind-is-stopped-first', async () => {
  const { starter } = await startElsewhere()
  await killed(starter)

  await using supervisor = new Supervisor()
  const postgres = await embeddedPostgres({ folder, durability: 'none' })
  await supervisor.start(postgres.process)
  assert.equal(supervisor.status[0]?.restarts, 0)
})

test('a-postgres-whose-starter-lives-is-left-alone-and-the-folder-refused', async () => {
  const { starter, adminUrl } = await startElsewhere()
  try {
    await assert.rejects(embeddedPostgres({ folder, durability: 'none' }), { code: 'POSTGRES_IN_USE' })
    assert.deepEqual(await query(adminUrl, 'select 7 as answer'), [{ answer: 7 }])
  } finally {
    await killed(starter)
    await embeddedPostgres({ folder, durability: 'none' })
  }
})

/** PostgreSQL of another process, in which nobody ends it when that process is killed. */
async function startElsewhere(): Promise<{ readonly starter: ChildProcess; readonly adminUrl: string }> {
  const script = join(import.meta.dirname, 'starter.ts')
  const starter = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [adminUrl] = (await once(starter.stdout, 'data')) as [Buffer]
  return { starter, adminUrl: adminUrl.toString().trim() }
}

async function killed(starter: ChildProcess): Promise<void> {
  const ended = once(starter, 'exit')
  starter.kill('SIGKILL')
  await ended
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      return await attempt()
    } catch {
      await sleep(50)
    }
  }
  return attempt()
}
