/** Offsets in transactions: whatever the log takes or refuses, the state is that of the log. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SILENT_LOGGER, ZERO_UUID } from '@naru/base'
import { ErrorCode, type BatchRecord } from '@naru/protocol'
import fc from 'fast-check'
import { Capacity } from '../coordinator/capacity.ts'
import type { SlotAppended } from '../coordinator/slot-log.ts'
import { GROUPS_MAX } from './limits.ts'
import { GroupMachine } from './machine.ts'
import { encodeRecord } from './records.ts'
import { DEFAULT_GROUP_SETTINGS } from './settings.ts'
import { groupSlotFormat } from './slot-format.ts'
import { decodeSnapshot, encodeSnapshot } from './slot-snapshot.ts'
import { SlotState, type GroupRecord } from './state.ts'
import type { Step } from './step.ts'

const NOW = { wallMs: 1_760_000_000_000, monotonicMs: 1 }

type Entry =
  | { readonly kind: 'records'; readonly records: readonly GroupRecord[] }
  | { readonly kind: 'transactional'; readonly producerId: number; readonly records: readonly GroupRecord[] }
  | { readonly kind: 'marker'; readonly producerId: number; readonly isCommit: boolean }

/** A machine over a log in which what is undecided stays so until `settle`. */
class Driver {
  readonly log: Entry[] = []
  readonly machine = new GroupMachine({
    settings: () => DEFAULT_GROUP_SETTINGS,
    capacity: new Capacity(GROUPS_MAX),
    logger: SILENT_LOGGER
  })
  #undecided: { readonly entry: Entry; readonly settled: (step: Step, outcome: SlotAppended) => void }[] = []
  readonly #refused = new Set<Entry>()

  run(act: (step: Step) => void): void {
    const step = this.machine.step(NOW, act)
    if (step.records.length > 0) this.log.push({ kind: 'records', records: step.records })
    for (const { contents, settled } of step.transactional) {
      const entry: Entry =
        contents.kind === 'marker'
          ? { kind: 'marker', ...contents.marker }
          : { ...contents.producer, kind: 'transactional', records: contents.records }
      this.log.push(entry)
      this.#undecided.push({ entry, settled })
    }
    for (const answer of step.answers) answer()
    for (const next of step.whenDurable) this.run(next)
  }

  /** The log decides about everything that waits: all of it is taken, or the commits are refused. */
  settle(isTaken: boolean): void {
    for (const { entry, settled } of this.#undecided.splice(0)) {
      const isIn = isTaken || entry.kind === 'marker'
      if (!isIn) this.#refused.add(entry)
      const outcome: SlotAppended = isIn
        ? { kind: 'durable', endOffset: 0, bytes: 0 }
        : { kind: 'refused', result: 'fenced' }
      this.run((step) => settled(step, outcome))
    }
  }

  /** What a start reads from the log. */
  replayed(from = 0, state = new SlotState()): SlotState {
    for (const entry of this.log.slice(from)) {
      if (this.#refused.has(entry)) continue
      if (entry.kind === 'marker') groupSlotFormat.endTransaction(state, entry.producerId, entry.isCommit)
      else {
        const producerId = entry.kind === 'transactional' ? entry.producerId : undefined
        for (const record of entry.records) groupSlotFormat.replay(state, asRead(record), producerId)
      }
    }
    return state
  }

  commit(offset: number, partition: number, producerId?: number): ErrorCode | undefined {
    let error: ErrorCode | undefined
    const partitions = [{ partition, offset, leaderEpoch: -1, metadata: null }]
    const topics = [{ topic: 't', topicId: ZERO_UUID, partitions }]
    const member = { groupId: 'g', memberId: '', generationId: -1, groupInstanceId: null, topics }
    this.run((step) => {
      if (producerId === undefined) {
        this.machine.commit(step, { ...member, retentionMs: -1, knowsGroupIdNotFound: true })
        return
      }
      const command = { ...member, producer: { producerId, producerEpoch: 0 }, guard: undefined }
      this.machine.commitInTransaction(step, command, (result) => void (error = result.error))
    })
    return error
  }

  end(producerId: number, isCommit: boolean): void {
    const marker = {
      producerId,
      producerEpoch: 0,
      isCommit,
      coordinatorEpoch: 0,
      transactionVersion: 1
    } as const
    this.run((step) => this.machine.endTransaction(step, marker, () => undefined))
  }

  remove(partition: number): void {
    this.run((step) => this.machine.deleteOffsets(step, 'g', [{ topic: 't', partitions: [partition] }]))
  }

  offset(partition: number): number | undefined {
    return this.machine.state.offsets.get({ groupId: 'g', topic: 't', partition })?.offset
  }
}

function asRead(record: GroupRecord): BatchRecord {
  return { ...encodeRecord(record), offset: 0, timestamp: 0, timestampType: 0, sequence: -1, headers: [] }
}

/** Committed offsets, and those that would be if each open transaction committed now. */
function contents(state: SlotState): unknown {
  const committed = (of: SlotState): string[] =>
    [0, 1, 2].map((partition) => String(of.offsets.get({ groupId: 'g', topic: 't', partition })?.offset))
  const pending = [...state.pending.all()].map(([producerId, { key, value }]) => [
    producerId,
    key,
    value.offset
  ])
  const outcomes = [1, 2].map((producerId) => {
    const copy = decodeSnapshot(encodeSnapshot(state))
    copy.endTransaction(producerId, true)
    return committed(copy)
  })
  return {
    committed: committed(state),
    pending: pending.map((one) => JSON.stringify(one)).toSorted(),
    outcomes
  }
}

type Command =
  | { readonly kind: 'commit'; readonly partition: number; readonly producerId: number | undefined }
  | { readonly kind: 'end'; readonly producerId: number; readonly isCommit: boolean }
  | { readonly kind: 'remove'; readonly partition: number }
  | { readonly kind: 'settle'; readonly isTaken: boolean }

const partition = fc.nat({ max: 2 })
const producerId = fc.constantFrom(1, 2)
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      partition,
      producerId: fc.option(producerId, { nil: undefined, freq: 2 })
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('end' as const), producerId, isCommit: fc.boolean() })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), partition }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), isTaken: fc.boolean() }) }
)

