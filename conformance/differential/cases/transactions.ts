// Transactions of both versions: who may do what in which state, and what readers see of it.

import { buildControlBatch, endTransactionMarker } from '@naru/protocol'
import { OFFSET_FETCH } from '@naru/protocol/messages/09-offset-fetch'
import { ADD_PARTITIONS_TO_TXN } from '@naru/protocol/messages/24-add-partitions-to-txn'
import { WRITE_TXN_MARKERS } from '@naru/protocol/messages/27-write-txn-markers'
import { DESCRIBE_TRANSACTIONS } from '@naru/protocol/messages/65-describe-transactions'
import { LIST_TRANSACTIONS } from '@naru/protocol/messages/66-list-transactions'
import type { Part } from '../defaults.ts'
import type { Case, Session } from '../session.ts'
import {
  PRODUCE_V1,
  PRODUCE_V2,
  END_V1,
  END_V2,
  Producer,
  transactionsReady,
  read,
  readLog
} from './transaction-steps.ts'

async function initialization(session: Session): Promise<void> {
  await transactionsReady(session)
  for (let version = 0; version <= 5; version++) {
    const producer = new Producer(session, `init-${version}`)
    await producer.init('first', {}, version)
    await producer.init('again', {}, version)
    for (const transactionTimeoutMs of [0, -1, 900_000, 900_001]) {
      await producer.init(`time-out ${transactionTimeoutMs}`, { transactionTimeoutMs }, version)
    }
    await producer.init('empty id', { transactionalId: '' }, version)
    if (version < 3) continue
    const before = producer.identity
    await producer.init('goes on', before, version)
    await producer.init('goes on, asked twice', before, version)
    const { producerId, producerEpoch } = producer
    await producer.init('older epoch', { producerId, producerEpoch: 0 }, version)
    await producer.init('newer epoch', { producerId, producerEpoch: producerEpoch + 1 }, version)
    await producer.init('other id', { producerId: producerId + 77, producerEpoch }, version)
    await producer.init('id only', { producerId, producerEpoch: -1 }, version)
    await producer.init('epoch only', { producerId: -1, producerEpoch }, version)
    await producer.init('taken over', {}, version)
    await producer.init('goes on after that', { producerId, producerEpoch }, version)
    await producer.describe('described')
  }
  const fresh = new Producer(session, 'init-unknown')
  await fresh.init('unknown, with an identity', { producerId: 12, producerEpoch: 3 })
}

async function version1(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('old')
  for (let version = 0; version <= 3; version++) {
    const producer = new Producer(session, `add-${version}`)
    await producer.add('before it is known', name, { version })
    await producer.init('first')
    const { producerId, producerEpoch } = producer
    await producer.add('unknown partition', name, { version, partitions: [0, 9] })
    await producer.add('unknown topic', 'no-such-topic', { version })
    await producer.add('older epoch', name, { version, as: { producerId, producerEpoch: -1 } })
    await producer.add('newer epoch', name, { version, as: { producerId, producerEpoch: 5 } })
    await producer.add('other id', name, { version, as: { producerId: producerId + 77, producerEpoch } })
    await producer.add('empty id', name, { version, id: '' })
    await producer.add('both', name, { version, partitions: [0, 1] })
    await producer.add('one again', name, { version })
    await producer.describe('ongoing')
    await producer.end('abort', false)
    await producer.describe('aborted')
  }
  for (let version = 0; version <= END_V1; version++) {
    const producer = new Producer(session, `end-${version}`)
    await producer.end('before it is known', true, { version })
    await producer.init('first')
    await producer.end('commits nothing', true, { version })
    await producer.end('aborts nothing', false, { version })
    for (const committed of [true, false]) {
      await producer.add(`add for ${committed}`, name)
      await producer.produce(`write for ${committed} ${version}`, name)
      const { producerId, producerEpoch } = producer
      await producer.end('older epoch', committed, { version, as: { producerId, producerEpoch: -1 } })
      await producer.end('newer epoch', committed, { version, as: { producerId, producerEpoch: 7 } })
      await producer.end('other id', committed, {
        version,
        as: { producerId: producerId + 77, producerEpoch }
      })
      await producer.end(`ends ${committed}`, committed, { version })
      await producer.end(`ends ${committed} again`, committed, { version })
      await producer.end(`ends ${!committed} after that`, !committed, { version })
    }
    await producer.describe('described')
    await readLog(session, producer.id)
  }
  await read(session, 'what was written', name)
}

async function checkedWrites(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('checked')
  for (let version = 3; version <= PRODUCE_V1; version++) {
    const producer = new Producer(session, `write-${version}`)
    await producer.init('first')
    await producer.produce(`not added ${version}`, name, { version })
    await producer.add('add', name)
    await producer.produce(`added ${version}`, name, { version })
    await producer.produce(`other partition ${version}`, name, { version, partition: 1, baseSequence: 0 })
    await producer.produce(`outside ${version}`, name, { version, transactional: false })
    await producer.end('commit', true)
    await producer.produce(`behind its end ${version}`, name, { version })
  }
  await read(session, 'what was written', name)
}

