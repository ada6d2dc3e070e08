// Fetch: what is read, in which portions, and sessions.

import { ZERO_UUID, type Uuid } from '@naru/base'
import { CompressionCodec } from '@naru/protocol'
import { FETCH, type FetchRequest } from '@naru/protocol/messages/01-fetch'
import { DELETE_RECORDS } from '@naru/protocol/messages/21-delete-records'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import type { Part } from '../defaults.ts'
import type { AskOptions, Case, Session } from '../session.ts'
import { batch } from './batches.ts'
import { produce } from './produce.ts'

type Topic = { readonly name: string; readonly topicId: Uuid }
type Wanted = Part<FetchRequest['topics'][number]['partitions'][number]>

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid
const LARGE = 1_000_000
const CLOCK_SLACK_MS = 50

function fetch(
  session: Session,
  label: string,
  topic: Topic,
  options: AskOptions & {
    readonly wanted?: Wanted | readonly Wanted[]
    readonly request?: Part<FetchRequest>
    readonly wire?: ReturnType<Session['connect']>
  } = {}
) {
  const { version = 12, wanted = {}, request = {} } = options
  const partitions = (Array.isArray(wanted) ? wanted : [wanted]).map((one: Wanted) => ({
    partitionMaxBytes: LARGE,
    ...one
  }))
  const topics = [{ ...named(topic, version), partitions }]
  return session.ask(
    label,
    FETCH,
    { maxBytes: LARGE, minBytes: 0, maxWaitMs: 100, topics, ...request },
    { ...options, version }
  )
}

function named(topic: Topic, version: number): { topic?: string; topicId?: Uuid } {
  return version < 13 ? { topic: topic.name } : { topicId: topic.topicId }
}

async function fill(session: Session, topic: Topic, count: number, partition = 0): Promise<void> {
  for (let at = 0; at < count; at++) {
    await produce(session, `fill ${at}`, topic, { records: batch({ bytes: 100 + at }), partition })
  }
}

async function versions(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  await fill(session, topic, 4)
  for (let version = 4; version <= 18; version++) {
    const ask = (label: string, wanted: Wanted, request: Part<FetchRequest> = {}) =>
      fetch(session, label, topic, { version, wanted, request })
    await ask('from 0', {})
    await ask('within a batch', { fetchOffset: 3 })
    await ask('at the end', { fetchOffset: 8 })
    await ask('behind the end', { fetchOffset: 9 })
    await ask('negative offset', { fetchOffset: -1 })
    await ask('unknown partition', { partition: 9 })
    await ask('negative partition', { partition: -1 })
    await ask('read committed', { fetchOffset: 6 }, { isolationLevel: 1 })
    await ask('isolation 7', { fetchOffset: 6 }, { isolationLevel: 7 })
    const unknown = { name: 'no-such-topic', topicId: UNKNOWN_ID }
    await fetch(session, 'unknown topic', unknown, { version })
    if (version >= 13) await fetch(session, 'zero id', { name: '', topicId: ZERO_UUID }, { version })
  }
  await fetch(session, 'bad name', { name: 'a b', topicId: ZERO_UUID })
  await fetch(session, 'empty name', { name: '', topicId: ZERO_UUID })
}

