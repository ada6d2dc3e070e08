/**
 * The witness of `go/`, carried by our own client: the same flags where it knows them, the same lines on standard
 * input, the same history.
 */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { KafkaError, createClient, type Client, type ConsumedBatch } from '@naru/client'
import { decodePayload, encodePayload, type Log, type Operation, type SeenRecord } from '@naru/simulator'

const { values } = parseArgs({
  strict: false,
  options: {
    bootstrap: { type: 'string', default: '' },
    topic: { type: 'string', default: 'crash' },
    history: { type: 'string', default: '' },
    partitions: { type: 'string', default: '4' },
    rate: { type: 'string', default: '2000' },
    'value-bytes': { type: 'string', default: '300' }
  }
})
const topic = String(values.topic)
const partitions = Number(values.partitions)
const paddingBytes = Number(values['value-bytes'])
/** Records in one send: as many as the rate asks for in this time. */
const SEND_EVERY_MS = 10
const sendCount = Math.max(1, Math.round((Number(values.rate) * SEND_EVERY_MS) / 1000))
/** An outage that lasts longer leaves a send without an answer. */
const CALL_MS_MAX = 60_000
const NOTHING_WRITTEN: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'INVALID_RECORD'])

const file = createWriteStream(String(values.history))
const sum = {
  acknowledged: 0,
  unanswered: 0,
  read: 0,
  commits: 0,
  errors: {} as Record<string, number>,
  lastAckMs: 0
}
const stop = new AbortController()

const note = (operation: Operation): void => void file.write(`${JSON.stringify(operation)}\n`)
const logOf = (partition: number): Log => ({ topic, topicId: topic, partition })
const newClient = (): Client =>
  createClient({ bootstrap: String(values.bootstrap), requestTimeoutMs: CALL_MS_MAX, retryBackoffMsMax: 50 })

/** One producer per partition, so that one send is one request. */
async function produce(partition: number): Promise<void> {
  await using client = newClient()
  const producer = client.producer()
  const name = `own-${partition}`
  for (let next = 0; !stop.signal.aborted; next += sendCount) {
    const sequences = Array.from({ length: sendCount }, (_, index) => next + index)
    const records = sequences.map((sequence) => ({
      partition,
      value: encodePayload({ topic, partition, producer: name, sequence }, paddingBytes)
    }))
    const invokedMs = performance.now()
    const found = await producer.send(topic, records).then(
      ([sent]) => ({ outcome: 'ok' as const, baseOffset: sent?.baseOffset ?? -1 }),
      (error: unknown) => ({ outcome: outcomeOf(error), baseOffset: -1 })
    )
    const completedMs = performance.now()
    if (found.outcome === 'ok') {
      sum.acknowledged += sendCount
      sum.lastAckMs = Date.now()
    } else sum.unanswered += sendCount
    const shared = { client: name, producer: name, log: logOf(partition), invokedMs, completedMs }
    note({ kind: 'send', ...shared, ...found, sequences, idempotent: true })
    await sleep(SEND_EVERY_MS)
  }
}

function outcomeOf(error: unknown): 'failed' | 'indeterminate' {
  const code = error instanceof KafkaError ? error.code : String(error)
  sum.errors[code] = (sum.errors[code] ?? 0) + 1
  return NOTHING_WRITTEN.has(code) ? 'failed' : 'indeterminate'
}

const seen = ({ records }: ConsumedBatch<Uint8Array, Uint8Array>): SeenRecord[] =>
  records.map(({ offset, value }) => ({ offset, payload: value === null ? undefined : decodePayload(value) }))

async function follow(): Promise<void> {
  await using client = newClient()
  while (!stop.signal.aborted) {
    try {
      const consumer = client.consumer({
        topics: topic,
        from: 'earliest',
        signal: stop.signal,
        fetchWaitMs: 200
      })
      for await (const batch of consumer) noteRead('read', batch)
    } catch (error) {
      if (!stop.signal.aborted) outcomeOf(error)
    }
  }
}

function noteRead(kind: 'read', batch: ConsumedBatch<Uint8Array, Uint8Array>): void {
  const [first] = batch.records
  const last = batch.records.at(-1)
  if (first === undefined || last === undefined) return
  const at = performance.now()
  const times = { client: 'follower', invokedMs: at, completedMs: at }
  sum.read += batch.records.length
  note({
    kind,
    ...times,
    log: logOf(batch.partition),
    from: first.offset,
    next: last.offset + 1,
    records: seen(batch)
  })
}

async function readAll(): Promise<void> {
  await using client = newClient()
  const starts = await client.admin.listOffsets({ topic, at: 'earliest' })
  const ends = await client.admin.listOffsets({ topic, at: 'latest' })
  const records = new Map<number, SeenRecord[]>(ends.map(({ partition }) => [partition, []]))
  const invokedMs = performance.now()
  for await (const batch of client.consumer({ topics: topic, from: 'earliest', to: 'end' })) {
    records.get(batch.partition)?.push(...seen(batch))
  }
  for (const [partition, list] of records) {
    const from = starts.find((one) => one.partition === partition)?.offset ?? 0
    const next = (list.at(-1)?.offset ?? from - 1) + 1
    const times = { client: 'reader', invokedMs, completedMs: performance.now() }
    note({ kind: 'final-read', ...times, log: logOf(partition), from, next, records: list })
  }
}

const running = [...Array.from({ length: partitions }, (_, partition) => produce(partition)), follow()]
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') break
  console.log(JSON.stringify(sum))
}
stop.abort()
await Promise.all(running)
await readAll()
file.end()
await once(file, 'finish')
console.log(JSON.stringify(sum))
process.exit(0)
