/**
 * What one key whose handler always fails costs the other 999: their time from publication to handling, with and without
 * it, in turns. Then the handler is mended, the dead letters are put back, and the order of the key is checked.
 *
 *   node packages/service/test/bench/poison.ts                            starts a broker of its own
 *   node packages/service/test/bench/poison.ts --bootstrap HOST:PORT --rate 1000 --seconds 5 --rounds 3
 *
 * With `--guard` the exit code says whether the median of the p99s stayed within 20 %, and the order was kept.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { nodeTimers } from '@naru/base/node'
import { createClient } from '@naru/client'
import { defineEvent, defineService } from '@naru/service'
import { redrive } from '@naru/service/tools'
import { z } from 'zod'
import { openBroker } from './broker.ts'

const KEYS = 1_000
const POISON = 'key-0'
const WORSE_MAX = 1.2

const { values } = parseArgs({
  options: {
    bootstrap: { type: 'string' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    guard: { type: 'boolean', default: false }
  }
})
const rate = Number(values.rate)
const count = rate * Number(values.seconds)

interface Round {
  readonly p99Ms: number
  readonly isInOrder: boolean
}

await using broker = await openBroker(values.bootstrap)
const { bootstrap } = broker
const rounds = { healthy: [] as Round[], poisoned: [] as Round[] }
await round('warm-up', false)
for (let number = 0; number < Number(values.rounds); number++) {
  rounds.healthy.push(await round(`healthy-${number}`, false))
  rounds.poisoned.push(await round(`poisoned-${number}`, true))
}
const [healthyMs, poisonedMs] = [median(rounds.healthy), median(rounds.poisoned)]
const isInOrder = rounds.poisoned.every((found) => found.isInOrder)
console.log(
  `p99 of the other keys: ${healthyMs.toFixed(1)} ms without, ${poisonedMs.toFixed(1)} ms with a poison key`
)
console.log(`after the redrive the key's records are ${isInOrder ? 'complete and in order' : 'NOT in order'}`)
if (values.guard && (poisonedMs > healthyMs * WORSE_MAX || !isInOrder)) process.exitCode = 1

async function round(name: string, isPoisoned: boolean): Promise<Round> {
  const id = `${name}-${Date.now().toString(36)}`
  const topic = `bench-poison-${id}`
  const schema = z.object({ key: z.string(), n: z.number(), atMs: z.number() })
  const stepped = defineEvent({ name: 'bench.stepped', version: 1, topic, key: ({ key }) => key, schema })
  const service = defineService({
    name: `poison-${id}`,
    bootstrap,
    partitions: 4,
    publishes: [stepped],
    contracts: false,
    retry: { attempts: 3, backoffMs: 10, backoffMsMax: 50, parkMs: 200 }
  })
  const latenciesMs: number[] = []
  const steps: number[] = []
  let isBroken = isPoisoned
  service.on(stepped, ({ key, n, atMs }) => {
    if (key !== POISON) latenciesMs.push(performance.now() - atMs)
    else if (isBroken) throw new Error('poison')
    else steps.push(n)
  })
  await using _running = await service.start()
  const begunMs = performance.now()
  const sent: Array<Promise<string>> = []
  while (sent.length < count) {
    const due = Math.min(count, ((performance.now() - begunMs) / 1_000) * rate)
    for (let n = sent.length; n < due; n++) {
      sent.push(service.publish(stepped, { key: `key-${n % KEYS}`, n, atMs: performance.now() }))
    }
    await sleep(1)
  }
  await Promise.all(sent)
  const expected = Array.from({ length: Math.ceil(count / KEYS) }, (_, index) => index * KEYS)
  await until(() => latenciesMs.length === count - expected.length)
  isBroken = false
  if (isPoisoned) {
    await using client = createClient({ bootstrap })
    await until(async () => {
      await redrive(client, `${topic}.${service.name}.dlq`, { timers: nodeTimers })
      return steps.length >= expected.length
    })
  }
  latenciesMs.sort((left, right) => left - right)
  const p99Ms = latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0
  return { p99Ms, isInOrder: !isPoisoned || String(steps) === String(expected) }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await condition()) return
    await sleep(100)
  }
  throw new Error('waited in vain')
}

function median(found: readonly Round[]): number {
  const sorted = found.map(({ p99Ms }) => p99Ms).toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
