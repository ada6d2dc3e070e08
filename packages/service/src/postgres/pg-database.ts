/** The three-method adapter over `pg`. */
import type { Timers } from '@naru/base'
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
      keepAlive: true
    }
    // What waits for work keeps no process alive.
    this.#pool = new Pool({ ...config, max: connectionsMax, allowExitOnIdle: true })
    // A connection that breaks between two statements says so as an event; the next statement fails and is enough.
    this.#pool.on('error', () => undefined)
    this.#pool.on('connect', (client) => void client.on('error', () => undefined))
    this.#listener = new Listener(() => new Client({ ...config, query_timeout: undefined }), timers)
  }

  async transaction<T>(work: (transaction: Transaction<PoolClient>) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    let failure: unknown
    try {
      await client.query('begin')
      const result = await work(new PgTransaction(client))
      await client.query('commit')
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

  constructor(native: PoolClient) {
    this.native = native
  }

  async query<R extends object = Row>(sql: string, params?: readonly unknown[]): Promise<readonly R[]> {
    // Without parameters the simple protocol takes several statements at once, as migrations are.
    const { rows } =
      params === undefined
        ? await this.native.query<R & Row>(sql)
        : await this.native.query<R & Row>(sql, [...params])
    return rows
  }
}
