/**
 * How many events per second one process takes through a JSON handler that does nothing, beside plain consumers that
 * parse the same JSON and do no more: ours, kafkajs, and @platformatic/kafka.
 *
 *   node packages/service/test/bench/overhead.ts                          starts a broker of its own
 *   node packages/service/test/bench/overhead.ts --bootstrap HOST:PORT --events 500000 --rounds 3
 *
 * All read what was written before; the clock starts with the first record and stops with the last. The best round of
 * each counts. What it does not show: the time to join a group, and handlers that wait for something. The plain
 * consumers of kafkajs and @platformatic/kafka are group members too; ours reads without a group. With `--guard` the
 * exit code says whether the service reached 50,000 events/s.
 */
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { createClient, jsonCodec, stringCodec } from '@naru/client'
import { defineEvent, defineService } from '@naru/service'
import { Consumer as PlatformaticConsumer } from '@platformatic/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { z } from 'zod'
import { openBroker } from './broker.ts'

const EVENTS_PER_SECOND_MIN = 50_000

const { values } = parseArgs({
  options: {
    bootstrap: { type: 'string' },
    events: { type: 'string', default: '300000' },
    keys: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '2' },
    guard: { type: 'boolean', default: false }
  }
})
const count = Number(values.events)
const keys = Number(values.keys)
const run = Date.now().toString(36)
const topic = `bench-overhead-${run}`

const placed = defineEvent({
  name: 'bench.order-placed',
  version: 1,
  topic,
  key: ({ orderId }) => orderId,
  schema: z.object({ orderId: z.string(), drink: z.string(), customer: z.string(), sum: z.number() })
})

interface Cost {
  readonly ms: number
  /** Of this process, on all its threads: on a busy machine the figure that can be compared. */
  readonly cpuMs: number
}

await using broker = await openBroker(values.bootstrap)
const { bootstrap } = broker
await using client = createClient({ bootstrap, requestTimeoutMs: 60_000 })
await client.admin.createTopic(topic, { partitions: 4 })
await fill()
const contestants = {
  service: timeService,
  'plain @naru/client': timeClient,
  'plain @platformatic/kafka': timePlatformatic,
  'plain kafkajs': timeKafkajs
}
const results = new Map<string, Cost>()
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, time] of Object.entries(contestants)) {
    const cost = await time(`${run}-${round}`)
    if (cost.ms < (results.get(name)?.ms ?? Infinity)) results.set(name, cost)
  }
}
for (const [name, { ms, cpuMs }] of results) {
  const perSecond = Math.round((count / ms) * 1_000)
  const microseconds = ((cpuMs / count) * 1_000).toFixed(1)
  console.log(`${name.padEnd(26)} ${String(perSecond).padStart(8)} events/s, ${microseconds} us of CPU each`)
}
const serviceRate = (count / (results.get('service')?.ms ?? Infinity)) * 1_000
if (values.guard && serviceRate < EVENTS_PER_SECOND_MIN) process.exitCode = 1

async function fill(): Promise<void> {
  const producer = client.producer({ key: stringCodec, value: jsonCodec() })
  const at = new Date().toISOString()
  for (let sent = 0; sent < count; sent += 10_000) {
    const records = Array.from({ length: Math.min(10_000, count - sent) }, (_, i) => {
      const orderId = `order-${(sent + i) % keys}`
      return {
        key: orderId,
        value: { orderId, drink: 'latte', customer: 'Kim Minji', sum: sent + i },
        headers: [
          ['ce_specversion', '1.0'],
          ['ce_id', `${run}-${sent + i}`],
          ['ce_source', '/bench'],
          ['ce_type', 'bench.order-placed'],
          ['ce_time', at],
          ['ce_eventversion', '1'],
          ['content-type', 'application/json'],
          ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
          ['ce_subject', orderId]
        ] as const
      }
    })
    await producer.send(topic, records)
  }
}

/** Starts with the first record that is seen; resolves when all were. */
function counter(): { readonly see: () => void; readonly all: Promise<Cost> } {
  const { promise, resolve } = Promise.withResolvers<Cost>()
  let startMs = 0
  let cpu = process.cpuUsage()
  let seen = 0
  const see = (): void => {
    if (seen++ === 0) {
      startMs = performance.now()
      cpu = process.cpuUsage()
    }
    if (seen !== count) return
    const { user, system } = process.cpuUsage(cpu)
    resolve({ ms: performance.now() - startMs, cpuMs: (user + system) / 1_000 })
  }
  return { see, all: promise }
}

async function timeService(name: string): Promise<Cost> {
  const { see, all } = counter()
  const bench = defineService({ name: `bench-${name}`, bootstrap })
  bench.on(placed, see)
  await using _running = await bench.start()
  return await all
}

async function timeClient(): Promise<Cost> {
  const { see, all } = counter()
  const consumer = client.consumer({ topics: topic, from: 'earliest', to: 'end', value: jsonCodec() })
  for await (const { records } of consumer) for (const _record of records) see()
  return all
}

async function timePlatformatic(name: string): Promise<Cost> {
  const { see, all } = counter()
  const consumer = new PlatformaticConsumer({
    clientId: 'bench',
    groupId: `platformatic-${name}`,
    bootstrapBrokers: [bootstrap],
    deserializers: { value: (bytes?: Buffer) => JSON.parse(String(bytes)) as unknown }
  })
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: 100 })
  stream.on('data', see)
  const cost = await all
  await consumer.close(true)
  return cost
}

async function timeKafkajs(name: string): Promise<Cost> {
  const { see, all } = counter()
  const kafka = new Kafka({ clientId: 'bench', brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `kafkajs-${name}` })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommitInterval: 100,
    eachMessage: async ({ message }) => {
      JSON.parse(String(message.value))
      see()
    }
  })
  const cost = await all
  await consumer.disconnect()
  return cost
}
