/** The adapter for Kysely: handlers get its typed transaction as `db.native`, and outbox and inbox share it. */
import type { Timers } from '@naru/base'
import { nodeTimers } from '@naru/base/node'
import { Client } from 'pg'
import type { Database, Row } from '../ports.ts'
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
    transaction: (work) =>
      kysely
        .transaction()
        .execute((native) => work({ native, query: (sql, params) => run(native, sql, params) })),
    query: (sql, params) => run(kysely, sql, params),
    listen: (channel, onNotice) => listener.listen(channel, onNotice),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]()
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
