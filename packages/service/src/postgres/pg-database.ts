/** The three-method adapter over `pg`. */
import { NaruError, type Timers } from '@naru/base'
import { Client, type ClientConfig, Pool, type PoolClient } from 'pg'
import type { Database, Row, Transaction } from '../ports.ts'
import { Listener } from './listener.ts'

export interface PgDatabaseOptions {
  readonly url: string
  readonly connectionsMax: number
  readonly statementMs: number
  readonly timers: Timers
}

const CONNECT_MS = 5_000

export class PgDatabase implements Database<PoolClient>, AsyncDisposable {
  readonly #pool: Pool
  readonly #listener: Listener

  constructor({ url, connectionsMax, statementMs, timers }: PgDatabaseOptions) {
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
    try {
      const transaction = new PgTransaction(client)
      const result = await work(transaction)
      await transaction.commit()
      return result
    } catch (error) {
      failure = await client.query('rollback').then(
        () => undefined,
        (broken: unknown) => broken
      )
      throw error
    } finally {
      // One that cannot even roll back is of no use to the next.
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
  readonly #begun: Promise<unknown>
  readonly #last: Array<{ readonly sql: string; readonly params: readonly unknown[] }> = []

  constructor(native: PoolClient) {
    this.native = native
    this.#begun = native.query('begin')
    // Where it fails the connection is lost, and whatever comes next fails too.
    this.#begun.catch(() => undefined)
  }

  async query<R extends object = Row>(sql: string, params?: readonly unknown[]): Promise<readonly R[]> {
    // Without parameters the simple protocol takes several statements at once, as migrations are.
    const { rows } =
      params === undefined
        ? await this.native.query<R & Row>(sql)
        : await this.native.query<R & Row>(sql, [...params])
    return rows
  }

  last(sql: string, params: readonly unknown[]): void {
    this.#last.push({ sql, params })
  }

  async commit(): Promise<void> {
    await this.#begun
    const last = this.#last.map(({ sql, params }) => this.native.query(sql, [...params]))
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
}
