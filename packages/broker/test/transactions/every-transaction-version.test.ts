/** Every version of the transaction requests, through a real socket. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ErrorCode } from '@naru/protocol'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { API_VERSIONS } from '@naru/protocol/messages/18-api-versions'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { ADD_PARTITIONS_TO_TXN } from '@naru/protocol/messages/24-add-partitions-to-txn'
import { ADD_OFFSETS_TO_TXN } from '@naru/protocol/messages/25-add-offsets-to-txn'
import { END_TXN } from '@naru/protocol/messages/26-end-txn'
import { WRITE_TXN_MARKERS } from '@naru/protocol/messages/27-write-txn-markers'
import { TXN_OFFSET_COMMIT } from '@naru/protocol/messages/28-txn-offset-commit'
import { DESCRIBE_TRANSACTIONS } from '@naru/protocol/messages/65-describe-transactions'
import { LIST_TRANSACTIONS } from '@naru/protocol/messages/66-list-transactions'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from '../in-process-broker.ts'
import { RawClient } from '../raw-client.ts'
import { createTopic } from '../requests.ts'
import { committedOffset, readCommitted, TransactionClient, V1, V2 } from './transaction-client.ts'
import { versionsOf } from '../versions.ts'

const TOPIC = 'every-version'

describe('every version of the transaction requests', () => {
  let broker: RunningBroker
  let client: RawClient
  let ids = 0

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    await createTopic(client, TOPIC, 2)
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  const newProducer = (versions: typeof V1 | typeof V2 = V1): Promise<TransactionClient> =>
    new TransactionClient(client, `id-${++ids}`, versions).initialized()

  for (const version of versionsOf(FIND_COORDINATOR).filter((each) => each > 0)) {
    test(`FindCoordinator v${version} names this broker for a transactional id`, async () => {
      const keyed = version >= 4 ? { key: '', coordinatorKeys: ['id'] } : { key: 'id', coordinatorKeys: [] }
      const answer = await client.send(FIND_COORDINATOR, { ...keyed, keyType: 1 }, version)
      const found = version >= 4 ? answer.coordinators[0] : answer
      assert.equal(found?.errorCode, 0)
      assert.equal(found.port, broker.port)
    })
  }

  for (const version of [3, 4]) {
    test(`ApiVersions v${version} tells of version 2 of transactions as its clients can read it`, async () => {
      const name = { clientSoftwareName: 'raw-client', clientSoftwareVersion: '1' }
      const answer = await client.send(API_VERSIONS, name, version)
      const supported = answer.supportedFeatures.find((one) => one.name === 'transaction.version')
      const expected = { name: 'transaction.version', minVersion: 0, maxVersion: 2 }
      assert.deepEqual(supported, version < 4 ? undefined : expected)
      const finalized = answer.finalizedFeatures.find((one) => one.name === 'transaction.version')
      assert.equal(finalized?.maxVersionLevel, 2)
    })
  }

  for (const version of versionsOf(INIT_PRODUCER_ID)) {
    test(`InitProducerId v${version} gives a transactional id its first and its second epoch`, async () => {
      const producer = new TransactionClient(client, `id-${++ids}`, V1)
      assert.equal(await producer.init({ version }), ErrorCode.NONE)
      assert.equal(producer.producerEpoch, 0)
      assert.equal(await producer.init({ version }), ErrorCode.NONE)
      assert.equal(producer.producerEpoch, 1)
    })
  }

  for (const version of versionsOf(ADD_PARTITIONS_TO_TXN)) {
    test(`AddPartitionsToTxn v${version} adds to a transaction`, async () => {
      const { transactionalId, producerId, producerEpoch } = await newProducer()
      const topics = [{ name: TOPIC, partitions: [0, 1] }]
      const isBatched = version >= 4
      const answer = await client.send(
        ADD_PARTITIONS_TO_TXN,
        {
          transactions: isBatched
            ? [{ transactionalId, producerId, producerEpoch, verifyOnly: false, topics }]
            : [],
          v3AndBelowTransactionalId: isBatched ? '' : transactionalId,
          v3AndBelowProducerId: isBatched ? 0 : producerId,
          v3AndBelowProducerEpoch: isBatched ? 0 : producerEpoch,
          v3AndBelowTopics: isBatched ? [] : topics
        },
        version
      )
      const results = isBatched
        ? answer.resultsByTransaction[0]?.topicResults
        : answer.resultsByTopicV3AndBelow
      const codes = results?.[0]?.resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode)
      assert.deepEqual(codes, [0, 0])
    })
  }

  for (const version of versionsOf(TXN_OFFSET_COMMIT)) {
    const added = versionsOf(ADD_OFFSETS_TO_TXN)[version] ?? 4
    test(`AddOffsetsToTxn v${added} and TxnOffsetCommit v${version} commit offsets with the transaction`, async () => {
      const producer = await newProducer(version < 5 ? V1 : V2)
      const { transactionalId, producerId, producerEpoch } = producer
      const groupId = `group-${transactionalId}`
      const identity = { transactionalId, producerId, producerEpoch, groupId }
      if (version < 5) assert.equal((await client.send(ADD_OFFSETS_TO_TXN, identity, added)).errorCode, 0)
      const partition = {
        partitionIndex: 0,
        committedOffset: 4,
        committedLeaderEpoch: -1,
        committedMetadata: null
      }
      const request = {
        ...identity,
        generationId: -1,
        memberId: '',
        groupInstanceId: null,
        topics: [{ name: TOPIC, partitions: [partition] }]
      }
      const answer = await client.send(TXN_OFFSET_COMMIT, request, version)
      assert.equal(answer.topics[0]?.partitions[0]?.errorCode, 0)
      assert.equal(await producer.end(true), ErrorCode.NONE)
      await producer.reaches('CompleteCommit')
      assert.deepEqual(await committedOffset(client, groupId, TOPIC, true), { offset: 4, error: 0 })
    })
  }

  for (const version of versionsOf(END_TXN)) {
    test(`EndTxn v${version} commits`, async () => {
      const producer = await newProducer()
      await producer.add(TOPIC)
      assert.equal(await producer.produce(TOPIC, `by EndTxn v${version}`), ErrorCode.NONE)
      assert.equal(await producer.end(true, { version }), ErrorCode.NONE)
      await producer.reaches('CompleteCommit')
      assert.equal((await producer.describe()).producerEpoch, version >= 5 ? 1 : 0)
      assert.ok((await readCommitted(client, TOPIC)).includes(`by EndTxn v${version}`))
    })
  }

  for (const version of versionsOf(WRITE_TXN_MARKERS)) {
    test(`WriteTxnMarkers v${version} ends what hangs in a partition`, async () => {
      const topic = `hanging-${version}`
      await createTopic(client, topic, 1)
      const producer = await newProducer(V2)
      await producer.produce(topic, 'hangs')
      const { producerId, producerEpoch } = producer
      const marker = {
        producerId,
        producerEpoch,
        transactionResult: false,
        topics: [{ name: topic, partitionIndexes: [0, 5] }],
        coordinatorEpoch: 0,
        transactionVersion: 0
      }
      const answer = await client.send(WRITE_TXN_MARKERS, { markers: [marker] }, version)
      assert.deepEqual(answer.markers, [
        {
          producerId,
          topics: [
            {
              name: topic,
              partitions: [
                { partitionIndex: 0, errorCode: ErrorCode.NONE },
                { partitionIndex: 5, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
              ]
            }
          ]
        }
      ])
      assert.deepEqual(await readCommitted(client, topic), [])
    })
  }

  for (const version of versionsOf(DESCRIBE_TRANSACTIONS)) {
    test(`DescribeTransactions v${version} tells state, partitions and time-out`, async () => {
      const producer = await newProducer()
      await producer.add(TOPIC, [1])
      const request = { transactionalIds: [producer.transactionalId, 'nobody', ''] }
      const [one, nobody, empty] = (await client.send(DESCRIBE_TRANSACTIONS, request, version))
        .transactionStates
      assert.equal(one?.transactionState, 'Ongoing')
      assert.equal(one.transactionTimeoutMs, 60_000)
      assert.deepEqual(one.topics, [{ topic: TOPIC, partitions: [1] }])
      assert.equal(nobody?.errorCode, ErrorCode.TRANSACTIONAL_ID_NOT_FOUND)
      assert.equal(empty?.errorCode, ErrorCode.INVALID_REQUEST)
    })
  }

  for (const version of versionsOf(LIST_TRANSACTIONS)) {
    test(`ListTransactions v${version} filters`, async () => {
      const ongoing = await newProducer()
      const idle = await newProducer()
      await ongoing.add(TOPIC)
      const list = async (part: object): Promise<string[]> => {
        const request = {
          stateFilters: [],
          producerIdFilters: [ongoing.producerId, idle.producerId],
          durationFilter: -1,
          transactionalIdPattern: null,
          ...part
        }
        const answer = await client.send(LIST_TRANSACTIONS, request, version)
        assert.equal(answer.errorCode, 0)
        return answer.transactionStates.map(({ transactionalId }) => transactionalId).toSorted()
      }
      const both = [ongoing.transactionalId, idle.transactionalId].toSorted()
      assert.deepEqual(await list({}), both)
      assert.deepEqual(await list({ stateFilters: ['Ongoing'] }), [ongoing.transactionalId])
      assert.deepEqual(await list({ producerIdFilters: [idle.producerId] }), [idle.transactionalId])
      if (version >= 1) assert.deepEqual(await list({ durationFilter: 3_600_000 }), [idle.transactionalId])
      if (version >= 2) assert.deepEqual(await list({ transactionalIdPattern: 'id-.*' }), both)
      if (version >= 2) assert.deepEqual(await list({ transactionalIdPattern: 'id' }), [])
    })
  }

  test('a pattern that is none, or too long, is refused', async () => {
    for (const transactionalIdPattern of ['(', 'x'.repeat(1001)]) {
      const request = { stateFilters: [], producerIdFilters: [], durationFilter: -1, transactionalIdPattern }
      const answer = await client.send(LIST_TRANSACTIONS, request)
      assert.equal(answer.errorCode, ErrorCode.INVALID_REGULAR_EXPRESSION)
    }
  })
})
