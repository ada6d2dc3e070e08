/** Time by hand: session time-outs, retention and long polls of strangers' clients move with the test's clock. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as realMs } from 'node:timers/promises'
import type { Consumer } from '@platformatic/kafka'
import { createTestBroker, ManualClock, type TestBroker } from '@naru/testing'
import { adminOf, consumerOf, producerOf, send } from './clients.ts'

async function memberCount(broker: TestBroker, group: string): Promise<number> {
  await using admin = adminOf(broker)
  return (await admin.describeGroups({ groups: [group] })).get(group)?.members.size ?? 0
}

/** One fetch of topic `quiet` from its beginning, as the client sends it. */
function fetchQuiet(consumer: Consumer<string, string, string, string>, topicId: string, minBytes: number) {
  const partition = {
    partition: 0,
    currentLeaderEpoch: -1,
    fetchOffset: 0n,
    lastFetchedEpoch: -1,
    partitionMaxBytes: 1_000_000
  }
  const topics = [{ topicId, partitions: [partition] }]
  return consumer.fetch({ node: 0, topics, minBytes, maxWaitTime: 30_000 })
}

describe('with a manual clock', () => {
  test('a member that sends no heartbeat leaves its group when its session ends, not before', async () => {
    const clock = new ManualClock()
    await using broker = await createTestBroker({ clock, topics: ['orders'] })
    // Its heartbeats go by real time, in which this test is over before the first.
    await using silent = consumerOf(broker, { sessionTimeout: 30_000, heartbeatInterval: 20_000 })
    await silent.consume({ topics: ['orders'] })
    assert.equal(await memberCount(broker, 'readers'), 1)
    await clock.advance(29_999)
    assert.equal(await memberCount(broker, 'readers'), 1)
    await clock.advance(1)
    assert.equal(await memberCount(broker, 'readers'), 0)
  })

  test('the partitions of a member whose session ended go to the one that is left', async () => {
    const clock = new ManualClock()
    await using broker = await createTestBroker({ clock, topics: [{ name: 'orders', partitions: 2 }] })
    await using silent = consumerOf(broker, { sessionTimeout: 30_000, heartbeatInterval: 20_000 })
    await silent.consume({ topics: ['orders'] })
    await using heir = consumerOf(broker, { clientId: 'heir', sessionTimeout: 60_000 })
    const joining = broker.faults.observe({ api: 'JoinGroup', clientId: 'heir' })
    const joined = heir.consume({ topics: ['orders'] })
    // The first answer only hands out a member id; the second waits for the silent member.
    await joining.whenHit(2)
    await clock.advance(30_000)
    await joined
    assert.deepEqual(heir.assignments?.[0]?.partitions.toSorted(), [0, 1])
  })

  test('retention drops what has become too old, and keeps the rest', async () => {
    const clock = new ManualClock()
    const topic = { name: 'short-lived', configs: { 'retention.ms': '3600000' } }
    await using broker = await createTestBroker({ clock, topics: [topic] })
    await using producer = producerOf(broker)
    await send(producer, 'short-lived', 'old')
    await clock.advance(3_000_000)
    const timestamp = BigInt(clock.wallMs())
    await producer.send({ messages: [{ topic: 'short-lived', value: 'young', timestamp }] })
    assert.equal((await broker.read('short-lived')).length, 2)
    await clock.advance(1_000_000)
    assert.deepEqual(
      (await broker.read('short-lived')).map(({ value }) => value),
      ['young']
    )
  })

  test('a long poll ends when its time has come', async () => {
    const clock = new ManualClock()
    await using broker = await createTestBroker({ clock, topics: ['quiet'] })
    await using consumer = consumerOf(broker)
    const { topics } = await consumer.metadata({ topics: ['quiet'] })
    const arrived = broker.faults.observe({ api: 'Fetch', topic: 'quiet' })
    let answered = false
    const answer = fetchQuiet(consumer, topics.get('quiet')?.id ?? '', 1).finally(() => (answered = true))
    await arrived.whenHit()
    await clock.advance(29_999)
    await realMs(50)
    assert.equal(answered, false)
    await clock.advance(1)
    assert.equal((await answer).responses[0]?.partitions[0]?.highWatermark, 0n)
  })

  test('a long poll ends at once when there is enough', async () => {
    const clock = new ManualClock()
    await using broker = await createTestBroker({ clock, topics: ['quiet'] })
    await using consumer = consumerOf(broker)
    await using producer = producerOf(broker)
    const { topics } = await consumer.metadata({ topics: ['quiet'] })
    const arrived = broker.faults.observe({ api: 'Fetch', topic: 'quiet' })
    const answer = fetchQuiet(consumer, topics.get('quiet')?.id ?? '', 1)
    await arrived.whenHit()
    await send(producer, 'quiet', 'news')
    assert.equal((await answer).responses[0]?.partitions[0]?.highWatermark, 1n)
  })

  test('records get the time of the clock where the broker stamps them', async () => {
    const clock = new ManualClock(Date.UTC(2030, 0, 1))
    const topic = { name: 'stamped', configs: { 'message.timestamp.type': 'LogAppendTime' } }
    await using broker = await createTestBroker({ clock, topics: [topic] })
    await using producer = producerOf(broker)
    await send(producer, 'stamped', 'now')
    await clock.advance(3_600_000)
    await send(producer, 'stamped', 'an hour later')
    const [first, second] = await broker.read('stamped')
    assert.equal(first?.timestamp, Date.UTC(2030, 0, 1))
    assert.equal(second?.timestamp, Date.UTC(2030, 0, 1, 1))
  })

  test('closing needs no time, whatever still waits', async () => {
    const clock = new ManualClock()
    await using broker = await createTestBroker({ clock, topics: ['quiet'] })
    await using consumer = consumerOf(broker)
    const { topics } = await consumer.metadata({ topics: ['quiet'] })
    const delayed = broker.faults.delay({ api: 'Fetch', ms: Infinity })
    const answer = fetchQuiet(consumer, topics.get('quiet')?.id ?? '', 1)
    await delayed.whenHit()
    await broker.close()
    await answer.catch(() => undefined)
  })
})
