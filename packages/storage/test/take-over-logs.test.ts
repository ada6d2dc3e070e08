/** Logs as a Kafka with a past leaves them: holes, ends that are missing, epochs of coordinators, odd timestamps. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import {
  batchOffset,
  buildBatch,
  buildControlBatch,
  endTransactionMarker,
  writeBatchCrc
} from '@naru/protocol'
import { suiteMarker } from '../src/suite/batches.ts'
import { startStorage } from './harness.ts'
import {
  diskWith,
  kafkaFiles,
  ORDERS,
  ORDERS_LOG,
  record,
  recordsOf,
  takeFrom,
  taken,
  type Files
} from './kafka-folder.ts'

/** The folder with another log of the orders. */
function withLog(log: Buffer, more: Files = {}): Files {
  return { ...kafkaFiles(), 'log-start-offset-checkpoint': '0\n0\n', [ORDERS_LOG]: log, ...more }
}

const plain = (baseOffset: number, timestamp = 5): Buffer =>
  Buffer.from(buildBatch({ baseOffset, records: [{ ...record('plain'), timestamp }] }))

it('ends-a-transaction-whose-producer-had-coordinators-of-higher-epochs', async () => {
  const owner = { producerId: 7, producerEpoch: 0, transactional: true }
  const log = Buffer.concat([
    buildBatch({ baseOffset: 10, ...owner, baseSequence: 0, records: [record('first')] }),
    buildControlBatch({ baseOffset: 11, ...owner, record: endTransactionMarker('commit', 6), timestamp: 6 }),
    buildBatch({ baseOffset: 12, ...owner, baseSequence: 1, records: [record('second')] })
  ])
  const { disk, clock } = await taken(withLog(log))
  const storage = await startStorage(disk, clock)
  assert.equal(storage.log.state(ORDERS, 0)?.lastStableOffset, 12)
  const marker = suiteMarker({ topicId: ORDERS, producer: { id: 7, epoch: 0 }, type: 'commit' })
  const [ended] = await storage.log.append([marker])
  assert.equal(ended?.kind, 'appended')
  assert.equal(storage.log.state(ORDERS, 0)?.lastStableOffset, 14)
  await storage.close()
})

it('refuses-a-hole-of-zeros-within-a-log', async () => {
  const log = Buffer.concat([plain(10), Buffer.alloc(4096), plain(11)])
  await assert.rejects(taken(withLog(log)), { code: 'KAFKA_LOG_DAMAGED' })
})

it('takes-the-zeros-behind-a-log-for-its-end', async () => {
  const { result } = await taken(withLog(Buffer.concat([plain(10), Buffer.alloc(2_500_000)])))
  assert.equal(result.topics[0]?.partitions[0]?.endOffset, 11)
})

it('refuses-a-log-that-ends-before-what-the-node-had-synced', async () => {
  const ends = { 'recovery-point-offset-checkpoint': '0\n1\norders 0 12\n' }
  await assert.rejects(taken(withLog(plain(10), ends)), { code: 'KAFKA_LOG_DAMAGED' })
  const whole = Buffer.concat([plain(10), plain(11)])
  const { result } = await taken(withLog(whole, ends))
  assert.equal(result.topics[0]?.partitions[0]?.endOffset, 12)
})

it('refuses-the-swap-files-of-a-compaction-that-was-not-finished', async () => {
  const swap = { 'orders-0/00000000000000000000.log.swap': plain(0) }
  await assert.rejects(taken(withLog(plain(10), swap)), { code: 'KAFKA_NOT_STOPPED' })
})

it('passes-over-files-that-are-being-deleted-or-cleaned', async () => {
  const { result } = await taken(
    withLog(plain(10), {
      'orders-0/00000000000000000000.log.deleted': plain(0),
      'orders-0/00000000000000000010.log.cleaned': plain(10)
    })
  )
  assert.deepEqual(result.topics[0]?.partitions[0], {
    partition: 0,
    startOffset: 10,
    endOffset: 11,
    bytes: plain(10).byteLength,
    openTransactions: 0
  })
})

it('takes-records-of-the-farthest-future-as-they-are', async () => {
  const batch = plain(10)
  for (const at of [batchOffset.baseTimestamp, batchOffset.maxTimestamp])
    batch.writeBigInt64BE(0x7fff_ffff_ffff_ffffn, at)
  writeBatchCrc(batch, 0)
  const { disk, clock } = await taken(withLog(Buffer.concat([batch, plain(11)])))
  const storage = await startStorage(disk, clock)
  const read = await recordsOf(storage, { offset: 10 })
  assert.ok(
    Buffer.concat(read.chunks)
      .subarray(0, batch.byteLength)
      .equals(batch.fill(0, 12, 16))
  )
  await storage.close()
})

it('keeps-the-end-of-a-log-whose-last-segment-is-empty', async () => {
  const files = withLog(plain(10), { 'orders-0/00000000000000000500.log': Buffer.alloc(0) })
  const { disk, clock } = await taken(files)
  const storage = await startStorage(disk, clock)
  const state = storage.log.state(ORDERS, 0)
  assert.deepEqual([state?.logStartOffset, state?.highWatermark], [10, 500])
  const read = await recordsOf(storage, { offset: 11 })
  assert.equal(read.chunks.length, 0)
  await storage.close()
})

it('refuses-offsets-that-no-log-can-have', async () => {
  const batch = plain(10)
  batch.writeBigInt64BE(1n << 60n, batchOffset.baseOffset)
  await assert.rejects(taken(withLog(batch)), { code: 'KAFKA_LOG_DAMAGED' })
})

it('looks-once-more-whether-the-node-has-been-started', async () => {
  const disk = await diskWith(kafkaFiles())
  const onProgress = (): void => void disk.mount().remove('/kafka/.kafka_cleanshutdown')
  await assert.rejects(takeFrom(disk, { onProgress, clock: new ManualClock() }), {
    code: 'KAFKA_NOT_STOPPED'
  })
  assert.ok(!disk.paths().includes('/data/format'), 'what was written does not count')
})
