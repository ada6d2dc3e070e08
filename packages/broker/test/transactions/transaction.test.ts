/** Whole transactions over a broker, by clients of both versions. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { buildControlBatch, endTransactionMarker, ErrorCode } from '@naru/protocol'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from '../in-process-broker.ts'
import { RawClient } from '../raw-client.ts'
import { batchOf, createTopic } from '../requests.ts'
import { committedOffset, readCommitted, TransactionClient, V1, V2 } from './transaction-client.ts'

let broker: RunningBroker
let client: RawClient
let names = 0

before(async () => {
  broker = await startInProcessBroker()
  client = await RawClient.connect(broker)
})

after(async () => {
  await client[Symbol.asyncDispose]()
  await broker.close()
})

async function newTopic(partitions = 2): Promise<string> {
  const name = `topic-${++names}`
  await createTopic(client, name, partitions)
  return name
}

suite('version 2', () => {
  test('a transaction shows when it commits, in all its partitions, and every end gives a new epoch', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    assert.equal(producer.producerEpoch, 0)
    assert.equal(await producer.produce(topic, 'a'), ErrorCode.NONE)
    assert.equal(await producer.produce(topic, 'b', 1), ErrorCode.NONE)
    assert.equal(await producer.produce(topic, 'c'), ErrorCode.NONE)
    assert.deepEqual(await readCommitted(client, topic), [])
    assert.equal((await producer.describe()).transactionState, 'Ongoing')
    assert.equal(await producer.end(true), ErrorCode.NONE)
    assert.equal(producer.producerEpoch, 1)
    await producer.reaches('CompleteCommit')
    assert.deepEqual(await readCommitted(client, topic), ['a', 'c'])
    assert.deepEqual(await readCommitted(client, topic, 1), ['b'])
  })

  test('an aborted transaction never shows, and the next one does', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    await producer.produce(topic, 'lost')
    assert.equal(await producer.end(false), ErrorCode.NONE)
    assert.equal(await producer.produce(topic, 'kept'), ErrorCode.NONE)
    assert.equal(await producer.end(true), ErrorCode.NONE)
    await producer.reaches('CompleteCommit')
    assert.deepEqual(await readCommitted(client, topic), ['kept'])
  })

  test('a batch of the epoch before is fenced', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    const { producerId, producerEpoch } = producer
    await producer.produce(topic, 'a')
    await producer.end(true)
    await producer.reaches('CompleteCommit')
    const late = batchOf(['late'], { producerId, producerEpoch, baseSequence: 1, transactional: true })
    assert.equal(await producer.produceBatch(topic, late), ErrorCode.INVALID_PRODUCER_EPOCH)
    assert.deepEqual(await readCommitted(client, topic), ['a'])
  })

  test('offsets in a transaction are pending until it commits, and unstable for who asks', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    const group = `group-${topic}`
    assert.equal(await producer.commitOffsets(group, { topic, offset: 7 }), ErrorCode.NONE)
    assert.deepEqual(await committedOffset(client, group, topic, false), { offset: -1, error: 0 })
    assert.deepEqual(await committedOffset(client, group, topic, true), {
      offset: -1,
      error: ErrorCode.UNSTABLE_OFFSET_COMMIT
    })
    await producer.end(true)
    await producer.reaches('CompleteCommit')
    assert.deepEqual(await committedOffset(client, group, topic, true), { offset: 7, error: 0 })
    await producer.commitOffsets(group, { topic, offset: 9 })
    await producer.end(false)
    await producer.reaches('CompleteAbort')
    assert.deepEqual(await committedOffset(client, group, topic, true), { offset: 7, error: 0 })
  })

  test('a successor fences its predecessor and aborts what it left open', async () => {
    const topic = await newTopic()
    const first = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    await first.produce(topic, 'lost')
    const second = new TransactionClient(client, `id-${topic}`, V2)
    assert.equal(await second.init(), ErrorCode.CONCURRENT_TRANSACTIONS)
    await second.initialized()
    assert.equal(second.producerId, first.producerId)
    assert.equal(second.producerEpoch, 2)
    assert.equal(await first.produce(topic, 'zombie'), ErrorCode.INVALID_PRODUCER_EPOCH)
    assert.equal(await first.end(true), ErrorCode.PRODUCER_FENCED)
    assert.equal(await first.end(true, { version: 1 }), ErrorCode.INVALID_PRODUCER_EPOCH)
    await second.produce(topic, 'kept')
    await second.end(true)
    await second.reaches('CompleteCommit')
    assert.deepEqual(await readCommitted(client, topic), ['kept'])
  })

  test('a producer goes on after an error with the identity that it has', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    assert.equal(await producer.init({ expected: true }), ErrorCode.NONE)
    assert.equal(producer.producerEpoch, 1)
    const other = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    assert.equal(other.producerEpoch, 2)
    assert.equal(await producer.init({ expected: true }), ErrorCode.PRODUCER_FENCED)
    assert.equal(await producer.init({ expected: true, version: 3 }), ErrorCode.INVALID_PRODUCER_EPOCH)
  })
})

suite('version 1', () => {
  test('partitions that were added are written and committed, and the epoch stays', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V1).initialized()
    assert.deepEqual(await producer.add(topic, [0, 1]), [ErrorCode.NONE, ErrorCode.NONE])
    assert.equal(await producer.produce(topic, 'a'), ErrorCode.NONE)
    assert.equal(await producer.produce(topic, 'b', 1), ErrorCode.NONE)
    assert.equal(await producer.end(true), ErrorCode.NONE)
    await producer.reaches('CompleteCommit')
    assert.equal(await producer.end(true), ErrorCode.NONE)
    assert.equal(await producer.end(false), ErrorCode.INVALID_TXN_STATE)
    assert.equal((await producer.describe()).producerEpoch, 0)
    assert.deepEqual(await readCommitted(client, topic), ['a'])
    assert.deepEqual(await producer.add(topic), [ErrorCode.NONE])
    assert.equal(await producer.produce(topic, 'c'), ErrorCode.NONE)
    assert.equal(await producer.end(false), ErrorCode.NONE)
    await producer.reaches('CompleteAbort')
    assert.deepEqual(await readCommitted(client, topic), ['a'])
  })

  test('a partition that was not added is not written', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V1).initialized()
    assert.equal(await producer.produce(topic, 'a'), ErrorCode.TRANSACTION_ABORTABLE)
    assert.deepEqual(await producer.add(topic), [ErrorCode.NONE])
    assert.equal(await producer.produce(topic, 'a', 1), ErrorCode.TRANSACTION_ABORTABLE)
    assert.equal(await producer.produce(topic, 'a'), ErrorCode.NONE)
    assert.equal(await producer.end(true), ErrorCode.NONE)
  })

  test('an unknown partition spoils the whole request', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V1).initialized()
    assert.deepEqual(await producer.add(topic, [0, 7]), [
      ErrorCode.OPERATION_NOT_ATTEMPTED,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    ])
    assert.equal((await producer.describe()).transactionState, 'Empty')
    assert.equal(await producer.end(true), ErrorCode.INVALID_TXN_STATE)
  })

  test('offsets need their group to be added', async () => {
    const topic = await newTopic()
    const group = `group-${topic}`
    const producer = await new TransactionClient(client, `id-${topic}`, V1).initialized()
    assert.equal(await producer.commitOffsets(group, { topic, offset: 3 }), ErrorCode.TRANSACTION_ABORTABLE)
    assert.equal(await producer.addOffsets(group), ErrorCode.NONE)
    assert.equal(await producer.commitOffsets(group, { topic, offset: 3 }), ErrorCode.NONE)
    await producer.end(true)
    await producer.reaches('CompleteCommit')
    assert.deepEqual(await committedOffset(client, group, topic, true), { offset: 3, error: 0 })
  })

  test('members are checked by their generation', async () => {
    const topic = await newTopic()
    const group = `group-${topic}`
    const producer = await new TransactionClient(client, `id-${topic}`, V1).initialized()
    await producer.addOffsets(group)
    const commit = { topic, offset: 3, memberId: 'nobody', generationId: 4 }
    assert.equal(await producer.commitOffsets(group, commit), ErrorCode.ILLEGAL_GENERATION)
  })
})

suite('what no client may do', () => {
  test('a marker of its own making is refused', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    await producer.produce(topic, 'a')
    const { producerId, producerEpoch } = producer
    const record = endTransactionMarker('commit', 0)
    const marker = { producerId, producerEpoch, transactional: true, record, timestamp: 1 }
    assert.equal(await producer.produceBatch(topic, buildControlBatch(marker)), ErrorCode.INVALID_RECORD)
  })

  test('a batch outside of the open transaction of its producer is refused', async () => {
    const topic = await newTopic()
    const producer = await new TransactionClient(client, `id-${topic}`, V2).initialized()
    await producer.produce(topic, 'a')
    const { producerId, producerEpoch } = producer
    const plain = batchOf(['b'], { producerId, producerEpoch, baseSequence: 1 })
    assert.equal(await producer.produceBatch(topic, plain), ErrorCode.INVALID_TXN_STATE)
  })

  test('a time-out beyond the limit, or none, is refused', async () => {
    const producer = new TransactionClient(client, 'too-long', V2)
    assert.equal(await producer.init({ timeoutMs: 900_001 }), ErrorCode.INVALID_TRANSACTION_TIMEOUT)
    assert.equal(await producer.init({ timeoutMs: 0 }), ErrorCode.INVALID_TRANSACTION_TIMEOUT)
  })

  test('a transactional id that nobody knows has no transaction', async () => {
    const topic = await newTopic()
    const producer = new TransactionClient(client, 'unknown', V2)
    assert.equal((await producer.describe()).errorCode, ErrorCode.TRANSACTIONAL_ID_NOT_FOUND)
    assert.equal(await producer.end(true), ErrorCode.INVALID_PRODUCER_ID_MAPPING)
    assert.deepEqual(await producer.add(topic), [ErrorCode.INVALID_PRODUCER_ID_MAPPING])
  })
})
