// A consumer group of three: join, leave, kill; then static members and the cooperative protocol.

import { setTimeout as sleep } from 'node:timers/promises'
import { expectEqual, expectThat, forEach, type Case } from '../case.ts'
import type { Client, Context } from '../context.ts'
import {
  delivered,
  fill,
  join,
  repeated,
  sessionTimeoutMs,
  settled,
  type GroupMember
} from '../group-members.ts'
import { numbered, textOf } from '../records.ts'

const partitions = 6

async function newTopic(context: Context, kind: string, client: Client) {
  const topic = context.name(kind, client.name)
  await context.createTopic(context.broker, topic, { partitions })
  return { topic, group: topic }
}

/** Ten records to each partition; all must reach the members, none of them twice. */
async function exactlyOnce(context: Context, members: readonly GroupMember[], topic: string, prefix: string) {
  const records = Array.from({ length: partitions }, (_, p) => numbered(`${prefix}-${p}-`, 10, p)).flat()
  await fill(context, context.broker, topic, records)
  await delivered(members, records.map(textOf))
  const twice = repeated(members.flatMap((one) => one.values)).filter((value) => value.startsWith(prefix))
  expectEqual(twice, [], 'records delivered twice in a settled group')
}

async function joinLeaveKill(context: Context, client: Client): Promise<void> {
  const { topic, group } = await newTopic(context, 'group', client)
  const { broker } = context
  await using doomed = await client.another()
  const first = await join(client, broker, { topic, group, member: 'first' })
  await settled([first], partitions)
  const second = await join(client, broker, { topic, group, member: 'second' })
  const third = await join(client, broker, { topic, group, member: 'third', adapter: doomed })
  await settled([first, second, third], partitions)
  await exactlyOnce(context, [first, second, third], topic, 'three')
  await second.leave()
  await settled([first, third], partitions)
  await exactlyOnce(context, [first, third], topic, 'two')
  await doomed.kill()
  await settled([first], partitions, sessionTimeoutMs + 15_000)
  await exactlyOnce(context, [first], topic, 'one')
  await first.leave()
}

export const group: Case = {
  name: 'group',
  shows: 'three members share six partitions, one leaves, one is killed, and each record arrives once',
  ci: true,
  run: (context, clients) => forEach(clients, (client) => joinLeaveKill(context, client))
}

async function staticMember(context: Context, client: Client): Promise<void> {
  const { topic, group: name } = await newTopic(context, 'static', client)
  const { broker } = context
  const returning = { topic, group: name, instanceId: 'returning' }
  // Each static member lives in a process of its own, so that ending it is not a leave.
  await using firstLife = await client.another()
  const stays = await join(client, broker, { topic, group: name, member: 'stays', instanceId: 'stays' })
  const before = await join(client, broker, { ...returning, member: 'before', adapter: firstLife })
  await settled([stays, before], partitions)
  const held = before.log.assigned
  await sleep(1000)
  const changes = stays.log.assignments.length
  await firstLife.kill()
  const after = await join(client, broker, { ...returning, member: 'after' })
  await settled([stays, after], partitions)
  expectEqual(after.log.assigned, held, 'partitions of the static member that came back')
  await exactlyOnce(context, [stays, after], topic, 'back')
  expectEqual(stays.log.assignments.length, changes, 'rebalances of the other member meanwhile')
  await after.leave()
  await stays.leave()
}

export const staticMembers: Case = {
  name: 'static',
  shows: 'a static member comes back within its session timeout to the same partitions, without a rebalance',
  ci: true,
  run: (context, clients) => forEach(clients, (client) => staticMember(context, client))
}

async function cooperativeMembers(context: Context, client: Client): Promise<void> {
  const { topic, group: name } = await newTopic(context, 'cooperative', client)
  const { broker } = context
  const first = await join(client, broker, { topic, group: name, cooperative: true, member: 'first' })
  await settled([first], partitions)
  const changes = first.log.assignments.length
  const second = await join(client, broker, { topic, group: name, cooperative: true, member: 'second' })
  await settled([first, second], partitions)
  const third = await join(client, broker, { topic, group: name, cooperative: true, member: 'third' })
  await settled([first, second, third], partitions)
  const emptied = first.log.assignments.slice(changes).some((held) => held.length === 0)
  expectThat(!emptied, `the first member gave up everything: ${JSON.stringify(first.log.assignments)}`)
  await exactlyOnce(context, [first, second, third], topic, 'three')
  await third.leave()
  await settled([first, second], partitions)
  await exactlyOnce(context, [first, second], topic, 'two')
  await second.leave()
  await first.leave()
}

export const cooperative: Case = {
  name: 'cooperative',
  shows: 'members keep what they have while others join, and each record arrives once',
  ci: true,
  run: (context, clients) => forEach(clients, (client) => cooperativeMembers(context, client))
}
