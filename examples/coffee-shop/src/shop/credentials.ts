// The passwords of the services' databases: made once, kept in a file that only the shop's user can read.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceDatabase } from '@naru/dev'

/** Each service that keeps something has a database of its own. */
export const SERVICES = ['order-taker', 'barista', 'board', 'loyalty'] as const
export type ServiceName = (typeof SERVICES)[number]

export async function credentials(folder: string): Promise<ReadonlyMap<ServiceName, ServiceDatabase>> {
  const file = join(folder, 'credentials.json')
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const known = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Partial<Record<string, string>>
  const passwords = SERVICES.map(
    (service) => [service, known[service] ?? randomBytes(24).toString('base64url')] as const
  )
  await writeFile(file, JSON.stringify(Object.fromEntries(passwords)), { mode: 0o600 })
  return new Map(passwords.map(([service, password]) => [service, { service, password }]))
}
