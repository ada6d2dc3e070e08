import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode } from '@naru/protocol'
import { Capacity } from '../coordinator/capacity.ts'
import { TransactionDriver, type Identity } from '../../test/transactions/transaction-driver.ts'
import { END_WAIT_MS_MAX, PRODUCER_EPOCH_MAX, TRANSACTION_PARTITIONS_MAX } from './limits.ts'
import { STATUS_NAMES, TransactionStatus } from './transaction.ts'

function begun(driver: TransactionDriver): Identity {
  const result = driver.init()
  assert.equal(result?.error, ErrorCode.NONE)
  return { producerId: result.producerId, producerEpoch: result.producerEpoch }
}

function status(driver: TransactionDriver): string {
  const { status: is } = driver.transaction() ?? assert.fail('there is no transaction')
  return STATUS_NAMES[is]
}

test('a transaction goes from Empty over Ongoing and Prepare to Complete, and round again', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  assert.equal(status(driver), 'Empty')
  assert.equal(driver.add(producer, [0, 1]).answer, ErrorCode.NONE)
  assert.equal(status(driver), 'Ongoing')
  const ended = driver.end(producer, true)
  assert.deepEqual(ended, { error: ErrorCode.NONE, producerId: producer.producerId, producerEpoch: 1 })
  assert.equal(status(driver), 'PrepareCommit')
  const [due] = driver.due
  assert.deepEqual(due?.marker, {
    producerId: producer.producerId,
    producerEpoch: 1,
    isCommit: true,
    coordinatorEpoch: 0,
    transactionVersion: 2
  })
  assert.deepEqual([...(due?.partitions.get('t') ?? [])], [0, 1])
  driver.writeMarkers()
  assert.equal(status(driver), 'CompleteCommit')
  assert.equal(driver.transaction()?.partitions.size, 0)
  assert.equal(driver.add({ ...producer, producerEpoch: 1 }).answer, ErrorCode.NONE)
  assert.equal(status(driver), 'Ongoing')
})

test('nothing is answered, and no marker goes out, before the decision is durable', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  driver.add(producer)
  driver.durable = false
  let answered = false
  driver.run((step) => {
    const command = {
      ...producer,
      transactionalId: 'id',
      isCommit: true,
      clientVersion: 2,
      freshProducerId: undefined
    } as const
    driver.machine.end(step, command, () => (answered = true))
  })
  assert.equal(answered, false)
  assert.equal(driver.due.length, 0)
  driver.settle()
  assert.equal(answered, true)
  assert.equal(driver.due.length, 1)
})

test('what waits for the end of a transaction goes on when it has ended, or is told to ask again', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  driver.add(producer)
  driver.end(producer, true)
  const next = { ...producer, producerEpoch: 1 }
  assert.equal(driver.add(next).answer, ErrorCode.CONCURRENT_TRANSACTIONS)
  const waiting = driver.add(next, [0], { waitsForEnd: true })
  const given = driver.add(next, [1], { waitsForEnd: true })
  assert.equal(waiting.answer, undefined)
  driver.advance(END_WAIT_MS_MAX)
  assert.equal(waiting.answer, ErrorCode.CONCURRENT_TRANSACTIONS)
  assert.equal(given.answer, ErrorCode.CONCURRENT_TRANSACTIONS)
  const later = driver.add(next, [2], { waitsForEnd: true })
  driver.writeMarkers()
  assert.equal(later.answer, ErrorCode.NONE)
  assert.equal(status(driver), 'Ongoing')
})

test('a successor fences, and the next try gets the epoch after that', () => {
  const driver = new TransactionDriver()
  const first = begun(driver)
  driver.add(first)
  assert.equal(driver.init()?.error, ErrorCode.CONCURRENT_TRANSACTIONS)
  assert.equal(status(driver), 'PrepareAbort')
  assert.equal(driver.init()?.error, ErrorCode.CONCURRENT_TRANSACTIONS)
  assert.equal(driver.due[0]?.marker.producerEpoch, 1)
  driver.writeMarkers()
  assert.equal(driver.init()?.producerEpoch, 2)
  assert.equal(driver.add(first).answer, ErrorCode.PRODUCER_FENCED)
  assert.equal(driver.end(first, true)?.error, ErrorCode.PRODUCER_FENCED)
})

