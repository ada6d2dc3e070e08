import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '@naru/protocol'
import { MachineDriver } from '../../test/groups/machine-driver.ts'

test('a member that leaves makes room at once', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.stable()
  const result = driver.leave({ memberId })
  assert.deepEqual(result.members, [{ memberId, groupInstanceId: null, error: ErrorCode.NONE }])
  assert.equal(driver.group()?.state, 'Empty')
  assert.equal(driver.group()?.generationId, 2)
})

test('who is no member cannot leave', () => {
  const driver = new MachineDriver()
  assert.equal(driver.leave({ memberId: 'ghost' }).members[0]?.error, ErrorCode.UNKNOWN_MEMBER_ID)
  driver.stable()
  assert.equal(driver.leave({ memberId: 'ghost' }).members[0]?.error, ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.group()?.state, 'Stable')
})

test('a member that has not joined with its new id yet can leave', () => {
  const driver = new MachineDriver()
  const { answer } = driver.join()
  assert.equal(driver.leave({ memberId: answer?.memberId ?? '' }).members[0]?.error, ErrorCode.NONE)
  assert.equal(driver.group()?.pendingMembers.size, 0)
})

test('a member that leaves while its join is parked is released and the others go on', () => {
  const driver = new MachineDriver()
  const first = driver.stable()
  const second = driver.enter()
  driver.leave({ memberId: second.memberId })
  assert.equal(second.joined.answer?.error, ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.join({ memberId: first.memberId }).answer?.generationId, 2)
})

test('an administrator puts out static members by their instance ids', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 100 })
  const one = driver.join({ groupInstanceId: 'one' })
  driver.join({ groupInstanceId: 'two' })
  driver.advance(200)
  const result = driver.leave(
    { groupInstanceId: 'one' },
    { groupInstanceId: 'two' },
    { groupInstanceId: 'three' }
  )
  assert.deepEqual(
    result.members.map((member) => member.error),
    [ErrorCode.NONE, ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID]
  )
  assert.equal(one.answer?.generationId, 1)
  assert.equal(driver.group()?.state, 'Empty')
})

test('a static member that was replaced cannot leave in the name of its successor', () => {
  const driver = new MachineDriver()
  const old = driver.stable({ groupInstanceId: 'one' })
  driver.join({ groupInstanceId: 'one' })
  const result = driver.leave({ memberId: old.memberId, groupInstanceId: 'one' })
  assert.equal(result.members[0]?.error, ErrorCode.FENCED_INSTANCE_ID)
})
