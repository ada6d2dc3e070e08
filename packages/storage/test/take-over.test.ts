/** What is taken over from a stopped Apache Kafka, and what is refused. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readBatchHeader, splitBatches } from '@naru/protocol'
import { startStorage } from './harness.ts'
import { kafkaFiles, LEVEL, OFFSETS, ORDERS, recordsOf, taken, type Files } from './kafka-folder.ts'

it('takes-topics-settings-and-records-over-at-their-offsets', async () => {
  const { disk, clock, result } = await taken(kafkaFiles())
  assert.deepEqual(
    result.topics.map(({ name, partitions }) => [name, partitions[0]?.startOffset, partitions[0]?.endOffset]),
    [
      ['orders', 11, 23],
      ['__consumer_offsets', 0, 1]
    ]
  )
  const storage = await startStorage(disk, clock)
  const { image } = storage.metadata
  assert.equal(image.clusterId, 'the-cluster')
  assert.equal(image.topicsByName.get('orders')?.topicId, ORDERS)
  assert.equal(image.configs.get('topic:orders')?.get('retention.ms'), '-1')
  const read = await recordsOf(storage, { offset: 11 })
  const headers = read.chunks.flatMap((chunk) => splitBatches(chunk).batches.map(({ header }) => header))
  assert.deepEqual(
    headers.map(({ baseOffset }) => baseOffset),
    [10, 20, 21, 22]
  )
  assert.ok(headers.every(({ partitionLeaderEpoch }) => partitionLeaderEpoch === 0))
  await storage.close()
})

it('keeps-the-beginning-of-a-log-whose-first-records-compaction-has-taken', async () => {
  const files = kafkaFiles()
  const { 'log-start-offset-checkpoint': _, 'orders-0/00000000000000000010.log': log, ...others } = files
  const { disk, clock } = await taken({ ...others, 'orders-0/00000000000000000003.log': log ?? '' })
  const storage = await startStorage(disk, clock)
  assert.equal(storage.log.state(ORDERS, 0)?.logStartOffset, 3)
  const read = await recordsOf(storage, { offset: 4, maxBytes: 1 })
  assert.equal(readBatchHeader(read.chunks[0] ?? Buffer.alloc(0)).baseOffset, 10)
  await storage.close()
})

it('keeps-transactions-aborted-or-open-and-producers-where-they-were', async () => {
  const { disk, clock } = await taken(kafkaFiles())
  const storage = await startStorage(disk, clock)
  assert.equal(storage.log.state(ORDERS, 0)?.lastStableOffset, 22)
  const read = await recordsOf(storage, { offset: 11, isolation: 'read-committed' })
  assert.deepEqual(read.abortedTransactions, [{ producerId: 7, firstOffset: 20 }])
  const [producer] = storage.log.producers(ORDERS, 0)
  assert.equal(producer?.lastSequence, 1)
  assert.equal(producer?.currentTransactionStartOffset, 22)
  await storage.close()
})

it('resets-the-leader-epoch-of-committed-offsets', async () => {
  const { disk, clock } = await taken(kafkaFiles())
  const storage = await startStorage(disk, clock)
  const read = await recordsOf(storage, { topicId: OFFSETS, offset: 0 })
  const [chunk] = read.chunks
  assert.ok(chunk !== undefined)
  assert.equal(readBatchHeader(chunk).recordCount, 1)
  // version int16, offset int64, leader epoch int32
  const text = Buffer.from(chunk).toString('hex')
  assert.ok(text.includes('0003000000000000000b00000000'), 'the epoch is 0 behind version 3 and offset 11')
  await storage.close()
})

it('writes-nothing-in-a-dry-run', async () => {
  const { disk, result } = await taken(kafkaFiles(), true)
  assert.equal(result.topics.length, 2)
  assert.ok(disk.paths().every((path) => path.startsWith('/kafka/')))
})

async function refused(code: string, files: Files): Promise<void> {
  await assert.rejects(taken(files), { code })
}

it('refuses-a-node-that-runs-or-has-died', async () => {
  const { '.kafka_cleanshutdown': _, ...running } = kafkaFiles()
  await refused('KAFKA_NOT_STOPPED', running)
})

it('refuses-what-is-no-log-folder-of-kafka', () => refused('NOT_KAFKA', { 'some.txt': 'x' }))

it('refuses-another-metadata-version', () => refused('KAFKA_VERSION', kafkaFiles(LEVEL - 1)))

it('refuses-a-folder-without-all-partitions', async () => {
  const { 'orders-0/00000000000000000010.log': _, ...others } = kafkaFiles()
  await refused('KAFKA_INCOMPLETE', others)
})

it('refuses-damaged-records', async () => {
  const files = kafkaFiles()
  const log = Buffer.from(files['orders-0/00000000000000000010.log'] ?? '')
  log[80] = (log[80] ?? 0) ^ 1
  await refused('KAFKA_LOG_DAMAGED', { ...files, 'orders-0/00000000000000000010.log': log })
})

it('refuses-a-last-batch-that-is-not-whole', async () => {
  const files = kafkaFiles()
  const log = Buffer.from(files['orders-0/00000000000000000010.log'] ?? '')
  await refused('KAFKA_LOG_DAMAGED', { ...files, 'orders-0/00000000000000000010.log': log.subarray(0, -3) })
})
