/** A service's own PostgreSQL: the database with inbox and outbox in it. */
import { type Clock, NaruError, type Timer, type Timers, errorCode, nearestName, sleep } from '@naru/base'
import { nodeClock, nodeTimers } from '@naru/base/node'
import type { Database, Store, Transaction } from '../ports.ts'
import { STORE_DEFAULTS } from './defaults.ts'
import { PostgresInbox, pruneInbox } from './inbox.ts'
import { PostgresOutbox } from './outbox.ts'
import { PgDatabase } from './pg-database.ts'
import { migrate } from './schema.ts'

export interface PostgresStoreOptions<Native = unknown> {
  /** `postgres://role:password@host:port/database`. */
  readonly url?: string
  /** An adapter of your own, or `kyselyDatabase(...)`, in place of `url`; it stays open when the store closes. */
  readonly database?: Database<Native>
  /** The service's own tables: steps that are applied once and in order, after ours. Never change one; add one. */
  readonly migrations?: readonly string[]
  readonly connectionsMax?: number
  readonly connectMs?: number
  readonly statementMs?: number
  readonly prepare?: boolean
  readonly pollMs?: number
  readonly inboxKeepMs?: number
  readonly pruneEveryMs?: number
  /** Gets what goes wrong in the background and is tried again; nothing is lost by it. */
  readonly onTrouble?: (trouble: unknown) => void
  readonly timers?: Timers
  readonly clock?: Clock
}

const RETRY_MS = 100

const OPTION_NAMES: readonly string[] = [
  ...Object.keys(STORE_DEFAULTS),
  'url',
  'database',
  'migrations',
  'onTrouble',
  'timers',
  'clock'
]

/**
 * The store of a service in its own PostgreSQL. Nothing is connected before `open`, which waits for a database that is
 * not there yet, and makes or renews the tables.
 *
 * ```ts
 * const store = postgresStore({ url: process.env.DATABASE_URL, migrations: ['create table brews (order_id text)'] })
 * ```
 */
export function postgresStore(options: PostgresStoreOptions & { readonly url: string }): PostgresStore
export function postgresStore<Native>(
  options: PostgresStoreOptions<Native> & { readonly database: Database<Native> }
): PostgresStore<Native>
export function postgresStore<Native>(options: PostgresStoreOptions<Native>): PostgresStore<Native> {
  return new PostgresStore(options)
}

export class PostgresStore<Native = unknown> implements Store<Native> {
  readonly database: Database<Native>
  readonly inbox = new PostgresInbox()
  readonly outbox: PostgresOutbox
  /** Of an adapter only what it was said to have is known. */
  readonly transactionsMax: number | undefined
  readonly #options: PostgresStoreOptions<Native> & typeof STORE_DEFAULTS
  readonly #timers: Timers
  readonly #clock: Clock
  readonly #owned: readonly PgDatabase[]
  #pruning: Timer | undefined
  #isClosed = false

  constructor(options: PostgresStoreOptions<Native>) {
    checkNames(options)
    this.#options = { ...STORE_DEFAULTS, ...options } as PostgresStoreOptions<Native> & typeof STORE_DEFAULTS
    this.#timers = options.timers ?? nodeTimers
    this.#clock = options.clock ?? nodeClock
    const { connectionsMax } = this.#options
    this.transactionsMax = options.database === undefined ? connectionsMax : options.connectionsMax
    // The relay has a connection of its own: where all others are busy, what is committed is sent all the same.
    this.#owned =
      options.database === undefined ? [this.#connectLater(connectionsMax), this.#connectLater(1)] : []
    const [own, ownOfRelay] = this.#owned
    // Without an adapter Native is the client of `pg`, which the signature says and the compiler cannot see here.
    const inner = options.database ?? (own as unknown as Database<Native>)
    this.outbox = new PostgresOutbox({
      database: inner,
      relayDatabase: ownOfRelay ?? inner,
      timers: this.#timers,
      pollMs: this.#options.pollMs,
      onTrouble: (trouble) => options.onTrouble?.(trouble)
    })
    this.database = wakingDatabase(inner, this.outbox)
  }

  async open(_service: string): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + this.#options.connectMs
    for (;;) {
      try {
        await migrate(this.database, this.#options.migrations ?? [])
        break
      } catch (error) {
        if (!isPassing(error) || this.#clock.monotonicMs() >= deadlineMs) throw error
        await sleep(this.#timers, RETRY_MS)
      }
    }
    this.#pruneLater()
  }

  async check(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([promise, this.database.query('select 1')])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#pruning?.cancel()
    for (const database of this.#owned) await database[Symbol.asyncDispose]()
  }

  #connectLater(connectionsMax: number): PgDatabase {
    const { url, statementMs, prepare } = this.#options
    if (url === undefined || url === '') {
      throw new NaruError('INVALID_OPTION', 'postgresStore needs a url or a database')
    }
    return new PgDatabase({ url, connectionsMax, statementMs, prepare, timers: this.#timers })
  }

  #pruneLater(): void {
    if (this.#isClosed) return
    const { pruneEveryMs, inboxKeepMs, onTrouble } = this.#options
    const prune = (): void => {
      pruneInbox(this.database, inboxKeepMs).then(
        () => this.#pruneLater(),
        (error: unknown) => {
          onTrouble?.(error)
          this.#pruneLater()
        }
      )
    }
    this.#pruning = this.#timers.after(pruneEveryMs, prune, { background: true })
  }
}

/** The same database, where a commit wakes the relay for what was published in the transaction. */
function wakingDatabase<Native>(inner: Database<Native>, outbox: PostgresOutbox): Database<Native> {
  return {
    async transaction<T>(work: (transaction: Transaction<Native>) => Promise<T>): Promise<T> {
      let opened: Transaction<Native> | undefined
      const result = await inner.transaction((transaction) => {
        opened = transaction
        return work(transaction)
      })
      if (opened !== undefined) outbox.committed(opened)
      return result
    },
    query: (sql, params) => inner.query(sql, params),
    listen: (channel, onNotice) => inner.listen(channel, onNotice)
  }
}

/** Nobody answers, or the server or the database is still being made: worth another try at the start. */
function isPassing(error: unknown): boolean {
  const code = errorCode(error) ?? ''
  // 57P: shut down, crashed, still starting. 53: no connection free. 3D000 and 28: database and role to be made yet.
  if (/^(57P|53|08|3D000|28)/.test(code)) return true
  if (/^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)/.test(code)) return true
  return error instanceof Error && /timeout|terminated/i.test(error.message)
}

function checkNames(options: object): void {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue
    const nearest = nearestName(name, OPTION_NAMES)
    const hint = nearest === undefined ? `known are ${OPTION_NAMES.join(', ')}` : `did you mean "${nearest}"?`
    throw new NaruError('INVALID_OPTION', `postgresStore has no option "${name}"; ${hint}`)
  }
}
