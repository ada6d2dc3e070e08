// The story in short, for `npm run check`: each service has a database of its own that its neighbours cannot open.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Supervisor, embeddedPostgres, provision, serviceUrl } from '@naru/dev'
import { Client } from 'pg'

const folder = mkdtempSync(join(tmpdir(), 'naru-coffee-shop-'))
const supervisor = new Supervisor()
try {
  const postgres = await embeddedPostgres({ folder, port: 0, durability: 'none' })
  await supervisor.start(postgres.process)
  const barista = { service: 'barista', password: 'espresso' }
  const loyalty = { service: 'loyalty', password: 'stamps' }
  await provision({ adminUrl: postgres.adminUrl, services: [barista, loyalty] })
  const url = new URL(serviceUrl(postgres.adminUrl, barista))
  url.pathname = '/loyalty'
  await assert.rejects(new Client({ connectionString: url.href }).connect(), { code: '42501' })
} finally {
  await supervisor.stop()
  rmSync(folder, { recursive: true, force: true })
}
