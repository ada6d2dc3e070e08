/** What strangers may send: Kafka's error code or a closed connection, and nobody else notices. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ZERO_UUID, type LogFields } from '@naru/base'
import { buildBatch } from '@naru/protocol'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { API_VERSIONS } from '@naru/protocol/messages/18-api-versions'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'

const TOPIC = 'bad-input'

function frame(...parts: readonly (number | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)))
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

describe('bad input', () => {
  let broker: RunningBroker
  let witness: RawClient
  const refusals: string[] = []

  before(async () => {
    const logger = {
      log: (_level: string, event: string, fields?: LogFields) => {
        if (event === 'connection-refused') refusals.push(String(fields?.['reason']))
        if (event === 'handler-failed') assert.fail(String(fields?.['error']))
      }
    }
    broker = await startInProcessBroker({ logger })
    witness = await RawClient.connect(broker)
    const topic = { name: TOPIC, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    await witness.send(CREATE_TOPICS, { topics: [topic], timeoutMs: 1000, validateOnly: false })
  })

  after(async () => {
    await witness[Symbol.asyncDispose]()
    await broker.close()
  })

  async function isRefused(bytes: Buffer): Promise<string | undefined> {
    const count = refusals.length
    const client = await RawClient.connect(broker)
    client.sendBytes(bytes)
    await client.whenClosed()
    return refusals.slice(count).at(-1)
  }

  async function produce(records: Uint8Array | null, options: { acks?: number; partition?: number } = {}) {
    const partitionData = [{ index: options.partition ?? 0, records }]
    const topicData = [{ name: TOPIC, topicId: ZERO_UUID, partitionData }]
    const request = { transactionalId: null, acks: options.acks ?? -1, timeoutMs: 1000, topicData }
    const response = await witness.send(PRODUCE, request, 9)
    return response.responses[0]?.partitionResponses[0]?.errorCode
  }

  function batch(size = 10): Buffer {
    return buildBatch({ records: [{ key: null, value: Buffer.alloc(size, 'x'), timestamp: 1 }] })
  }

  test('a length over the limit closes the connection before anything is allocated', async () => {
    assert.match((await isRefused(int32(0x7fffffff))) ?? '', /too-large/)
    assert.match((await isRefused(int32(-5))) ?? '', /negative-length/)
    assert.match((await isRefused(int32(3))) ?? '', /too-short/)
  })

  test('an unknown API and an unknown version close the connection with a line in the log', async () => {
    const header = (key: number, version: number): Buffer =>
      frame(int16(key), int16(version), int32(1), int16(-1))
    const wrapped = (body: Buffer): Buffer => frame(int32(body.length), body)
    assert.match((await isRefused(wrapped(header(999, 0)))) ?? '', /999/)
    assert.match((await isRefused(wrapped(header(3, 99)))) ?? '', /Metadata version 99/)
    assert.match((await isRefused(wrapped(header(0, 2)))) ?? '', /Produce version 2/)
  })

  test('an unknown version of ApiVersions is answered in version 0 with what is known', async () => {
    const client = await RawClient.connect(broker)
    const answer = Buffer.from(await client.sendFrame(frame(int16(18), int16(77), int32(5), int16(-1), 0)))
    assert.equal(answer.readInt32BE(0), 5)
    assert.equal(answer.readInt16BE(4), 35)
    assert.equal(answer.readInt32BE(6), 1)
    assert.deepEqual([answer.readInt16BE(10), answer.readInt16BE(12), answer.readInt16BE(14)], [18, 0, 4])
    const request = { clientSoftwareName: 'again', clientSoftwareVersion: '1' }
    assert.equal((await client.send(API_VERSIONS, request, 4)).errorCode, 0)
    await client[Symbol.asyncDispose]()
  })

  test('a count that lies closes the connection', async () => {
    const body = frame(int16(3), int16(1), int32(1), int16(-1), int32(0x7ffffff0))
    assert.match((await isRefused(frame(int32(body.length), body))) ?? '', /Metadata version 1/)
  })

  test('bytes after the end of a request mean nothing: librdkafka 2.15 sends some behind Metadata', async () => {
    const client = await RawClient.connect(broker)
    const body = frame(int16(18), int16(0), int32(7), int16(-1), 1, 2, 3)
    const answer = Buffer.from(await client.sendFrame(body))
    assert.deepEqual([answer.readInt32BE(0), answer.readInt16BE(4)], [7, 0])
    await client[Symbol.asyncDispose]()
  })

  test('a client that calls itself nothing sensible gets INVALID_REQUEST', async () => {
    const request = { clientSoftwareName: '-', clientSoftwareVersion: '1' }
    assert.equal((await witness.send(API_VERSIONS, request, 3)).errorCode, 42)
  })

  test('a damaged, an empty, a doubled and a too large batch are refused by their error codes', async () => {
    const damaged = batch()
    damaged[70] = (damaged[70] ?? 0) ^ 1
    assert.equal(await produce(damaged), 2)
    assert.equal(await produce(null), 87)
    assert.equal(await produce(Buffer.alloc(0)), 87)
    assert.equal(await produce(Buffer.concat([batch(), batch()])), 87)
    assert.equal(await produce(batch(1_048_588)), 10)
    assert.equal(await produce(batch(1_000_000)), 0)
  })

  test('an unknown partition and senseless acks are refused by their error codes', async () => {
    assert.equal(await produce(batch(), { partition: 1 }), 3)
    assert.equal(await produce(batch(), { partition: -1 }), 3)
    assert.equal(await produce(batch(), { acks: 2 }), 21)
  })

  test('a batch with acks 0 that is refused closes the connection', async () => {
    const client = await RawClient.connect(broker)
    const partitionData = [{ index: 7, records: batch() }]
    const topicData = [{ name: TOPIC, topicId: ZERO_UUID, partitionData }]
    const request = { transactionalId: null, acks: 0, timeoutMs: 1000, topicData }
    await assert.rejects(() => client.send(PRODUCE, request, 9))
    assert.match(refusals.at(-1) ?? '', /acks=0/)
  })

  test('an illegal topic name is not created by asking for it', async () => {
    const names = ['', '.', '..', 'a b', '토픽', 'x'.repeat(250)]
    const request = {
      topics: names.map((name) => ({ topicId: ZERO_UUID, name })),
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false
    }
    const response = await witness.send(METADATA, request, 12)
    assert.deepEqual(
      response.topics.map((topic) => topic.errorCode),
      names.map(() => 17)
    )
  })

  test('answers keep the order of pipelined requests', async () => {
    const offsets = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const topicData = [
          { name: TOPIC, topicId: ZERO_UUID, partitionData: [{ index: 0, records: batch() }] }
        ]
        const request = { transactionalId: null, acks: -1, timeoutMs: 1000, topicData }
        return (await witness.send(PRODUCE, request, 9)).responses[0]?.partitionResponses[0]?.baseOffset ?? -1
      })
    )
    assert.deepEqual(
      offsets,
      offsets.toSorted((a, b) => a - b)
    )
    assert.equal(new Set(offsets).size, 50)
  })

  test('a frame that arrives byte by byte is answered when it is whole', async () => {
    const client = await RawClient.connect(broker)
    const body = frame(int16(18), int16(0), int32(9), int16(-1))
    const bytes = frame(int32(body.length), body)
    for (const byte of bytes.subarray(0, -1)) {
      client.sendBytes(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(client.closed, false)
    const answer = client.nextFrame()
    client.sendBytes(bytes.subarray(-1))
    assert.equal(Buffer.from(await answer).readInt32BE(0), 9)
    await client[Symbol.asyncDispose]()
  })
})
