/** The three-method adapter over `pg`. */
import { NaruError, type Timers, errorCode } from '@naru/base'
import { Client, type ClientConfig, Pool, type PoolClient, type QueryConfig } from 'pg'
import type { Database, Row, Transaction } from '../ports.ts'
import { PREPARED_STATEMENTS_MAX } from './limits.ts'
import { endedError, wasGivenUp } from './given-up.ts'
import { Listener } from './listener.ts'

export interface PgDatabaseOptions {
  readonly url: string
  readonly connectionsMax: number
  readonly statementMs: number
  /** Whether connections keep the plans of statements that come again. */
  readonly prepare: boolean
  readonly timers: Timers
}

const CONNECT_MS = 5_000

/**
 * What a plan that a connection keeps can suffer from: a table that has changed its columns (0A000), or a pooler in
 * between that has handed over another connection (26000, 42P05). A connection without plans begins anew.
 */
const STALE_PLAN = new Set(['0A000', '26000', '42P05'])

export class PgDatabase implements Database<PoolClient>, AsyncDisposable {
  readonly #pool: Pool
  readonly #listener: Listener
  readonly #statements: StatementNames

  constructor({ url, connectionsMax, statementMs, prepare, timers }: PgDatabaseOptions) {
    this.#statements = new StatementNames(prepare ? PREPARED_STATEMENTS_MAX : 0)
    const config: ClientConfig = {
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: statementMs,
      keepAlive: true,
      // Statements go out as they come: `begin` with the first one of a transaction, the last one with `commit`.
      pipeline: true
    }
    // What waits for work keeps no process alive.
    this.#pool = new Pool({ ...config, max: connectionsMax, allowExitOnIdle: true })
    // A connection that breaks between two statements says so as an event; the next statement fails and is enough.
    this.#pool.on('error', () => undefined)
    this.#pool.on('connect', (client) => void client.on('error', () => undefined))
    this.#listener = new Listener(
      () => new Client({ ...config, query_timeout: undefined, pipeline: false }),
      timers
    )
  }

  async transaction<T>(work: (transaction: Transaction<PoolClient>) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    let failure: unknown
    const transaction = new PgTransaction(client, this.#statements)
    try {
      const result = await work(transaction)
      await transaction.commit()
      return result
    } catch (error) {
      transaction.end()
      if (wasGivenUp(error)) {
        // The server rolls back when the connection goes; whoever holds on to it can do nothing with it any more.
        failure = error
        throw error
      }
      failure = await client.query('rollback').then(
        () => (STALE_PLAN.has(errorCode(error) ?? '') ? error : undefined),
        (broken: unknown) => broken
      )
      throw error
    } finally {
      // One that cannot even roll back, or that has stale plans, is of no use to the next.
      client.release(failure !== undefined)
    }
  }

  async query<R extends object = Row>(sql: string, params: readonly unknown[] = []): Promise<readonly R[]> {
    const { rows } = await this.#pool.query<R & Row>(sql, [...params])
    return rows
  }

  listen(channel: string, onNotice: (payload: string | undefined) => void): Promise<AsyncDisposable> {
    return this.#listener.listen(channel, onNotice)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]()
    await this.#pool.end()
  }
}

class PgTransaction implements Transaction<PoolClient> {
  readonly native: PoolClient
  readonly #statements: StatementNames
  readonly #begun: Promise<unknown>
  #isEnded = false
  readonly #last: Array<{ readonly sql: string; readonly params: readonly unknown[] }> = []

  constructor(native: PoolClient, statements: StatementNames) {
    this.native = native
    this.#statements = statements
    sendTogether(native)
    this.#begun = native.query('begin')
    // Where it fails the connection is lost, and whatever comes next fails too.
    this.#begun.catch(() => undefined)
  }

  async query<R extends object = Row>(sql: string, params?: readonly unknown[]): Promise<readonly R[]> {
    if (this.#isEnded) throw endedError()
    // Without parameters the simple protocol takes several statements at once, as migrations are.
    const { rows } = await this.native.query<R & Row>(
      params === undefined ? { text: sql } : this.#statement(sql, params)
    )
    return rows
  }

  last(sql: string, params: readonly unknown[]): void {
    this.#last.push({ sql, params })
  }

  /** Takes nothing more. */
  end(): void {
    this.#isEnded = true
  }

  async commit(): Promise<void> {
    this.end()
    await this.#begun
    sendTogether(this.native)
    const last = this.#last.map(({ sql, params }) => this.native.query(this.#statement(sql, params)))
    const outcomes = await Promise.allSettled([...last, this.native.query('commit')])
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    const committed = outcomes.at(-1)
    // PostgreSQL answers the commit of a transaction in which a statement failed with a rollback, and no error.
    if (committed?.status === 'fulfilled' && committed.value.command !== 'COMMIT') {
      throw new NaruError(
        'TRANSACTION_FAILED',
        'a statement of the transaction failed, so nothing of it is kept'
      )
    }
  }

  #statement(text: string, params: readonly unknown[]): QueryConfig {
    const name = this.#statements.nameOf(text)
    return { text, values: [...params], ...(name === undefined ? {} : { name }) }
  }
}

/** Names under which connections keep plans: the same for the same text, none when there are too many. */
class StatementNames {
  readonly #names = new Map<string, string>()
  readonly #countMax: number

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= this.#countMax) return known
    const name = `naru_${this.#names.size}`
    this.#names.set(text, name)
    return name
  }
}

/** What is sent before the next tick leaves in one write: each one wakes a process of the server, which costs both. */
function sendTogether({ connection: { stream } }: PoolClient): void {
  stream.cork()
  process.nextTick(() => stream.uncork())
}
