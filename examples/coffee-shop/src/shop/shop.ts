// The whole shop on one machine: broker, PostgreSQL and services as processes of their own under one supervisor.
// `npm start`, the chaos script, the comparison and the tests all open the same shop.
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Supervisor, freePort, nodeProcess, planEmbeddedPostgres, provision, serviceUrl } from '@naru/dev'
import { type ServiceName, credentials } from './credentials.ts'
import { claimFolder } from './folder.ts'
import { checkKafka, checkPostgres } from './foundations.ts'
import { Refused } from './refusal.ts'

export interface ShopOptions {
  /** Holds the data of broker and PostgreSQL, and the passwords. */
  readonly folder: string
  /** Where our broker listens; port 0 takes a free one. */
  readonly listen?: string
  /** Any other Kafka in place of our broker. */
  readonly kafka?: string | undefined
  /** The address of a PostgreSQL in place of the one from npm, as a role that may make databases. */
  readonly databaseUrl?: string | undefined
  /** Of the order taker; board and control have the next two. 0 takes free ones. */
  readonly port?: number
  readonly baristas?: number
  /** Coffees that one barista makes at a time, and how long one takes. */
  readonly hands?: number
  readonly brewMs?: number
  /** Opens the variant in which the order taker calls a barista over HTTP, too. */
  readonly synchronous?: boolean
  /** For tests, whose data nobody needs afterwards: nothing is synced. */
  readonly durable?: boolean
  readonly onLine?: (label: string, line: string) => void
  readonly onChange?: () => void
}

export interface Shop extends AsyncDisposable {
  readonly supervisor: Supervisor
  readonly bootstrap: string
  readonly durability: string
  readonly orders: string
  readonly board: string
  readonly control: number
  /** Of the order taker that calls, in the synchronous variant. */
  readonly synchronousOrders: string | undefined
  readonly databaseUrl: (service: ServiceName) => string
  readonly adminUrl: string
  readonly stop: () => Promise<void>
}

const HOST = '127.0.0.1'
const SOURCES = join(import.meta.dirname, '..')
const GRACE_MS = 3_000

