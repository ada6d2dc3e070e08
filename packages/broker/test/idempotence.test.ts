/** Sequences of idempotent producers over the wire: duplicates, gaps, wraps, old and new epochs. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ErrorCode } from '@naru/protocol'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { batchOf, BY_NAME, createTopic, fetch, partitionsOf, produce, produceRequest } from './requests.ts'

const TOPIC = 'once'
const SEQUENCE_MAX = 2 ** 31 - 1

describe('an idempotent producer', () => {
  let broker: RunningBroker
  let client: RawClient
  let producerId: number

  beforeEach(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    await createTopic(client, TOPIC, 2)
    producerId = await newProducerId()
  })

  afterEach(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  async function newProducerId(): Promise<number> {
    const request = {
      transactionalId: null,
      transactionTimeoutMs: 0,
      producerId: -1,
      producerEpoch: -1,
      enable2Pc: false,
      keepPreparedTxn: false
    }
    const response = await client.send(INIT_PRODUCER_ID, request, 5)
    assert.equal(response.producerEpoch, 0)
    return response.producerId
  }

  interface Sequenced {
    readonly count?: number
    readonly epoch?: number
    readonly partition?: number
  }

  function batch(sequence: number, { count = 1, epoch = 0 }: Sequenced = {}): Buffer {
    const values = Array.from({ length: count }, (_, at) => `${sequence + at}`)
    return batchOf(values, { producerId, producerEpoch: epoch, baseSequence: sequence })
  }

  /** What became of a batch: its offset, or the name of its error. */
  async function sent(sequence: number, options: Sequenced = {}): Promise<number | string> {
    const { partition = 0 } = options
    const { errorCode, baseOffset } = await produce(client, TOPIC, batch(sequence, options), { partition })
    const name = Object.entries(ErrorCode).find(([, code]) => code === errorCode)?.[0]
    return errorCode === ErrorCode.NONE ? baseOffset : (name ?? String(errorCode))
  }

  async function end(partition = 0): Promise<number | undefined> {
    const response = await fetch(client, { wanted: [{ topic: TOPIC, partition, offset: 0 }] })
    return partitionsOf(response)[0]?.highWatermark
  }

  test('gets the first offset for each of its last five batches, and writes none of them twice', async () => {
    const offsets: (number | string)[] = []
    for (let at = 0; at < 5; at++) offsets.push(await sent(3 * at, { count: 3 }))
    assert.deepEqual(offsets, [0, 3, 6, 9, 12])
    for (let at = 0; at < 5; at++) assert.equal(await sent(3 * at, { count: 3 }), 3 * at)
    assert.equal(await end(), 15)
  })

  test('is told when a batch is older than its last five', async () => {
    for (let sequence = 0; sequence < 6; sequence++) await sent(sequence)
    assert.equal(await sent(0), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(await sent(1), 1)
  })

  test('is told of a gap, and may go on where it was', async () => {
    await sent(0)
    assert.equal(await sent(2), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(await sent(1), 1)
    assert.equal(await sent(2), 2)
  })

  test('is no duplicate when the same sequence comes with another length', async () => {
    await sent(0, { count: 3 })
    assert.equal(await sent(0, { count: 2 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  })

  test('has its own sequences in each partition', async () => {
    assert.equal(await sent(0, { partition: 0 }), 0)
    assert.equal(await sent(0, { partition: 1 }), 0)
    assert.equal(await sent(1, { partition: 1 }), 1)
    assert.equal(await end(0), 1)
  })

  test('may begin anywhere when nothing is known of it, as after its state has expired', async () => {
    assert.equal(await sent(77), 0)
    assert.equal(await sent(78), 1)
  })

  test('goes on with 0 behind the largest sequence, also within a batch', async () => {
    assert.equal(await sent(SEQUENCE_MAX - 1, { count: 2 }), 0)
    assert.equal(await sent(0), 2)
    producerId = await newProducerId()
    assert.equal(await sent(SEQUENCE_MAX - 1), 3)
    assert.equal(await sent(SEQUENCE_MAX, { count: 3 }), 4)
    assert.equal(await sent(SEQUENCE_MAX, { count: 3 }), 4)
    assert.equal(await sent(2), 7)
  })

  test('is fenced in an older epoch, and begins with 0 in a newer one', async () => {
    await sent(0)
    assert.equal(await sent(1, { epoch: 1 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.equal(await sent(0, { epoch: 1 }), 1)
    assert.equal(await sent(1, { epoch: 0 }), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await sent(0, { epoch: 0 }), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await sent(1, { epoch: 1 }), 2)
  })

  test('writes once what it sends twice before the first answer', async () => {
    const request = produceRequest(TOPIC, batch(0))
    const twice = [client.send(PRODUCE, request, BY_NAME), client.send(PRODUCE, request, BY_NAME)]
    const offsets = (await Promise.all(twice)).map(
      ({ responses }) => responses[0]?.partitionResponses[0]?.baseOffset
    )
    assert.deepEqual(offsets, [0, 0])
    assert.equal(await end(), 1)
  })

  test('keeps its order when several batches are on their way on one connection', async () => {
    const sending = Array.from({ length: 40 }, (_, sequence) =>
      client.send(PRODUCE, produceRequest(TOPIC, batch(sequence)), BY_NAME)
    )
    const offsets = (await Promise.all(sending)).map(
      ({ responses }) => responses[0]?.partitionResponses[0]?.baseOffset
    )
    assert.deepEqual(
      offsets,
      Array.from({ length: 40 }, (_, at) => at)
    )
  })

  test('gets an id that nobody had, far above those that an Apache Kafka would give', async () => {
    const ids = new Set([producerId])
    for (let count = 0; count < 1_500; count++) ids.add(await newProducerId())
    assert.equal(ids.size, 1_501)
    for (const id of ids) assert.ok(id >= 2 ** 40 && Number.isSafeInteger(id))
  })
})
