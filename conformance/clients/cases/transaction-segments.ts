// Transactions in segment files, judged by Apache Kafka: it serves the same committed records from our `.log` files,
// and the transaction indexes that it builds from them equal ours byte for byte.

import { copyFile, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { RunningBroker } from '../../broker.ts'
import { expectEqual, expectThat, forEach, type Case } from '../case.ts'
import type { Client, Context } from '../context.ts'
import { newRecord, textOf } from '../records.ts'
import { writtenOut } from '../segment-files.ts'
import { toolOutput } from '../tool-runner.ts'
import type { WireRecord } from '../wire.ts'

/** Kafka's lower bound for segment.bytes. */
const segmentBytes = 1_048_576
const rounds = 40
const recordsPerStep = 3
const recordChars = 12_000
const producers = ['a', 'b', 'c'] as const
const configs = { 'segment.bytes': String(segmentBytes) }

/** What one transactional producer does: send in its transaction, or send and end it. */
interface TransactionStep {
  readonly producer: string
  readonly records: readonly WireRecord[]
  readonly end?: 'commit' | 'abort'
}

/** The producers take turns; each ends its transaction at another pace, every second one by an abort. */
function history(): TransactionStep[] {
  const steps: TransactionStep[] = []
  let ended = 0
  for (let round = 1; round <= rounds; round++) {
    for (const [index, producer] of producers.entries()) {
      const records = Array.from({ length: recordsPerStep }, (_, at) =>
        bigRecord(`${producer}${round}/${at} `)
      )
      const ends = round % (index + 2) === 0 || round === rounds
      steps.push({ producer, records, ...(ends ? { end: ended++ % 2 === 0 ? 'abort' : 'commit' } : {}) })
    }
  }
  return steps
}

function bigRecord(label: string): WireRecord {
  return newRecord({ value: label.padEnd(recordChars, '나') })
}

/** Values of the transactions that were committed. */
function committedValues(steps: readonly TransactionStep[]): string[] {
  const pending = new Map<string, string[]>()
  const committed: string[] = []
  for (const { producer, records, end } of steps) {
    const values = [...(pending.get(producer) ?? []), ...records.map(textOf)]
    if (end === 'commit') committed.push(...values)
    pending.set(producer, end === undefined ? values : [])
  }
  return committed
}

async function read(
  context: Context,
  broker: RunningBroker,
  topic: string,
  want: { readonly committed: boolean; readonly count: number }
): Promise<WireRecord[]> {
  const command = { bootstrap: broker.bootstrap, clientId: 'java', topic, partitions: [0], timeoutMs: 30_000 }
  return (await context.java.call('consume', { ...command, ...want }, 60_000)).records
}

interface Written {
  readonly topic: string
  readonly committed: readonly WireRecord[]
  /** The last record, which is behind all markers. */
  readonly last: number
}

async function write(context: Context, client: Client): Promise<Written> {
  const { broker } = context
  const topic = context.name('transactions', client.name)
  await context.createTopic(broker, topic, { partitions: 1, configs })
  const steps = history()
  const command = { ...client.at(broker), topic, prefix: `${topic}-`, compression: 'none', steps }
  await client.adapter.request('transact', command, 300_000)
  const after = newRecord({ value: 'after all of them' })
  const sent = await client.adapter.call('produce', {
    ...client.at(broker),
    topic,
    compression: 'none',
    idempotent: false,
    records: [after]
  })
  const expected = [...committedValues(steps), textOf(after)]
  const committed = await read(context, broker, topic, { committed: true, count: expected.length })
  expectEqual(committed.map(textOf).toSorted(), expected.toSorted(), 'records that were committed')
  return { topic, committed, last: sent.offsets[0] ?? -1 }
}

/** The transaction indexes of a partition's folder by name; empty files say as much as none. */
async function transactionIndexes(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const indexes = new Map<string, Buffer>()
  for (const name of (await readdir(folder)).toSorted()) {
    if (!/^\d{20}\.txnindex$/.test(name)) continue
    const bytes = await readFile(join(folder, name))
    if (bytes.length > 0) indexes.set(name, bytes)
  }
  return indexes
}

async function moveLogs(context: Context, oracle: RunningBroker, written: Written): Promise<number> {
  const source = join(context.broker.dataDir, `${written.topic}-0`)
  const target = join(oracle.dataDir, `${written.topic}-0`)
  const logs = await writtenOut(source, written.last + 1)
  for (const name of await readdir(target)) if (/^\d{20}\./.test(name)) await rm(join(target, name))
  for (const log of logs) await copyFile(log, join(target, basename(log)))
  return logs.length
}

async function judge(
  context: Context,
  oracle: RunningBroker,
  { topic, committed }: Written
): Promise<string> {
  const ours = join(context.broker.dataDir, `${topic}-0`)
  const served = await read(context, oracle, topic, { committed: true, count: committed.length })
  expectEqual(served, committed, 'committed records served by Apache Kafka')
  const indexes = await transactionIndexes(ours)
  const rebuilt = await transactionIndexes(join(oracle.dataDir, `${topic}-0`))
  expectEqual([...indexes.keys()], [...rebuilt.keys()], 'transaction indexes')
  expectThat(indexes.size >= 3, `only ${indexes.size} transaction indexes`)
  let entries = 0
  for (const [name, bytes] of indexes) {
    expectEqual(bytes.toString('hex'), rebuilt.get(name)?.toString('hex'), name)
    const output = await toolOutput(context, { tool: 'kafka-dump-log', args: ['--files', join(ours, name)] })
    entries += output.match(/lastStableOffset/g)?.length ?? 0
    expectThat(output.includes('producerId'), `DumpLogSegments says: ${output.slice(0, 300)}`)
  }
  return `${entries} aborted transactions in ${indexes.size} indexes`
}

export const transactionSegments: Case = {
  name: 'transaction-segments',
  shows:
    'a fresh Apache Kafka serves the same committed records from our segments and builds the same indexes',
  ci: true,
  only: ['java'],
  run: (context, clients) =>
    forEach(clients, async (client) => {
      const written = await write(context, client)
      const oracle = await context.oracle()
      await context.createTopic(oracle, written.topic, { partitions: 1, configs })
      await oracle.stop()
      await moveLogs(context, oracle, written)
      await oracle.restart()
      return judge(context, oracle, written)
    })
}
