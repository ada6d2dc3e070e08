/** Compressed batches: what is looked for inside of them, and what a topic's `compression.type` makes of them. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import {
  batchOffset,
  buildBatch,
  CompressionCodec,
  compressionOf,
  ErrorCode,
  readRecordsSync,
  splitBatches,
  writeBatchCrc,
  type RecordToWrite
} from '@naru/protocol'
import { PRODUCE, type ProduceResponse } from '@naru/protocol/messages/00-produce'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const sentMs = 1_760_000_000_000
const codecs = Object.entries(CompressionCodec)

function record(value: string, part: Partial<RecordToWrite> = {}): RecordToWrite {
  return { key: Buffer.from('k'), value: Buffer.from(value), timestamp: sentMs, ...part }
}

describe('Produce of compressed batches', () => {
  let broker: RunningBroker
  let client: RawClient

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    await create('plain', {})
    await create('compacted', { 'cleanup.policy': 'compact' })
    for (const type of ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd']) {
      await create(`as-${type}`, { 'compression.type': type, 'compression.gzip.level': '1' })
    }
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  async function create(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const configs = Object.entries(settings).map(([key, value]) => ({ name: key, value }))
    const topic = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs }
    await client.send(CREATE_TOPICS, { topics: [topic], timeoutMs: 1000, validateOnly: false })
  }

  function produce(name: string, records: Buffer): Promise<ProduceResponse> {
    const topicData = [{ name, topicId: ZERO_UUID, partitionData: [{ index: 0, records }] }]
    return client.send(PRODUCE, { transactionalId: null, acks: -1, timeoutMs: 1000, topicData }, 12)
  }

  async function stored(topic: string, offset: number): Promise<Buffer> {
    const { storage } = broker.context
    const topicId = storage.metadata.image.topicsByName.get(topic)?.topicId ?? ZERO_UUID
    const request = { topicId, partition: 0, offset, maxBytes: 10_000_000, minOneBatch: true }
    const read = await storage.log.read({ ...request, isolation: 'read-uncommitted' })
    assert.ok(read.kind === 'records')
    return Buffer.concat(read.chunks)
  }

  const partOf = ({ responses }: ProduceResponse) => {
    const [part] = responses[0]?.partitionResponses ?? []
    assert.ok(part !== undefined)
    return part
  }

  for (const [name, compression] of codecs) {
    test(`a record without a key is refused by a compacted topic and named, with ${name}`, async () => {
      const records = [record('a'), record('b', { key: null }), record('c')]
      const part = partOf(await produce('compacted', buildBatch({ records, compression })))
      assert.equal(part.errorCode, ErrorCode.INVALID_RECORD)
      assert.deepEqual(
        part.recordErrors.map(({ batchIndex }) => batchIndex),
        [1]
      )
    })
  }

  test('a record from the far future is refused inside a compressed batch', async () => {
    const records = [record('a'), record('b', { timestamp: Number.MAX_SAFE_INTEGER - 1 })]
    const part = partOf(await produce('plain', buildBatch({ records, compression: CompressionCodec.gzip })))
    assert.equal(part.errorCode, ErrorCode.INVALID_TIMESTAMP)
  })

  for (const [name, compression] of codecs.filter(([, codec]) => codec !== 0)) {
    test(`damage inside a right checksum is refused, with ${name}`, async () => {
      const batch = buildBatch({ records: [record('x'.repeat(500))], compression })
      batch.fill(0xff, batchOffset.records, batchOffset.records + 12)
      writeBatchCrc(batch, 0)
      assert.equal(partOf(await produce('plain', batch)).errorCode, ErrorCode.CORRUPT_MESSAGE)
    })
  }

  test('a batch that claims more records than it holds is refused', async () => {
    const batch = buildBatch({ records: [record('x')], compression: CompressionCodec.zstd })
    batch.writeInt32BE(3, batchOffset.recordCount)
    batch.writeInt32BE(2, batchOffset.lastOffsetDelta)
    writeBatchCrc(batch, 0)
    assert.equal(partOf(await produce('plain', batch)).errorCode, ErrorCode.INVALID_RECORD)
  })

  for (const [target, targetCodec] of codecs) {
    test(`a topic of compression.type ${target} stores every batch so`, async () => {
      const topic = target === 'none' ? 'as-uncompressed' : `as-${target}`
      for (const [, compression] of codecs) {
        const values = ['one', 'two'.repeat(3000), '']
        const records = values.map((value) => record(value))
        const part = partOf(await produce(topic, buildBatch({ records, compression })))
        assert.equal(part.errorCode, ErrorCode.NONE)
        const bytes = await stored(topic, part.baseOffset)
        const [batch] = splitBatches(bytes).batches
        assert.equal(compressionOf(batch?.header.attributes ?? -1), targetCodec)
        const read = readRecordsSync(bytes, 0)
        assert.deepEqual(
          read.map(({ value }) => Buffer.from(value ?? []).toString()),
          values
        )
        assert.deepEqual(new Set(read.map(({ timestamp }) => timestamp)), new Set([sentMs]))
      }
    })
  }

  test('requests of one connection keep their order, whatever has to be opened', async () => {
    await create('ordered', {})
    const sent = Array.from({ length: 40 }, (_, index) => {
      const isLarge = index % 2 === 0
      const compression = isLarge ? CompressionCodec.gzip : CompressionCodec.none
      const value = `${index}:${isLarge ? 'x'.repeat(200_000) : ''}`
      return produce('ordered', buildBatch({ records: [record(value)], compression }))
    })
    const offsets = (await Promise.all(sent)).map((response) => partOf(response).baseOffset)
    assert.deepEqual(
      offsets,
      offsets.map((_, index) => index)
    )
  })
})
