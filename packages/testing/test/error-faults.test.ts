/** An error for every API of the table: in the place where the protocol has it, and followed by clients' retries. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Reader, Writer } from '@naru/base'
import { apiKeyEntry, loadApiMessage, stableMaxVersion, type ApiName, type ErrorName } from '@naru/protocol'
import { loadApis } from '@naru/protocol/schema'
import { messages } from '@naru/protocol/schema/cases'
import { createTestBroker, type TestBroker } from '@naru/testing'
import { answerWithError, canAnswerWithError } from '../src/error-answers/index.ts'
import { adminOf, consumerOf, kafkajsOf, producerOf, send } from './clients.ts'

const node = { nodeId: 0, host: '127.0.0.1', port: 9092, clusterId: 'AAAAAAAAAAAAAAAAAAAAAA' }
const ERROR = 15

/** Every `errorCode` somewhere in a response. */
function errorCodes(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(errorCodes)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.entries(value).flatMap(([name, inside]) =>
    name === 'errorCode' || name === 'partitionErrorCode' ? [inside as number] : errorCodes(inside)
  )
}

describe('an error answer', async () => {
  for (const { schema } of await loadApis()) {
    const { key, name } = schema
    if (!canAnswerWithError(key)) continue
    test(`of ${name} can be written in every version and shows the error`, async () => {
      const message = await loadApiMessage(key)
      const entry = apiKeyEntry(key)
      assert.ok(message !== undefined && entry !== undefined)
      for (let version = entry.minVersion; version <= stableMaxVersion(entry); version++) {
        // A request that names nothing has no place for an error in its answer; most of them name something.
        const shown = new Set<number>()
        const requests = messages(schema.request, schema.versions, version)
        const answered = fc.property(requests, (body) => {
          const request = { key, name, version, clientId: null, connectionId: 1, body }
          const writer = new Writer()
          message.writeResponse(writer, answerWithError(request, ERROR, node), version)
          const codes = errorCodes(message.readResponse(new Reader(writer.toBytes()), version))
          for (const code of codes) shown.add(code)
        })
        fc.assert(answered, { numRuns: 30 })
        assert.ok(shown.has(ERROR), `version ${version}`)
        shown.delete(ERROR)
        shown.delete(0)
        assert.equal(shown.size, 0)
      }
    })
  }
})

type Work = (broker: TestBroker) => Promise<unknown>

const topics = ['orders']
const partitions = [{ partition: 0, offset: 0n }]

async function withAdmin(broker: TestBroker, work: (admin: ReturnType<typeof adminOf>) => Promise<unknown>) {
  await using admin = adminOf(broker)
  await work(admin)
}

async function consumeOne(broker: TestBroker): Promise<void> {
  await using consumer = consumerOf(broker)
  const stream = await consumer.consume({ topics, mode: 'earliest' })
  for await (const message of stream) {
    await message.commit()
    break
  }
}

/** What strangers' clients try again by themselves, and the error that makes them do so. */
const retried: readonly [api: ApiName, error: Exclude<ErrorName, 'NONE'>, work: Work][] = [
  ['Produce', 'NOT_LEADER_OR_FOLLOWER', produceOne],
  ['Produce', 'NOT_ENOUGH_REPLICAS', produceOne],
  ['Metadata', 'LEADER_NOT_AVAILABLE', produceOne],
  ['InitProducerId', 'COORDINATOR_LOAD_IN_PROGRESS', produceOne],
  ['Fetch', 'NOT_LEADER_OR_FOLLOWER', consumeOne],
  ['ListOffsets', 'NOT_LEADER_OR_FOLLOWER', consumeOne],
  ['FindCoordinator', 'COORDINATOR_NOT_AVAILABLE', consumeOne],
  ['JoinGroup', 'COORDINATOR_LOAD_IN_PROGRESS', consumeOne],
  ['SyncGroup', 'REBALANCE_IN_PROGRESS', consumeOne],
  ['OffsetFetch', 'COORDINATOR_LOAD_IN_PROGRESS', (broker) => consumeCommitted(broker)],
  ['OffsetCommit', 'COORDINATOR_LOAD_IN_PROGRESS', consumeOne],
  ['Heartbeat', 'REBALANCE_IN_PROGRESS', consumeWithHeartbeats],
  [
    'CreateTopics',
    'NOT_CONTROLLER',
    (broker) => withAdmin(broker, (admin) => admin.createTopics({ topics: ['new'] }))
  ],
  [
    'DeleteTopics',
    'NOT_CONTROLLER',
    (broker) => withAdmin(broker, (admin) => admin.deleteTopics({ topics }))
  ],
  [
    'CreatePartitions',
    'NOT_CONTROLLER',
    (broker) =>
      withAdmin(broker, (admin) => admin.createPartitions({ topics: [{ name: 'orders', count: 3 }] }))
  ],
  [
    'DeleteRecords',
    'NOT_LEADER_OR_FOLLOWER',
    (broker) =>
      withAdmin(broker, (admin) => admin.deleteRecords({ topics: [{ name: 'orders', partitions }] }))
  ],
  [
    'DescribeGroups',
    'COORDINATOR_LOAD_IN_PROGRESS',
    (broker) => withAdmin(broker, (admin) => admin.describeGroups({ groups: ['readers'] }))
  ],
  ['ListGroups', 'COORDINATOR_LOAD_IN_PROGRESS', (broker) => withAdmin(broker, (admin) => admin.listGroups())]
]

async function produceOne(broker: TestBroker): Promise<void> {
  await using producer = producerOf(broker, { idempotent: true })
  await send(producer, 'orders', 'again')
}

async function consumeCommitted(broker: TestBroker): Promise<void> {
  await using consumer = consumerOf(broker)
  const stream = await consumer.consume({ topics, mode: 'committed', fallbackMode: 'earliest' })
  for await (const _ of stream) break
}

async function consumeWithHeartbeats(broker: TestBroker): Promise<void> {
  const consumer = kafkajsOf(broker).consumer({
    groupId: 'beating',
    heartbeatInterval: 50,
    maxWaitTimeInMs: 100
  })
  await consumer.connect()
  await consumer.subscribe({ topics })
  const joins = broker.faults.observe({ api: 'JoinGroup', group: 'beating' })
  await consumer.run({ eachMessage: async () => undefined })
  // Twice to join and twice to join again.
  await joins.whenHit(3)
  await consumer.disconnect()
}

describe('a client tries again after', () => {
  for (const [api, error, work] of retried) {
    test(`${error} for ${api}`, async () => {
      await using broker = await createTestBroker({ topics: ['orders'] })
      await using producer = producerOf(broker)
      await send(producer, 'orders', 'there')
      const fault = broker.faults.error({ api, error, times: 1 })
      await work(broker)
      assert.equal(fault.hits, 1)
    })
  }
})

test('the table holds every API that the broker serves', async () => {
  await using broker = await createTestBroker()
  await using admin = adminOf(broker)
  const served = (await admin.listApis()).map(({ apiKey }) => apiKey)
  assert.ok(served.length > 20)
  assert.deepEqual(
    served.filter((key) => !canAnswerWithError(key)),
    []
  )
})
