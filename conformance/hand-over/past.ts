// Gives an Apache Kafka a past, for a take-over to bring along or to leave behind: two log folders, restarts that raise
// its epochs, every codec, tombstones, topics that were deleted, groups of the newer kinds, dynamic settings, access
// rules, users and quotas.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startKafka, kafkaTool, type KafkaTool } from '../kafka/index.ts'
import { runOrThrow } from '../process.ts'
import type { RunningBroker } from '../broker.ts'
import { inTransactions, type Filling } from './fill.ts'

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const
const SECOND_DIRECTORY_ID = 'c2Vjb25kLWZvbGRlci0xNg'

/** Segments of a second, which are cleaned soon: with gaps in the offsets of what is compacted. */
const PROPERTIES = {
  'transaction.max.timeout.ms': '900000',
  'log.cleaner.backoff.ms': '500',
  'log.roll.ms': '1000',
  'log.cleaner.min.cleanable.ratio': '0.01',
  'metadata.log.max.record.bytes.between.snapshots': '5000',
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS'
}

/** Records of the last transactions before the stop, behind one that is open. */
export const RECORDS_BEHIND_OPEN = 500

export interface PastKafka extends AsyncDisposable {
  readonly broker: RunningBroker
  /** Both log folders, as `--from-kafka` takes them. */
  readonly folders: string
}

/** A Kafka with two log folders; its first life was with one of them. */
export async function startPastKafka(dataDir: string): Promise<PastKafka> {
  const first = await startKafka({ dataDir, properties: PROPERTIES })
  await first.stop()
  const second = join(dataDir, 'log-2')
  await mkdir(second)
  const meta = await readFile(join(first.dataDir, 'meta.properties'), 'utf8')
  await writeFile(
    join(second, 'meta.properties'),
    meta.replace(/^directory\.id=.*$/m, `directory.id=${SECOND_DIRECTORY_ID}`)
  )
  const folders = `${first.dataDir},${second}`
  const broker = await startKafka({ dataDir, properties: { ...PROPERTIES, 'log.dirs': folders } })
  return { broker, folders, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
}

/** What happened to it, with restarts between; tells which topics and groups there are to look at. */
export async function liveThrough({ broker }: PastKafka): Promise<Filling> {
  const tool = toolFor(broker.bootstrap)
  const topics = CODECS.map((codec) => `codec.${codec}`)
  for (const topic of [...topics, 'keys.with-tombstones', 'gone', 'again']) {
    const policy = topic.startsWith('keys') ? ['--config', 'cleanup.policy=compact'] : []
    await tool('kafka-topics', ['--create', '--topic', topic, '--partitions', '2', ...policy])
  }
  for (const codec of CODECS) await kcat(broker, [...produceTo(`codec.${codec}`), '-z', codec], lines(500))
  await kcat(broker, [...produceTo('keys.with-tombstones'), '-Z', '-K:'], keyed())
  for (const topic of ['gone', 'again']) {
    await kcat(broker, produceTo(topic), lines(10))
    await tool('kafka-topics', ['--delete', '--topic', topic])
  }
  await tool('kafka-topics', ['--create', '--topic', 'again', '--partitions', '1'])
  await changeSettings(tool)
  await readInGroups(broker, tool)
  await broker.stop()
  await broker.restart()
  // The markers of these have the epoch of a coordinator that was started twice.
  await inTransactions(broker.bootstrap, 'transactional', { id: 'ended', records: RECORDS_BEHIND_OPEN })
  await kcat(broker, [...produceTo('again'), '-X', 'enable.idempotence=true'], lines(10))
  await kcat(broker, [...produceTo('keys.with-tombstones'), '-Z', '-K:'], keyed())
  return { topics: [...topics, 'keys.with-tombstones', 'again'], groups: ['group-848'] }
}

type Tool = (name: KafkaTool, args: readonly string[]) => Promise<void>

function toolFor(bootstrap: string): Tool {
  return async (name, args) => {
    const { code, stdout, stderr } = await kafkaTool(name, ['--bootstrap-server', bootstrap, ...args])
    if (code !== 0) throw new Error(`${name} ${args.join(' ')}: ${stdout} ${stderr}`)
  }
}

const produceTo = (topic: string): string[] => ['-P', '-t', topic]

async function kcat({ bootstrap }: RunningBroker, args: readonly string[], input: string): Promise<void> {
  await runOrThrow('kcat', ['-b', bootstrap, ...args], { input })
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index} 줄\n`).join('')

/** Each of fifty keys many times; every third ends with a tombstone. */
function keyed(): string {
  const values = Array.from({ length: 1000 }, (_, index) => `key-${index % 50}:value ${index}\n`)
  const tombstones = Array.from({ length: 50 }, (_, key) => (key % 3 === 0 ? `key-${key}:\n` : ''))
  return [...values, ...tombstones].join('')
}

async function changeSettings(tool: Tool): Promise<void> {
  const alter = (type: string, name: readonly string[], config: string): Promise<void> =>
    tool('kafka-configs', ['--alter', '--entity-type', type, ...name, '--add-config', config])
  await alter('brokers', ['--entity-default'], 'log.retention.ms=1234567890')
  await alter('brokers', ['--entity-name', '0'], 'log.cleaner.threads=2')
  await alter('topics', ['--entity-name', 'codec.gzip'], 'retention.ms=-1,max.message.bytes=2000000')
  await alter('groups', ['--entity-name', 'group-848'], 'consumer.session.timeout.ms=50000')
  await alter('users', ['--entity-name', 'alice'], 'producer_byte_rate=1024')
  await alter('users', ['--entity-name', 'alice'], 'SCRAM-SHA-256=[password=secret]')
  await tool('kafka-acls', [
    '--add',
    '--allow-principal',
    'User:alice',
    '--operation',
    'Read',
    '--topic',
    '*'
  ])
}

/** A group of KIP-848, a share group, and one that is deleted again. */
async function readInGroups({ bootstrap }: RunningBroker, tool: Tool): Promise<void> {
  const read = ['--topic', 'codec.gzip', '--max-messages', '20', '--timeout-ms', '20000']
  const beginning = [...read, '--from-beginning']
  const newer = ['--command-property', 'group.protocol=consumer']
  await tool('kafka-console-consumer', ['--group', 'group-848', ...newer, ...beginning])
  await tool('kafka-console-consumer', ['--group', 'deleted', ...beginning])
  await tool('kafka-consumer-groups', ['--delete', '--group', 'deleted'])
  const sharing = ['--entity-type', 'groups', '--entity-name', 'sharing']
  await tool('kafka-configs', ['--alter', ...sharing, '--add-config', 'share.auto.offset.reset=earliest'])
  const shared = ['--bootstrap-server', bootstrap, '--group', 'sharing', ...read]
  await kafkaTool('kafka-console-share-consumer', shared)
}
