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
import { cpuSeconds } from './cpu-time.ts'

const EVENTS_PER_SECOND_MIN = 3_000
const P99_MS_MAX = 50
const KEYS = 1_000
/** Transactions under way; beyond that the machine does not carry the rate, and the figure says so. */
const OPEN_MAX = 2_000
/** Connections are made and code is compiled in this time; its events count for the rate alone. */
const WARM_UP_MS = 2_000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '3000' },
    'per-transaction': { type: 'string', default: '1' },
    writers: { type: 'string', default: '16' },
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
  const before = cpuOf()
  const committed = await write(service)
  while (seen.size < committed.atMs.size) await sleep(20)
  await reading.close()
  tellCpu(before, committed.atMs.size)
  return report(committed, seen)
}

/** The processes of the run, by name: this one holds writers, relay and reader. */
function cpuOf(): ReadonlyMap<string, number> {
  const others = supervisor.status.map(({ name, pid }) => [name, pid === null ? 0 : cpuSeconds(pid)] as const)
  const { user, system } = process.cpuUsage()
  return new Map([['service', (user + system) / 1e6], ...others])
}

function tellCpu(before: ReadonlyMap<string, number>, events: number): void {
  const parts = [...cpuOf()].map(([name, seconds]) => {
    const microseconds = ((seconds - (before.get(name) ?? 0)) * 1e6) / events
    return `${name} ${microseconds.toFixed(0)}`
  })
  console.log(`processor time per event in us: ${parts.join(', ')}`)
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
  readonly begunMs: number
  readonly atMs: Map<number, number>
  readonly elapsedMs: number
}

/**
 * With a rate, transactions begin when they are due, whatever became of those before them, as requests do; without one,
 * each writer begins the next one when its last one is committed.
 */
async function write(service: {
  transaction: ReturnType<typeof defineService<unknown>>['transaction']
}): Promise<Written> {
  const atMs = new Map<number, number>()
  const begunMs = performance.now()
  let next = 0
  const one = async (): Promise<void> => {
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
  const elapsedMs = (): number => performance.now() - begunMs
  const isOver = (): boolean => elapsedMs() >= seconds * 1_000
  if (rate === 0) {
    const writer = async (): Promise<void> => {
      while (!isOver()) await one()
    }
    await Promise.all(Array.from({ length: writers }, writer))
  } else {
    const open = new Set<Promise<void>>()
    while (!isOver()) {
      while (next < (elapsedMs() / 1_000) * rate && open.size < OPEN_MAX) {
        const begun = one().finally(() => open.delete(begun))
        open.add(begun)
      }
      await sleep(1)
    }
    await Promise.all(open)
  }
  return { begunMs, atMs, elapsedMs: elapsedMs() }
}

function report({ begunMs, atMs: committed, elapsedMs }: Written, seen: ReadonlyMap<number, number>): number {
  const latenciesMs = [...committed]
    .filter(([, atMs]) => atMs > begunMs + WARM_UP_MS)
    .map(([number, atMs]) => Math.max(0, (seen.get(number) ?? Infinity) - atMs))
    .sort((left, right) => left - right)
  const at = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0
  const perSecond = Math.round((committed.size / elapsedMs) * 1_000)
  console.log(`${committed.size} events in ${(elapsedMs / 1_000).toFixed(1)} s: ${perSecond}/s`)
  console.log(`commit to reader: p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms`)
  const isReached = perSecond >= EVENTS_PER_SECOND_MIN * 0.98 && at(0.99) < P99_MS_MAX
  return values.guard && !isReached ? 1 : 0
}