async function limits(session: Session): Promise<void> {
  const topic = await session.topic('plain', { partitions: 3 })
  for (const partition of [0, 1, 2]) await fill(session, topic, 4, partition)
  const all = [{ partition: 0 }, { partition: 1 }, { partition: 2 }]
  const ask = (label: string, wanted: Wanted | Wanted[], request: Part<FetchRequest> = {}) =>
    fetch(session, label, topic, { wanted, request })
  await ask('request limit 0', {}, { maxBytes: 0 })
  await ask('request limit 1', {}, { maxBytes: 1 })
  await ask('partition limit 0', { partitionMaxBytes: 0 })
  await ask('partition limit 1', { partitionMaxBytes: 1 })
  await ask('partition limit -1', { partitionMaxBytes: -1 })
  await ask('request limit -1', {}, { maxBytes: -1 })
  await ask('partition limit of one batch and a half', { partitionMaxBytes: 450 })
  await ask('three, request limit 1', all, { maxBytes: 1 })
  await ask('three, request limit 500', all, { maxBytes: 500 })
  await ask('three, request limit 1300', all, { maxBytes: 1300 })
  await ask(
    'three, partition limit 1',
    all.map((one) => ({ ...one, partitionMaxBytes: 1 }))
  )
  await ask(
    'three, partition limit 400',
    all.map((one) => ({ ...one, partitionMaxBytes: 400 }))
  )
  await ask('the first at its end', [
    { partition: 0, fetchOffset: 8 },
    { partition: 1, partitionMaxBytes: 1 }
  ])
  await ask('one out of range', [{ partition: 0, fetchOffset: 99 }, { partition: 1 }], { minBytes: 1 })
  await ask('same partition twice', [{ partition: 0 }, { partition: 0, fetchOffset: 4 }])
  await ask('min bytes unreachable', {}, { minBytes: LARGE, maxWaitMs: 50 })
  await ask('nothing new', { fetchOffset: 8 }, { minBytes: 1, maxWaitMs: 50 })
  await ask('no wait', { fetchOffset: 8 }, { minBytes: 1, maxWaitMs: 0 })
  await ask('negative wait', { fetchOffset: 8 }, { minBytes: 1, maxWaitMs: -1 })
  await ask('epoch 0', { currentLeaderEpoch: 0 })
  await ask('epoch 1', { currentLeaderEpoch: 1 })
  await ask('epoch -2', { currentLeaderEpoch: -2 })
  await ask('last fetched epoch 0', { lastFetchedEpoch: 0, fetchOffset: 4 })
  await ask('last fetched epoch 0 at the end', { lastFetchedEpoch: 0, fetchOffset: 8 })
  await ask('last fetched epoch 0 behind the end', { lastFetchedEpoch: 0, fetchOffset: 9 })
  await ask('last fetched epoch 3', { lastFetchedEpoch: 3, fetchOffset: 4 })
  await ask('last fetched epoch 3 at 0', { lastFetchedEpoch: 3, fetchOffset: 0 })
  await fetch(session, 'replica id 0', topic, { request: { replicaId: 0 } })
  await fetch(session, 'replica id 0', topic, { version: 17, request: { replicaState: { replicaId: 0 } } })
  await fetch(session, 'debugging replica', topic, { request: { replicaId: -2 } })
  await fetch(session, 'other cluster', topic, { request: { clusterId: 'not-this-cluster' } })
  await session.ask('no topics', FETCH, { maxBytes: LARGE, maxWaitMs: 50, minBytes: 1 }, { version: 12 })
  const deleted = { topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, offset: 4 }] }] }
  await session.quietly(DELETE_RECORDS, { ...deleted, timeoutMs: 5000 })
  await ask('below the log start', { fetchOffset: 3 })
  await ask('at the log start', { fetchOffset: 4 })
  await ask('last fetched epoch below the start', { fetchOffset: 3, lastFetchedEpoch: 0 })
}

