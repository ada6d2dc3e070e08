/**
 * A real PostgreSQL from npm: `embeddedPostgres` says how it is started, whoever supervises processes starts it.
 *
 * It listens on the loopback interface only, wants a password, and syncs what it has committed.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NaruError } from '@naru/base'
import type { ProcessSpec } from '../../supervisor/process-spec.ts'
import { POSTGRES_CONNECTIONS_MAX } from '../../limits.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { type Owner, findOwner, give } from './owner.ts'
import { type Places, preparePlaces } from './places.ts'
import { freePort } from './port.ts'
import { isReady, stopLeftOver } from './stale.ts'

export interface EmbeddedPostgresOptions {
  /** Holds everything; a folder that has a cluster already is used again. */
  readonly folder: string
  /** Taken when it is free, else another one; the one that was taken first is kept. */
  readonly port?: number
  /** `none` syncs nothing: for tests, whose data nobody needs after a power cut. */
  readonly durability?: 'fsync' | 'none'
}

export interface EmbeddedPostgres {
  /** Connects as the superuser, to make databases and roles. */
  readonly adminUrl: string
  readonly port: number
  /** Where the cluster lies. */
  readonly data: string
  /** For the supervisor. */
  readonly process: ProcessSpec
}

const SUPERUSER = 'naru'
const PORT_DEFAULT = 15_432
const HOST = '127.0.0.1'

/** Throws POSTGRES_IN_USE when the process that has started one on the folder still runs it. */
export async function embeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { postgres, made } = await planEmbeddedPostgres(options)
  await made
  return postgres
}

/**
 * The same, for whoever has something to do while a new cluster is made: the address holds from the start, the process may
 * be started when `made` resolves.
 */
export async function planEmbeddedPostgres(
  options: EmbeddedPostgresOptions
): Promise<{ readonly postgres: EmbeddedPostgres; readonly made: Promise<void> }> {
  const owner = await findOwner()
  const places = await preparePlaces(options.folder, owner)
  await takeOver(places)
  const binaries = await findBinaries(places.home, owner)
  const password = await kept(join(places.settings, 'password'), () => randomBytes(24).toString('base64url'))
  const isSynced = options.durability !== 'none'
  const port = await choosePort(places, options.port ?? PORT_DEFAULT)
  const isThere = await exists(join(places.data, 'PG_VERSION'))
  const made = isThere ? Promise.resolve() : initialise({ places, binaries, owner, password, isSynced })
  const postgres: EmbeddedPostgres = {
    adminUrl: `postgres://${SUPERUSER}:${password}@${HOST}:${port}/postgres`,
    port,
    data: places.data,
    process: {
      name: 'postgres',
      command: [binaries.postgres, ...flags(places.data, port, isSynced)],
      env: binaries.env,
      ...(owner === undefined ? {} : { owner }),
      cwd: places.home,
      // The fast stop; SIGTERM would wait for every client to leave by itself.
      stopSignal: 'SIGINT',
      stage: 0,
      isReady: (pid) => isReady(places.data, pid)
    }
  }
  return { postgres, made }
}

/** Notes who starts PostgreSQL here from now on. */
async function takeOver({ settings, data }: Places): Promise<void> {
  const file = join(settings, 'starter')
  await stopLeftOver(data, Number(await readFile(file, 'utf8').catch(() => '')))
  await writeFile(file, String(process.pid))
}

function flags(data: string, port: number, isSynced: boolean): readonly string[] {
  const settings = {
    listen_addresses: HOST,
    unix_socket_directories: '',
    max_connections: String(POSTGRES_CONNECTIONS_MAX),
    // What clients did wrong reaches the clients; the log is for what PostgreSQL itself suffers from.
    log_min_messages: 'fatal',
    password_encryption: 'scram-sha-256',
    fsync: isSynced ? 'on' : 'off'
  }
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', data, '-p', String(port), ...pairs]
}

interface Initialisation {
  readonly places: Places
  readonly binaries: Binaries
  readonly owner: Owner | undefined
  readonly password: string
  readonly isSynced: boolean
}

/** The cluster is made beside its place and moved there, so that a start that was killed is simply done again. */
async function initialise(options: Initialisation): Promise<void> {
  const { places, binaries, owner, password, isSynced } = options
  const draft = `${places.data}.draft`
  const passwordFile = join(places.home, 'password.draft')
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await give(draft, owner)
  await writeFile(passwordFile, password, { mode: 0o600 })
  await give(passwordFile, owner)
  const words = ['-D', draft, '-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  // Sorted by code point, independent of the machine's locale; one database behaves the same everywhere.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const sync = isSynced ? [] : ['--no-sync']
  try {
    const env = { ...process.env, ...binaries.env }
    await promisify(execFile)(binaries.initdb, [...words, ...locale, ...sync], {
      cwd: places.home,
      env,
      ...owner
    })
  } catch (error) {
    throw new NaruError('POSTGRES_INITDB_FAILED', `initdb failed: ${outputOf(error)}`, { cause: error })
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(draft, places.data)
}

function outputOf(error: unknown): string {
  const stderr = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : ''
  return stderr.trim() === '' ? String(error) : stderr.trim()
}

/** The port that clients know is kept as long as nobody else has taken it. */
async function choosePort(places: Places, wanted: number): Promise<number> {
  const file = join(places.settings, 'port')
  const before = Number(await readFile(file, 'utf8').catch(() => ''))
  const port = await freePort(HOST, before > 0 && before < 65_536 ? before : wanted)
  await writeFile(file, String(port))
  return port
}

/** Synced, since the cluster outlives a power cut and would be locked without it. */
async function kept(file: string, make: () => string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known !== undefined && known !== '') return known
  const made = make()
  await writeFile(file, made, { mode: 0o600, flush: true })
  return made
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
