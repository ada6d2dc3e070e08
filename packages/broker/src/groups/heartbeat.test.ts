import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '@naru/protocol'
import { MachineDriver, SESSION_MS } from '../../test/groups/machine-driver.ts'

test('a member that beats stays, one that does not is put out after its session', () => {
  const driver = new MachineDriver()
  const { memberId, generationId } = driver.stable()
  for (let beat = 0; beat < 5; beat++) {
    driver.advance(SESSION_MS - 1)
    assert.equal(driver.heartbeat(memberId, generationId), ErrorCode.NONE)
  }
  driver.advance(SESSION_MS)
  assert.equal(driver.heartbeat(memberId, generationId), ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.group()?.state, 'Empty')
  assert.deepEqual(driver.log.at(-1), {
    kind: 'group',
    groupId: 'g',
    value: {
      protocolType: 'consumer',
      generation: 2,
      protocol: null,
      leader: null,
      currentStateTimestamp: driver.wallMs,
      members: []
    }
  })
})

test('a heartbeat of another generation or of nobody is refused', () => {
  const driver = new MachineDriver()
  assert.equal(driver.heartbeat('ghost', 1), ErrorCode.UNKNOWN_MEMBER_ID)
  const { memberId, generationId } = driver.stable()
  assert.equal(driver.heartbeat(memberId, generationId + 1), ErrorCode.ILLEGAL_GENERATION)
  assert.equal(driver.heartbeat('ghost', generationId), ErrorCode.UNKNOWN_MEMBER_ID)
})

test('a member that has not its assignment yet may beat', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.enter()
  assert.equal(driver.heartbeat(memberId, 1), ErrorCode.NONE)
})

test('the others take over when a member is lost', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 100 })
  const lost = driver.enter()
  const left = driver.enter()
  driver.advance(200)
  driver.sync(lost.memberId)
  driver.advance(SESSION_MS / 2)
  driver.heartbeat(left.memberId, 1)
  driver.advance(SESSION_MS / 2)
  assert.equal(driver.heartbeat(left.memberId, 1), ErrorCode.REBALANCE_IN_PROGRESS)
  const again = driver.join({ memberId: left.memberId })
  assert.equal(again.answer?.leader, left.memberId)
  assert.equal(again.answer?.generationId, 2)
})

test('a member whose join is parked is not lost however long the others take', () => {
  const driver = new MachineDriver()
  const slow = driver.stable({ sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 200_000 })
  const quick = driver.enter()
  driver.join({ memberId: slow.memberId, sessionTimeoutMs: 300_000, rebalanceTimeoutMs: 200_000 })
  driver.sync(slow.memberId)
  driver.join({ memberId: quick.memberId, protocols: [{ name: 'range', metadata: Buffer.from('changed') }] })
  driver.advance(10 * SESSION_MS)
  assert.equal(driver.group()?.members.has(quick.memberId), true)
})

test('heartbeats of many members cost no wake-ups', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 1000 })
  const members = Array.from({ length: 200 }, () => driver.enter().memberId)
  driver.advance(3000)
  driver.sync(members[0] ?? '')
  for (const memberId of members) driver.sync(memberId)
  let wakeUps = 0
  for (let second = 0; second < 60; second++) {
    for (const memberId of members) driver.heartbeat(memberId, 1)
    const before = driver.machine.wakeMs
    driver.advance(1000)
    if (driver.machine.wakeMs !== before) wakeUps++
  }
  assert.equal(driver.group()?.members.size, 200)
  assert.ok(wakeUps <= 60_000 / (SESSION_MS - 1000) + 1, `${wakeUps} wake-ups in a minute`)
})