async function waits(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  const other = await session.topic('other')
  const empty = { minBytes: 1, maxWaitMs: 1100 }
  const timed = async (
    label: string,
    run: () => Promise<unknown>,
    waitMs = empty.maxWaitMs
  ): Promise<void> => {
    const started = performance.now()
    await run()
    // On a busy machine an answer may come late, but not too early.
    const hasWaited = performance.now() - started >= waitMs - CLOCK_SLACK_MS
    session.note(`${label} took`, hasWaited ? 'all of the time' : 'less')
  }
  await timed('empty', () => fetch(session, 'empty', topic, { request: empty }))
  await timed('min bytes 0', () =>
    fetch(session, 'min bytes 0', topic, { request: { ...empty, minBytes: 0 } })
  )
  await timed('unknown partition', () =>
    fetch(session, 'unknown partition', topic, {
      wanted: [{ partition: 9 }, { partition: 0 }],
      request: empty
    })
  )
  await timed('unknown topic only', () => {
    const nowhere = { name: 'nowhere', topicId: UNKNOWN_ID }
    return fetch(session, 'unknown topic only', nowhere, { request: empty })
  })
  await timed('unknown topic id only', () => {
    const nowhere = { name: 'nowhere', topicId: UNKNOWN_ID }
    return fetch(session, 'unknown topic id only', nowhere, { request: empty, version: 13 })
  })
  await timed('no partitions', () => session.ask('no partitions', FETCH, empty, { version: 12 }))
  const reader = session.connect()
  const long = { ...empty, maxWaitMs: 6000 }
  const waiting = timed(
    'woken',
    () => fetch(session, 'woken', topic, { request: long, wire: reader }),
    long.maxWaitMs
  )
  await new Promise((resolve) => setTimeout(resolve, 100))
  await session.quietly(FETCH, {}, { version: 12 })
  const one = produce(session, 'wakes', other, {})
  await one
  await produce(session, 'wakes', topic, {})
  await waiting
  const gone = timed(
    'topic deleted while waiting',
    () =>
      fetch(session, 'deleted', other, {
        request: long,
        wanted: { fetchOffset: 2 },
        version: 13,
        wire: reader
      }),
    long.maxWaitMs
  )
  await new Promise((resolve) => setTimeout(resolve, 100))
  await session.quietly(DELETE_TOPICS, { topics: [{ name: other.name }], timeoutMs: 5000 })
  await gone
}

async function sessions(session: Session): Promise<void> {
  const topic = await session.topic('plain', { partitions: 3 })
  const other = await session.topic('other')
  for (const partition of [0, 1]) await fill(session, topic, 2, partition)
  for (const version of [7, 12, 13, 17]) {
    await oneSession(session, { topic, other, version })
    await otherSessions(session, { topic, version })
  }
}

type Topics = { readonly topic: Topic; readonly other: Topic; readonly version: number }

/** One session from its beginning through errors and changes. */
async function oneSession(session: Session, { topic, other, version }: Topics): Promise<void> {
  const of = (one: Topic, partitions: Wanted[]) => ({
    ...named(one, version),
    partitions: partitions.map((wanted) => ({ partitionMaxBytes: LARGE, ...wanted }))
  })
  const ask = (label: string, request: Part<FetchRequest>) =>
    session.ask(label, FETCH, { maxBytes: LARGE, maxWaitMs: 50, minBytes: 1, ...request }, { version })
  await ask('unknown session', { sessionId: 12345, sessionEpoch: 1 })
  await ask('id 0, epoch 1', { sessionId: 0, sessionEpoch: 1 })
  await ask('no session wanted', { sessionEpoch: -1, topics: [of(topic, [{ partition: 0 }])] })
  const first = await ask('new session', {
    sessionEpoch: 0,
    topics: [of(topic, [{ partition: 0 }, { partition: 1, fetchOffset: 4 }, { partition: 2 }])]
  })
  const sessionId = first?.sessionId ?? 0
  await ask('same again', { sessionId, sessionEpoch: 1 })
  await ask('on with the offset', {
    sessionId,
    sessionEpoch: 2,
    topics: [of(topic, [{ partition: 0, fetchOffset: 4 }])]
  })
  await ask('epoch repeated', { sessionId, sessionEpoch: 2 })
  await ask('epoch ahead', { sessionId, sessionEpoch: 9 })
  await ask('still right', { sessionId, sessionEpoch: 3 })
  await ask('one added', { sessionId, sessionEpoch: 4, topics: [of(other, [{ partition: 0 }])] })
  await ask('unknown partition added', {
    sessionId,
    sessionEpoch: 5,
    topics: [of(other, [{ partition: 7 }])]
  })
  await ask('error again', { sessionId, sessionEpoch: 6 })
  const forgotten = [{ ...named(other, version), partitions: [7, 0] }]
  await ask('forgotten', { sessionId, sessionEpoch: 7, forgottenTopicsData: forgotten })
  await ask('forgotten what is not there', { sessionId, sessionEpoch: 8, forgottenTopicsData: forgotten })
  await produce(session, 'news', topic, { partition: 2 })
  await ask('news', { sessionId, sessionEpoch: 9 })
  await ask('no news', {
    sessionId,
    sessionEpoch: 10,
    topics: [of(topic, [{ partition: 2, fetchOffset: 99 }])]
  })
  await ask('new session from the old', {
    sessionId,
    sessionEpoch: 0,
    topics: [of(topic, [{ partition: 0 }])]
  })
  await ask('old one is gone', { sessionId, sessionEpoch: 11 })
}