export async function openShop(options: ShopOptions): Promise<Shop> {
  const ports = await choosePorts(options)
  if (options.kafka !== undefined) await checkKafka(options.kafka)
  if (options.databaseUrl !== undefined) await checkPostgres(options.databaseUrl)
  const folder = await claimFolder(options.folder)
  const supervisor = new Supervisor({
    graceMs: GRACE_MS,
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
    ...(options.onChange === undefined ? {} : { onChange: options.onChange })
  })
  let stopped: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await supervisor.stop()
    await folder.release()
  }
  const stop = (): Promise<void> => (stopped ??= close())
  try {
    const shop = await open(supervisor, options, ports)
    return { ...shop, stop, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function open(
  supervisor: Supervisor,
  options: ShopOptions,
  ports: Ports
): Promise<Omit<Shop, 'stop' | typeof Symbol.asyncDispose>> {
  // First of all, since they tell the next start whose folder this is.
  const databases = await credentials(options.folder)
  const broker = startBroker(supervisor, options, ports.broker)
  // Whichever fails is told by the one that is awaited first; the others must not be unhandled meanwhile.
  broker.catch(() => undefined)
  const server = await databaseServer(supervisor, options)
  const ready = server.ready.then(() =>
    provision({ adminUrl: server.adminUrl, services: [...databases.values()] })
  )
  ready.catch(() => undefined)
  const bootstrap = options.kafka ?? `${HOST}:${ports.broker}`
  const databaseUrl = (service: ServiceName): string => {
    const database = databases.get(service)
    if (database === undefined) throw new Error(`there is no service ${service}`)
    return serviceUrl(server.adminUrl, database)
  }
  const services = startServices(supervisor, options, { bootstrap, ports, databaseUrl, goAhead: ready })
  services.catch(() => undefined)
  await ready
  const { durability } = await broker
  await services
  return {
    supervisor,
    bootstrap,
    durability: String(durability),
    orders: `http://${HOST}:${ports.orders}`,
    board: `http://${HOST}:${ports.board}`,
    control: ports.control,
    synchronousOrders: options.synchronous === true ? `http://${HOST}:${ports.synchronousOrders}` : undefined,
    databaseUrl,
    adminUrl: server.adminUrl
  }
}

interface Ports {
  readonly broker: number
  readonly orders: number
  readonly board: number
  readonly control: number
  readonly synchronousOrders: number
  readonly synchronousBarista: number
}

async function choosePorts({ listen = `${HOST}:9092`, port = 8080, kafka }: ShopOptions): Promise<Ports> {
  const wanted = (offset: number): number => (port === 0 ? 0 : port + offset)
  return {
    broker: kafka === undefined ? await claimed(Number(listen.split(':').at(-1)), '--listen') : 0,
    orders: await claimed(wanted(0), '--port'),
    board: await claimed(wanted(1), '--port'),
    control: await claimed(wanted(2), '--port'),
    synchronousOrders: await freePort(HOST, 0),
    synchronousBarista: await freePort(HOST, 0)
  }
}

/** A port that is taken is told at once, instead of by a process that is started again and again. */
async function claimed(wanted: number, flag: string): Promise<number> {
  const port = await freePort(HOST, wanted)
  if (wanted === 0 || port === wanted) return port
  throw new Refused({ kind: 'port-taken', port: wanted, flag })
}

async function startBroker(
  supervisor: Supervisor,
  { kafka, folder, durable = true }: ShopOptions,
  port: number
): Promise<{ readonly durability: unknown }> {
  if (kafka !== undefined) return { durability: `another broker, ${kafka}` }
  const command = createRequire(import.meta.url).resolve('@naru/cli/bin/naru.js')
  const place = ['--listen', `${HOST}:${port}`, '--data', join(folder, 'broker')]
  const mode = ['--durability', durable ? 'fsync' : 'os']
  const args = ['serve', ...place, ...mode, '--output', 'json', '--log-level', 'warn']
  const fields = await supervisor.start(nodeProcess('broker', command, { args, stage: 0 }))
  return { durability: fields['durability'] }
}

interface DatabaseServer {
  readonly adminUrl: string
  readonly ready: Promise<unknown>
}

async function databaseServer(
  supervisor: Supervisor,
  { databaseUrl, folder, durable = true, port }: ShopOptions
): Promise<DatabaseServer> {
  if (databaseUrl !== undefined) return { adminUrl: databaseUrl, ready: Promise.resolve() }
  const { postgres, made } = await planEmbeddedPostgres({
    folder: join(folder, 'postgres'),
    durability: durable ? 'fsync' : 'none',
    ...(port === 0 ? { port: 0 } : {})
  })
  return { adminUrl: postgres.adminUrl, ready: made.then(() => supervisor.start(postgres.process)) }
}

interface Surroundings {
  readonly bootstrap: string
  readonly ports: Ports
  readonly databaseUrl: (service: ServiceName) => string
  /** Settles when the databases are there: a role that is still to be made would refuse its service. */
  readonly goAhead: Promise<unknown>
}

async function startServices(
  supervisor: Supervisor,
  options: ShopOptions,
  { bootstrap, ports, databaseUrl, goAhead }: Surroundings
): Promise<void> {
  const { baristas = 2, hands = 8, brewMs = 100, synchronous = false } = options
  const common = {
    NARU_BOOTSTRAP: bootstrap,
    NARU_GO_AHEAD: 'end-of-input',
    // Compiled code of the last start, which makes this one faster.
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    // Node calls the function that strips the page's types experimental.
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --disable-warning=ExperimentalWarning`.trim()
  }
  const start = (
    name: string,
    file: string,
    database: ServiceName,
    env: object,
    instances = 1
  ): Promise<unknown> =>
    supervisor.start(
      nodeProcess(name, join(SOURCES, file), {
        env: { ...common, DATABASE_URL: databaseUrl(database), ...env },
        instances,
        goAhead
      })
    )
  const work = { BREW_MS: String(brewMs), HANDS: String(hands) }
  const page = { BOARD_PORT: String(ports.board), CONTROL_PORT: String(ports.control) }
  // These two first, so that the first coffee does not wait until all programs are read; the others read what they compiled.
  await Promise.all([
    start('order-taker', 'order-taker/main.ts', 'order-taker', { PORT: String(ports.orders), ...page }),
    start('barista', 'barista/main.ts', 'barista', work, Math.min(1, baristas))
  ])
  await Promise.all([
    supervisor.scale('barista', baristas),
    start('board', 'board/main.ts', 'board', { PORT: String(ports.board) }),
    start('loyalty', 'loyalty/main.ts', 'loyalty', {}),
    ...(synchronous ? startSynchronous(start, ports, work) : [])
  ])
}

function startSynchronous(
  start: (name: string, file: string, database: ServiceName, env: object) => Promise<unknown>,
  ports: Ports,
  work: object
): ReadonlyArray<Promise<unknown>> {
  const barista = { PORT: String(ports.synchronousBarista), ...work }
  const taker = {
    PORT: String(ports.synchronousOrders),
    BARISTA_URL: `http://${HOST}:${ports.synchronousBarista}`
  }
  return [
    start('sync-barista', 'synchronous/barista.ts', 'barista', barista),
    start('sync-order-taker', 'synchronous/order-taker.ts', 'order-taker', taker)
  ]
}
