// Outbox, relay and inbox on a real PostgreSQL; what a broker would get is written down instead.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { NaruError } from '@naru/base'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import type { OutgoingEvent, Store } from '../../src/ports.ts'
import { kyselyDatabase } from '../../src/postgres/kysely.ts'
import { OUTBOX_EVENTS_PER_TRANSACTION_MAX } from '../../src/postgres/limits.ts'
import { type PostgresStoreOptions, postgresStore } from '../../src/postgres/store.ts'
import { type TestServer, startServer } from './server.ts'

let server: TestServer
before(async () => (server = await startServer()))
after(() => server[Symbol.asyncDispose]())

async function openStore(options: PostgresStoreOptions = {}): Promise<Store & { readonly url: string }> {
  const url = await server.database()
  const store = postgresStore({ url, pollMs: 100, ...options })
  await store.open('test')
  return Object.assign(store, { url })
}

const event = (id: string, key: string | null = null, topic = 'orders'): OutgoingEvent => ({
  id,
  topic,
  key,
  value: Buffer.from(id),
  headers: [['ce_id', id]]
})

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  // A database that was killed syncs all its files before it answers, which takes its time on a busy disk.
  for (let tries = 0; tries < 1_500; tries++) {
    if (await condition()) return
    await sleep(20)
  }
  assert.fail('it did not happen within thirty seconds')
}

async function publish(store: Store, ...events: readonly OutgoingEvent[]): Promise<void> {
  await store.database.transaction((transaction) => store.outbox.write(transaction, events))
}

test('what-is-published-in-a-transaction-is-sent-after-its-commit-with-everything-about-it', async () => {
  await using store = await openStore()
  const sent: OutgoingEvent[] = []
  await using _relay = await store.outbox.relay(async (events) => void sent.push(...events))
  await store.database.transaction(async (transaction) => {
    await store.outbox.write(transaction, [event('e-1', '주문-1'), { ...event('e-2'), value: null }])
    await sleep(50)
    assert.deepEqual(sent, [])
  })
  await until(() => sent.length === 2)
  const [first, second] = sent
  assert.deepEqual(Buffer.from(first?.value ?? []).toString(), 'e-1')
  assert.deepEqual([first?.key, first?.topic, first?.headers], ['주문-1', 'orders', [['ce_id', 'e-1']]])
  assert.deepEqual([second?.key, second?.value], [null, null])
  await until(async () => (await store.database.query('select 1 from naru.outbox')).length === 0)
})

test('a-transaction-in-which-a-statement-failed-is-no-success-even-where-nobody-looked', async () => {
  await using store = await openStore()
  const careless = store.database.transaction(async (transaction) => {
    await transaction.query('select 1 / 0').catch(() => undefined)
    await store.outbox.write(transaction, [event('lost')])
  })
  await assert.rejects(careless)
  assert.deepEqual(await store.database.query('select 1 from naru.outbox'), [])
  const silent = store.database.transaction(async (transaction) => {
    await transaction.query('select 1 / 0').catch(() => undefined)
  })
  await assert.rejects(silent, { code: 'TRANSACTION_FAILED' })
})

test('what-is-rolled-back-is-never-sent', async () => {
  await using store = await openStore()
  const sent: string[] = []
  await using _relay = await store.outbox.relay(
    async (events) => void sent.push(...events.map(({ id }) => id))
  )
  const failing = store.database.transaction(async (transaction) => {
    await store.outbox.write(transaction, [event('lost')])
    throw new Error('changed my mind')
  })
  await assert.rejects(failing, { message: 'changed my mind' })
  await publish(store, event('kept'))
  await until(() => sent.length > 0)
  assert.deepEqual(sent, ['kept'])
})

test('events-of-a-key-are-sent-in-the-order-of-their-commits-by-relays-side-by-side', async () => {
  await using store = await openStore({ connectionsMax: 30 })
  const sent: string[] = []
  const slowly = async (events: readonly OutgoingEvent[]): Promise<void> => {
    await sleep(3)
    sent.push(...events.map(({ id }) => id))
  }
  const relays = await Promise.all([1, 2, 3].map(() => store.outbox.relay(slowly)))
  const order = new Map<string, string[]>()
  const write = async (key: string, writer: number): Promise<void> => {
    for (let round = 0; round < 20; round++) {
      const id = `${key}-${writer}-${round}`
      await store.database.transaction(async (transaction) => {
        // At once, and not with the commit.
        const { native } = transaction
        await store.outbox.write({ native, query: (...statement) => transaction.query(...statement) }, [
          event(id, key)
        ])
        // The lock on the key is held here, so that this is the order of the commits.
        order.set(key, [...(order.get(key) ?? []), id])
      })
    }
  }
  await Promise.all(['a', 'b', 'c', 'd'].flatMap((key) => [1, 2, 3].map((writer) => write(key, writer))))
  await until(() => sent.length >= 240)
  for (const [key, ids] of order)
    assert.deepEqual(
      sent.filter((id) => id.startsWith(key)),
      ids
    )
  for (const relay of relays) await relay[Symbol.asyncDispose]()
})

