// Segments served by somebody else: the `.log` files of a topic are put under the same topic of an Apache Kafka
// that knows nothing of their origin. It serves the same records at the same offsets and takes new ones.

import { copyFile, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { RunningBroker } from '../../broker.ts'
import { expectEqual, forEach, type Case, type Outcome } from '../case.ts'
import type { Client, Context } from '../context.ts'
import { numbered, oneOfEach, textOf } from '../records.ts'
import { writtenOut } from '../segment-files.ts'
import { codecs, type WireRecord } from '../wire.ts'

const partitions = codecs.map((_, index) => index)

async function readByJava(
  context: Context,
  broker: RunningBroker,
  topic: string,
  count: number
): Promise<WireRecord[]> {
  const command = {
    bootstrap: broker.bootstrap,
    clientId: 'java',
    topic,
    partitions,
    count,
    timeoutMs: 20_000
  }
  const { records } = await context.java.call('consume', command)
  return records.toSorted((a, b) => a.p - b.p || a.o - b.o)
}

interface Written {
  readonly topic: string
  readonly records: readonly WireRecord[]
}

/** Each partition holds one codec and, behind that, what an idempotent producer wrote. */
async function write(context: Context, client: Client): Promise<Written> {
  const topic = context.name('segments', client.name)
  await context.createTopic(context.broker, topic, { partitions: codecs.length })
  for (const [index, compression] of codecs.entries()) {
    const records = oneOfEach(index, Date.now(), client.definition)
    await client.write(context.broker, topic, records, compression)
    const again = { compression, idempotent: true, records: numbered('idempotent ', 10, index) }
    await client.adapter.call('produce', { ...client.at(context.broker), topic, ...again })
  }
  const count = (oneOfEach(0, 0, client.definition).length + 10) * codecs.length
  return { topic, records: await readByJava(context, context.broker, topic, count) }
}

async function moveSegments(
  from: RunningBroker,
  to: RunningBroker,
  { topic, records }: Written
): Promise<void> {
  for (const partition of partitions) {
    const source = join(from.dataDir, `${topic}-${partition}`)
    const target = join(to.dataDir, `${topic}-${partition}`)
    const end = records.filter((record) => record.p === partition).length
    const logs = await writtenOut(source, end)
    for (const name of await readdir(target)) if (/^\d{20}\./.test(name)) await rm(join(target, name))
    for (const log of logs) await copyFile(log, join(target, basename(log)))
  }
}

async function judge(
  context: Context,
  client: Client,
  oracle: RunningBroker,
  written: Written
): Promise<void> {
  const served = await readByJava(context, oracle, written.topic, written.records.length)
  expectEqual(served.length, written.records.length, 'records served by Apache Kafka')
  for (const [index, record] of served.entries())
    expectEqual(record, written.records[index], `record ${index} served by Apache Kafka`)
  const fresh = partitions.flatMap((partition) => numbered(`new ${partition} `, 3, partition))
  const command = { ...client.at(oracle), topic: written.topic, compression: 'none' as const }
  for (const partition of partitions) {
    const records = fresh.filter((record) => record.p === partition)
    await client.adapter.call('produce', { ...command, idempotent: true, records })
  }
  const all = await readByJava(context, oracle, written.topic, written.records.length + fresh.length)
  const added = all.filter((record) => textOf(record).startsWith('new '))
  expectEqual(added.map(textOf), fresh.map(textOf), 'records that new idempotent producers wrote')
}

async function run(context: Context, clients: readonly Client[]): Promise<ReadonlyMap<string, Outcome>> {
  const oracle = await context.oracle()
  const topics = new Map<string, Written>()
  const first = await forEach(clients, async (client) => {
    const written = await write(context, client)
    await context.createTopic(oracle, written.topic, { partitions: codecs.length })
    topics.set(client.name, written)
  })
  await oracle.stop()
  const moved = await forEach(
    clients.filter((client) => topics.has(client.name)),
    async (client) => {
      const written = topics.get(client.name)
      if (written !== undefined) await moveSegments(context.broker, oracle, written)
    }
  )
  await oracle.restart()
  const judged = await forEach(
    clients.filter((client) => moved.get(client.name)?.kind === 'passed'),
    async (client) => {
      const written = topics.get(client.name)
      if (written !== undefined) await judge(context, client, oracle, written)
    }
  )
  return new Map([...first, ...moved, ...judged])
}

export const foreignSegments: Case = {
  name: 'foreign-segments',
  shows: 'a fresh Apache Kafka serves our segment files at the same offsets and takes new idempotent writes',
  ci: true,
  run
}
