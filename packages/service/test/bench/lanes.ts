/**
 * How much key lanes bring: handlers that wait 20 ms, 10,000 keys on 4 partitions, against one record at a time per
 * partition, which is what a plain consumer does.
 *
 *   node packages/service/test/bench/lanes.ts                             starts a broker of its own
 *   node packages/service/test/bench/lanes.ts --bootstrap HOST:PORT --events 100000
 *
 * Checks the order of each key on the way. One at a time is 4 x 50 records per second by arithmetic; the command says
 * how many times that the service reached.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { defineEvent, defineService } from '@naru/service'
import { z } from 'zod'
import { openBroker } from './broker.ts'

const HANDLER_MS = 20
const PARTITIONS = 4

const { values } = parseArgs({
  options: {
    bootstrap: { type: 'string' },
    keys: { type: 'string', default: '10000' },
    events: { type: 'string', default: '100000' }
  }
})
const keys = Number(values.keys)
const count = Number(values.events)
const run = Date.now().toString(36)

const done = defineEvent({
  name: 'bench.step-done',
  version: 1,
  topic: `bench-lanes-${run}`,
  key: ({ key }) => key,
  schema: z.object({ key: z.string(), n: z.number() })
})

await using broker = await openBroker(values.bootstrap)
const bootstrap = { bootstrap: broker.bootstrap }
const settings = { ...bootstrap, partitions: PARTITIONS, publishes: [done] }
await using source = await defineService({ name: `source-${run}`, ...settings }).start()
for (let sent = 0; sent < count; sent += 5_000) {
  await Promise.all(
    Array.from({ length: Math.min(5_000, count - sent) }, (_, i) => {
      const index = sent + i
      return source.publish(done, { key: `key-${index % keys}`, n: Math.floor(index / keys) })
    })
  )
}

const next = new Map<string, number>()
const { promise, resolve } = Promise.withResolvers<number>()
let startMs = 0
let seen = 0
const lanes = defineService({ name: `lanes-${run}`, ...bootstrap })
lanes.on(done, async ({ key, n }) => {
  if (startMs === 0) startMs = performance.now()
  if (n !== (next.get(key) ?? 0)) throw new Error(`${key}: ${n} came out of order`)
  await wait(HANDLER_MS)
  next.set(key, n + 1)
  if (++seen === count) resolve(performance.now() - startMs)
})
await using _running = await lanes.start()
const elapsedMs = await promise
const perSecond = Math.round((count / elapsedMs) * 1_000)
const oneAtATime = (PARTITIONS * 1_000) / HANDLER_MS
console.log(JSON.stringify({ events: count, keys, perSecond, timesOneAtATime: perSecond / oneAtATime }))