test('what-a-relay-could-not-send-is-sent-later-and-what-is-refused-for-good-lets-the-others-pass', async () => {
  const troubles: unknown[] = []
  await using store = await openStore({ onTrouble: (trouble) => troubles.push(trouble) })
  const sent: string[] = []
  let broken = true
  await using _relay = await store.outbox.relay((events) => {
    if (broken) return Promise.reject(new NaruError('UNREACHABLE', 'nobody there', { retriable: true }))
    if (events.some(({ id }) => id === 'huge')) {
      return Promise.reject(new NaruError('MESSAGE_TOO_LARGE', 'too large'))
    }
    sent.push(...events.map(({ id }) => id))
    return Promise.resolve()
  })
  await publish(store, event('one', 'k'), event('huge', 'k'), event('two', 'k'))
  await until(() => troubles.length >= 2)
  broken = false
  await until(() => sent.length === 2)
  assert.deepEqual(sent, ['one', 'two'])
  const left = await store.database.query(
    'select event_id, failure from naru.outbox where failed_at is not null'
  )
  assert.deepEqual(left, [{ event_id: 'huge', failure: 'MESSAGE_TOO_LARGE too large' }])
})

test('an-event-that-a-closing-client-did-not-take-waits-for-the-next-one', async () => {
  await using store = await openStore()
  const closed = await store.outbox.relay(() =>
    Promise.reject(new NaruError('CLOSED', 'the client is closed'))
  )
  await publish(store, event('kept'))
  await sleep(300)
  await closed[Symbol.asyncDispose]()
  const sent: string[] = []
  await using _relay = await store.outbox.relay(
    async (events) => void sent.push(...events.map(({ id }) => id))
  )
  await until(() => sent.length === 1)
})

test('a-process-that-only-writes-wakes-the-relay-of-another-one', async () => {
  await using store = await openStore({ pollMs: 60_000 })
  const writer = postgresStore({ url: store.url })
  const sent: string[] = []
  await using _relay = await store.outbox.relay(
    async (events) => void sent.push(...events.map(({ id }) => id))
  )
  await sleep(100)
  await publish(writer, event('told'))
  await until(() => sent.length === 1)
  await writer[Symbol.asyncDispose]()
})

test('the-inbox-lets-an-event-have-its-effect-once-per-group', async () => {
  await using store = await openStore()
  const take = (group: string, eventId: string): Promise<boolean> =>
    store.database.transaction((transaction) => store.inbox.mark(transaction, { group, eventId }))
  assert.equal(await take('barista', 'e-1'), true)
  assert.equal(await take('barista', 'e-1'), false)
  assert.equal(await take('loyalty', 'e-1'), true)
  const twice = await Promise.all([take('barista', 'e-2'), take('barista', 'e-2')])
  assert.deepEqual(new Set(twice), new Set([false, true]))
})

test('a-mark-is-gone-when-its-transaction-is-rolled-back', async () => {
  await using store = await openStore()
  const mark = { group: 'barista', eventId: 'e-1' }
  const failing = store.database.transaction(async (transaction) => {
    await store.inbox.mark(transaction, mark)
    throw new Error('no milk')
  })
  await assert.rejects(failing)
  assert.equal(await store.database.transaction((transaction) => store.inbox.mark(transaction, mark)), true)
})

test('the-inbox-forgets-what-is-older-than-it-should-remember', async () => {
  await using store = await openStore({ inboxKeepMs: 0, pruneEveryMs: 20 })
  await store.database.transaction((transaction) =>
    store.inbox.mark(transaction, { group: 'barista', eventId: 'old' })
  )
  await until(async () => (await store.database.query('select 1 from naru.inbox')).length === 0)
})

test('one-transaction-cannot-publish-without-end', async () => {
  await using store = await openStore()
  const many = Array.from({ length: OUTBOX_EVENTS_PER_TRANSACTION_MAX + 1 }, (_, index) =>
    event(`e-${index}`)
  )
  await assert.rejects(publish(store, ...many), { code: 'OUTBOX_FULL' })
})

test('steps-of-the-service-are-applied-once-and-a-newer-database-is-refused', async () => {
  const migrations = ['create table brews (order_id text)', 'alter table brews add column drink text']
  await using store = await openStore({ migrations })
  const again = postgresStore({ url: store.url, migrations })
  await Promise.all([again.open('test'), again.open('test')])
  await again.database.query('insert into brews (order_id, drink) values ($1, $2)', ['o-1', 'latte'])
  await again[Symbol.asyncDispose]()
  const older = postgresStore({ url: store.url, migrations: migrations.slice(0, 1) })
  await assert.rejects(older.open('test'), { code: 'NEWER_SCHEMA' })
  await older[Symbol.asyncDispose]()
})

