import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '@naru/protocol'
import { isParked, MachineDriver, SESSION_MS, subscription } from '../../test/groups/machine-driver.ts'

test('a static member that comes back takes its old place without a rebalance', () => {
  const driver = new MachineDriver()
  const old = driver.stable({ groupInstanceId: 'one' })
  const back = driver.join({ groupInstanceId: 'one' })
  assert.equal(back.answer?.error, ErrorCode.NONE)
  assert.equal(back.answer?.generationId, old.generationId)
  assert.notEqual(back.answer?.memberId, old.memberId)
  assert.equal(back.answer?.leader, back.answer?.memberId)
  assert.equal(back.answer?.skipAssignment, true)
  assert.equal(back.answer?.members.length, 1)
  const synced = driver.sync(back.answer?.memberId ?? '', { groupInstanceId: 'one' })
  assert.equal(Buffer.from(synced.answer?.assignment ?? []).toString(), `to ${old.memberId}`)
})

test('a client that cannot skip the assignment is told the leader of before', () => {
  const driver = new MachineDriver()
  const old = driver.stable({ groupInstanceId: 'one' })
  const back = driver.join({ groupInstanceId: 'one', skipsAssignment: false })
  assert.equal(back.answer?.leader, old.memberId)
  assert.equal(back.answer?.skipAssignment, false)
  assert.deepEqual(back.answer?.members, [])
})

test('the new id of a static member is durable before it is told, and survives a restart', () => {
  const driver = new MachineDriver()
  const old = driver.stable({ groupInstanceId: 'one' })
  driver.durable = false
  const back = driver.join({ groupInstanceId: 'one' })
  assert.ok(isParked(back))
  driver.settle()
  const memberId = back.answer?.memberId ?? ''
  driver.restart()
  assert.equal(driver.heartbeat(old.memberId, 1, 'one'), ErrorCode.FENCED_INSTANCE_ID)
  assert.equal(driver.heartbeat(memberId, 1, 'one'), ErrorCode.NONE)
})

test('the process that holds the old id is fenced in all it does', () => {
  const driver = new MachineDriver()
  const { memberId, generationId } = driver.stable({ groupInstanceId: 'one' })
  driver.join({ groupInstanceId: 'one' })
  const groupInstanceId = 'one'
  assert.equal(driver.heartbeat(memberId, generationId, 'one'), ErrorCode.FENCED_INSTANCE_ID)
  assert.equal(driver.sync(memberId, { groupInstanceId }).answer?.error, ErrorCode.FENCED_INSTANCE_ID)
  assert.equal(driver.join({ memberId, groupInstanceId }).answer?.error, ErrorCode.FENCED_INSTANCE_ID)
  assert.equal(driver.commit({ memberId, generationId, groupInstanceId }).error, ErrorCode.FENCED_INSTANCE_ID)
})

test('a join that waits under the old id is fenced at once', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 3000 })
  const old = driver.join({ groupInstanceId: 'one' })
  const back = driver.join({ groupInstanceId: 'one' })
  assert.equal(old.answer?.error, ErrorCode.FENCED_INSTANCE_ID)
  driver.advance(10_000)
  assert.equal(back.answer?.generationId, 1)
})

test('a static member that comes back while the leader assigns causes a rebalance', () => {
  const driver = new MachineDriver()
  driver.join({ groupInstanceId: 'one' })
  const back = driver.join({ groupInstanceId: 'one' })
  assert.equal(back.answer?.generationId, 2)
})

test('a static member that comes back with other protocols causes a rebalance when the election changes', () => {
  const driver = new MachineDriver()
  driver.stable({ groupInstanceId: 'one' })
  const protocols = [
    { name: 'sticky', metadata: subscription('t') },
    { name: 'range', metadata: subscription('t') }
  ]
  const back = driver.join({ groupInstanceId: 'one', protocols })
  assert.equal(back.answer?.generationId, 2)
  assert.equal(back.answer?.protocolName, 'sticky')
})

test('a rebalance that begins while the new id is written answers the static member', () => {
  const driver = new MachineDriver()
  driver.stable({ groupInstanceId: 'one' })
  driver.durable = false
  const back = driver.join({ groupInstanceId: 'one' })
  const other = driver.enter()
  driver.settle()
  assert.equal(back.answer?.generationId, 2)
  assert.equal(other.joined.answer?.generationId, 2)
})

test('a static member that stays away keeps its place until its session ends', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 100 })
  const away = driver.join({ groupInstanceId: 'one', sessionTimeoutMs: 60_000 })
  driver.enter({ sessionTimeoutMs: 60_000 })
  driver.advance(200)
  const memberId = away.answer?.memberId ?? ''
  driver.sync(memberId, { groupInstanceId: 'one' })
  const leader = driver.enter({ sessionTimeoutMs: 60_000 })
  driver.advance(30_000)
  assert.equal(leader.joined.answer?.generationId, 2)
  assert.equal(driver.group()?.members.has(memberId), true)
  driver.advance(6 * SESSION_MS)
  assert.equal(driver.group()?.members.has(memberId), false)
})
