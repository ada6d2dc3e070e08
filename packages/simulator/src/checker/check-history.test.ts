/** Each anomaly is named in a history made by hand, and a legal neighbour of that history is not. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AnomalyName } from './anomaly.ts'
import { checkHistory } from './check-history.ts'
import type { Commit, CommittedOffset, FinalRead, Log, Operation, Read, Send, TopicRules } from './history.ts'
import { decodePayload, encodePayload } from './payload.ts'

const log: Log = { topic: 'orders', topicId: 'id-1', partition: 0 }
let clockMs = 0

/** Operations come one after another unless they say otherwise. */
function next(): { readonly client: string; readonly invokedMs: number; readonly completedMs: number } {
  clockMs += 10
  return { client: 'c1', invokedMs: clockMs, completedMs: clockMs + 5 }
}

/** `sent(4, [7, 8])`: values 7 and 8 were acknowledged at offsets 4 and 5. */
function sent(baseOffset: number, sequences: readonly number[], more: Partial<Send> = {}): Send {
  const base = { kind: 'send', log, producer: 'p', outcome: 'ok', idempotent: false } as const
  return { ...base, ...next(), sequences, baseOffset, ...more }
}

const unanswered = { outcome: 'indeterminate', baseOffset: -1 } as const

type Found = readonly (readonly [offset: number, sequence: number])[]

function records(found: Found): Read['records'] {
  return found.map(([offset, sequence]) => ({
    offset,
    payload: { topic: log.topic, partition: log.partition, producer: 'p', sequence }
  }))
}

function read(from: number, found: Found, more: Partial<Read> = {}): Read {
  const end = (found.at(-1)?.[0] ?? from - 1) + 1
  return { kind: 'read', log, from, next: end, records: records(found), ...next(), ...more }
}

function finalRead(from: number, found: Found, more: Partial<FinalRead> = {}): FinalRead {
  return { ...read(from, found), kind: 'final-read', ...more }
}

function committed(offset: number, more: Partial<Commit> = {}): Commit {
  return { kind: 'commit', group: 'g', log, offset, outcome: 'ok', ...next(), ...more }
}

function asked(offset: number): CommittedOffset {
  return { kind: 'committed-offset', group: 'g', log, offset, ...next() }
}

function trimmed(offset: number, outcome: 'ok' | 'failed' = 'ok'): Operation {
  return { kind: 'trim', log, offset, outcome, ...next() }
}

function ended(
  transaction: string,
  decision: 'commit' | 'abort',
  outcome: 'ok' | 'indeterminate' = 'ok'
): Operation {
  return { kind: 'transaction-end', transaction, decision, outcome, ...next() }
}

function names(history: readonly Operation[], rules: readonly TopicRules[] = []): AnomalyName[] {
  return [...new Set(checkHistory(history, rules).anomalies.map(({ name }) => name))]
}

/** Declares two tests: the first history shows exactly this anomaly, the second one shows nothing. */
function named(
  name: AnomalyName,
  cases: {
    readonly anomaly: string
    readonly history: () => readonly Operation[]
    readonly legal: string
    readonly neighbour: () => readonly Operation[]
    readonly rules?: readonly TopicRules[]
  }
): void {
  it(`${name}: ${cases.anomaly}`, () => assert.deepEqual(names(cases.history(), cases.rules), [name]))
  it(`not ${name}: ${cases.legal}`, () => assert.deepEqual(names(cases.neighbour(), cases.rules), []))
}

