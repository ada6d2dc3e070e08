/** What the sessions of all clients together may take. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { ErrorCode } from '@naru/protocol'
import { FETCH_SESSION_PARTITIONS_MAX, FETCH_SESSIONS_PARTITIONS_MAX } from '../limits.ts'
import { FetchSessions, type FetchPartition, type FetchSession } from './sessions.ts'

function partitions(count: number, from = 0): FetchPartition[] {
  return Array.from({ length: count }, (_, at) => ({
    topicName: 't',
    topicId: ZERO_UUID,
    partition: from + at,
    fetchOffset: 0,
    maxBytes: 1,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    sentHighWatermark: -1,
    sentLogStartOffset: -1
  }))
}

function sessionsOf(): FetchSessions {
  return new FetchSessions({ slotsMax: 1000, clock: new ManualClock(), random: nodeRandom })
}

function create(sessions: FetchSessions, count: number): FetchSession | undefined {
  const request = { sessionId: 0, sessionEpoch: 0, usesTopicIds: false, forgotten: [] }
  const plan = sessions.plan({ ...request, wanted: partitions(count) })
  return plan.kind === 'full' ? plan.session : undefined
}

function fill(sessions: FetchSessions): FetchSession[] {
  const made: FetchSession[] = []
  for (let left = FETCH_SESSIONS_PARTITIONS_MAX; left > 0; left -= FETCH_SESSION_PARTITIONS_MAX) {
    const session = create(sessions, Math.min(left, FETCH_SESSION_PARTITIONS_MAX))
    assert.ok(session !== undefined)
    made.push(session)
  }
  return made
}

describe('fetch sessions that are full of partitions', () => {
  test('give a further fetch no session until one of them ends', () => {
    const sessions = sessionsOf()
    const [first] = fill(sessions)
    assert.equal(create(sessions, 1), undefined)
    const end = {
      sessionId: first?.id ?? 0,
      sessionEpoch: -1,
      usesTopicIds: false,
      wanted: [],
      forgotten: []
    }
    sessions.plan(end)
    assert.ok(create(sessions, 1) !== undefined)
  })

  test('end the one that grows, so that its client asks for everything again', () => {
    const sessions = sessionsOf()
    const [first] = fill(sessions)
    const request = { sessionId: first?.id ?? 0, sessionEpoch: 1, usesTopicIds: false }
    const grown = sessions.plan({ ...request, wanted: partitions(1, 1_000_000), forgotten: [] })
    assert.deepEqual(grown, { kind: 'error', error: ErrorCode.FETCH_SESSION_ID_NOT_FOUND })
    assert.ok(create(sessions, 1) !== undefined)
  })

  test('take a partition when another one was forgotten', () => {
    const sessions = sessionsOf()
    const [first] = fill(sessions)
    const request = { sessionId: first?.id ?? 0, usesTopicIds: false }
    sessions.plan({ ...request, sessionEpoch: 1, wanted: [], forgotten: ['t:0'] })
    const changed = sessions.plan({
      ...request,
      sessionEpoch: 2,
      wanted: partitions(1, 1_000_000),
      forgotten: []
    })
    assert.equal(changed.kind, 'incremental')
  })
})
