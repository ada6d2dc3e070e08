/**
 * Transactions as clients see them, through a real socket: every version of Fetch and ListOffsets that knows
 * isolation levels, and DescribeProducers. The transactions are put into the log directly.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Uuid } from '@naru/base'
import {
  buildBatch,
  endTransactionMarker,
  ErrorCode,
  readBatchHeader,
  stableMaxVersion,
  type ApiKeyEntry
} from '@naru/protocol'
import { FETCH, type FetchResponse } from '@naru/protocol/messages/01-fetch'
import { LIST_OFFSETS } from '@naru/protocol/messages/02-list-offsets'
import { DESCRIBE_PRODUCERS } from '@naru/protocol/messages/61-describe-producers'
import type { AppendBatch, AppendResult, LogStore } from '@naru/storage'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { createTopic, fetchRequest, produce, batchOf, BY_NAME } from './requests.ts'

const TOPIC = 'orders'
const COMMITTED = 1
const UNCOMMITTED = 0
const ISOLATION_FROM = { fetch: 4, listOffsets: 2 }
const TOPIC_IDS_FROM = 13

function versionsFrom(message: ApiKeyEntry, from: number): number[] {
  return Array.from({ length: stableMaxVersion(message) - from + 1 }, (_, at) => from + at)
}

describe('read_committed', () => {
  let broker: RunningBroker
  let client: RawClient
  let log: LogStore
  let topicId: Uuid

  before(async () => {
    broker = await startInProcessBroker({ wrapLog: (given) => (log = given) })
    client = await RawClient.connect(broker)
    topicId = (await createTopic(client, TOPIC)).topicId
    // 0 aborted by 7, 1 plain, 2 abort of 7, 3 committed by 8, 4 commit of 8, 5 open by 9, 6 plain
    await append(transactional(7, 1_000))
    await produce(client, TOPIC, batchOf(['plain']))
    await append(marker(7, 'abort'))
    await append(transactional(8, 2_000))
    await append(marker(8, 'commit'))
    await append(transactional(9, 3_000))
    await produce(client, TOPIC, batchOf(['plain']))
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  async function append(bytes: Buffer): Promise<void> {
    const batch: AppendBatch = {
      topicId,
      partition: 0,
      bytes,
      header: readBatchHeader(bytes),
      ownerEpoch: 0,
      pinnedBytes: bytes.byteLength,
      transactionGuard: 'unguarded'
    }
    const [result] = (await log.append([batch])) as readonly [AppendResult]
    assert.equal(result.kind, 'appended')
  }

  async function fetchFrom(
    offset: number,
    version: number,
    isolationLevel: number
  ): Promise<FetchResponse['responses'][number]['partitions'][number]> {
    const request = fetchRequest({ wanted: [{ topic: TOPIC, offset }] })
    const topics = request.topics.map((topic) =>
      version < TOPIC_IDS_FROM ? topic : { ...topic, topic: '', topicId }
    )
    const response = await client.send(FETCH, { ...request, topics, isolationLevel }, version)
    const [partition] = response.responses[0]?.partitions ?? []
    assert.ok(partition !== undefined)
    return partition
  }

  for (const version of versionsFrom(FETCH, ISOLATION_FROM.fetch)) {
    test(`Fetch v${version} ends at the last stable offset and names what was aborted`, async () => {
      const committed = await fetchFrom(0, version, COMMITTED)
      assert.equal(committed.errorCode, ErrorCode.NONE)
      assert.deepEqual([committed.highWatermark, committed.lastStableOffset], [7, 5])
      assert.deepEqual(committed.abortedTransactions, [{ producerId: 7, firstOffset: 0 }])
      assert.deepEqual(offsetsIn(committed.records), [0, 1, 2, 3, 4])
      const behind = await fetchFrom(3, version, COMMITTED)
      assert.deepEqual(behind.abortedTransactions, [])
      const atEnd = await fetchFrom(5, version, COMMITTED)
      assert.deepEqual([atEnd.errorCode, offsetsIn(atEnd.records)], [ErrorCode.NONE, []])
      const uncommitted = await fetchFrom(0, version, UNCOMMITTED)
      assert.deepEqual(offsetsIn(uncommitted.records), [0, 1, 2, 3, 4, 5, 6])
      assert.equal(uncommitted.abortedTransactions, null)
    })
  }

  for (const version of versionsFrom(LIST_OFFSETS, ISOLATION_FROM.listOffsets)) {
    test(`ListOffsets v${version} knows no committed end beyond the last stable offset`, async () => {
      const ask = async (timestamp: number, isolationLevel: number): Promise<number | undefined> => {
        const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp }]
        const topics = [{ name: TOPIC, partitions }]
        const request = { replicaId: -1, isolationLevel, topics, timeoutMs: 0 }
        const response = await client.send(LIST_OFFSETS, request, version)
        return response.topics[0]?.partitions[0]?.offset
      }
      assert.deepEqual([await ask(-1, COMMITTED), await ask(-1, UNCOMMITTED)], [5, 7])
      assert.deepEqual([await ask(2_000, COMMITTED), await ask(2_000, UNCOMMITTED)], [3, 3])
      assert.deepEqual([await ask(2_001, COMMITTED), await ask(2_001, UNCOMMITTED)], [-1, 5])
    })
  }

  test('DescribeProducers shows where the open transaction begins', async () => {
    const topics = [
      { name: TOPIC, partitionIndexes: [0, 5] },
      { name: 'missing', partitionIndexes: [0] },
      { name: 'no/name', partitionIndexes: [0] }
    ]
    const response = await client.send(DESCRIBE_PRODUCERS, { topics })
    const partitions = response.topics.flatMap((topic) => topic.partitions)
    assert.deepEqual(
      partitions.map(({ errorCode }) => errorCode),
      [
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.INVALID_TOPIC_EXCEPTION
      ]
    )
    const producers = partitions[0]?.activeProducers.toSorted((a, b) => a.producerId - b.producerId)
    assert.deepEqual(
      producers?.map(
        ({ producerId, currentTxnStartOffset, coordinatorEpoch, lastSequence, lastTimestamp }) => [
          producerId,
          currentTxnStartOffset,
          coordinatorEpoch,
          lastSequence,
          lastTimestamp
        ]
      ),
      [
        [7, -1, 4, 0, 500],
        [8, -1, 4, 0, 500],
        [9, 5, -1, 0, 3_000]
      ]
    )
  })

  test('a client can write no markers', async () => {
    const refused = await produce(client, TOPIC, marker(7, 'commit'))
    assert.equal(refused.errorCode, ErrorCode.INVALID_RECORD)
  })

  test('a waiting reader of committed records is answered when the transaction ends', async () => {
    const request = fetchRequest({ wanted: [{ topic: TOPIC, offset: 5 }], maxWaitMs: 30_000 })
    const waiting = client.send(FETCH, { ...request, isolationLevel: COMMITTED }, BY_NAME)
    await append(marker(9, 'commit'))
    const [partition] = (await waiting).responses[0]?.partitions ?? []
    assert.deepEqual(offsetsIn(partition?.records ?? null), [5, 6, 7])
    assert.equal(partition?.lastStableOffset, 8)
  })
})

function transactional(producerId: number, timestamp: number): Buffer {
  const records = [{ key: null, value: Buffer.from('v'), timestamp }]
  return buildBatch({ producerId, producerEpoch: 0, baseSequence: 0, transactional: true, records })
}

function marker(producerId: number, type: 'commit' | 'abort'): Buffer {
  const records = [{ ...endTransactionMarker(type, 4), timestamp: 500 }]
  return buildBatch({ producerId, producerEpoch: 0, transactional: true, control: true, records })
}

/** Base offsets of the batches, which have one record each. */
function offsetsIn(records: Uint8Array | readonly Uint8Array[] | null): number[] {
  const bytes = records instanceof Uint8Array ? Buffer.from(records) : Buffer.concat([...(records ?? [])])
  const offsets: number[] = []
  for (let at = 0; at < bytes.byteLength; at += readBatchHeader(bytes, at).sizeInBytes) {
    offsets.push(readBatchHeader(bytes, at).baseOffset)
  }
  return offsets
}
