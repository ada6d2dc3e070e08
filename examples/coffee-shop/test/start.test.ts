// `npm start` where it cannot open the shop: it says so in one sentence, ends, and has touched nothing.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Supervisor, embeddedPostgres, freePort } from '@naru/dev'
import { Client } from 'pg'
import { openTestShop } from './test-shop.ts'

const script = join(import.meta.dirname, '../start.js')
const place = mkdtempSync(join(tmpdir(), 'naru-start-'))
chmodSync(place, 0o755)
after(() => rmSync(place, { recursive: true, force: true }))

const PATIENCE_MS = 30_000

interface Outcome {
  readonly code: number | null
  readonly error: string
  readonly output: string
}

/** With ports of its own, so that whatever listens on the usual ones is not in the way. */
async function start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const ports = ['--listen', `127.0.0.1:${await freePort('127.0.0.1', 0)}`, '--port', '0']
  const { NODE_TEST_CONTEXT: _, NARU_TEST_BOOTSTRAP: __, ...inherited } = process.env
  const child = spawn(process.execPath, [script, ...ports, ...words], {
    cwd: place,
    env: { ...inherited, INIT_CWD: place, NARU_LANG: 'en', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const timer = setTimeout(() => child.kill(), PATIENCE_MS)
  let error = ''
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text))
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { code, error: error.trim(), output }
}

test('a-second-shop-on-the-same-folder-is-refused-and-the-first-one-notices-nothing', async () => {
  await using shop = await openTestShop({ baristas: 1 })
  const before = shop.supervisor.status.map(({ pid }) => pid)
  const english = await start(['--data', shop.folder])
  assert.equal(english.code, 1)
  assert.match(english.error, /^The coffee shop did not open: another shop is open on .*--data$/)
  const korean = await start(['--data', shop.folder], { NARU_LANG: 'ko' })
  assert.match(korean.error, /다른 커피숍이 쓰고 있는 폴더입니다/)
  assert.deepEqual(
    shop.supervisor.status.map(({ pid }) => pid),
    before
  )
})

test('a-folder-that-holds-something-else-is-refused-and-stays-as-it-is', async () => {
  const folder = join(place, 'foreign')
  const token = '{"token":"of something else"}'
  mkdirSync(folder)
  writeFileSync(join(folder, 'credentials.json'), token)
  const english = await start(['--data', folder])
  assert.equal(english.code, 1)
  assert.match(
    english.error,
    /^The coffee shop did not open: .*foreign is not empty and holds no data of the shop/
  )
  const korean = await start(['--data', folder], { NARU_LANG: 'ko' })
  assert.match(korean.error, /비어 있지 않고 커피숍의 데이터도 아닌 폴더입니다/)
  assert.deepEqual(readdirSync(folder), ['credentials.json'])
  assert.equal(readFileSync(join(folder, 'credentials.json'), 'utf8'), token)
})

test('a-folder-that-may-not-be-made-is-told-with-the-way-out', async () => {
  // Nobody makes folders there, whoever he is.
  const english = await start(['--data', '/sys/naru-shop'])
  assert.equal(english.code, 1)
  assert.match(
    english.error,
    /^The coffee shop did not open: \/sys\/naru-shop cannot be written \(E[A-Z]+\): choose .* --data/
  )
})

test('a-kafka-that-does-not-answer-is-told-before-anything-is-made', async () => {
  const folder = join(place, 'without-kafka')
  const address = `127.0.0.1:${await freePort('127.0.0.1', 0)}`
  const english = await start(['--data', folder, '--kafka', address])
  assert.equal(english.code, 1)
  assert.match(english.error, /^The coffee shop did not open: no Kafka answers at 127.0.0.1:\d+: start it.*$/)
  const korean = await start(['--data', folder], { NARU_LANG: 'ko', NARU_BOOTSTRAP: address })
  assert.match(korean.error, /응답하는 Kafka가 없습니다/)
  assert.equal(existsSync(folder), false)
})

test('no-service-knocks-before-its-database-is-there', async () => {
  const refusals: string[] = []
  await using supervisor = new Supervisor({
    onLine: (_label, line) => void (line.includes('FATAL') && refusals.push(line))
  })
  const folder = join(place, 'postgres')
  const { adminUrl, process: postgres } = await embeddedPostgres({ folder, port: 0, durability: 'none' })
  await supervisor.start(postgres)
  const admin = new Client({ connectionString: adminUrl })
  await admin.connect()
  // Who makes a role waits for this transaction; who logs in does not.
  await admin.query('begin; lock table pg_authid in exclusive mode')
  const opening = openTestShop({ databaseUrl: adminUrl, baristas: 1 })
  while ((await admin.query('select 1 from pg_locks where not granted')).rowCount === 0) await sleep(20)
  // Time enough for a service to read its program and to try.
  await sleep(3_000)
  await admin.query('commit')
  await admin.end()
  await using _shop = await opening
  assert.deepEqual(refusals, [])
})

const wrong: ReadonlyArray<readonly [flag: string, value: string]> = [
  ['--port', 'abc'],
  ['--port', '65535'],
  ['--listen', 'foo'],
  ['--listen', '127.0.0.1:65536'],
  ['--baristas', 'x'],
  ['--baristas', '33']
]

for (const [flag, value] of wrong) {
  test(`${flag.slice(2)}-${value}-is-refused-with-what-it-may-be`, async () => {
    const english = await start(['--data', 'nowhere', flag, value])
    assert.equal(english.code, 2)
    assert.match(english.error, new RegExp(`^${flag} takes (a whole number|HOST:PORT).*, not "${value}"$`))
    const korean = await start(['--data', 'nowhere', flag, value], { NARU_LANG: 'ko' })
    assert.match(korean.error, new RegExp(`^${flag}에 쓸 수 없는 값입니다: "${value}" \\(가능한 값: .*\\)$`))
    assert.equal(existsSync(join(place, 'nowhere')), false)
  })
}

test('help-names-the-options', async () => {
  const { code, error, output } = await start(['--help'])
  assert.deepEqual([code, error], [0, ''])
  for (const name of ['listen', 'data', 'port', 'baristas', 'kafka'])
    assert.match(output, new RegExp(`--${name}`))
})

test('a-file-in-the-place-of-the-folder-is-refused', async () => {
  const { code, error } = await start(['--data', script])
  assert.deepEqual(
    [code, error],
    [1, `The coffee shop did not open: ${script} is not a folder: choose one with --data`]
  )
})

test('a-postgres-that-does-not-answer-is-told-without-its-password', async () => {
  const port = await freePort('127.0.0.1', 0)
  const env = { DATABASE_URL: `postgres://me:hidden@127.0.0.1:${port}/postgres` }
  const { code, error } = await start(['--data', 'nowhere'], env)
  assert.equal(code, 1)
  assert.match(
    error,
    /PostgreSQL at postgres:\/\/me:…@127.* takes no connection \(.*ECONNREFUSED.*DATABASE_URL/
  )
  assert.doesNotMatch(error, /hidden/)
  assert.equal(existsSync(join(place, 'nowhere')), false)
})
