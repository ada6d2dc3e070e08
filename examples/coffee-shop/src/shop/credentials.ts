// The passwords of the services' databases: made once, kept in a file that only the shop's user can read.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceDatabase } from '@naru/dev'

/** Each service that keeps something has a database of its own. */
export const SERVICES = ['order-taker', 'barista', 'board', 'loyalty'] as const
export type ServiceName = (typeof SERVICES)[number]
type Passwords = Partial<Record<string, string>>

const FILE = 'credentials.json'

/** Whether passwords of the shop are in the folder; others call a file with something else so, too. */
export async function hasCredentials(folder: string): Promise<boolean> {
  try {
    const known = await read(join(folder, FILE))
    return SERVICES.some((service) => typeof known[service] === 'string')
  } catch {
    return false
  }
}

export async function credentials(folder: string): Promise<ReadonlyMap<ServiceName, ServiceDatabase>> {
  const file = join(folder, FILE)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const known = await read(file)
  const passwords = SERVICES.map(
    (service) => [service, known[service] ?? randomBytes(24).toString('base64url')] as const
  )
  await writeFile(file, JSON.stringify(Object.fromEntries(passwords)), { mode: 0o600 })
  return new Map(passwords.map(([service, password]) => [service, { service, password }]))
}

async function read(file: string): Promise<Passwords> {
  return JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Passwords
}
