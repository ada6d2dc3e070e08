// Members of a consumer group for the cases: joining, and what holds once a group is settled.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, Context } from './context.ts'
import { waitFor, type AdapterProcess, type SessionLog } from './driver.ts'
import { textOf } from './records.ts'

/** Kafka's lower bound for a session timeout (group.min.session.timeout.ms). */
export const sessionTimeoutMs = 6000

export interface GroupOptions {
  readonly group: string
  readonly topic: string
  readonly cooperative?: boolean
}

export class GroupMember {
  readonly name: string
  readonly log: SessionLog
  readonly #adapter: AdapterProcess

  constructor(name: string, log: SessionLog, adapter: AdapterProcess) {
    this.name = name
    this.log = log
    this.#adapter = adapter
  }

  get values(): string[] {
    return this.log.records.map(textOf)
  }

  async commit(): Promise<void> {
    await this.#adapter.call('commit', { session: this.name })
  }

  async leave(): Promise<void> {
    await this.#adapter.call('leave', { session: this.name })
  }
}

export interface JoinOptions extends GroupOptions {
  readonly member: string
  readonly instanceId?: string
  readonly adapter?: AdapterProcess
}

/** Lets the client join a group; the member tells its assignment and its records in its log. */
export async function join(
  client: Client,
  broker: { readonly bootstrap: string },
  options: JoinOptions
): Promise<GroupMember> {
  const { adapter = client.adapter, member, group, topic, cooperative = false, instanceId } = options
  const session = `${group}/${member}`
  const command = { ...client.at(broker), session, group, topic, cooperative, sessionTimeoutMs }
  await adapter.call('join', { ...command, ...(instanceId === undefined ? {} : { instanceId }) })
  return new GroupMember(session, adapter.session(session), adapter)
}

const shown = (members: readonly GroupMember[]): string =>
  members
    .map((one) => `${one.name} [${one.log.assigned.join(' ')}] ${one.log.failures.join(', ')}`)
    .join(', ')

/** A group that holds still for this long after a rebalance is not in the middle of a next one. */
const quietMs = 1000

const changesOf = (members: readonly GroupMember[]): number =>
  members.reduce((sum, one) => sum + one.log.assignments.length, 0)

/**
 * Waits until the members hold all partitions between them, each partition once and nobody without any, and
 * until that stays so for a moment.
 */
export async function settled(
  members: readonly GroupMember[],
  partitions: number,
  timeoutMs = 30_000
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (let changes = -1; changes !== changesOf(members);) {
    await holdingAll(members, partitions, Math.max(deadline - performance.now(), 1))
    changes = changesOf(members)
    await sleep(quietMs)
  }
}

async function holdingAll(
  members: readonly GroupMember[],
  partitions: number,
  timeoutMs: number
): Promise<void> {
  const met = (): boolean => {
    const held = members.flatMap((one) => [...one.log.assigned]).toSorted((a, b) => a - b)
    const everyPartitionOnce = held.length === partitions && held.every((one, index) => one === index)
    return everyPartitionOnce && members.every((one) => one.log.assigned.length > 0)
  }
  const logs = members.map((one) => one.log)
  await waitFor(logs, met, () => `settled group, but ${shown(members)}`, timeoutMs)
}

/** Waits until the members have read all of `values` between them. */
export async function delivered(
  members: readonly GroupMember[],
  values: readonly string[],
  timeoutMs = 30_000
): Promise<void> {
  const missing = (): string[] => {
    const seen = new Set(members.flatMap((one) => one.values))
    return values.filter((value) => !seen.has(value))
  }
  const describe = (): string =>
    `${missing().length} of ${values.length} records missing (${missing().slice(0, 5).join(', ')}), ${shown(members)}`
  await waitFor(
    members.map((one) => one.log),
    () => missing().length === 0,
    describe,
    timeoutMs
  )
}

/** The values that arrived more than once. */
export function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>()
  return values.filter((value) => seen.size === seen.add(value).size)
}

/** Records for every partition of a topic, written by the Java client. */
export async function fill(
  context: Context,
  broker: { readonly bootstrap: string },
  topic: string,
  records: readonly object[]
): Promise<void> {
  await context.java.request('produce', {
    bootstrap: broker.bootstrap,
    clientId: 'java',
    topic,
    compression: 'none',
    idempotent: false,
    records
  })
}