test('a predecessor of version 1 ends no transaction of its successor', () => {
  const driver = new TransactionDriver()
  const first = begun(driver)
  const second = begun(driver)
  assert.equal(driver.add(second, [0], { clientVersion: 0 }).answer, ErrorCode.NONE)
  assert.equal(driver.end(first, true, 0)?.error, ErrorCode.PRODUCER_FENCED)
  assert.equal(status(driver), 'Ongoing')
})

test('a retried end is answered with what the first one gave, and only with the same outcome', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  driver.add(producer)
  driver.end(producer, true)
  assert.equal(driver.end(producer, true)?.error, ErrorCode.CONCURRENT_TRANSACTIONS)
  driver.writeMarkers()
  const { producerId } = producer
  assert.deepEqual(driver.end(producer, true), { error: ErrorCode.NONE, producerId, producerEpoch: 1 })
  assert.equal(driver.end(producer, false)?.error, ErrorCode.INVALID_TXN_STATE)
})

test('when epochs run out, the end gives a new id, also across a restart in the middle, and knows a retry', () => {
  const driver = new TransactionDriver()
  const { producerId } = begun(driver)
  const last = { producerId, producerEpoch: PRODUCER_EPOCH_MAX - 1 }
  const transaction = driver.transaction() ?? assert.fail()
  driver.put({ ...transaction, producerEpoch: last.producerEpoch })
  driver.add(last)
  const ended = driver.end(last, true)
  assert.equal(ended?.producerEpoch, 0)
  assert.notEqual(ended?.producerId, producerId)
  assert.equal(driver.due[0]?.marker.producerId, producerId)
  assert.equal(driver.due[0]?.marker.producerEpoch, PRODUCER_EPOCH_MAX)
  driver.restart()
  assert.equal(driver.due[0]?.marker.producerEpoch, PRODUCER_EPOCH_MAX)
  driver.writeMarkers()
  assert.equal(driver.transaction()?.producerId, ended?.producerId)
  assert.deepEqual(driver.end(last, true), ended)
  assert.equal(driver.add({ producerId: ended?.producerId ?? -1, producerEpoch: 0 }).answer, ErrorCode.NONE)
})

test('an id whose epochs are used up is initialized with a new producer id, once for a retried call', () => {
  const driver = new TransactionDriver()
  const { producerId } = begun(driver)
  const last = { producerId, producerEpoch: PRODUCER_EPOCH_MAX - 1 }
  driver.put({ ...(driver.transaction() ?? assert.fail()), producerEpoch: last.producerEpoch })
  const first = driver.init(last)
  assert.equal(first?.producerEpoch, 0)
  assert.notEqual(first?.producerId, producerId)
  assert.deepEqual(driver.init(last), first)
})

test('a producer that takes too long is fenced and its transaction aborted', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  driver.add(producer)
  driver.advance(60_000)
  driver.run((step) => driver.machine.abortTimedOut(step))
  assert.equal(status(driver), 'Ongoing')
  driver.advance(1)
  driver.run((step) => driver.machine.abortTimedOut(step))
  driver.writeMarkers()
  assert.equal(status(driver), 'CompleteAbort')
  assert.equal(driver.end(producer, true)?.error, ErrorCode.INVALID_TXN_STATE)
})

test('ids that nobody uses are forgotten, those with a transaction are not', () => {
  const driver = new TransactionDriver()
  driver.add(begun(driver))
  driver.init(undefined, 'idle')
  driver.advance(driver.settings.idExpirationMs)
  driver.run((step) => driver.machine.removeExpired(step, driver.wallMs))
  assert.deepEqual([...driver.machine.state.transactions.keys()], ['id'])
  assert.deepEqual(driver.log.at(-1), { transactionalId: 'idle', value: null })
})

test('what was decided before a restart is carried out after it', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  driver.add(producer)
  driver.end(producer, false)
  driver.restart()
  assert.equal(driver.due[0]?.marker.isCommit, false)
  driver.writeMarkers()
  assert.equal(status(driver), 'CompleteAbort')
})

