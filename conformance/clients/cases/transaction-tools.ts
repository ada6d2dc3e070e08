// Kafka's own tool for transactions: what it lists, describes and finds hanging, and how it ends what hangs, on the
// broker under test and on a real Apache Kafka. The transactions are made request by request, so that both are alike.

import { setTimeout as sleep } from 'node:timers/promises'
import { buildBatch } from '@naru/protocol'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { END_TXN } from '@naru/protocol/messages/26-end-txn'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import { DESCRIBE_TRANSACTIONS } from '@naru/protocol/messages/65-describe-transactions'
import type { RunningBroker } from '../../broker.ts'
import { Session } from '../../differential/session.ts'
import { expectEqual, expectThat, forEach, type Case } from '../case.ts'
import type { Context } from '../context.ts'
import { runTool } from '../tool-runner.ts'

const TRANSACTION_KEY = 1
/** Clients before version 2 of transactions add partitions by themselves, and may forget it. */
const PRODUCE_V1 = 11
const PRODUCE_V2 = 12
const BROKER_RESOURCE = 4
/** A transaction that is older than any time-out may be. */
const LONG_AGO_MS = 2 * 3_600_000

interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
}

async function producerOf(session: Session, transactionalId: string): Promise<Identity> {
  for (;;) {
    const keys = { keyType: TRANSACTION_KEY, coordinatorKeys: [transactionalId] }
    await session.quietly(FIND_COORDINATOR, keys, { version: 4 })
    const request = { transactionalId, transactionTimeoutMs: 60_000 }
    const { errorCode, producerId, producerEpoch } = await session.quietly(INIT_PRODUCER_ID, request, {
      version: 5
    })
    if (errorCode === 0) return { producerId, producerEpoch }
    await sleep(100)
  }
}

async function write(
  session: Session,
  topic: string,
  transactionalId: string,
  producer: Identity,
  options: { readonly version: number; readonly timestamp: number; readonly partition: number }
): Promise<void> {
  const { version, timestamp, partition } = options
  const records = buildBatch({
    ...producer,
    baseSequence: 0,
    transactional: true,
    records: [{ key: null, value: Buffer.from('one'), timestamp }]
  })
  const topicData = [{ name: topic, partitionData: [{ index: partition, records }] }]
  const request = { transactionalId, acks: -1, timeoutMs: 5000, topicData }
  const { responses } = await session.quietly(PRODUCE, request, { version })
  expectEqual(responses[0]?.partitionResponses[0]?.errorCode, 0, `the write of ${transactionalId}`)
}

/** Whether the first write of an old client is checked; a change reaches Kafka's broker a moment later. */
async function setVerification(session: Session, isOn: boolean): Promise<void> {
  const configs = [
    { name: 'transaction.partition.verification.enable', configOperation: 0, value: String(isOn) }
  ]
  const resources = [{ resourceType: BROKER_RESOURCE, resourceName: '', configs }]
  await session.quietly(INCREMENTAL_ALTER_CONFIGS, { resources })
  await sleep(1500)
}

/** One transaction that is open, one that was committed, and a write that belongs to none. */
async function arrange(session: Session, topic: string, ids: readonly string[]): Promise<void> {
  const [open = '', done = '', hanging = ''] = ids
  const now = { timestamp: Date.now() }
  await write(session, topic, open, await producerOf(session, open), {
    ...now,
    version: PRODUCE_V2,
    partition: 0
  })
  const producer = await producerOf(session, done)
  await write(session, topic, done, producer, { ...now, version: PRODUCE_V2, partition: 0 })
  await session.quietly(END_TXN, { transactionalId: done, ...producer, committed: true }, { version: 5 })
  for (let state = ''; state !== 'CompleteCommit'; await sleep(50)) {
    const answer = await session.quietly(DESCRIBE_TRANSACTIONS, { transactionalIds: [done] })
    state = answer.transactionStates[0]?.transactionState ?? ''
  }
  await setVerification(session, false)
  const lost = await producerOf(session, hanging)
  const timestamp = Date.now() - LONG_AGO_MS
  await write(session, topic, hanging, lost, { timestamp, version: PRODUCE_V1, partition: 1 })
  await setVerification(session, true)
}