test('an-option-that-does-not-exist-is-refused-with-the-nearest-one', () => {
  const misspelt = { url: 'postgres://localhost/x', poolMs: 5 } as { url: string }
  assert.throws(() => postgresStore(misspelt), { code: 'INVALID_OPTION', message: /did you mean "pollMs"/ })
})

test('events-wait-in-the-outbox-while-the-database-is-killed-and-comes-back', async () => {
  await using store = await openStore()
  const sent = new Set<string>()
  await using _relay = await store.outbox.relay(async (events) => {
    for (const { id } of events) sent.add(id)
  })
  await publish(store, event('before'))
  server.kill()
  const publishes = (id: string) => () => succeeds(publish(store, event(id)))
  // The old server's processes may live a little longer and take this one; they let nobody new in.
  await until(publishes('during'))
  await until(() => succeeds(server.database()))
  await until(publishes('after'))
  await until(() => ['before', 'during', 'after'].every((id) => sent.has(id)))
})

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false
  )
}

interface Tables {
  readonly brews: { readonly order_id: string }
}

test('what-is-committed-is-sent-while-every-connection-is-taken', async () => {
  await using store = await openStore({ connectionsMax: 1 })
  const sent: string[] = []
  await using _relay = await store.outbox.relay(
    async (events) => void sent.push(...events.map(({ id }) => id))
  )
  await publish(store, event('e-1'))
  await store.database.transaction(async (transaction) => {
    await transaction.query('select 1')
    await until(() => sent.length === 1)
  })
})

test('a-kept-plan-that-a-changed-table-makes-useless-costs-one-try', async () => {
  await using store = await openStore({ connectionsMax: 1 })
  await store.database.query('create table cups (size int)')
  const look = (): Promise<readonly object[]> =>
    store.database.transaction((transaction) => transaction.query('select * from cups where size > $1', [0]))
  await look()
  await store.database.query("alter table cups add column color text default 'red'")
  await assert.rejects(look(), { code: '0A000' })
  assert.deepEqual(await look(), [])
})

test('kysely-shares-its-transaction-with-the-outbox', async () => {
  const url = await server.database()
  const pool = new Pool({ connectionString: url })
  pool.on('error', () => undefined)
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await using database = kyselyDatabase(kysely, { url })
  await using store = postgresStore({ database, migrations: ['create table brews (order_id text)'] })
  await store.open('test')
  const sent: string[] = []
  await using _relay = await store.outbox.relay(
    async (events) => void sent.push(...events.map(({ id }) => id))
  )
  await store.database.transaction(async (transaction) => {
    await transaction.native.insertInto('brews').values({ order_id: 'o-1' }).execute()
    await store.outbox.write(transaction, [event('brewed')])
  })
  await until(() => sent.length === 1)
  assert.equal((await kysely.selectFrom('brews').selectAll().execute()).length, 1)
  await kysely.destroy()
})

for (const adapter of ['pg', 'kysely'] as const) {
  test(`what-a-transaction-of-${adapter}-does-after-it-was-given-up-reaches-no-other-transaction`, () =>
    givenUpTransactions(adapter))
}

async function givenUpTransactions(adapter: 'pg' | 'kysely'): Promise<void> {
  const url = await server.database()
  const pool = new Pool({ connectionString: url, max: 1 })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  await using kysely = new Kysely<Record<string, never>>({ dialect: new PostgresDialect({ pool }) })
  await using database = kyselyDatabase(kysely, { url })
  const options = adapter === 'pg' ? { url, connectionsMax: 1 } : { database }
  await using store: Store = postgresStore(options as { url: string })
  await store.open('test')
  await store.database.query('create table brews (drink text)')
  const leaked: {
    query?: (sql: string) => Promise<unknown>
    native?: { query(sql: string): Promise<unknown> }
  } = {}
  const deadline = new NaruError('DEADLINE_EXCEEDED', 'the handler took too long')
  const givenUp = store.database.transaction((transaction) => {
    leaked.query = (text) => transaction.query(text)
    const { native } = transaction
    leaked.native = {
      query: (text) =>
        adapter === 'pg'
          ? (native as Pool).query(text)
          : sql.raw(text).execute(native as Kysely<Record<string, never>>)
    }
    return Promise.reject(deadline)
  })
  await assert.rejects(givenUp, deadline)
  await store.database.transaction(async (transaction) => {
    await transaction.query("insert into brews values ('latte')")
    // The handler that nobody waits for any more goes on, just now.
    await leaked.query?.("insert into brews values ('late')").catch(() => undefined)
    await leaked.native?.query("insert into brews values ('later')").catch(() => undefined)
  })
  assert.deepEqual(await store.database.query('select drink from brews'), [{ drink: 'latte' }])
}
