import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import fc from 'fast-check'
import { MachineDriver, subscription } from '../../test/groups/machine-driver.ts'
import type { CommitTopic } from './commit.ts'
import { decodeRecord, encodeRecord } from './records.ts'
import { decodeSnapshot, encodeSnapshot } from './slot-snapshot.ts'
import { SlotState, type GroupRecord } from './state.ts'

const GROUPS = ['g', 'h']

/** A client of the test: what it was told last. */
interface Client {
  memberId: string
  generationId: number
  readonly groupInstanceId: string | null
}

type Command =
  | { readonly kind: 'join'; readonly client: number; readonly groupId: string; readonly topic: string }
  | { readonly kind: 'sync' | 'heartbeat' | 'leave'; readonly client: number }
  | { readonly kind: 'commit'; readonly client: number; readonly partition: number; readonly offset: number }
  | {
      readonly kind: 'commit-simple'
      readonly groupId: string
      readonly topic: string
      readonly offset: number
    }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'retention'; readonly days: number }
  | { readonly kind: 'delete-group'; readonly groupId: string }
  | { readonly kind: 'delete-topic'; readonly topic: string }
  | { readonly kind: 'settle' }
  /** Some clients join the same group, wait for each other, and get their assignment. */
  | { readonly kind: 'round'; readonly clients: readonly number[]; readonly groupId: string }

const client = fc.nat({ max: 4 })
const groupId = fc.constantFrom(...GROUPS)
const topic = fc.constantFrom('t', 'u')

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('join' as const), client, groupId, topic }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('sync' as const, 'heartbeat' as const, 'leave' as const),
      client
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      client,
      partition: fc.nat({ max: 3 }),
      offset: fc.nat()
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('commit-simple' as const), groupId, topic, offset: fc.nat() })
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.nat({ max: 40_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retention' as const), days: fc.nat({ max: 10 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-group' as const), groupId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-topic' as const), topic }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'settle' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('round' as const),
      clients: fc.uniqueArray(client, { minLength: 1, maxLength: 3 }),
      groupId
    })
  }
)

class Scenario {
  readonly driver: MachineDriver
  readonly #clients: Client[] = [null, null, null, 'one', 'two'].map((groupInstanceId) => ({
    memberId: '',
    generationId: -1,
    groupInstanceId
  }))

  constructor(delayMs: number) {
    this.driver = new MachineDriver({ initialRebalanceDelayMs: delayMs })
    this.driver.durable = false
  }

  run(step: Command): void {
    const { driver } = this
    switch (step.kind) {
      case 'join':
        return this.#join(this.#client(step.client), step)
      case 'sync':
      case 'heartbeat':
      case 'leave':
        return this.#act(step.kind, this.#client(step.client))
      case 'commit':
        return this.#commit(this.#client(step.client), step)
      case 'commit-simple':
        driver.commit({ groupId: step.groupId, topics: commitOf(step.topic, 0, step.offset) })
        return
      case 'advance':
        return driver.advance(step.ms)
      case 'retention':
        driver.wallMs += step.days * 24 * 3_600_000
        driver.run((each) => driver.machine.expireOffsets(each, driver.wallMs))
        return
      case 'delete-group':
        driver.run((each) => driver.machine.deleteGroup(each, step.groupId))
        return
      case 'delete-topic':
        driver.run((each) => driver.machine.removeTopic(each, { name: step.topic, topicId: ZERO_UUID }))
        return
      case 'settle':
        return driver.settle()
      case 'round':
        return this.#round(step.clients, step.groupId)
    }
  }

  #client(index: number): Client {
    const found = this.#clients[index]
    assert.ok(found !== undefined)
    return found
  }

  #join(who: Client, step: { readonly groupId: string; readonly topic: string }): void {
    const protocols = [{ name: 'range', metadata: subscription(step.topic) }]
    const { memberId, groupInstanceId } = who
    this.driver.run((each) =>
      this.driver.machine.join(each, {
        ...this.driver.joinCommand({ groupId: step.groupId, memberId, groupInstanceId, protocols }),
        settle: (answer) => {
          who.memberId = answer.memberId
          if (answer.generationId >= 0) who.generationId = answer.generationId
        }
      })
    )
  }

  #round(clients: readonly number[], inGroup: string): void {
    for (const index of [...clients, ...clients])
      this.#join(this.#client(index), { groupId: inGroup, topic: 't' })
    this.driver.advance(9000)
    for (const index of clients) this.#act('sync', this.#client(index))
    this.driver.settle()
  }

  #act(kind: 'sync' | 'heartbeat' | 'leave', { memberId, groupInstanceId, generationId }: Client): void {
    if (kind === 'sync')
      this.driver.sync(memberId, { generationId, groupInstanceId, assignments: { [memberId]: 'a' } })
    else if (kind === 'heartbeat') this.driver.heartbeat(memberId, generationId, groupInstanceId)
    else this.driver.leave({ memberId, groupInstanceId })
  }

  #commit(
    { memberId, groupInstanceId, generationId }: Client,
    step: { readonly partition: number; readonly offset: number }
  ): void {
    this.driver.commit({
      memberId,
      groupInstanceId,
      generationId,
      topics: commitOf('t', step.partition, step.offset)
    })
  }
}

