/** Refusals of Produce that depend on more than the batch: the version, the acks, the number of partitions. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID } from '@naru/base'
import {
  batchOffset,
  buildBatch,
  CompressionCodec,
  computeBatchCrc,
  readBatchHeader,
  TimestampType,
  timestampTypeOf,
  writeBatchCrc
} from '@naru/protocol'
import { PRODUCE, type ProduceResponse } from '@naru/protocol/messages/00-produce'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const TOPIC = 'refusals'
const UNKNOWN_TOPIC_OR_PARTITION = 3
const INVALID_REQUIRED_ACKS = 21
const UNSUPPORTED_COMPRESSION_TYPE = 76

describe('Produce', () => {
  let broker: RunningBroker
  let client: RawClient

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    const topic = { name: TOPIC, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
    await client.send(CREATE_TOPICS, { topics: [topic], timeoutMs: 1000, validateOnly: false })
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  function batch(compression: CompressionCodec = CompressionCodec.none): Buffer {
    const records = [{ key: null, value: Buffer.from('v'), timestamp: 1_760_000_000_000 }]
    return buildBatch({ records, compression })
  }

  function produce(options: {
    topics?: readonly string[]
    acks?: number
    records?: Uint8Array
    index?: number
    version?: number
  }): Promise<ProduceResponse> {
    const { topics = [TOPIC], acks = -1, records = batch(), index = 0, version = 12 } = options
    const partitionData = [{ index, records }]
    const topicData = topics.map((name) => ({ name, topicId: ZERO_UUID, partitionData }))
    return client.send(PRODUCE, { transactionalId: null, acks, timeoutMs: 1000, topicData }, version)
  }

  const codes = ({ responses }: ProduceResponse): number[] =>
    responses.flatMap(({ partitionResponses }) => partitionResponses.map(({ errorCode }) => errorCode))

  test('takes zstd from version 7 on only, since older clients could not read it', async () => {
    const records = batch(CompressionCodec.zstd)
    assert.deepEqual(codes(await produce({ records, version: 6 })), [UNSUPPORTED_COMPRESSION_TYPE])
    assert.deepEqual(codes(await produce({ records, version: 7 })), [0])
    assert.deepEqual(codes(await produce({ records: batch(CompressionCodec.gzip), version: 3 })), [0])
  })

  test('looks for the topic before it looks at the acks', async () => {
    const response = await produce({ topics: [TOPIC, 'nowhere'], acks: 2 })
    assert.deepEqual(codes(response), [INVALID_REQUIRED_ACKS, UNKNOWN_TOPIC_OR_PARTITION])
  })

  test('keeps a producer from calling its own time the broker’s', async () => {
    const records = [{ key: null, value: Buffer.from('v'), timestamp: 1_760_000_000_000 }]
    for (const compression of [CompressionCodec.none, CompressionCodec.gzip]) {
      const claim = buildBatch({ records, compression, logAppendTimeMs: 1_760_000_000_000 })
      const { responses } = await produce({ records: claim })
      const offset = responses[0]?.partitionResponses[0]?.baseOffset ?? -1
      const topicId = broker.context.topics.byName(TOPIC)?.topicId ?? ZERO_UUID
      const read = { topicId, partition: 0, offset, maxBytes: 1000, minOneBatch: true } as const
      const kept = await broker.context.storage.log.read({ ...read, isolation: 'read-uncommitted' })
      assert.ok(kept.kind === 'records' && kept.chunks[0] !== undefined)
      const { attributes, crc } = readBatchHeader(kept.chunks[0])
      assert.equal(timestampTypeOf(attributes), TimestampType.createTime)
      assert.equal(crc, computeBatchCrc(kept.chunks[0], 0))
    }
  })

  test('finds a record by its time, whatever the batch says its largest time is', async () => {
    const records = batch()
    records.writeBigInt64BE(5n, batchOffset.maxTimestamp)
    writeBatchCrc(records, 0)
    await produce({ records, index: 1 })
    const topicId = broker.context.topics.byName(TOPIC)?.topicId ?? ZERO_UUID
    const query = { kind: 'at-or-after', timestampMs: 1_760_000_000_000 } as const
    const found = await broker.context.storage.log.offsetForTimestamp(topicId, 1, query)
    assert.equal(found?.timestampMs, query.timestampMs)
  })

  test('answers ten thousand topics in a time that grows with their number only', async () => {
    const topics = Array.from({ length: 10_000 }, (_, at) => `nowhere-${at}`)
    const started = performance.now()
    const response = await produce({ topics })
    assert.deepEqual(new Set(codes(response)), new Set([UNKNOWN_TOPIC_OR_PARTITION]))
    assert.equal(response.responses.length, topics.length)
    const ms = performance.now() - started
    assert.ok(ms < 800, `took ${ms} ms`)
  })
})
