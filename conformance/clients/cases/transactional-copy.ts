// A topic is copied into another in transactions, some of which are aborted: a reader of committed records finds every
// record once and in order, and the group's offsets are those of the last commit.

import type { RunningBroker } from '../../broker.ts'
import { expectEqual, expectThat, forEach, type Case } from '../case.ts'
import type { Client, Context } from '../context.ts'
import { fill } from '../group-members.ts'
import { newRecord, textOf } from '../records.ts'
import { toolOutput } from '../tool-runner.ts'
import type { WireRecord } from '../wire.ts'

const records = 3000
const perTransaction = 100
const abortEvery = 4

async function readCommitted(context: Context, broker: RunningBroker, topic: string): Promise<WireRecord[]> {
  const at = { bootstrap: broker.bootstrap, clientId: 'java', topic, partitions: [0], timeoutMs: 30_000 }
  return (await context.java.call('consume', { ...at, committed: true, count: records }, 60_000)).records
}

/** One partition, so that the order says whether anything came twice or too early. */
async function copy(context: Context, client: Client): Promise<string> {
  const { broker } = context
  const [topic, target] = ['source', 'target'].map((name) => context.name(name, client.name)) as [
    string,
    string
  ]
  for (const name of [topic, target]) await context.createTopic(broker, name, { partitions: 1 })
  const values = Array.from({ length: records }, (_, index) => `${index} 건`)
  for (let at = 0; at < records; at += 500) {
    const some = values.slice(at, at + 500)
    await fill(
      context,
      broker,
      topic,
      some.map((value) => newRecord({ value }))
    )
  }
  const group = context.name('copiers', client.name)
  const command = { ...client.at(broker), topic, target, group, prefix: group, compression: 'none' }
  const limits = { count: records, perTransaction, abortEvery, timeoutMs: 120_000 }
  const done = await client.adapter.request('copy', { ...command, ...limits }, 150_000)
  expectEqual(done['copied'], records, 'records that were copied')
  expectThat(Number(done['aborted']) > 3, `only ${String(done['aborted'])} transactions were aborted`)
  const committed = await readCommitted(context, broker, target)
  expectEqual(committed.map(textOf), values, 'committed records of the copy')
  const args = ['--bootstrap-server', broker.bootstrap, '--describe', '--group', group]
  const described = await toolOutput(context, { tool: 'kafka-consumer-groups', args })
  expectThat(
    new RegExp(`${topic}\\s+0\\s+${records}\\s+${records}\\s+0`).test(described),
    `the group has not read everything: ${described}`
  )
  return `${records} records, ${String(done['aborted'])} transactions aborted`
}

export const transactionalCopy: Case = {
  name: 'transactional-copy',
  shows: 'a copy in transactions, with aborts, holds every record once, in order, with its offsets',
  ci: true,
  only: ['java', 'franz-go'],
  run: (context, clients) => forEach(clients, (client) => copy(context, client))
}