test('partitions of older clients are verified, and nothing else', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  driver.add(producer, [0], { clientVersion: 0 })
  assert.deepEqual(
    driver.verify(producer, [0, 1])?.map(({ error }) => error),
    [ErrorCode.NONE, ErrorCode.TRANSACTION_ABORTABLE]
  )
  driver.end(producer, true, 0)
  assert.equal(driver.transaction()?.producerEpoch, 0)
  assert.equal(driver.due[0]?.marker.transactionVersion, 1)
  assert.equal(driver.verify(producer, [0])?.[0]?.error, ErrorCode.CONCURRENT_TRANSACTIONS)
})

test('a transaction in which nothing was written is aborted without a marker', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  assert.equal(driver.end(producer, true)?.error, ErrorCode.INVALID_TXN_STATE)
  assert.equal(driver.end(producer, false)?.producerEpoch, 1)
  assert.equal(driver.due.length, 0)
  assert.equal(status(driver), 'CompleteAbort')
})

test('more ids than there may be, and more partitions in a transaction, are refused', () => {
  const driver = new TransactionDriver(new Capacity(1))
  const producer = begun(driver)
  assert.equal(driver.init(undefined, 'second')?.error, ErrorCode.POLICY_VIOLATION)
  const many = Array.from({ length: TRANSACTION_PARTITIONS_MAX + 1 }, (_, index) => index)
  assert.equal(driver.add(producer, many).answer, ErrorCode.POLICY_VIOLATION)
  assert.equal(driver.transaction()?.status, TransactionStatus.empty)
})

test('the end of the next transaction, and whatever comes before the markers, is told to ask again', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  driver.add(producer)
  const next = driver.end(producer, true) ?? assert.fail()
  assert.equal(driver.end(next, false)?.error, ErrorCode.CONCURRENT_TRANSACTIONS)
  assert.equal(driver.end(producer, false)?.error, ErrorCode.CONCURRENT_TRANSACTIONS)
  assert.equal(driver.add({ ...producer, producerEpoch: 9 }).answer, ErrorCode.CONCURRENT_TRANSACTIONS)
  assert.equal(driver.init({ ...producer, producerEpoch: 9 })?.error, ErrorCode.CONCURRENT_TRANSACTIONS)
  driver.writeMarkers()
  assert.equal(driver.end(next, false)?.error, ErrorCode.NONE)
})

test('markers of an earlier decision complete nothing, though those of a version 1 producer look the same', () => {
  const driver = new TransactionDriver()
  const producer = begun(driver)
  driver.add(producer, [0], { clientVersion: 0 })
  driver.end(producer, true, 0)
  const [early] = driver.due
  assert.ok(early !== undefined && driver.machine.isDue(early))
  driver.restart()
  assert.equal(driver.machine.isDue(early), false)
  driver.run((step) => driver.machine.markersWritten(step, early))
  assert.equal(status(driver), 'PrepareCommit')
  driver.writeMarkers()
  assert.equal(status(driver), 'CompleteCommit')
  driver.add(producer, [1], { clientVersion: 0 })
  driver.end(producer, true, 0)
  const [late] = driver.due
  assert.deepEqual(late?.marker, early.marker)
  driver.run((step) => driver.machine.markersWritten(step, early))
  assert.equal(status(driver), 'PrepareCommit')
  driver.writeMarkers()
  assert.equal(status(driver), 'CompleteCommit')
})

const DAY_MS = 86_400_000

test('a wall clock that jumps neither ends an open transaction nor keeps one beyond its time-out', () => {
  for (const jumpMs of [DAY_MS, -DAY_MS]) {
    const driver = new TransactionDriver()
    driver.add(begun(driver))
    driver.wallMs += jumpMs
    driver.run((step) => driver.machine.abortTimedOut(step))
    assert.equal(status(driver), 'Ongoing')
    driver.advance(60_001)
    driver.run((step) => driver.machine.abortTimedOut(step))
    assert.equal(status(driver), 'PrepareAbort')
  }
})

test('the time-out of a transaction that was open before a start counts from its beginning', () => {
  const driver = new TransactionDriver()
  driver.add(begun(driver))
  driver.advance(40_000)
  driver.restart()
  driver.advance(20_000)
  driver.run((step) => driver.machine.abortTimedOut(step))
  assert.equal(status(driver), 'Ongoing')
  driver.advance(1)
  driver.run((step) => driver.machine.abortTimedOut(step))
  assert.equal(status(driver), 'PrepareAbort')
})
