// Transactions of both versions: who may do what in which state, and what readers see of it.

import { setTimeout as sleep } from 'node:timers/promises'
import {
  buildBatch,
  buildControlBatch,
  endTransactionMarker,
  lastOffsetOf,
  readRecordsSync,
  splitBatches
} from '@naru/protocol'
import { Reader } from '@naru/base'
import { TRANSACTION_LOG } from '@naru/protocol/internal-records/transaction-log'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { FETCH } from '@naru/protocol/messages/01-fetch'
import { OFFSET_FETCH } from '@naru/protocol/messages/09-offset-fetch'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { INIT_PRODUCER_ID, type InitProducerIdRequest } from '@naru/protocol/messages/22-init-producer-id'
import { ADD_PARTITIONS_TO_TXN } from '@naru/protocol/messages/24-add-partitions-to-txn'
import { ADD_OFFSETS_TO_TXN } from '@naru/protocol/messages/25-add-offsets-to-txn'
import { END_TXN } from '@naru/protocol/messages/26-end-txn'
import { WRITE_TXN_MARKERS } from '@naru/protocol/messages/27-write-txn-markers'
import { TXN_OFFSET_COMMIT, type TxnOffsetCommitRequest } from '@naru/protocol/messages/28-txn-offset-commit'
import {
  DESCRIBE_TRANSACTIONS,
  type DescribeTransactionsResponse
} from '@naru/protocol/messages/65-describe-transactions'
import { LIST_TRANSACTIONS } from '@naru/protocol/messages/66-list-transactions'
import type { Part } from '../defaults.ts'
import type { Case, Session } from '../session.ts'
import { coordinatorReady } from './groups.ts'

const PRODUCE_V1 = 11
const PRODUCE_V2 = 12
const END_V1 = 4
const END_V2 = 5
const READ_COMMITTED = 1
const TRANSACTION_KEY = 1
/** `transaction.state.log.num.partitions` of both brokers. */
const TRANSACTION_SLOTS = 50

/** A transactional producer; what it may be told is compared, what it was told it uses. */
class Producer {
  readonly id: string
  producerId = -1
  producerEpoch = -1
  readonly #session: Session
  #sequence = 0

  constructor(session: Session, suffix: string) {
    this.#session = session
    this.id = `${session.prefix}-${suffix}`
  }

  get identity(): { readonly producerId: number; readonly producerEpoch: number } {
    return { producerId: this.producerId, producerEpoch: this.producerEpoch }
  }

  async init(label: string, part: Part<InitProducerIdRequest> = {}, version = 5): Promise<void> {
    const request = { transactionalId: this.id, transactionTimeoutMs: 60_000, ...part }
    const answer = await this.#session.ask(`${this.id} ${label}`, INIT_PRODUCER_ID, request, { version })
    if (answer?.errorCode === 0) this.become(answer)
  }

  become({ producerId, producerEpoch }: { producerId: number; producerEpoch: number }): void {
    if (producerId !== this.producerId || producerEpoch !== this.producerEpoch) this.#sequence = 0
    this.producerId = producerId
    this.producerEpoch = producerEpoch
  }