async function version2(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('new')
  const producer = new Producer(session, 'two')
  await producer.init('first')
  const version = END_V2
  await producer.end('commits nothing', true, { version })
  await producer.end('aborts nothing', false, { version })
  await producer.describe('nothing aborted')
  for (const committed of [true, false, true]) {
    await producer.produce(`write for ${committed}`, name, { version: PRODUCE_V2 })
    await producer.produce(`write more for ${committed}`, name, { version: PRODUCE_V2 })
    await producer.describe('ongoing')
    const before = producer.identity
    await producer.end(`ends ${committed}`, committed, { version })
    await producer.describe('ended')
    await producer.end(`ends ${committed} again`, committed, { version, as: before })
    await producer.end(`ends ${!committed} with the old epoch`, !committed, { version, as: before })
    await producer.produce('write of the old epoch', name, {
      version: PRODUCE_V2,
      as: before,
      baseSequence: 2
    })
    const { producerId, producerEpoch } = producer
    await producer.end('newer epoch', true, { version, as: { producerId, producerEpoch: producerEpoch + 3 } })
    await producer.end('commits nothing', true, { version })
  }
  await read(session, 'what was written', name)
  await readLog(session, producer.id)
}

async function fencing(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('fenced')
  for (const [written, version] of [
    [PRODUCE_V1, END_V1],
    [PRODUCE_V2, END_V2]
  ] as const) {
    const first = new Producer(session, `fence-${version}`)
    await first.init('first')
    await first.add('add', name)
    await first.produce(`left open ${version}`, name, { version: written })
    const second = new Producer(session, `fence-${version}`)
    await second.init('successor while it is open')
    await second.settled()
    await second.init('successor')
    await first.produce(`zombie ${version}`, name, { version: written })
    await first.add('zombie adds', name)
    await first.end('zombie commits', true, { version })
    await first.init('zombie goes on', first.identity)
    await first.init('zombie goes on, as it was', first.identity, 3)
    await second.describe('described')
    await readLog(session, second.id)
  }
  await read(session, 'what was written', name)
}

async function offsets(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('read')
  const committed = async (label: string, groupId: string): Promise<void> => {
    for (const requireStable of [false, true]) {
      const groups = [{ groupId, topics: [{ name, partitionIndexes: [0, 1] }] }]
      await session.ask(
        `${label} stable ${requireStable}`,
        OFFSET_FETCH,
        { groups, requireStable },
        { version: 9 }
      )
    }
  }
  for (let version = 0; version <= 5; version++) {
    const groupId = `${session.prefix}-group-${version}`
    const part = { groupId }
    const producer = new Producer(session, `offsets-${version}`)
    await producer.init('first')
    if (version < 5) {
      await producer.commitOffsets('not added', name, { version, part })
      await producer.addOffsets('add', groupId)
    }
    await producer.commitOffsets('commit', name, { version, part })
    await producer.commitOffsets('unknown topic', 'no-such-topic', { version, part })
    await producer.commitOffsets('unknown partition', name, { version, part, partition: 9 })
    await producer.commitOffsets('empty group', name, { version, part: { groupId: '' } })
    if (version >= 3) {
      const member = { ...part, memberId: 'nobody', generationId: 3 }
      await producer.commitOffsets('unknown member', name, { version, part: member })
      await producer.commitOffsets('member only', name, { version, part: { ...part, memberId: 'nobody' } })
      await producer.commitOffsets('instance', name, { version, part: { ...member, groupInstanceId: 'one' } })
    }
    await committed(`pending ${version}`, groupId)
    const end = version < 5 ? END_V1 : END_V2
    await producer.end('commits', true, { version: end })
    await committed(`committed ${version}`, groupId)
    if (version < 5) await producer.addOffsets('add again', groupId)
    await producer.commitOffsets('commit for nothing', name, { version, part, offset: 99 })
    await producer.end('aborts', false, { version: end })
    await committed(`aborted ${version}`, groupId)
  }
  const producer = new Producer(session, 'add-offsets')
  for (let version = 0; version <= 4; version++) {
    await producer.addOffsets('unknown id', 'some', version, { producerId: 5, producerEpoch: 0 })
  }
  await producer.init('first')
  const { producerId } = producer
  for (let version = 0; version <= 4; version++) {
    await producer.addOffsets('newer epoch', 'some', version, { producerId, producerEpoch: 3 })
  }
}

