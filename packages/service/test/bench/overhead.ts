/**
 * How many events per second one process takes through a JSON handler that does nothing, from a broker that runs
 * already, beside a plain consumer of `@naru/client` that parses the same JSON.
 *
 *   node packages/service/test/bench/overhead.ts --bootstrap 127.0.0.1:9092 --events 500000
 *
 * Both read what was written before; the clock starts with the first record and stops with the last. What it does not
 * show: the time to join a group, and handlers that wait for something.
 */
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { createClient, jsonCodec, stringCodec } from '@naru/client'
import { defineEvent, defineService } from '@naru/service'
import { z } from 'zod'

const { values } = parseArgs({
  options: {
    bootstrap: { type: 'string', default: '127.0.0.1:9092' },
    events: { type: 'string', default: '500000' },
    keys: { type: 'string', default: '1000' }
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

await using client = createClient({ bootstrap: values.bootstrap, requestTimeoutMs: 60_000 })
await client.admin.createTopic(topic, { partitions: 4 })
await fill()
const plain = await timePlainConsumer()
const service = await timeService()
console.log(JSON.stringify({ events: count, plain: rates(plain), service: rates(service) }))

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

interface Cost {
  readonly ms: number
  /** Of this process, on all its threads: on a busy machine the figure that can be compared. */
  readonly cpuMs: number
}

function stopwatch(): () => Cost {
  const startMs = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { ms: performance.now() - startMs, cpuMs: (user + system) / 1_000 }
  }
}

async function timePlainConsumer(): Promise<Cost> {
  const consumer = client.consumer({ topics: topic, from: 'earliest', to: 'end', value: jsonCodec() })
  let stop: (() => Cost) | undefined
  for await (const _batch of consumer) stop ??= stopwatch()
  return stop?.() ?? { ms: 0, cpuMs: 0 }
}

async function timeService(): Promise<Cost> {
  const { promise, resolve } = Promise.withResolvers<Cost>()
  let stop: (() => Cost) | undefined
  let seen = 0
  const bench = defineService({ name: `bench-${run}`, bootstrap: values.bootstrap })
  bench.on(placed, () => {
    stop ??= stopwatch()
    if (++seen === count) resolve(stop())
  })
  await using _running = await bench.start()
  return await promise
}

function rates({ ms, cpuMs }: Cost): { readonly perSecond: number; readonly perCpuSecond: number } {
  return { perSecond: Math.round((count / ms) * 1_000), perCpuSecond: Math.round((count / cpuMs) * 1_000) }
}
