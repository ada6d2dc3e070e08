/**
 * A database, a role and a password for each service. The role owns its database and nothing else; everybody else is
 * refused at the door, since the right to connect, which PostgreSQL gives to all, is taken away.
 */
import { NaruError } from '@naru/base'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'

export interface ServiceDatabase {
  /** Becomes the name of database and role: `order-taker` is `order_taker`. */
  readonly service: string
  readonly password: string
  /** Connections that the service's processes may have together; the rest of the server stays free for the others. */
  readonly connectionsMax?: number
}

export interface ProvisionOptions {
  /** Connects as a role that may make roles and databases. */
  readonly adminUrl: string
  readonly services: readonly ServiceDatabase[]
}

const DUPLICATE_DATABASE = '42P04'

/** The address that a service connects to; known before the database is there. */
export function serviceUrl(adminUrl: string, { service, password }: ServiceDatabase): string {
  const url = new URL(adminUrl)
  const name = databaseName(service)
  url.username = name
  url.password = encodeURIComponent(password)
  url.pathname = `/${name}`
  return url.href
}

/** Makes what is missing and sets the passwords; a second run changes nothing. */
export async function provision({ adminUrl, services }: ProvisionOptions): Promise<void> {
  const client = new Client({ connectionString: adminUrl })
  // A server that dies takes the connection along; the query that waits is rejected, which is enough.
  client.on('error', () => undefined)
  await client.connect()
  try {
    for (const service of services) await provisionOne(client, service)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function provisionOne(
  client: Client,
  { service, password, connectionsMax }: ServiceDatabase
): Promise<void> {
  const name = databaseName(service)
  const role = escapeIdentifier(name)
  const found = await client.query('select 1 from pg_roles where rolname = $1', [name])
  const verb = found.rowCount === 0 ? 'create' : 'alter'
  const limit = connectionsMax === undefined ? '' : ` connection limit ${Math.trunc(connectionsMax)}`
  await client.query(
    `${verb} role ${role} login nosuperuser nocreatedb nocreaterole password ${escapeLiteral(password)}${limit}`
  )
  if (!(await hasDatabase(client, name))) await createDatabase(client, role)
  await client.query(`revoke connect, temporary on database ${role} from public`)
}

/** Owned by whoever makes it until it is handed over: to make it for another role needs membership in that role. */
async function createDatabase(client: Client, name: string): Promise<void> {
  try {
    await client.query(`create database ${name} template template0`)
  } catch (error) {
    if ((error as { readonly code?: string }).code !== DUPLICATE_DATABASE) throw error
  }
  await client.query(`grant ${name} to current_user`)
  await client.query(`alter database ${name} owner to ${name}`)
}

async function hasDatabase(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
  return rowCount !== 0
}

export function databaseName(service: string): string {
  const name = service.replaceAll('-', '_')
  // PostgreSQL cuts names at 63 bytes without a word, and two services would share one database.
  if (/^[a-z][a-z0-9_]{0,62}$/.test(name)) return name
  throw new NaruError(
    'INVALID_SERVICE_NAME',
    `${service} does not name a database: it takes a small letter, then small letters, digits and hyphens, 63 at most`
  )
}
