// What every process of the shop does the same way: its settings from the environment, its database, the line that says
// that it is ready, and a stop that finishes what is under way.
import { flushCompileCache } from 'node:module'
import { finished } from 'node:stream/promises'
import type { LogFields, LogLevel, Logger } from '@naru/base'
import { type PostgresStore, postgresStore } from '@naru/service/postgres'
import { PARTITIONS } from './events.ts'

const STOP_MS_MAX = 2_500

/**
 * The shop starts its services while their databases are still being made, since reading their programs takes as long;
 * the end of their input says that the databases are there.
 */
if (process.env['NARU_GO_AHEAD'] === 'end-of-input') await finished(process.stdin.resume())

/** A setting of this process; its absence is told by name. */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`the environment has no ${name}`)
  return value
}

/** Which of several processes of a service this is: `barista-2`. */
export const processName = (): string => process.env['NARU_PROCESS'] ?? 'alone'

const logger: Logger = {
  log(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (level === 'debug') return
    const words = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)
    console.error([level, event, ...words].join(' '))
  }
}

export function openStore(migrations: readonly string[], connectionsMax: number): PostgresStore {
  let told = 0
  return postgresStore({
    url: setting('DATABASE_URL'),
    migrations,
    connectionsMax,
    onTrouble: (trouble) => {
      // While broker or database is away the same sentence comes many times a second.
      if (performance.now() - told < 1_000) return
      told = performance.now()
      logger.log('warn', 'store-trouble', {
        reason: trouble instanceof Error ? trouble.message : String(trouble)
      })
    }
  })
}

/** What all services of the shop have in common. Topics that are missing are made by whoever comes first. */
export const COMMON = {
  bootstrap: setting('NARU_BOOTSTRAP'),
  partitions: PARTITIONS,
  logger,
  stopMs: STOP_MS_MAX - 500,
  // The least that Kafka allows: the orders of a barista that was killed wait this long for another one.
  sessionTimeoutMs: 6_000,
  heartbeatMs: 1_000,
  startMs: 60_000,
  // A database that is away for a while is no reason to give up an order.
  retry: { attempts: 1_000, backoffMsMax: 1_000 }
} as const

/**
 * Says that the process is ready, and calls `stop` once when it is asked to end. A service that cannot go on ends its
 * process, which the supervisor starts again.
 */
export function runUntilStopped(
  stop: () => Promise<void>,
  { ended, address }: { readonly ended?: Promise<void>; readonly address?: string } = {}
): void {
  const end = (): void => {
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      }
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  ended?.catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
  console.log(JSON.stringify({ event: 'ready', address }))
  // Otherwise it is written at the end of the process, which a kill -9 never comes to.
  flushCompileCache()
}
