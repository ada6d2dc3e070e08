/**
 * A slot that is read anew while a marker of its waits to be written again: the old writer must not touch the next
 * transaction of a version 1 producer, whose markers look the same.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ErrorCode, isControl } from '@naru/protocol'
import type { AppendBatch, AppendResult, LogStore } from '@naru/storage'
import { MARKER_RETRY_MS } from '../../src/transactions/limits.ts'
import { startInProcessBroker } from '../in-process-broker.ts'
import { RawClient } from '../raw-client.ts'
import { createTopic } from '../requests.ts'
import { readCommitted, TransactionClient, V1 } from './transaction-client.ts'

const ONE_SLOT = { 'offsets.topic.num.partitions': '1', 'transaction.state.log.num.partitions': '1' }

/** A log without room for as long as it is told so. */
class NarrowLog {
  isFull = false
  /** Becomes full as soon as the next append is durable. */
  fillsUp = false
  /** The topic that takes no markers. */
  refusesMarkersOf: string | undefined
  readonly #log: LogStore

  constructor(log: LogStore) {
    this.#log = log
  }

  wrapped(): LogStore {
    const append = (batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> =>
      this.#append(batches)
    return new Proxy(this.#log, {
      get: (target, name) => {
        if (name === 'append') return append
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      }
    })
  }

  async #append(batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> {
    const isRefused = batches.some(
      ({ topicId, header }) => isControl(header.attributes) && topicId === this.refusesMarkersOf
    )
    if (this.isFull || isRefused) return batches.map(() => ({ kind: 'storage-error', code: 'ENOSPC' }))
    const results = await this.#log.append(batches)
    if (this.fillsUp) this.isFull = true
    this.fillsUp = false
    return results
  }
}

interface Stage extends AsyncDisposable {
  readonly log: NarrowLog
  readonly client: RawClient
  readonly producer: TransactionClient
  topicId(name: string): string
}

/** The first transaction is committed in `first`, its marker was refused once, and the slot was read anew. */
async function afterRefusedMarker(): Promise<Stage> {
  let narrow: NarrowLog | undefined
  const wrapLog = (log: LogStore): LogStore => (narrow = new NarrowLog(log)).wrapped()
  const broker = await startInProcessBroker({ config: ONE_SLOT, wrapLog })
  const log = narrow ?? assert.fail('the broker has a log')
  const client = await RawClient.connect(broker)
  await createTopic(client, 'first', 1)
  await createTopic(client, 'second', 1)
  const producer = await new TransactionClient(client, 'producer', V1).initialized()
  const other = await new TransactionClient(client, 'other', V1).initialized()
  await producer.add('first')
  assert.equal(await producer.produce('first', 'one'), ErrorCode.NONE)
  log.fillsUp = true
  assert.equal(await producer.end(true), ErrorCode.NONE)
  assert.equal(await other.init(), ErrorCode.NOT_COORDINATOR)
  log.isFull = false
  await producer.reaches('CompleteCommit')
  return {
    log,
    client,
    producer,
    topicId: (name) => broker.context.topics.byName(name)?.topicId ?? assert.fail('the topic exists'),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]()
      await broker.close()
    }
  }
}

const untilOldRetries = (): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, MARKER_RETRY_MS * 1.2))

suite('a marker that waits while its slot is read anew', () => {
  test('does not commit records of the next transaction', async () => {
    await using stage = await afterRefusedMarker()
    const { client, producer } = stage
    assert.deepEqual(await producer.add('first'), [ErrorCode.NONE])
    assert.equal(await producer.produce('first', 'two'), ErrorCode.NONE)
    await untilOldRetries()
    assert.deepEqual(await readCommitted(client, 'first'), ['one'])
    assert.equal(await producer.end(false), ErrorCode.NONE)
    await producer.reaches('CompleteAbort')
    assert.deepEqual(await readCommitted(client, 'first'), ['one'])
  })

  test('does not complete the next transaction before its own markers are written', async () => {
    await using stage = await afterRefusedMarker()
    const { log, client, producer } = stage
    assert.deepEqual(await producer.add('second'), [ErrorCode.NONE])
    assert.equal(await producer.produce('second', 'two'), ErrorCode.NONE)
    log.refusesMarkersOf = stage.topicId('second')
    assert.equal(await producer.end(true), ErrorCode.NONE)
    await untilOldRetries()
    assert.equal((await producer.describe()).transactionState, 'PrepareCommit')
    log.refusesMarkersOf = undefined
    await producer.reaches('CompleteCommit')
    assert.deepEqual(await readCommitted(client, 'second'), ['two'])
  })
})
