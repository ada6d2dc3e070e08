// Fills a broker with what a hand-over has to bring along: plain, compacted and transactional topics, transactions that
// were aborted or never ended, records that were deleted, and groups that have come some way.

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningBroker } from '../broker.ts'
import { kafkaClasspath, kafkaTool, loggingOptions } from '../kafka/index.ts'
import { runOrThrow } from '../process.ts'

export interface Filling {
  readonly topics: readonly string[]
  readonly groups: readonly string[]
}

export interface FillOptions {
  readonly gigabytes: number
  readonly partitions: number
  readonly groups: number
  /** One more topic, whose batches are compressed by zstd. */
  readonly zstd?: boolean
}

const RECORD_BYTES = 1024
const PERF = 'org.apache.kafka.tools.ProducerPerformance'

export async function fill(broker: RunningBroker, options: FillOptions): Promise<Filling> {
  const { bootstrap } = broker
  const perTopic = Math.max(1, Math.floor(options.partitions / 4))
  const records = Math.ceil((options.gigabytes * 1e9) / RECORD_BYTES / 3)
  await createTopic(bootstrap, 'plain', perTopic * 2)
  await createTopic(bootstrap, 'compacted', perTopic, 'cleanup.policy=compact')
  await createTopic(bootstrap, 'transactional', perTopic)
  await produce(bootstrap, 'plain', records)
  await keyed(bootstrap, 'compacted', Math.ceil(records / 50))
  await inTransactions(bootstrap, 'transactional', { id: 'ended', records })
  if (options.zstd === true) {
    await createTopic(bootstrap, 'packed', perTopic, 'compression.type=zstd')
    await produce(bootstrap, 'packed', Math.ceil(records / 20))
  }
  await leaveOpen(bootstrap, 'transactional')
  await deleteFirst(bootstrap, 'plain', 0, 10)
  const groups = Array.from({ length: options.groups }, (_, index) => `group-${index}`)
  for (const [index, group] of groups.entries()) await consume(bootstrap, group, 'plain', 10 + index)
  const packed = options.zstd === true ? ['packed'] : []
  return { topics: ['plain', 'compacted', 'transactional', ...packed], groups }
}

async function createTopic(
  bootstrap: string,
  topic: string,
  partitions: number,
  config?: string
): Promise<void> {
  const args = [
    '--bootstrap-server',
    bootstrap,
    '--create',
    '--topic',
    topic,
    '--partitions',
    String(partitions)
  ]
  const { code, stderr } = await kafkaTool(
    'kafka-topics',
    config === undefined ? args : [...args, '--config', config]
  )
  if (code !== 0) throw new Error(`${topic} was not created: ${stderr}`)
}

async function perfArgs(
  bootstrap: string,
  topic: string,
  records: number,
  more: readonly string[]
): Promise<string[]> {
  const size = ['--num-records', String(records), '--record-size', String(RECORD_BYTES), '--throughput', '-1']
  const java = ['-Xmx256m', ...loggingOptions('ERROR'), '-cp', await kafkaClasspath(), PERF]
  return [...java, '--topic', topic, ...size, ...more, '--producer-props', `bootstrap.servers=${bootstrap}`]
}

async function produce(
  bootstrap: string,
  topic: string,
  records: number,
  more: readonly string[] = []
): Promise<void> {
  await runOrThrow('java', await perfArgs(bootstrap, topic, records, more))
}

/** Records in transactions that end, of the producer of that id. */
export async function inTransactions(
  bootstrap: string,
  topic: string,
  { id, records }: { readonly id: string; readonly records: number }
): Promise<void> {
  await produce(bootstrap, topic, records, ['--transactional-id', id, '--transaction-duration-ms', '50'])
}

/** Each key several times, so that a cleaner has something to do. */
async function keyed(bootstrap: string, topic: string, records: number): Promise<void> {
  const lines = Array.from({ length: records }, (_, index) => `key-${index % 1000}:value ${index} 값`)
  await runOrThrow('kcat', ['-b', bootstrap, '-P', '-t', topic, '-K:'], { input: `${lines.join('\n')}\n` })
}

/** A producer that dies within its transaction, records of which are in the log. */
async function leaveOpen(bootstrap: string, topic: string): Promise<void> {
  const flags = ['--transactional-id', 'open', '--transaction-duration-ms', '600000']
  const timeout = 'transaction.timeout.ms=600000'
  const args = [...(await perfArgs(bootstrap, topic, 10_000_000, flags)), timeout]
  const child = spawn('java', args, { stdio: 'ignore' })
  const list = ['--bootstrap-server', bootstrap, 'list']
  for (;;) {
    const { stdout } = await kafkaTool('kafka-transactions', list)
    if (/^open\s.*Ongoing/m.test(stdout)) break
    if (child.exitCode !== null) throw new Error('the producer of the open transaction has ended')
  }
  // All partitions get some of its records.
  await sleep(2_000)
  child.kill('SIGKILL')
}

async function deleteFirst(
  bootstrap: string,
  topic: string,
  partition: number,
  offset: number
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'naru-hand-over-'))
  const file = join(folder, 'delete.json')
  await writeFile(file, JSON.stringify({ version: 1, partitions: [{ topic, partition, offset }] }))
  const args = ['--bootstrap-server', bootstrap, '--offset-json-file', file]
  const { code, stderr } = await kafkaTool('kafka-delete-records', args)
  await rm(folder, { recursive: true })
  if (code !== 0) throw new Error(`records were not deleted: ${stderr}`)
}

/** Reads some records as a member of the group, which commits where it is when it leaves. */
async function consume(bootstrap: string, group: string, topic: string, records: number): Promise<void> {
  await runOrThrow('kcat', [
    '-b',
    bootstrap,
    '-G',
    group,
    '-o',
    'beginning',
    '-X',
    'auto.offset.reset=earliest',
    '-c',
    String(records),
    '-q',
    topic
  ])
}