/** Producer ids, times and durations, by the columns in which the commands print them. */
function wordsFor(line: string): string {
  return line
    .replace(/^(\S+ \d+) \d+ ([A-Z]\w+)$/, '$1 ID $2')
    .replace(/^(\d+ \S+) \d+ (\d+ [A-Z]\w+ \d+) \S+ \S+/, '$1 ID $2 TIME DURATION')
    .replace(/^\d+ (\d+ -?\d+ -?\d+) \d+ (\d+|None)$/, 'ID $1 TIME $2')
    .replace(/^(\S+ \d+) \d+ (\d+ -?\d+ \d+) \d+ \d+$/, '$1 ID $2 TIME DURATION')
}

/** What a command prints, as far as it does not follow the clock or numbers that a broker invents. */
async function printed(context: Context, broker: RunningBroker, args: readonly string[]): Promise<string> {
  const result = await runTool(context, {
    tool: 'kafka-transactions',
    args: ['--bootstrap-server', broker.bootstrap, ...args]
  })
  const output = `${result.stdout}${result.stderr}`
  const lines = output.split('\n').map((line) => wordsFor(line.replaceAll(/[ \t]+/g, ' ').trim()))
  return `exit ${result.code}\n${lines.toSorted().join('\n')}`
}

async function story(context: Context, broker: RunningBroker, topic: string): Promise<Map<string, string>> {
  const session = new Session(broker, topic)
  const ids = ['open', 'done', 'hanging'].map((name) => `${topic}-${name}`)
  await context.createTopic(broker, topic, { partitions: 2 })
  await arrange(session, topic, ids)
  session.close()
  const outputs = new Map<string, string>()
  const run = async (title: string, args: readonly string[], shows: RegExp): Promise<void> => {
    const output = await printed(context, broker, args)
    expectThat(shows.test(output), `${title} does not show ${shows}: ${output.slice(0, 600)}`)
    const own = output.split('\n').filter((line) => title !== 'list' || line.includes(topic))
    outputs.set(title, own.join('\n'))
  }
  const place = ['--topic', topic, '--partition']
  await run('list', ['list'], /open.*Ongoing/)
  await run('list by pattern', ['list', '--transactional-id-pattern', `${topic}-d.*`], /done.*CompleteCommit/)
  await run('describe open', ['describe', '--transactional-id', `${topic}-open`], /Ongoing/)
  await run('describe done', ['describe', '--transactional-id', `${topic}-done`], /CompleteCommit/)
  await run('describe nobody', ['describe', '--transactional-id', `${topic}-no`], /could not be found/)
  await run('producers of 0', ['describe-producers', ...place, '0'], /ID/)
  await run('producers of 1', ['describe-producers', ...place, '1'], /ID/)
  await run('find hanging', ['find-hanging', ...place.slice(0, 2)], new RegExp(topic))
  await run('abort', ['abort', ...place, '1', '--start-offset', '0'], /exit 0/)
  await run('producers after that', ['describe-producers', ...place, '1'], /None/)
  await run('nothing hangs', ['find-hanging', ...place.slice(0, 2)], /^(?!.*-1 )/s)
  return outputs
}

export const transactionTools: Case = {
  name: 'transaction-tools',
  shows: 'TransactionsCommand lists, describes, finds what hangs and aborts it as on Kafka',
  ci: false,
  only: ['java'],
  async run(context, clients) {
    const oracle = await context.oracle()
    return forEach(clients, async () => {
      const topic = context.name('transactions')
      const here = await story(context, context.broker, topic)
      const there = await story(context, oracle, topic)
      for (const [title, output] of here) expectEqual(output, there.get(title), title)
      return `${here.size} commands`
    })
  }
}