function commitOf(name: string, partition: number, offset: number): CommitTopic[] {
  const partitions = [{ partition, offset, leaderEpoch: -1, metadata: null }]
  return [{ topic: name, topicId: ZERO_UUID, partitions }]
}

function replay(records: Iterable<GroupRecord>, state: SlotState = new SlotState()): SlotState {
  for (const record of records) {
    const { key, value } = encodeRecord(record)
    const decoded = decodeRecord(key, value)
    assert.ok(decoded !== undefined)
    state.apply(decoded)
  }
  return state
}

/** The state as bytes, in an order that does not depend on its history. */
function contents(state: SlotState): string[] {
  const hex = (bytes: Uint8Array | null): string =>
    bytes === null ? 'null' : Buffer.from(bytes).toString('hex')
  return [...state.records()]
    .map(encodeRecord)
    .map(({ key, value }) => `${hex(key)} ${hex(value)}`)
    .toSorted()
}

const scenario = fc.record({
  delayMs: fc.constantFrom(0, 3000),
  commands: fc.array(command, { maxLength: 60, size: 'max' }),
  cut: fc.double({ min: 0, max: 1, noNaN: true })
})

test('the records of any history give the state that was worked with', () => {
  fc.assert(
    fc.property(scenario, ({ delayMs, commands }) => {
      const run = new Scenario(delayMs)
      for (const each of commands) run.run(each)
      assert.deepEqual(contents(replay(run.driver.log)), contents(run.driver.machine.state))
    }),
    { numRuns: 300 }
  )
})

test('a snapshot and what came after it give the same state as everything', () => {
  fc.assert(
    fc.property(scenario, ({ delayMs, commands, cut }) => {
      const run = new Scenario(delayMs)
      for (const each of commands) run.run(each)
      const { log } = run.driver
      const at = Math.floor(cut * log.length)
      const snapshot = encodeSnapshot(replay(log.slice(0, at)))
      const restored = replay(log.slice(at), decodeSnapshot(snapshot))
      assert.deepEqual(contents(restored), contents(replay(log)))
    }),
    { numRuns: 200 }
  )
})

test('a restart brings back every stable group as its members knew it', () => {
  let compared = 0
  fc.assert(
    fc.property(scenario, ({ delayMs, commands }) => {
      const run = new Scenario(delayMs)
      for (const each of commands) run.run(each)
      run.driver.settle()
      const before = describeStable(run.driver)
      run.driver.restart()
      const after = describeStable(run.driver)
      for (const [id, group] of before) assert.deepEqual(after.get(id), group)
      compared += before.size
    }),
    // The same histories each time: how many of them end with a stable group must not be a matter of luck.
    { numRuns: 300, seed: 3 }
  )
  assert.ok(compared > 20, `only ${compared} of the histories end with a stable group`)
})

function describeStable(driver: MachineDriver): Map<string, unknown> {
  const described = GROUPS.map((id) => driver.machine.describe(id)).filter(
    (group) => group.state === 'Stable'
  )
  return new Map(
    described.map((group) => {
      const members = group.members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
      const { generationId, leaderId } = driver.machine.groups.get(group.groupId) ?? {}
      return [group.groupId, { ...group, members, generationId, leaderId }]
    })
  )
}