/** Sessions of nothing, ended ones, and ones that know no topic. */
async function otherSessions(session: Session, { topic, version }: Omit<Topics, 'other'>): Promise<void> {
  const of = (one: Topic, partitions: Wanted[]) => ({
    ...named(one, version),
    partitions: partitions.map((wanted) => ({ partitionMaxBytes: LARGE, ...wanted }))
  })
  const ask = (label: string, request: Part<FetchRequest>) =>
    session.ask(label, FETCH, { maxBytes: LARGE, maxWaitMs: 50, minBytes: 1, ...request }, { version })
  const empty = await ask('new session of nothing', { sessionEpoch: 0 })
  await ask('session of nothing', { sessionId: empty?.sessionId ?? 0, sessionEpoch: 1 })
  const ended = await ask('to end', { sessionEpoch: 0, topics: [of(topic, [{ partition: 0 }])] })
  await ask('ended', { sessionId: ended?.sessionId ?? 0, sessionEpoch: -1 })
  await ask('after the end', { sessionId: ended?.sessionId ?? 0, sessionEpoch: 1 })
  const unknown = await ask('unknown topic', {
    sessionEpoch: 0,
    topics: [
      of({ name: 'not-there', topicId: UNKNOWN_ID }, [{ partition: 0 }]),
      of(topic, [{ partition: 0 }])
    ]
  })
  await ask('unknown topic again', { sessionId: unknown?.sessionId ?? 0, sessionEpoch: 1 })
  const forgetAll = await ask('all to be forgotten', {
    sessionEpoch: 0,
    topics: [of(topic, [{ partition: 0 }])]
  })
  await ask('all forgotten', {
    sessionId: forgetAll?.sessionId ?? 0,
    sessionEpoch: 1,
    forgottenTopicsData: [{ ...named(topic, version), partitions: [0] }]
  })
  await ask('after all forgotten', { sessionId: forgetAll?.sessionId ?? 0, sessionEpoch: 2 })
}

async function mixed(session: Session): Promise<void> {
  const topic = await session.topic('plain')
  await fill(session, topic, 1)
  const request = { maxBytes: LARGE, maxWaitMs: 50, minBytes: 1 }
  const byName = await session.ask(
    'session by name',
    FETCH,
    {
      ...request,
      sessionEpoch: 0,
      topics: [{ topic: topic.name, partitions: [{ partitionMaxBytes: LARGE }] }]
    },
    { version: 12 }
  )
  const sessionId = byName?.sessionId ?? 0
  const next = { ...request, sessionId, sessionEpoch: 1 }
  const withIds = { ...next, topics: [{ topicId: topic.topicId, partitions: [{ partition: 1 }] }] }
  await session.ask('then with ids', FETCH, withIds, { version: 13 })
  await session.ask('then with ids, nothing added', FETCH, next, { version: 13 })
  await session.ask('by name again', FETCH, next, { version: 12 })
  const zstd = await session.topic('zstd', { configs: { 'compression.type': 'zstd' } })
  const records = batch({ compression: CompressionCodec.zstd })
  await produce(session, 'zstd', zstd, { records, version: 7 })
  await fetch(session, 'zstd', zstd, { version: 9 })
  await fetch(session, 'zstd', zstd, { version: 10 })
  const producer = await session.topic('producer')
  await produce(session, 'zstd by the producer', producer, { records, version: 7 })
  await fetch(session, 'zstd by the producer', producer, { version: 9 })
}

export const fetchCases: readonly Case[] = [
  { name: 'fetch-versions', run: versions },
  { name: 'fetch-limits', run: limits },
  { name: 'fetch-waits', run: waits },
  { name: 'fetch-sessions', run: sessions },
  { name: 'fetch-mixed', run: mixed }
]
