// A database for a test: of the server in DATABASE_URL, else of a PostgreSQL from npm that the test process starts.
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Supervisor, embeddedPostgres, provision, serviceUrl } from '@naru/dev'

export interface TestServer extends AsyncDisposable {
  /** The address of a fresh database with a role of its own. */
  database(): Promise<string>
  kill(): void
}

export async function startServer(): Promise<TestServer> {
  const given = process.env['DATABASE_URL']
  if (given !== undefined) {
    const refuse = (): never => {
      throw new Error('a server given by its address is not ours to kill')
    }
    return { database: () => fresh(given), kill: refuse, [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const folder = mkdtempSync(join(tmpdir(), 'naru-store-'))
  chmodSync(folder, 0o755)
  const postgres = await embeddedPostgres({ folder, port: 0, durability: 'none' })
  const supervisor = new Supervisor()
  await supervisor.start(postgres.process)
  return {
    database: () => fresh(postgres.adminUrl),
    kill: () => void supervisor.kill('postgres'),
    async [Symbol.asyncDispose]() {
      await supervisor.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function fresh(adminUrl: string): Promise<string> {
  const service = { service: `test-${randomBytes(6).toString('hex')}`, password: 'secret' }
  await provision({ adminUrl, services: [service] })
  return serviceUrl(adminUrl, service)
}