async function betweenBrokers(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('batched', { partitions: 3 })
  for (const version of [4, 5]) {
    const one = new Producer(session, `batch-${version}-one`)
    const two = new Producer(session, `batch-${version}-two`)
    await one.init('first')
    await two.init('first')
    const transaction = (producer: Producer, verifyOnly: boolean, partitions = [0]) => ({
      transactionalId: producer.id,
      ...producer.identity,
      verifyOnly,
      topics: [{ name, partitions }]
    })
    const ask = (label: string, transactions: Part<ReturnType<typeof transaction>>[]) =>
      session.ask(label, ADD_PARTITIONS_TO_TXN, { transactions }, { version })
    await ask('verify before', [transaction(one, true), transaction(two, true)])
    await ask('add one', [transaction(one, false, [0, 1])])
    await ask('verify both', [transaction(one, true, [0, 1, 2]), transaction(two, true)])
    await ask('add and verify', [transaction(two, false), transaction(one, true, [1])])
    await ask('unknown partition', [transaction(one, true, [0, 9]), transaction(two, true)])
    await ask('other id', [{ ...transaction(one, true), producerId: one.producerId + 77 }])
    await ask('newer epoch', [{ ...transaction(one, true), producerEpoch: 9 }])
    await ask('unknown id', [{ ...transaction(one, true), transactionalId: 'nobody' }])
    await ask('nothing', [])
    await one.end('commit', true, { version: END_V2 })
    await ask('verify behind its end', [transaction(one, true)])
  }
}

async function markers(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('marked')
  for (const version of [1, 2]) {
    const producer = new Producer(session, `mark-${version}`)
    await producer.init('first')
    await producer.init('second')
    await producer.produce('left hanging', name, { version: PRODUCE_V2 })
    const { producerId, producerEpoch } = producer
    const topics = [{ name, partitionIndexes: [0, 9] }]
    const marker = { producerId, producerEpoch, coordinatorEpoch: 0, transactionResult: false, topics }
    const write = (label: string, part: Part<typeof marker> & { transactionVersion?: number } = {}) =>
      session.ask(
        `${label} ${version}`,
        WRITE_TXN_MARKERS,
        { markers: [{ ...marker, ...part }] },
        { version }
      )
    await write('older epoch', { producerEpoch: 0 })
    if (version === 2) await write('same epoch, rises', { transactionVersion: 2 })
    await write('unknown topic', { topics: [{ name: 'no-such-topic', partitionIndexes: [0] }] })
    await write('aborts')
    await write('aborts again')
    await write('other coordinator', { coordinatorEpoch: -1 })
    await producer.produce('behind its end', name, { version: PRODUCE_V2 })
  }
  await read(session, 'what was written', name)
}

async function listing(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('listed')
  const empty = new Producer(session, 'list-empty')
  const ongoing = new Producer(session, 'list-ongoing')
  const done = new Producer(session, 'list-done')
  for (const producer of [empty, ongoing, done]) await producer.init('first')
  await ongoing.add('add', name)
  await done.add('add', name)
  await done.end('commit', true)
  const ids = [empty, ongoing, done].map(({ producerId }) => producerId)
  const ask = (label: string, version: number, part: object) =>
    session.ask(label, LIST_TRANSACTIONS, { producerIdFilters: ids, ...part }, { version })
  for (let version = 0; version <= 2; version++) {
    await ask('all', version, {})
    await ask('states', version, { stateFilters: ['Ongoing', 'Empty', 'Nonsense'] })
    await ask('unknown state', version, { stateFilters: ['Nonsense'] })
    await ask('one id', version, { producerIdFilters: [done.producerId] })
    await ask('unknown id', version, { producerIdFilters: [123_456_789] })
    if (version >= 1) await ask('long open', version, { durationFilter: 3_600_000 })
    if (version < 2) continue
    for (const transactionalIdPattern of ['', `${session.prefix}-list-.*`, 'list', '.*done', '(', '[a-']) {
      await ask(`pattern ${transactionalIdPattern}`, version, { transactionalIdPattern })
    }
  }
  const transactionalIds = [empty.id, ongoing.id, 'nobody', '']
  await session.ask('several', DESCRIBE_TRANSACTIONS, { transactionalIds })
  await ongoing.end('abort', false)
}

async function refusedWrites(session: Session): Promise<void> {
  await transactionsReady(session)
  const { name } = await session.topic('refused')
  const producer = new Producer(session, 'refused')
  await producer.init('first')
  for (const version of [9, PRODUCE_V1, PRODUCE_V2]) {
    await producer.produce(`no transactional id ${version}`, name, { version, transactionalId: null })
    await producer.produce(`empty transactional id ${version}`, name, { version, transactionalId: '' })
    await producer.produce(`other transactional id ${version}`, name, { version, transactionalId: 'nobody' })
    const record = endTransactionMarker('commit', 0)
    const control = buildControlBatch({ ...producer.identity, transactional: true, record, timestamp: 1 })
    const { id: transactionalId } = producer
    await producer.send(`control batch ${version}`, name, {
      version,
      partition: 0,
      transactionalId,
      records: control
    })
  }
}

export const transactionCases: readonly Case[] = [
  { name: 'transactions-init', run: initialization },
  { name: 'transactions-1', run: version1 },
  { name: 'transactions-checked', run: checkedWrites },
  { name: 'transactions-2', run: version2 },
  { name: 'transactions-fencing', run: fencing },
  { name: 'transactions-offsets', run: offsets },
  { name: 'transactions-batched', run: betweenBrokers },
  { name: 'transactions-markers', run: markers },
  { name: 'transactions-listing', run: listing },
  { name: 'transactions-refused', run: refusedWrites }
]
