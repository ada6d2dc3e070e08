import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '@naru/protocol'
import {
  isParked,
  MachineDriver,
  REBALANCE_MS,
  SESSION_MS,
  subscription
} from '../../test/groups/machine-driver.ts'
import { MEMBER_METADATA_BYTES_MAX, NEW_MEMBER_JOIN_MS_MAX } from './limits.ts'

test('a new dynamic member is given an id first and joins when it comes back with it', () => {
  const driver = new MachineDriver()
  const first = driver.join()
  assert.equal(first.answer?.error, ErrorCode.MEMBER_ID_REQUIRED)
  assert.equal(first.answer?.memberId, 'client-1')
  const second = driver.join({ memberId: 'client-1' })
  assert.deepEqual(second.answer, {
    error: ErrorCode.NONE,
    memberId: 'client-1',
    generationId: 1,
    protocolType: 'consumer',
    protocolName: 'range',
    leader: 'client-1',
    skipAssignment: false,
    members: [{ memberId: 'client-1', groupInstanceId: null, metadata: subscription('t') }]
  })
})

test('clients before the handshake join with their first request', () => {
  const driver = new MachineDriver()
  assert.equal(driver.join({ requiresMemberId: false }).answer?.generationId, 1)
})

test('a member id that does not come back in time is forgotten', () => {
  const driver = new MachineDriver()
  const { answer } = driver.join()
  driver.advance(SESSION_MS)
  assert.equal(driver.join({ memberId: answer?.memberId ?? '' }).answer?.error, ErrorCode.UNKNOWN_MEMBER_ID)
})

test('a group that exists only in the request of a member is not made', () => {
  const driver = new MachineDriver()
  assert.equal(driver.join({ memberId: 'ghost' }).answer?.error, ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.group(), undefined)
})

test('a new group is written down before it has members', () => {
  const driver = new MachineDriver()
  driver.join()
  assert.deepEqual(driver.log, [
    {
      kind: 'group',
      groupId: 'g',
      value: {
        protocolType: '',
        generation: 0,
        protocol: null,
        leader: null,
        currentStateTimestamp: driver.wallMs,
        members: []
      }
    }
  ])
})

test('the first members of an empty group share one rebalance', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 3000 })
  const first = driver.enter()
  driver.advance(2000)
  const second = driver.enter()
  driver.advance(999)
  assert.ok(isParked(first.joined))
  driver.advance(1)
  assert.ok(isParked(first.joined), 'the second member prolongs the wait')
  driver.advance(3000)
  assert.equal(first.joined.answer?.generationId, 1)
  assert.equal(second.joined.answer?.generationId, 1)
  assert.equal(first.joined.answer?.members.length, 2)
  assert.equal(second.joined.answer?.members.length, 0)
  assert.equal(second.joined.answer?.leader, first.memberId)
})

test('the wait for first members ends with the rebalance timeout', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 3000 })
  const first = driver.enter({ rebalanceTimeoutMs: 7000 })
  for (let waited = 0; waited < 6000; waited += 1000) {
    driver.advance(1000)
    driver.enter({ rebalanceTimeoutMs: 7000 })
    assert.ok(isParked(first.joined))
  }
  driver.advance(1000)
  assert.equal(first.joined.answer?.generationId, 1)
})

test('a member that offers nothing in common is turned away', () => {
  const driver = new MachineDriver()
  driver.stable()
  const other = driver.join({ protocols: [{ name: 'sticky', metadata: subscription('t') }] })
  assert.equal(other.answer?.error, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  assert.equal(driver.join({ protocolType: 'connect' }).answer?.error, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  assert.equal(driver.join({ protocols: [] }).answer?.error, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
})

test('a group that everybody left while somebody holds a new id takes the next one', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.stable()
  driver.join()
  driver.leave({ memberId })
  assert.equal(driver.group()?.state, 'PreparingRebalance')
  const { joined } = driver.enter()
  assert.notEqual(joined.answer?.error, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
})

test('members elect the protocol that most of them like best among those that all know', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 100 })
  const offer = (...names: string[]): { name: string; metadata: Uint8Array }[] =>
    names.map((name) => ({ name, metadata: subscription(name) }))
  const first = driver.enter({ protocols: offer('cooperative-sticky', 'range') })
  driver.enter({ protocols: offer('roundrobin', 'range', 'cooperative-sticky') })
  driver.enter({ protocols: offer('range', 'cooperative-sticky') })
  driver.advance(200)
  assert.equal(first.joined.answer?.protocolName, 'range')
})

