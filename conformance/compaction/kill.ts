/**
 * `kill -9` of Naru under keyed writers while logs are compacted, again and again, on the same data: the last value of
 * each key is there, no deleted key comes back, every record that is left is the one that was acknowledged.
 *
 *     node conformance/compaction/kill.ts --cycles 200
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { CompressionCodec } from '@naru/protocol'
import { startNaru } from '../naru/index.ts'
import { KeyedTopic, type RecordToKeep } from './keyed-topic.ts'

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '200' }, keys: { type: 'string', default: '300' } }
})
const cycles = Number(values.cycles)
const keys = Number(values.keys)
/** How long the broker lives before it is killed: segments are written out, compacted and exchanged meanwhile. */
const lifeMsMin = 500
const lifeMsSpread = 4_500
const deleteRetentionMs = 1_000

interface Sent {
  readonly value: string | null
  /** The offset, once it was acknowledged. */
  offset: number | undefined
}

/** What was sent of each key, the newest last. */
const sent = new Map<string, Sent[]>()
const problems: string[] = []
let acknowledged = 0
let count = 0

function nextBatch(): readonly RecordToKeep[] {
  return Array.from({ length: 1 + Math.floor(Math.random() * 40) }, () => ({
    key: `key-${Math.floor(Math.random() * keys)}`,
    value: Math.random() < 0.2 ? null : `${++count} ${'x'.repeat(Math.floor(Math.random() * 800))}`
  }))
}

/** Writes until the broker goes away; what was not answered may be there or not. */
async function write(topic: KeyedTopic, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const records = nextBatch()
    const noted = records.map(({ key, value }) => {
      const one: Sent = { value, offset: undefined }
      sent.set(key, [...(sent.get(key) ?? []), one])
      return one
    })
    try {
      const compression = CompressionCodec.lz4
      const base = await topic.write({ records, compression, timestampMs: Date.now() })
      for (const [index, one] of noted.entries()) one.offset = base + index
      acknowledged += records.length
    } catch {
      return
    }
  }
}

async function verify(topic: KeyedTopic): Promise<number> {
  const read = await topic.readAll()
  const last = new Map<string, { readonly offset: number; readonly value: string | null }>()
  for (const { offset, key, value } of read) {
    last.set(key, { offset, value })
    const known = sent.get(key)?.find((one) => one.value === value && (one.offset ?? offset) === offset)
    if (known === undefined) problems.push(`${key} at ${offset} was never sent, or elsewhere`)
    else known.offset = offset
  }
  for (const [key, all] of sent) {
    const newest = all
      .filter((one) => one.offset !== undefined)
      .toSorted((a, b) => a.offset! - b.offset!)
      .at(-1)
    if (newest === undefined) continue
    const found = last.get(key)
    if (newest.value === null) {
      if (found !== undefined && found.value !== null) problems.push(`${key} came back at ${found.offset}`)
    } else if (found?.offset !== newest.offset) {
      problems.push(`the last value of ${key}, at ${newest.offset}, is lost`)
    }
    // Older values need not be remembered any more, and what nobody saw never arrived.
    sent.set(key, [newest])
  }
  return read.length
}

await using broker = await startNaru({ properties: { 'log.cleaner.backoff.ms': '100' } })
const topic = new KeyedTopic(broker, 'compacted')
await topic.create({
  'cleanup.policy': 'compact',
  'segment.bytes': '1048576',
  'min.cleanable.dirty.ratio': '0.001',
  'delete.retention.ms': String(deleteRetentionMs),
  'file.delete.delay.ms': '100'
})
let left = 0
for (let cycle = 0; cycle < cycles && problems.length === 0; cycle++) {
  let over = false
  const writing = write(topic, () => over)
  await sleep(lifeMsMin + Math.random() * lifeMsSpread)
  over = true
  await broker.kill()
  await writing
  topic.close()
  await broker.restart()
  left = await verify(topic)
}
topic.close()
for (const problem of problems.slice(0, 20)) console.error(problem)
const isCompacted = left < acknowledged / 2
if (!isCompacted) console.error(`${left} of ${acknowledged} records are left: the cycles prove nothing`)
console.log(JSON.stringify({ cycles, acknowledged, left, problems: problems.length }))
const failures = problems.length + (isCompacted ? 0 : 1)
console.log(`${cycles} cycles, ${failures} failed`)
process.exitCode = failures === 0 ? 0 : 1
