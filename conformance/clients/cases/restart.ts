// The broker is killed and started again: committed positions and members survive, and nothing is lost.

import { expectEqual, expectThat, forEach, type Case, type Outcome } from '../case.ts'
import type { Client, Context } from '../context.ts'
import type { RunningBroker } from '../../broker.ts'
import { delivered, fill, join, type GroupMember } from '../group-members.ts'
import { numbered, textOf } from '../records.ts'

const perPartition = 50
const partitions = 2

interface Prepared {
  readonly topic: string
  readonly committed: readonly string[]
  /** A member that stays in its group while the broker is away. */
  readonly staying: GroupMember
}

const valuesOf = (prefix: string): string[] =>
  Array.from({ length: partitions }, (_, p) =>
    numbered(`${prefix}-${p}-`, perPartition, p).map(textOf)
  ).flat()

async function write(context: Context, broker: RunningBroker, topic: string, prefix: string): Promise<void> {
  const records = Array.from({ length: partitions }, (_, p) =>
    numbered(`${prefix}-${p}-`, perPartition, p)
  ).flat()
  await fill(context, broker, topic, records)
}

/** Before the kill: one group reads the first half, commits and leaves; another reads and stays. */
async function prepare(context: Context, broker: RunningBroker, client: Client): Promise<Prepared> {
  const topic = context.name('restart', client.name)
  await context.createTopic(broker, topic, { partitions })
  await write(context, broker, topic, 'committed')
  const committing = await join(client, broker, { topic, group: `${topic}-returns`, member: 'before' })
  await delivered([committing], valuesOf('committed'))
  await committing.commit()
  const committed = committing.values
  await committing.leave()
  const staying = await join(client, broker, { topic, group: `${topic}-stays`, member: 'stays' })
  await delivered([staying], committed)
  await staying.commit()
  await write(context, broker, topic, 'later')
  return { topic, committed, staying }
}

async function resume(
  context: Context,
  broker: RunningBroker,
  client: Client,
  prepared: Prepared
): Promise<void> {
  const { topic, staying } = prepared
  await write(context, broker, topic, 'after')
  const returning = await join(client, broker, { topic, group: `${topic}-returns`, member: 'after' })
  const expected = [...valuesOf('later'), ...valuesOf('after')]
  await delivered([returning], expected)
  expectEqual(returning.values.toSorted(), expected.toSorted(), 'records after the committed position')
  await delivered([staying], [...prepared.committed, ...expected], 45_000)
  await returning.leave()
  await staying.leave()
}

async function run(context: Context, clients: readonly Client[]): Promise<ReadonlyMap<string, Outcome>> {
  const broker = await context.anotherBroker()
  const prepared = new Map<string, Prepared>()
  const before = await forEach(clients, async (client) => {
    prepared.set(client.name, await prepare(context, broker, client))
  })
  await broker.kill()
  await broker.restart()
  const ready = clients.filter((client) => prepared.has(client.name))
  const after = await forEach(ready, async (client) => {
    const state = prepared.get(client.name)
    expectThat(state !== undefined, 'nothing was prepared')
    if (state !== undefined) await resume(context, broker, client, state)
  })
  await broker.close()
  return new Map([...before, ...after])
}

export const restart: Case = {
  name: 'restart',
  shows:
    'after kill -9 and a restart a group resumes at its commit and a running member goes on, nothing lost',
  ci: true,
  run
}
