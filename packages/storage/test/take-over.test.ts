/** What is taken over from a stopped Apache Kafka, and what is refused. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { writeFully, Writer, type Uuid } from '@naru/base'
import { ManualClock, nodeRandom } from '@naru/base/node'
import {
  buildBatch,
  buildControlBatch,
  CompressionCodec,
  endTransactionMarker,
  readBatchHeader,
  splitBatches
} from '@naru/protocol'
import { OFFSET_COMMIT } from '@naru/protocol/internal-records/offset-commit'
import { FaultyDisk } from '@naru/simulator'
import type { ReadRequest, ReadResult, Storage } from '../src/ports/index.ts'
import { takeOver } from '../src/take-over/index.ts'
import { startStorage } from './harness.ts'

const ORDERS = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid
const OFFSETS = 'AAAAAAAAAAAAAAAAAAAAfA' as Uuid
const LEVEL = 29

/** A record of Kafka's metadata: frame version 1, kind, version 0, fields, no tagged fields. */
function metadataRecord(kind: number, fields: (writer: Writer) => void): Buffer {
  const writer = new Writer()
  writer.unsignedVarint(1)
  writer.unsignedVarint(kind)
  writer.unsignedVarint(0)
  fields(writer)
  writer.unsignedVarint(0)
  return Buffer.from(writer.toBytes())
}

function topicRecords(name: string, topicId: Uuid, partitions: number): Buffer[] {
  const topic = metadataRecord(2, (writer) => {
    writer.string(name, true)
    writer.uuid(topicId)
  })
  const parts = Array.from({ length: partitions }, (_, partition) =>
    metadataRecord(3, (writer) => {
      writer.int32(partition)
      writer.uuid(topicId)
    })
  )
  return [topic, ...parts]
}

function level(number: number): Buffer {
  return metadataRecord(12, (writer) => {
    writer.string('metadata.version', true)
    writer.int16(number)
  })
}

function config(topic: string, name: string, value: string): Buffer {
  return metadataRecord(4, (writer) => {
    writer.int8(2)
    writer.string(topic, true)
    writer.string(name, true)
    writer.nullableString(value, true)
  })
}

const record = (value: string | Buffer, key: Buffer | null = null) => ({
  key,
  value: Buffer.from(value),
  timestamp: 5
})

interface Files {
  readonly [path: string]: string | Buffer
}

/** A folder as a node leaves it: a topic with a gap in its offsets, an aborted transaction, and one that is open. */
function kafkaFiles(metadataLevel = LEVEL): Files {
  const owner = { producerId: 7, producerEpoch: 0, partitionLeaderEpoch: 4, transactional: true }
  const log = Buffer.concat([
    buildBatch({ baseOffset: 10, partitionLeaderEpoch: 3, records: [record('a'), record('b')] }),
    buildBatch({ baseOffset: 20, ...owner, baseSequence: 0, records: [record('taken back')] }),
    buildControlBatch({ baseOffset: 21, ...owner, record: endTransactionMarker('abort', 0), timestamp: 6 }),
    buildBatch({
      baseOffset: 22,
      ...owner,
      baseSequence: 1,
      compression: CompressionCodec.gzip,
      records: [record('open')]
    })
  ])
  const values = [
    level(metadataLevel),
    ...topicRecords('orders', ORDERS, 1),
    ...topicRecords('__consumer_offsets', OFFSETS, 1)
  ]
  values.push(config('orders', 'retention.ms', '-1'))
  return {
    'meta.properties': 'version=1\ncluster.id=the-cluster\nnode.id=0\n',
    '.kafka_cleanshutdown': '{}',
    'log-start-offset-checkpoint': '0\n1\norders 0 11\n',
    '__cluster_metadata-0/00000000000000000000.log': buildBatch({
      records: values.map((value) => record(value))
    }),
    'orders-0/00000000000000000010.log': log,
    '__consumer_offsets-0/00000000000000000000.log': buildBatch({ records: [committed()] })
  }
}

function committed() {
  const key = new Writer()
  key.int16(OFFSET_COMMIT.recordType)
  OFFSET_COMMIT.key.write(key, { group: 'readers', topic: 'orders', partition: 0 }, 1)
  const value = new Writer()
  value.int16(3)
  const fields = {
    offset: 11,
    leaderEpoch: 3,
    metadata: '',
    commitTimestamp: 5,
    expireTimestamp: -1,
    topicId: ORDERS
  }
  OFFSET_COMMIT.value.write(value, fields, 3)
  return record(Buffer.from(value.toBytes()), Buffer.from(key.toBytes()))
}

/** Of the first partition of the orders, unless asked for others. */
async function recordsOf(
  { log }: Pick<Storage, 'log'>,
  request: Pick<ReadRequest, 'offset'> & Partial<ReadRequest>
): Promise<Extract<ReadResult, { kind: 'records' }>> {
  const read = await log.read({
    topicId: ORDERS,
    partition: 0,
    maxBytes: 10_000,
    minOneBatch: true,
    isolation: 'read-uncommitted',
    ...request
  })
  assert.ok(read.kind === 'records')
  return read
}

async function taken(files: Files, dryRun = false) {
  const disk = new FaultyDisk({ seed: 1 })
  const mounted = disk.mount()
  for (const [name, content] of Object.entries(files)) {
    const path = `/kafka/${name}`
    await mounted.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    const file = await mounted.open(path, { mode: 'create' })
    await writeFully(file, [Buffer.from(content)], 0)
    await file.datasync()
    await file.close()
  }
  const clock = new ManualClock()
  const options = {
    source: '/kafka',
    target: '/data',
    dryRun,
    clock,
    random: nodeRandom,
    logger: { log: () => undefined }
  }
  const result = await takeOver({ ...options, disk: mounted })
  return { disk, clock, result }
}

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
