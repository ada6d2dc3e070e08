// Our own broker as a process of its own, started as a user starts it: by the command of the CLI package.

import { join } from 'node:path'
import type { BrokerOptions, RunningBroker } from '../broker.ts'
import { startBrokerProcess, workFolder } from '../broker-process.ts'
import { repositoryRoot } from '../cache.ts'
import { freePorts } from '../process.ts'

export interface NaruOptions extends BrokerOptions {
  readonly durability?: 'fsync' | 'os' | 'memory'
}

const host = '127.0.0.1'
const entryPoint = join(repositoryRoot, 'packages/cli/bin/naru.js')

/** The same partition count that the suites give to Apache Kafka. */
const suiteProperties: Readonly<Record<string, string>> = { 'num.partitions': '4' }

/** Starts Naru and resolves when it answers; `dataDir` of the result holds the topics' folders. */
export async function startNaru(options: NaruOptions = {}): Promise<RunningBroker> {
  const { workDir, temporary } = await workFolder(options, 'naru')
  const folder = join(workDir, 'data')
  // Inside the data folder the journal has its place beside the partitions' segments.
  const dataDir = join(folder, 'log')
  const [freePort = 0] = await freePorts(1)
  const port = options.port ?? freePort
  const properties = Object.entries({ ...suiteProperties, ...options.properties })
  const args = [
    entryPoint,
    'serve',
    '--listen',
    `${host}:${port}`,
    '--data',
    folder,
    ...(options.advertise === undefined ? [] : ['--advertise', options.advertise]),
    ...(options.durability === undefined ? [] : ['--durability', options.durability]),
    ...properties.flatMap(([key, value]) => ['-X', `${key}=${value}`])
  ]
  const command = process.execPath
  return startBrokerProcess({ kind: 'naru', command, args, host, port, dataDir, workDir, temporary })
}
