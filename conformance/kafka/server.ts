// A real Apache Kafka 4.2.0 as one KRaft node on loopback, formatted and started for a suite.

import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrokerOptions, RunningBroker } from '../broker.ts'
import { startBrokerProcess, workFolder } from '../broker-process.ts'
import { cached } from '../cache.ts'
import { fingerprint, freePorts, runOrThrow } from '../process.ts'
import { kafkaClasspath, kafkaVersion, loggingOptions } from './jars.ts'

export interface KafkaOptions extends BrokerOptions {
  /** Flags of the JVM; `-Xmx512m` when left out. Published figures use those of Kafka's own start script. */
  readonly jvmFlags?: readonly string[]
}

const host = '127.0.0.1'
const clusterId = 'bmFydS1jb25mb3JtYW5jZQ'
const defaultJvmFlags = ['-Xmx512m', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20']

/** What differs from Kafka's own defaults, and why: one node cannot keep three replicas, and a test cannot wait. */
const suiteProperties: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '0',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'inter.broker.listener.name': 'PLAINTEXT',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.share.min.record.lock.duration.ms': '1000',
  'num.partitions': '4'
}

function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('')
}

function listenerProperties(port: number, controllerPort: number, advertise: string): Record<string, string> {
  return {
    listeners: `PLAINTEXT://${host}:${port},CONTROLLER://${host}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${advertise},CONTROLLER://${host}:${controllerPort}`,
    'controller.quorum.bootstrap.servers': `${host}:${controllerPort}`
  }
}

/**
 * A formatted, empty log folder. Formatting costs a JVM start of its own, so it happens once and each broker
 * gets a copy; the controller's port in it is corrected by Kafka when the node starts.
 */
async function formattedTemplate(): Promise<string> {
  const name = `kafka-${kafkaVersion}-formatted-${await fingerprint([import.meta.filename])}`
  return cached(name, async (folder) => {
    const [port = 0, controllerPort = 0] = await freePorts(2)
    const logDir = join(folder, 'log')
    const file = join(folder, 'format.properties')
    const properties = {
      ...suiteProperties,
      ...listenerProperties(port, controllerPort, `${host}:${port}`),
      'log.dirs': logDir
    }
    await writeFile(file, propertiesText(properties))
    const args = ['-cp', await kafkaClasspath(), ...loggingOptions('WARN'), 'kafka.tools.StorageTool']
    await runOrThrow('java', [...args, 'format', '--standalone', '-t', clusterId, '-c', file])
  })
}

/** Starts Apache Kafka and resolves when it answers; `dataDir` of the result holds the topics' folders. */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningBroker> {
  const { workDir, temporary } = await workFolder(options, 'kafka')
  const logDir = join(workDir, 'log')
  const [freePort = 0, controllerPort = 0] = await freePorts(2)
  const port = options.port ?? freePort
  const formatted = await stat(join(logDir, 'meta.properties')).catch(() => undefined)
  if (formatted === undefined) {
    await mkdir(logDir, { recursive: true })
    await cp(join(await formattedTemplate(), 'log'), logDir, { recursive: true })
  }
  const file = join(workDir, 'server.properties')
  const properties = {
    ...suiteProperties,
    ...listenerProperties(port, controllerPort, options.advertise ?? `${host}:${port}`),
    'log.dirs': logDir,
    ...options.properties
  }
  await writeFile(file, propertiesText(properties))
  const jvm = [...(options.jvmFlags ?? defaultJvmFlags), ...loggingOptions('INFO')]
  const args = [...jvm, '-cp', await kafkaClasspath(), 'kafka.Kafka', file]
  return startBrokerProcess({
    kind: 'kafka',
    command: 'java',
    args,
    host,
    port,
    dataDir: logDir,
    workDir,
    temporary
  })
}