test('a second member makes the first join again', () => {
  const driver = new MachineDriver()
  const first = driver.stable()
  const second = driver.enter()
  assert.equal(driver.heartbeat(first.memberId, first.generationId), ErrorCode.REBALANCE_IN_PROGRESS)
  assert.ok(isParked(second.joined))
  const again = driver.join({ memberId: first.memberId })
  assert.equal(again.answer?.generationId, 2)
  assert.equal(second.joined.answer?.generationId, 2)
  assert.equal(again.answer?.leader, first.memberId)
})

test('a member that does not join again within the rebalance timeout is put out', () => {
  const driver = new MachineDriver()
  const first = driver.stable({ sessionTimeoutMs: 60_000 })
  const second = driver.enter()
  driver.advance(REBALANCE_MS)
  assert.equal(second.joined.answer?.generationId, 2)
  assert.equal(second.joined.answer?.leader, second.memberId)
  assert.equal(driver.heartbeat(first.memberId, 2), ErrorCode.UNKNOWN_MEMBER_ID)
})

test('a follower that repeats its join is told the generation and causes nothing', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 100 })
  const leader = driver.enter()
  const follower = driver.enter()
  driver.advance(200)
  driver.sync(leader.memberId, { assignments: { [leader.memberId]: 'a', [follower.memberId]: 'b' } })
  const repeated = driver.join({ memberId: follower.memberId })
  assert.equal(repeated.answer?.generationId, 1)
  assert.deepEqual(repeated.answer?.members, [])
  assert.equal(driver.group()?.state, 'Stable')
})

test('a leader that joins a stable group again asks for a rebalance', () => {
  const driver = new MachineDriver()
  const leader = driver.stable()
  assert.equal(driver.join({ memberId: leader.memberId }).answer?.generationId, 2)
})

test('a follower whose metadata changed causes a rebalance', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 100 })
  const leader = driver.enter()
  const follower = driver.enter()
  driver.advance(200)
  driver.sync(leader.memberId)
  driver.join({ memberId: follower.memberId, protocols: [{ name: 'range', metadata: subscription('u') }] })
  assert.equal(driver.group()?.state, 'PreparingRebalance')
})

test('a join that is repeated while the assignment is awaited is answered from the generation', () => {
  const driver = new MachineDriver()
  const { memberId } = driver.enter()
  const repeated = driver.join({ memberId })
  assert.equal(repeated.answer?.generationId, 1)
  assert.equal(repeated.answer?.members.length, 1)
})

test('a group takes no more members than its maximum', () => {
  const driver = new MachineDriver({ groupSizeMax: 1 })
  const first = driver.stable()
  const refused = driver.join()
  assert.equal(refused.answer?.error, ErrorCode.GROUP_MAX_SIZE_REACHED)
  assert.equal(refused.answer?.memberId, '')
  assert.equal(driver.heartbeat(first.memberId, first.generationId), ErrorCode.NONE)
})

test('a group that was read with too many members lets the first ones that rejoin stay', () => {
  const driver = new MachineDriver({ initialRebalanceDelayMs: 100 })
  const first = driver.enter()
  const second = driver.enter()
  driver.advance(200)
  driver.sync(first.memberId)
  driver.settings = { ...driver.settings, groupSizeMax: 1 }
  driver.restart()
  assert.equal(driver.group()?.state, 'PreparingRebalance')
  driver.join({ memberId: second.memberId })
  assert.equal(driver.join({ memberId: first.memberId }).answer?.error, ErrorCode.GROUP_MAX_SIZE_REACHED)
})

test('a new member whose client went away does not hold up the group for ever', () => {
  const driver = new MachineDriver()
  const first = driver.stable({ rebalanceTimeoutMs: 2 * NEW_MEMBER_JOIN_MS_MAX, sessionTimeoutMs: 1_800_000 })
  const lost = driver.enter()
  driver.advance(NEW_MEMBER_JOIN_MS_MAX)
  assert.equal(lost.joined.answer?.error, ErrorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.join({ memberId: first.memberId }).answer?.generationId, 2)
})

test('metadata that is larger than the limit is refused', () => {
  const driver = new MachineDriver()
  const metadata = Buffer.alloc(MEMBER_METADATA_BYTES_MAX + 1)
  assert.equal(
    driver.join({ protocols: [{ name: 'range', metadata }] }).answer?.error,
    ErrorCode.MESSAGE_TOO_LARGE
  )
})

test('a join that is repeated while it waits releases the older request', () => {
  const driver = new MachineDriver()
  const first = driver.stable()
  const second = driver.enter()
  const repeated = driver.join({ memberId: second.memberId })
  assert.equal(second.joined.answer?.error, ErrorCode.REBALANCE_IN_PROGRESS)
  driver.join({ memberId: first.memberId })
  assert.equal(repeated.answer?.generationId, 2)
})