describe('what was acknowledged', () => {
  named('lost-write', {
    anomaly: 'a later offset is read and this one is not',
    history: () => [
      sent(0, [1]),
      sent(1, [2]),
      sent(2, [3]),
      trimmed(1),
      finalRead(1, [[2, 3]], { markers: [{ from: 1, to: 2 }] })
    ],
    legal: 'it was deleted on request',
    neighbour: () => [sent(0, [1]), sent(1, [2]), sent(2, [3]), trimmed(2), finalRead(2, [[2, 3]])]
  })
  named('lost-write', {
    anomaly: 'a reader saw a value without an acknowledgement, and it is gone',
    history: () => [
      sent(0, [1], unanswered),
      read(0, [[0, 1]]),
      sent(1, [2]),
      finalRead(0, [[1, 2]], { markers: [{ from: 0, to: 1 }] })
    ],
    legal: 'nobody saw the value that got no answer',
    neighbour: () => [sent(0, [1], unanswered), sent(0, [2]), finalRead(0, [[0, 2]])]
  })
  named('unseen', {
    anomaly: 'the end of the log is missing',
    history: () => [sent(0, [1]), sent(1, [2]), finalRead(0, [[0, 1]])],
    legal: 'the end of the log was never acknowledged',
    neighbour: () => [sent(0, [1]), sent(-1, [2], unanswered), finalRead(0, [[0, 1]])]
  })
  named('unseen', {
    anomaly: 'a value was acknowledged without an offset and never read',
    history: () => [sent(0, [1]), sent(-1, [2]), finalRead(0, [[0, 1]])],
    legal: 'a value without an offset was read',
    neighbour: () => [
      sent(0, [1]),
      sent(-1, [2]),
      finalRead(0, [
        [0, 1],
        [1, 2]
      ])
    ]
  })
  named('high-watermark-regression', {
    anomaly: 'the log ends before an end that was told',
    history: () => [
      sent(0, [1]),
      { kind: 'high-watermark', log, offset: 2, ...next() },
      finalRead(0, [[0, 1]])
    ],
    legal: 'the end that was told is the end',
    neighbour: () => [
      sent(0, [1]),
      { kind: 'high-watermark', log, offset: 1, ...next() },
      finalRead(0, [[0, 1]])
    ]
  })
})

describe('offsets', () => {
  named('inconsistent-offsets', {
    anomaly: 'two values were read at one offset',
    history: () => [
      sent(-1, [1], unanswered),
      sent(-1, [2], unanswered),
      read(0, [[0, 1]]),
      read(0, [[0, 2]])
    ],
    legal: 'one value was read twice at one offset',
    neighbour: () => [sent(-1, [1], unanswered), read(0, [[0, 1]]), read(0, [[0, 1]])]
  })
  named('duplicate', {
    anomaly: 'one value stands at two offsets',
    history: () => [
      sent(0, [1], { idempotent: true }),
      finalRead(0, [
        [0, 1],
        [1, 1]
      ])
    ],
    legal: 'a producer without idempotence sent it again',
    neighbour: () => [
      sent(0, [1], { repeated: true }),
      finalRead(0, [
        [0, 1],
        [1, 1]
      ])
    ]
  })
  named('reordered', {
    anomaly: 'what was sent after an answer stands before it',
    history: () => [
      sent(-1, [1]),
      sent(-1, [2]),
      finalRead(0, [
        [0, 2],
        [1, 1]
      ])
    ],
    legal: 'two sends overlapped in time',
    neighbour: () => [
      sent(-1, [1], { invokedMs: 0, completedMs: 90 }),
      sent(-1, [2], { invokedMs: 10, completedMs: 80 }),
      finalRead(0, [
        [0, 2],
        [1, 1]
      ])
    ]
  })
  named('reordered', {
    anomaly: 'values of an idempotent producer overlapped and changed places',
    history: () => [
      sent(-1, [1], { invokedMs: 0, completedMs: 90, idempotent: true }),
      sent(-1, [2], { invokedMs: 10, completedMs: 80, idempotent: true }),
      finalRead(0, [
        [0, 2],
        [1, 1]
      ])
    ],
    legal: 'its values stand in the order in which they were begun',
    neighbour: () => [
      sent(-1, [1], { invokedMs: 0, completedMs: 90, idempotent: true }),
      sent(-1, [2], { invokedMs: 10, completedMs: 80, idempotent: true }),
      finalRead(0, [
        [0, 1],
        [1, 2]
      ])
    ]
  })
  named('reordered', {
    anomaly: 'another value stands between those of one request',
    history: () => [
      sent(-1, [1, 2], { invokedMs: 0, completedMs: 90 }),
      sent(-1, [3], { invokedMs: 10, completedMs: 80 }),
      finalRead(0, [
        [0, 1],
        [1, 3],
        [2, 2]
      ])
    ],
    legal: 'the values of one request lie side by side',
    neighbour: () => [
      sent(-1, [1, 2], { invokedMs: 0, completedMs: 90 }),
      sent(-1, [3], { invokedMs: 10, completedMs: 80 }),
      finalRead(0, [
        [0, 3],
        [1, 1],
        [2, 2]
      ])
    ]
  })
  named('offset-gap-not-marker', {
    anomaly: 'a reader passes over an offset',
    history: () => [
      sent(0, [1]),
      sent(2, [3]),
      finalRead(0, [
        [0, 1],
        [2, 3]
      ])
    ],
    legal: 'a marker stands there',
    neighbour: () => [
      sent(0, [1], { transaction: 't' }),
      ended('t', 'commit'),
      sent(2, [3]),
      finalRead(
        0,
        [
          [0, 1],
          [2, 3]
        ],
        { markers: [{ from: 1, to: 2 }] }
      )
    ]
  })
  named('offset-gap-not-marker', {
    anomaly: 'a reader passes over an offset that nobody called damaged',
    history: () => [sent(0, [1]), finalRead(0, [[0, 1]], { next: 3 })],
    legal: 'the broker said that the offset is damaged',
    neighbour: () => [
      sent(0, [1]),
      { kind: 'damage', log, from: 1, to: 3, ...next() },
      finalRead(0, [[0, 1]], { next: 3 })
    ]
  })
})

