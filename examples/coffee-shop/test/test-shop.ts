// A shop for a test: free ports, a folder of its own that goes with it, nothing synced.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { ServiceName } from '../src/shop/credentials.ts'
import { type Shop, type ShopOptions, openShop } from '../src/shop/shop.ts'

export interface TestShop extends Shop {
  readonly folder: string
  /** Asks the database of a service. */
  query(service: ServiceName, sql: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>
}

/** `NARU_TEST_BOOTSTRAP` puts any other Kafka in the place of our broker. */
export async function openTestShop(options: Partial<ShopOptions> = {}): Promise<TestShop> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-coffee-shop-'))
  chmodSync(folder, 0o755)
  const lines: string[] = []
  const shop = await openShop({
    folder,
    listen: '127.0.0.1:0',
    port: 0,
    durable: false,
    kafka: process.env['NARU_TEST_BOOTSTRAP'],
    databaseUrl: process.env['DATABASE_URL'],
    onLine: (label, line) => lines.push(`${label}: ${line}`),
    ...options
  }).catch((error: unknown) => {
    console.error(lines.join('\n'))
    rmSync(folder, { recursive: true, force: true })
    throw error
  })
  const close = async (): Promise<void> => {
    await shop.stop()
    rmSync(folder, { recursive: true, force: true })
    if (process.env['NARU_DEBUG'] !== undefined) console.error(lines.join('\n'))
  }
  return {
    ...shop,
    folder,
    query: (service, sql) => query(shop.databaseUrl(service), sql),
    stop: close,
    [Symbol.asyncDispose]: close
  }
}

export async function query(
  url: string,
  sql: string
): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