function run(driver: Driver, commands: readonly Command[]): void {
  let offset = 0
  for (const each of commands) {
    if (each.kind === 'commit') driver.commit(++offset, each.partition, each.producerId)
    else if (each.kind === 'end') driver.end(each.producerId, each.isCommit)
    else if (each.kind === 'remove') driver.remove(each.partition)
    else driver.settle(each.isTaken)
  }
  driver.settle(true)
}

const history = fc.array(command, { maxLength: 60, size: 'max' })

test('the log of any history gives the state that was worked with, whatever the log refused', () => {
  fc.assert(
    fc.property(history, (commands) => {
      const driver = new Driver()
      run(driver, commands)
      assert.deepEqual(contents(driver.replayed()), contents(driver.machine.state))
    }),
    { numRuns: 400 }
  )
})

test('a snapshot keeps what is pending, and what is newer than that', () => {
  fc.assert(
    fc.property(history, history, (before, after) => {
      const driver = new Driver()
      run(driver, before)
      const from = driver.log.length
      const snapshot = encodeSnapshot(driver.replayed())
      run(driver, after)
      assert.deepEqual(
        contents(driver.replayed(from, decodeSnapshot(snapshot))),
        contents(driver.machine.state)
      )
    }),
    { numRuns: 300 }
  )
})

test('what was committed after a transaction wrote its offset stays when the transaction commits', () => {
  const driver = new Driver()
  driver.commit(5, 0, 1)
  driver.commit(9, 0)
  driver.commit(6, 1, 1)
  driver.settle(true)
  driver.end(1, true)
  driver.settle(true)
  assert.equal(driver.offset(0), 9)
  assert.equal(driver.offset(1), 6)
})

test('a commit that the log refuses leaves nothing behind', () => {
  const driver = new Driver()
  driver.commit(5, 0, 1)
  driver.settle(false)
  assert.equal(driver.machine.state.pending.size, 0)
  driver.end(1, true)
  driver.settle(true)
  assert.equal(driver.offset(0), undefined)
})

test('an offset that is removed is removed from open transactions too', () => {
  const driver = new Driver()
  driver.commit(5, 0, 1)
  driver.settle(true)
  driver.remove(0)
  driver.end(1, true)
  driver.settle(true)
  assert.equal(driver.offset(0), undefined)
  assert.equal(
    driver.machine.fetchOffsets({ groupId: 'g', wanted: null, requireStable: true }).topics.length,
    0
  )
})

test('a group without members that only has pending offsets is there, and stays while they are', () => {
  const driver = new Driver()
  driver.commit(5, 0, 1)
  driver.settle(true)
  assert.equal(driver.machine.describe('g').state, 'Empty')
  driver.run((step) => driver.machine.expireOffsets(step, NOW.wallMs))
  assert.equal(driver.machine.describe('g').error, ErrorCode.NONE)
  driver.end(1, false)
  driver.settle(true)
  driver.run((step) => driver.machine.expireOffsets(step, NOW.wallMs))
  assert.equal(driver.machine.describe('g').error, ErrorCode.GROUP_ID_NOT_FOUND)
})

test('a group is deleted with offsets that the log has not taken yet, and does not come back with them', () => {
  const driver = new Driver()
  driver.commit(3, 1)
  driver.commit(5, 0, 1)
  driver.run((step) => driver.machine.deleteGroup(step, 'g'))
  driver.settle(true)
  driver.end(1, true)
  driver.settle(true)
  assert.equal(driver.offset(0), undefined)
  assert.equal(driver.machine.describe('g').error, ErrorCode.GROUP_ID_NOT_FOUND)
  assert.equal(driver.replayed().offsets.size, 0)
  assert.equal(driver.machine.state.size, 0)
})

test('offsets that the log has not taken yet go with OffsetDelete and with their topic, too', () => {
  for (const remove of [
    (driver: Driver) => driver.remove(0),
    (driver: Driver) =>
      driver.run((step) => driver.machine.removeTopic(step, { name: 't', topicId: ZERO_UUID }))
  ]) {
    const driver = new Driver()
    driver.commit(3, 1)
    driver.commit(5, 0, 1)
    remove(driver)
    driver.settle(true)
    driver.end(1, true)
    driver.settle(true)
    assert.equal(driver.offset(0), undefined)
    assert.equal(driver.replayed().offsets.get({ groupId: 'g', topic: 't', partition: 0 }), undefined)
  }
})

test('a group without members stays while the log has not taken its first offsets', () => {
  const driver = new Driver()
  driver.commit(3, 0)
  driver.remove(0)
  driver.commit(5, 0, 1)
  driver.run((step) => driver.machine.expireOffsets(step, NOW.wallMs))
  assert.equal(driver.machine.describe('g').error, ErrorCode.NONE)
})
