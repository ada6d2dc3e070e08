/**
 * How many events per second go through the outbox, and how long one takes from its commit to a reader of the topic:
 *
 *   node packages/service/test/bench/outbox.ts --seconds 10 --rate 3000 --per-transaction 1
 *   node packages/service/test/bench/outbox.ts --rate 0                  as fast as it goes
 *
 * Broker (synced) and PostgreSQL (synced) are started for it, so that everything shares one machine with the writers.
 * The time ends when a consumer has the record, which includes its fetch: an upper bound for "in the topic". With
 * `--guard` the exit code says whether 3,000 events/s and a p99 below 50 ms were reached.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClient, jsonCodec } from '@naru/client'
import { Supervisor, embeddedPostgres, nodeProcess, provision, serviceUrl } from '@naru/dev'
import { defineEvent, defineService } from '@naru/service'
import { postgresStore } from '@naru/service/postgres'
import { z } from 'zod'

const EVENTS_PER_SECOND_MIN = 3_000
const P99_MS_MAX = 50
const KEYS = 1_000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '3000' },
    'per-transaction': { type: 'string', default: '1' },
    writers: { type: 'string', default: '32' },
    guard: { type: 'boolean', default: false }
  }
})
const seconds = Number(values.seconds)
const rate = Number(values.rate)
const perTransaction = Number(values['per-transaction'])
const writers = Number(values.writers)

const noted = defineEvent({
  name: 'bench.noted',
  version: 1,
  topic: 'bench-outbox',
  key: ({ key }) => key,
  schema: z.object({ key: z.string(), number: z.number() })
})

const folder = mkdtempSync(join(tmpdir(), 'naru-outbox-'))
chmodSync(folder, 0o755)
const supervisor = new Supervisor()
try {
  process.exitCode = await measure()
} finally {
  await supervisor.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(): Promise<number> {
  const postgres = await embeddedPostgres({ folder: join(folder, 'postgres'), port: 0 })
  await supervisor.start(postgres.process)
  const database = { service: 'bench', password: 'bench' }
  await provision({ adminUrl: postgres.adminUrl, services: [database] })
  const bootstrap = await startBroker()
  const url = serviceUrl(postgres.adminUrl, database)
  const migrations = ['create table notes (number bigint, key text)']
  await using store = postgresStore({ url, migrations, connectionsMax: writers + 2 })
  await using service = defineService({ name: 'bench', bootstrap, store, publishes: [noted] })
  await service.start()

  await using client = createClient({ bootstrap })
  const seen = new Map<number, number>()
  const reading = read(client, seen)
  const committed = await write(service)
  const elapsedSeconds = committed.elapsedMs / 1_000
  while (seen.size < committed.atMs.size) await sleep(20)
  await reading.close()
  return report(committed.atMs, seen, elapsedSeconds)
}

async function startBroker(): Promise<string> {
  const command = join(import.meta.dirname, '../../../cli/bin/naru.js')
  const args = ['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'broker'), '--output', 'json']
  const { port } = await supervisor.start(nodeProcess('broker', command, { args, stage: 0 }))
  return `127.0.0.1:${String(port)}`
}

/** Notes when each event is read for the first time. */
function read(
  client: ReturnType<typeof createClient>,
  seen: Map<number, number>
): { close(): Promise<void> } {
  const value = jsonCodec<{ readonly number: number }>()
  const consumer = client.consumer({ topics: noted.topic, from: 'earliest', value, fetchWaitMs: 100 })
  const done = (async () => {
    for await (const { records } of consumer) {
      const nowMs = performance.now()
      for (const record of records) {
        if (record.value !== null && !seen.has(record.value.number)) seen.set(record.value.number, nowMs)
      }
    }
  })()
  return {
    close: async () => {
      await consumer.close()
      await done
    }
  }
}

interface Written {
  readonly atMs: Map<number, number>
  readonly elapsedMs: number
}

async function write(service: {
  transaction: ReturnType<typeof defineService<unknown>>['transaction']
}): Promise<Written> {
  const atMs = new Map<number, number>()
  const begunMs = performance.now()
  let next = 0
  const writer = async (): Promise<void> => {
    while (performance.now() - begunMs < seconds * 1_000) {
      const dueMs = rate === 0 ? 0 : begunMs + (next / rate) * 1_000
      if (dueMs > performance.now()) {
        await sleep(1)
        continue
      }
      const numbers = Array.from({ length: perTransaction }, () => next++)
      await service.transaction(async ({ db, publish }) => {
        for (const number of numbers) {
          const key = `key-${number % KEYS}`
          await db.query('insert into notes values ($1, $2)', [number, key])
          await publish(noted, { key, number })
        }
      })
      const nowMs = performance.now()
      for (const number of numbers) atMs.set(number, nowMs)
    }
  }
  await Promise.all(Array.from({ length: writers }, writer))
  return { atMs, elapsedMs: performance.now() - begunMs }
}

function report(
  committed: Written['atMs'],
  seen: ReadonlyMap<number, number>,
  elapsedSeconds: number
): number {
  const latenciesMs = [...committed]
    .map(([number, atMs]) => Math.max(0, (seen.get(number) ?? Infinity) - atMs))
    .sort((left, right) => left - right)
  const at = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0
  const perSecond = Math.round(committed.size / elapsedSeconds)
  console.log(`${committed.size} events in ${elapsedSeconds.toFixed(1)} s: ${perSecond}/s`)
  console.log(`commit to reader: p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms`)
  const isReached = perSecond >= EVENTS_PER_SECOND_MIN * 0.98 && at(0.99) < P99_MS_MAX
  return values.guard && !isReached ? 1 : 0
}