  /** Up to version 3; `as` speaks for another producer. */
  add(label: string, topic: string, options: Partial<AddOptions> = {}) {
    const { partitions = [0], version = 3, as = this.identity, id = this.id } = options
    const request = {
      v3AndBelowTransactionalId: id,
      v3AndBelowProducerId: as.producerId,
      v3AndBelowProducerEpoch: as.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions }]
    }
    return this.#session.ask(`${this.id} ${label}`, ADD_PARTITIONS_TO_TXN, request, { version })
  }

  async produce(label: string, topic: string, options: Partial<ProduceOptions> = {}): Promise<void> {
    const { version = PRODUCE_V1, partition = 0, as = this.identity, baseSequence = this.#sequence } = options
    const { transactional = true, transactionalId = this.id } = options
    const records = buildBatch({
      ...as,
      baseSequence,
      transactional,
      records: [{ key: null, value: Buffer.from(label), timestamp: 1_760_000_000_000 }]
    })
    const code = await this.send(label, topic, { version, partition, transactionalId, records })
    if (code === 0 && options.as === undefined) this.#sequence = baseSequence + 1
  }

  async send(
    label: string,
    topic: string,
    { version, partition, transactionalId, records }: SendOptions
  ): Promise<number | undefined> {
    const topicData = [{ name: topic, partitionData: [{ index: partition, records }] }]
    const request = { transactionalId, acks: -1, timeoutMs: 5000, topicData }
    const answer = await this.#session.ask(`${this.id} ${label}`, PRODUCE, request, { version })
    return answer?.responses[0]?.partitionResponses[0]?.errorCode
  }

  /** Ends the transaction, and waits until it has ended everywhere. */
  async end(label: string, committed: boolean, options: Partial<EndOptions> = {}): Promise<void> {
    const { version = END_V1, as = this.identity } = options
    const request = { transactionalId: this.id, ...as, committed }
    const answer = await this.#session.ask(`${this.id} ${label}`, END_TXN, request, { version })
    if (answer?.errorCode === 0 && version >= END_V2) this.become(answer)
    await this.settled()
  }

  /** Kafka writes markers after the answer: what follows is compared when they are in. */
  async settled(): Promise<void> {
    for (;;) {
      const request = { transactionalIds: [this.id] }
      const [state] = (await this.#session.quietly(DESCRIBE_TRANSACTIONS, request)).transactionStates
      if (state?.transactionState.startsWith('Prepare') !== true) return
      await sleep(20)
    }
  }

  describe(label: string) {
    const request = { transactionalIds: [this.id] }
    return this.#session.ask(`${this.id} ${label}`, DESCRIBE_TRANSACTIONS, request, { only: inOrder })
  }

  addOffsets(label: string, groupId: string, version = 4, as = this.identity) {
    const request = { transactionalId: this.id, ...as, groupId }
    return this.#session.ask(`${this.id} ${label}`, ADD_OFFSETS_TO_TXN, request, { version })
  }

  commitOffsets(
    label: string,
    topic: string,
    options: { version: number; part?: Part<TxnOffsetCommitRequest>; partition?: number; offset?: number }
  ) {
    const { version, part = {}, partition = 0, offset = 5 } = options
    const partitions = [
      {
        partitionIndex: partition,
        committedOffset: offset,
        committedMetadata: 'note',
        committedLeaderEpoch: -1
      }
    ]
    const topics = [{ name: topic, partitions }]
    const request = { transactionalId: this.id, ...this.identity, groupId: 'offsets', topics, ...part }
    return this.#session.ask(`${this.id} ${label}`, TXN_OFFSET_COMMIT, request, { version })
  }
}

/** Kafka keeps partitions in a set, whose order means nothing. */
function inOrder({ transactionStates }: DescribeTransactionsResponse): unknown {
  return transactionStates.map((state) => ({
    ...state,
    topics: state.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.toSorted((a, b) => a - b)
    }))
  }))
}

interface AddOptions {
  readonly partitions: readonly number[]
  readonly version: number
  readonly as: { readonly producerId: number; readonly producerEpoch: number }
  readonly id: string
}

interface ProduceOptions extends AddOptions {
  readonly partition: number
  readonly baseSequence: number
  readonly transactional: boolean
  readonly transactionalId: string | null
}

interface SendOptions {
  readonly version: number
  readonly partition: number
  readonly transactionalId: string | null
  readonly records: Uint8Array
}

type EndOptions = Pick<AddOptions, 'version' | 'as'>

/** The coordinator's topic has to be there, and loaded, before anything is compared. */
async function transactionsReady(session: Session): Promise<void> {
  await coordinatorReady(session)
  for (;;) {
    const keys = { keyType: TRANSACTION_KEY, coordinatorKeys: ['warm'] }
    const { coordinators } = await session.quietly(FIND_COORDINATOR, keys, { version: 4 })
    const request = { transactionalId: `${session.prefix}-warm`, transactionTimeoutMs: 1000 }
    const { errorCode } = await session.quietly(INIT_PRODUCER_ID, request, { version: 5 })
    const { errorCode: listed } = await session.quietly(LIST_TRANSACTIONS, {})
    if (coordinators[0]?.errorCode === 0 && errorCode === 0 && listed === 0) return
    await sleep(100)
  }
}

