import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '@naru/protocol'
import { isParked, MachineDriver, REBALANCE_MS } from '../../test/groups/machine-driver.ts'

function twoMembers(): { driver: MachineDriver; leader: string; follower: string } {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 100 })
  const leader = driver.enter().memberId
  const follower = driver.enter().memberId
  driver.advance(200)
  return { driver, leader, follower }
}

test('everybody gets their part when the leader has brought the assignment', () => {
  const { driver, leader, follower } = twoMembers()
  const waiting = driver.sync(follower)
  assert.ok(isParked(waiting))
  const led = driver.sync(leader, { assignments: { [leader]: 'one', [follower]: 'two' } })
  assert.equal(Buffer.from(led.answer?.assignment ?? []).toString(), 'one')
  assert.equal(Buffer.from(waiting.answer?.assignment ?? []).toString(), 'two')
  assert.equal(waiting.answer?.protocolName, 'range')
  assert.equal(driver.group()?.state, 'Stable')
})

test('an assignment is told when its record is durable and not before', () => {
  const { driver, leader, follower } = twoMembers()
  driver.durable = false
  const led = driver.sync(leader, { assignments: { [leader]: 'one' } })
  assert.ok(isParked(led))
  assert.equal(driver.log.at(-1)?.kind, 'group')
  const late = driver.sync(follower)
  driver.settle()
  assert.equal(led.answer?.error, ErrorCode.NONE)
  assert.equal(late.answer?.assignment.byteLength, 0, 'a member that the leader left out gets nothing')
})

test('an assignment whose group has moved on meanwhile is void', () => {
  const { driver, leader, follower } = twoMembers()
  driver.durable = false
  const led = driver.sync(leader, { assignments: { [leader]: 'one' } })
  driver.leave({ memberId: follower })
  assert.equal(led.answer?.error, ErrorCode.REBALANCE_IN_PROGRESS)
  driver.settle()
  assert.equal(driver.group()?.state, 'PreparingRebalance')
})

test('a sync of a stable group is answered at once', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.stable()
  const again = driver.sync(memberId)
  assert.equal(Buffer.from(again.answer?.assignment ?? []).toString(), `to ${memberId}`)
})

test('a sync while the group rebalances says so', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.stable()
  driver.enter()
  assert.equal(driver.sync(memberId).answer?.error, ErrorCode.REBALANCE_IN_PROGRESS)
})

test('a sync of another generation, member or protocol is refused', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.stable()
  assert.equal(driver.sync(memberId, { generationId: 0 }).answer?.error, ErrorCode.ILLEGAL_GENERATION)
  assert.equal(driver.sync('ghost').answer?.error, ErrorCode.UNKNOWN_MEMBER_ID)
  const other = driver.sync(memberId, { protocolName: 'sticky' })
  assert.equal(other.answer?.error, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
})

test('a member that does not ask for its assignment within the rebalance timeout is put out', () => {
  const { driver, leader, follower } = twoMembers()
  driver.sync(leader)
  for (let waited = 0; waited < REBALANCE_MS; waited += 5000) {
    driver.heartbeat(leader, 1)
    driver.heartbeat(follower, 1)
    driver.advance(5000)
  }
  assert.equal(driver.heartbeat(follower, 1), ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.group()?.state, 'PreparingRebalance')
})

test('an assignment that fits no record fails for all and the group rebalances', () => {
  const { driver, leader, follower } = twoMembers()
  driver.settings = { ...driver.settings, recordBytesMax: 1000 }
  const waiting = driver.sync(follower)
  const led = driver.sync(leader, { assignments: { [leader]: 'x'.repeat(1000) } })
  assert.equal(led.answer?.error, ErrorCode.UNKNOWN_SERVER_ERROR)
  assert.equal(waiting.answer?.error, ErrorCode.UNKNOWN_SERVER_ERROR)
  assert.equal(driver.group()?.state, 'PreparingRebalance')
})

test('those who wait for an assignment are told when the group rebalances again', () => {
  const { driver, follower } = twoMembers()
  const waiting = driver.sync(follower)
  driver.enter()
  assert.equal(waiting.answer?.error, ErrorCode.REBALANCE_IN_PROGRESS)
})
