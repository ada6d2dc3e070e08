// Naru as a process of its own, started by the command that users type, in each of its durability modes. Metrics are
// published in every run, as in production.
import { basename, join } from 'node:path'
import { startBrokerProcess } from 'naru-conformance/broker-process'
import { repositoryRoot } from 'naru-conformance/cache'
import { freePorts } from 'naru-conformance/process'
import { started, type StartOptions, type System } from './system.ts'

const host = '127.0.0.1'

const meanings = {
  fsync: 'on disk before it is acknowledged',
  os: 'page cache',
  memory: 'memory of the process'
} as const

type Mode = keyof typeof meanings

export interface Variant {
  /** Another checkout of this repository, to compare two states of the code. */
  readonly checkout?: string
  /** Flags of Node, to compare two settings of the engine. */
  readonly nodeFlags?: readonly string[]
}

async function start(system: System, mode: Mode, options: StartOptions & Variant) {
  const [port = 0, metricsPort = 0] = await freePorts(2)
  const data = join(options.folder, 'data')
  const properties = Object.entries({ 'num.partitions': '4', ...options.properties })
  const args = [
    ...(options.nodeFlags ?? []),
    join(options.checkout ?? repositoryRoot, 'packages/cli/bin/naru.js'),
    'serve',
    '--listen',
    `${host}:${port}`,
    '--metrics',
    `${host}:${metricsPort}`,
    '--data',
    data,
    '--durability',
    mode,
    ...properties.flatMap(([key, value]) => ['-X', `${key}=${value}`])
  ]
  const broker = await startBrokerProcess({
    kind: 'naru',
    command: process.execPath,
    args,
    ...(options.env === undefined ? {} : { env: options.env }),
    host,
    port,
    dataDir: join(data, 'log'),
    workDir: options.folder,
    temporary: false
  })
  return started(system, broker, {
    folder: options.folder,
    metricsUrl: `http://${host}:${metricsPort}/metrics`
  })
}

function naru(name: string, mode: Mode): System {
  const system: System = {
    name,
    what: `Naru, --durability ${mode}`,
    durability: meanings[mode],
    isBroker: true,
    isOurs: true,
    start: (options) => start(system, mode, options)
  }
  return system
}

export const naruSystems: readonly System[] = [
  naru('naru', 'fsync'),
  naru('naru-os', 'os'),
  naru('naru-memory', 'memory')
]

/** Naru with something changed, to be measured beside the Naru of this checkout in the same run. */
export function naruVariant(variant: Variant): System {
  const { checkout, nodeFlags = [] } = variant
  // Results are published: where the checkout lies is nobody's business.
  const about = [...(checkout === undefined ? [] : [basename(checkout)]), ...nodeFlags].join(' ')
  const system: System = {
    name: 'naru-variant',
    what: `Naru, --durability fsync, with ${about}`,
    durability: meanings.fsync,
    isBroker: true,
    isOurs: true,
    like: 'naru',
    start: (options) => start(system, 'fsync', { ...options, ...variant })
  }
  return system
}