describe('visibility', () => {
  named('aborted-read', {
    anomaly: 'a write that was refused is there',
    history: () => [sent(-1, [1], { outcome: 'failed' }), finalRead(0, [[0, 1]])],
    legal: 'a write without an answer is there',
    neighbour: () => [sent(-1, [1], unanswered), finalRead(0, [[0, 1]])]
  })
  named('aborted-read', {
    anomaly: 'a reader of committed values saw one of an aborted transaction',
    history: () => [
      sent(0, [1], { transaction: 't' }),
      ended('t', 'abort'),
      read(0, [[0, 1]], { committed: true })
    ],
    legal: 'a reader of all values saw it',
    neighbour: () => [sent(0, [1], { transaction: 't' }), ended('t', 'abort'), read(0, [[0, 1]])]
  })
  named('torn-transaction', {
    anomaly: 'half of a transaction is there whose end nobody was told',
    history: () => [
      sent(0, [1], { transaction: 't' }),
      sent(0, [2], { transaction: 't', log: { ...log, partition: 1 } }),
      ended('t', 'commit', 'indeterminate'),
      finalRead(0, [[0, 1]], { next: 2, markers: [{ from: 1, to: 2 }], committed: true }),
      finalRead(0, [], { next: 2, markers: [{ from: 0, to: 2 }], log: { ...log, partition: 1 } })
    ],
    legal: 'nothing of it is there',
    neighbour: () => [
      sent(-1, [1], { transaction: 't', ...unanswered }),
      sent(-1, [2], { transaction: 't', ...unanswered, log: { ...log, partition: 1 } }),
      finalRead(0, []),
      finalRead(0, [], { log: { ...log, partition: 1 } })
    ]
  })
  named('torn-transaction', {
    anomaly: 'one of two values beyond the log start is there',
    history: () => [
      sent(0, [1, 2], { transaction: 't' }),
      ended('t', 'commit', 'indeterminate'),
      finalRead(0, [[0, 1]], { next: 2, markers: [{ from: 1, to: 2 }], committed: true })
    ],
    legal: 'the other one was deleted',
    neighbour: () => [
      sent(0, [1, 2], { transaction: 't' }),
      ended('t', 'commit'),
      trimmed(1),
      finalRead(1, [[1, 2]], { committed: true })
    ]
  })
  const inTwo = (decision: 'commit' | 'abort'): readonly Operation[] => [
    sent(0, [1], { transaction: 't' }),
    sent(0, [2], { transaction: 't', log: { ...log, partition: 1 } }),
    ended('t', decision),
    finalRead(0, [[0, 1]], { committed: false }),
    finalRead(0, [], {
      committed: true,
      next: 2,
      markers: [{ from: 0, to: 2 }],
      log: { ...log, partition: 1 }
    })
  ]
  it('not torn-transaction: a reader of all values found a part of what was aborted', () => {
    assert.deepEqual(names(inTwo('abort')), [])
  })
  it('torn-transaction: a reader of all values found only a part of what was committed', () => {
    assert.ok(names(inTwo('commit')).includes('torn-transaction'))
  })
  named('aborted-read', {
    anomaly: 'a value of a transaction that nobody ended was read by a reader of committed values',
    history: () => [sent(0, [1], { transaction: 't' }), finalRead(0, [[0, 1]], { committed: true })],
    legal: 'the end was asked for, and not answered',
    neighbour: () => [
      sent(0, [1], { transaction: 't' }),
      ended('t', 'commit', 'indeterminate'),
      finalRead(0, [[0, 1]], { committed: true })
    ]
  })
})