interface Read {
  readonly records: Buffer
  readonly abortedTransactions: readonly { readonly producerId: number; readonly firstOffset: number }[]
}

/** A whole partition; Kafka may give it in several answers. */
async function readAll(
  session: Session,
  topic: string,
  partition: number,
  isolationLevel: number
): Promise<Read> {
  const chunks: Uint8Array[] = []
  const aborted = new Map<string, Read['abortedTransactions'][number]>()
  for (let fetchOffset = 0, isMore = true; isMore;) {
    const partitions = [{ partition, fetchOffset, partitionMaxBytes: 1_000_000 }]
    const request = { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000_000, isolationLevel, sessionEpoch: -1 }
    const topics = [{ topic, partitions }]
    const answer = await session.quietly(FETCH, { ...request, topics }, { version: 12 })
    const { records, abortedTransactions } = answer.responses[0]!.partitions[0]!
    const bytes = Buffer.concat(records instanceof Uint8Array ? [records] : [...(records ?? [])])
    const last = splitBatches(bytes).batches.at(-1)?.header
    isMore = last !== undefined
    fetchOffset = last === undefined ? fetchOffset : lastOffsetOf(last) + 1
    chunks.push(bytes)
    for (const one of abortedTransactions ?? []) aborted.set(`${one.producerId}-${one.firstOffset}`, one)
  }
  return { records: Buffer.concat(chunks), abortedTransactions: [...aborted.values()] }
}

/** What readers of committed, and of all, records get of a partition. */
async function read(session: Session, label: string, topic: string): Promise<void> {
  for (const isolationLevel of [0, READ_COMMITTED]) {
    const seen = await readAll(session, topic, 0, isolationLevel)
    session.note(`Fetch ${label} isolation ${isolationLevel}`, withoutTimes(seen))
  }
}

/** What the coordinator has written down about a transactional id, record by record. */
async function readLog(session: Session, transactionalId: string): Promise<void> {
  let hash = 0
  for (const unit of Buffer.from(transactionalId, 'ascii')) hash = (Math.imul(hash, 31) + unit) | 0
  const { records } = await readAll(session, '__transaction_state', Math.abs(hash) % TRANSACTION_SLOTS, 0)
  const written: unknown[] = []
  for (const { at } of splitBatches(records).batches) {
    for (const { key, value } of readRecordsSync(records, at)) {
      if (!Buffer.from(key ?? []).includes(transactionalId)) continue
      const reader = new Reader(value ?? new Uint8Array())
      const version = reader.int16()
      const decoded = TRANSACTION_LOG.value.read(reader, version)
      const partitions = decoded.transactionPartitions?.map((one) => ({
        ...one,
        partitionIds: [...one.partitionIds].toSorted((a, b) => a - b)
      }))
      written.push({
        key: Buffer.from(key ?? []).toString('hex'),
        version,
        ...decoded,
        transactionPartitions: partitions ?? null
      })
    }
  }
  if (written.length === 0) throw new Error(`nothing is written down about ${transactionalId}`)
  // Wrapped one by one, since lists of objects are sorted before they are compared.
  for (const [at, one] of written.entries()) session.note(`record ${at} of ${transactionalId}`, one)
}

/** Markers bear the time at which they were written, also inside, and so have different contents at two brokers. */
function withoutTimes(seen: Read): unknown {
  const described = splitBatches(seen.records).batches.map(({ at, header }) => {
    const values = readRecordsSync(seen.records, at).map(({ key, value }) => ({ key, value }))
    const { baseOffset, attributes, producerId, producerEpoch, baseSequence } = header
    return { baseOffset, attributes, producerId, producerEpoch, baseSequence, values }
  })
  return { ...seen, records: described }
}

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
