/** The adapter for Kysely: handlers get its typed transaction as `db.native`, and outbox and inbox share it. */
import type { Timers } from '@naru/base'
import { nodeTimers } from '@naru/base/node'
import { Client } from 'pg'
import type { Database, Row, Transaction } from '../ports.ts'
import { endedError, wasGivenUp } from './given-up.ts'
import { Listener } from './listener.ts'

/**
 * What can run a query: Kysely itself, or one of its transactions. Described here, so that Kysely stays optional; what
 * it takes for a query is its own matter.
 */
export interface KyselyExecutor {
  executeQuery(query: never): Promise<{ readonly rows: readonly unknown[] }>
}

/** Kysely, as far as it is needed. */
export interface KyselyLike<Native extends KyselyExecutor> extends KyselyExecutor {
  transaction(): { execute<T>(work: (transaction: Native) => Promise<T>): Promise<T> }
}

const END_CONNECTION = 'select pg_terminate_backend(pg_backend_pid())'

export interface KyselyDatabaseOptions {
  /** Where LISTEN connects to, which Kysely has no words for: the database that Kysely uses. */
  readonly url: string
  readonly timers?: Timers
}

/**
 * Lets a store use a Kysely that the application has.
 *
 * ```ts
 * const store = postgresStore({ database: kyselyDatabase(kysely, { url }) })
 * ```
 */
export function kyselyDatabase<Native extends KyselyExecutor>(
  kysely: KyselyLike<Native>,
  { url, timers = nodeTimers }: KyselyDatabaseOptions
): Database<Native> & AsyncDisposable {
  const listener = new Listener(() => new Client({ connectionString: url, keepAlive: true }), timers)
  return {
    transaction: (work) => transaction(kysely, work),
    query: (sql, params) => run(kysely, sql, params),
    listen: (channel, onNotice) => listener.listen(channel, onNotice),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]()
  }
}

async function transaction<Native extends KyselyExecutor, T>(
  kysely: KyselyLike<Native>,
  work: (transaction: Transaction<Native>) => Promise<T>
): Promise<T> {
  let isOver = false
  let reason: unknown
  const inner = async (native: Native): Promise<T> => {
    try {
      return await work({
        native,
        query: async (sql, params) => {
          if (isOver) throw endedError()
          return run(native, sql, params)
        }
      })
    } catch (error) {
      reason = error
      // Kysely gives the connection back to its pool, where the work that goes on would meet the next transaction.
      if (wasGivenUp(error)) await run(native, END_CONNECTION).catch(() => undefined)
      throw error
    } finally {
      isOver = true
    }
  }
  try {
    return await kysely.transaction().execute(inner)
  } catch (error) {
    // Without its connection Kysely cannot roll back, and says that in place of the reason.
    throw reason ?? error
  }
}

async function run<R extends object = Row>(
  executor: KyselyExecutor,
  sql: string,
  params: readonly unknown[] = []
): Promise<readonly R[]> {
  // Here and not above, so that whoever uses another adapter needs no Kysely.
  const { CompiledQuery } = await import('kysely')
  const { rows } = await executor.executeQuery(CompiledQuery.raw(sql, [...params]) as never)
  return rows as readonly R[]
}