describe('bytes', () => {
  named('wrong-topic-bytes', {
    anomaly: 'a value of another partition',
    history: () => [
      sent(-1, [1], unanswered),
      read(0, [], {
        next: 1,
        records: [{ offset: 0, payload: { topic: 'orders', partition: 1, producer: 'p', sequence: 1 } }]
      })
    ],
    legal: 'a value of this partition',
    neighbour: () => [sent(-1, [1], unanswered), read(0, [[0, 1]])]
  })
  named('wrong-topic-bytes', {
    anomaly: 'bytes that are no payload',
    history: () => [read(0, [], { next: 1, records: [{ offset: 0, payload: undefined }] })],
    legal: 'no bytes at all',
    neighbour: () => [read(0, [])]
  })

  it('knows a payload by its checksum', () => {
    const payload = { topic: 'orders', partition: 3, producer: 'p1', sequence: 42 }
    const bytes = encodePayload(payload, 20)
    assert.deepEqual(decodePayload(bytes), payload)
    for (let at = 0; at < bytes.byteLength; at++) {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      assert.equal(decodePayload(damaged), undefined, `byte ${at}`)
    }
  })
})

describe('what may go', () => {
  named('unexpired-data-deleted', {
    anomaly: 'the log begins beyond what was to be deleted',
    history: () => [sent(0, [1]), sent(1, [2]), trimmed(1), { kind: 'log-start', log, offset: 2, ...next() }],
    legal: 'the log begins where it was told to',
    neighbour: () => [
      sent(0, [1]),
      sent(1, [2]),
      trimmed(1),
      { kind: 'log-start', log, offset: 1, ...next() }
    ]
  })
  named('unexpired-data-deleted', {
    anomaly: 'a value is gone before its time',
    rules: [{ topicId: 'id-1', retentionMs: 100_000 }],
    history: () => [sent(0, [1]), sent(1, [2]), { kind: 'log-start', log, offset: 1, ...next() }],
    legal: 'its time was over',
    neighbour: () => [
      sent(0, [1], { invokedMs: -200_000 }),
      sent(1, [2]),
      { kind: 'log-start', log, offset: 1, ...next() }
    ]
  })
  named('last-value-of-key-lost', {
    anomaly: 'an older value of the key is the last one that is left',
    rules: [{ topicId: 'id-1', compacted: true }],
    history: () => [sent(0, [1, 2], { keys: ['k', 'k'] }), finalRead(0, [[0, 1]], { next: 2 })],
    legal: 'the newest value of the key is left',
    neighbour: () => [sent(0, [1, 2], { keys: ['k', 'k'] }), finalRead(0, [[1, 2]])]
  })
  it('expects nothing of a topic that was to be deleted', () => {
    const deletion = { kind: 'topic-deletion', topicId: 'id-1', outcome: 'indeterminate', ...next() } as const
    assert.deepEqual(names([sent(0, [1]), deletion, finalRead(0, [])]), [])
  })
})

describe('offsets of groups', () => {
  named('committed-offset-regression', {
    anomaly: 'an offset that was overwritten comes back',
    history: () => [committed(3), committed(5), asked(3)],
    legal: 'the last one that was acknowledged is told',
    neighbour: () => [committed(3), committed(5), asked(5)]
  })
  named('committed-offset-regression', {
    anomaly: 'what was committed is forgotten',
    history: () => [committed(3), asked(-1)],
    legal: 'nothing is told where nothing was acknowledged',
    neighbour: () => [committed(3, { outcome: 'indeterminate' }), asked(-1)]
  })
  named('committed-offset-regression', {
    anomaly: 'a commit that was refused counts',
    history: () => [committed(3), committed(5, { outcome: 'failed' }), asked(5)],
    legal: 'a commit without an answer takes effect late',
    neighbour: () => [committed(3, { outcome: 'indeterminate' }), committed(5), asked(5), asked(3)]
  })
})

describe('the end of the faults', () => {
  it('measures the time until every client had something done', () => {
    const history: Operation[] = [sent(0, [1]), { kind: 'heal', atMs: 100_000 }]
    assert.equal(checkHistory(history).healMs, undefined)
    history.push(sent(1, [2], { invokedMs: 100_010, completedMs: 100_250 }))
    assert.equal(checkHistory(history).healMs, 250)
  })
})
