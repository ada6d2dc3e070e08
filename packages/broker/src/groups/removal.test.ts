import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { MachineDriver, subscription } from '../../test/groups/machine-driver.ts'
import type { OffsetsResult } from './results.ts'

const DAY_MS = 24 * 3_600_000
const RETENTION_MS = 7 * DAY_MS

function commit(
  driver: MachineDriver,
  options: { topic?: string; groupId?: string; retentionMs?: number; topicId?: Uuid } = {}
): void {
  const { topic = 't', topicId = ZERO_UUID, ...rest } = options
  const partitions = [{ partition: 0, offset: 1, leaderEpoch: -1, metadata: null }]
  const member = driver.group(rest.groupId)?.members.keys().next().value
  const generationId = member === undefined ? -1 : (driver.group()?.generationId ?? -1)
  driver.commit({
    ...rest,
    memberId: member ?? '',
    generationId,
    topics: [{ topic, topicId, partitions }]
  })
}

/** Wall time alone passes: sessions are not what these tests are about. */
function passWall(driver: MachineDriver, ms: number): void {
  driver.wallMs += ms
  driver.run((step) => driver.machine.expireOffsets(step, driver.wallMs))
}

function kept(driver: MachineDriver): string[] {
  return [...driver.machine.state.offsets.groups.values()].flatMap((topics) => [...topics.keys()])
}

test('offsets of a consumer without membership expire a retention after the commit, and the group with them', () => {
  const driver = new MachineDriver()
  commit(driver)
  passWall(driver, RETENTION_MS - 1)
  assert.deepEqual(kept(driver), ['t'])
  passWall(driver, 1)
  assert.deepEqual(kept(driver), [])
  assert.equal(driver.group(), undefined)
  assert.deepEqual(driver.log.slice(-2), [
    { kind: 'offset', groupId: 'g', topic: 't', partition: 0, value: null },
    { kind: 'group', groupId: 'g', value: null }
  ])
})

test('a group that works keeps the offsets of what it reads however old, and loses those of other topics', () => {
  const driver = new MachineDriver()
  driver.stable({ protocols: [{ name: 'range', metadata: subscription('t', 'u') }] })
  commit(driver)
  commit(driver, { topic: 'old' })
  passWall(driver, RETENTION_MS)
  assert.deepEqual(kept(driver), ['t'])
  assert.equal(driver.group()?.state, 'Stable')
})

test('an empty group keeps its offsets for a retention after its last member left', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.stable()
  commit(driver)
  passWall(driver, 5 * DAY_MS)
  driver.leave({ memberId })
  passWall(driver, 5 * DAY_MS)
  assert.deepEqual(kept(driver), ['t'])
  driver.restart()
  passWall(driver, 2 * DAY_MS)
  assert.equal(driver.group(), undefined)
})

test('offsets of a group that is no consumer group do not expire while it has members', () => {
  const driver = new MachineDriver()
  const joined = driver.join({ protocolType: 'connect', requiresMemberId: false })
  driver.sync(joined.answer?.memberId ?? '', { protocolType: 'connect' })
  commit(driver)
  passWall(driver, 2 * RETENTION_MS)
  assert.deepEqual(kept(driver), ['t'])
})

test('a retention that the client chose counts from the commit', () => {
  const driver = new MachineDriver()
  commit(driver, { retentionMs: 1000 })
  passWall(driver, 999)
  assert.deepEqual(kept(driver), ['t'])
  passWall(driver, 1)
  assert.deepEqual(kept(driver), [])
})

test('an empty group without offsets is taken away', () => {
  const driver = new MachineDriver()
  driver.join()
  passWall(driver, 0)
  assert.equal(driver.group(), undefined)
})

function remove(driver: MachineDriver, topic: string): OffsetsResult | undefined {
  let result: OffsetsResult | undefined
  driver.run((step) => {
    result = driver.machine.deleteOffsets(step, 'g', [{ topic, partitions: [0, 9] }])
  })
  return result
}

test('offsets are deleted on request unless members read the topic', () => {
  const driver = new MachineDriver()
  assert.equal(remove(driver, 't')?.error, ErrorCode.GROUP_ID_NOT_FOUND)
  driver.stable()
  commit(driver)
  commit(driver, { topic: 'u' })
  assert.equal(remove(driver, 't')?.topics[0]?.partitions[0]?.error, ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC)
  assert.deepEqual(remove(driver, 'u')?.topics[0]?.partitions, [
    { partition: 0, error: ErrorCode.NONE },
    { partition: 9, error: ErrorCode.NONE }
  ])
  assert.deepEqual(kept(driver), ['t'])
})

test('offsets of a group that is no consumer group are not deleted while it has members', () => {
  const driver = new MachineDriver()
  driver.join({ protocolType: 'connect', requiresMemberId: false })
  assert.equal(remove(driver, 't')?.error, ErrorCode.NON_EMPTY_GROUP)
})

test('a group is deleted with its offsets when it has no members', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.stable()
  commit(driver)
  const errors: number[] = []
  const tryDelete = (groupId: string): void => {
    driver.run((step) => errors.push(driver.machine.deleteGroup(step, groupId).error))
  }
  tryDelete('g')
  driver.leave({ memberId })
  tryDelete('g')
  tryDelete('g')
  assert.deepEqual(errors, [ErrorCode.NON_EMPTY_GROUP, ErrorCode.NONE, ErrorCode.GROUP_ID_NOT_FOUND])
  assert.equal(driver.machine.state.size, 0)
})

const OLD = 'AQAAAAAAAAAAAAAAAAAAAA' as Uuid
const NEW = 'AgAAAAAAAAAAAAAAAAAAAA' as Uuid

test('after a start, a topic that was made anew under the name of another one has none of its offsets', () => {
  const driver = new MachineDriver()
  commit(driver, { topic: 'anew', topicId: OLD })
  commit(driver, { topic: 'gone', topicId: OLD })
  commit(driver, { topic: 'same', topicId: NEW })
  commit(driver, { topic: 'by-name' })
  driver.restart()
  const known = new Map([
    ['anew', NEW],
    ['same', NEW],
    ['by-name', NEW]
  ])
  driver.run((step) => driver.machine.removeUnknownTopics(step, (topic) => known.get(topic)))
  assert.deepEqual(kept(driver), ['same', 'by-name'])
})
