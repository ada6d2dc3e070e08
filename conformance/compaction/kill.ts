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
import { KeyedTopic, type KeyedRecord, type RecordToKeep } from './keyed-topic.ts'

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '200' }, keys: { type: 'string', default: '300' } }
})
const cycles = Number(values.cycles)
const keys = Number(values.keys)
/** How long the broker lives before it is killed: segments are written out, compacted and exchanged meanwhile. */
const lifeMsMin = 4_000
const lifeMsSpread = 8_000
const deleteRetentionMs = 1_000

/** What was acknowledged, or has been seen after a restart, by its offset. */
const acked = new Map<number, RecordToKeep>()
/** Sent, and not answered before a kill. */
let doubtful: RecordToKeep[] = []
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
    try {
      const compression = CompressionCodec.lz4
      const base = await topic.write({ records, compression, timestampMs: Date.now() })
      for (const [index, record] of records.entries()) acked.set(base + index, record)
      acknowledged += records.length
    } catch {
      doubtful.push(...records)
      return
    }
  }
}

/** The record that was sent, where it is known or may be. */
function known({ offset, key, value }: KeyedRecord): RecordToKeep | undefined {
  const one = acked.get(offset)
  if (one !== undefined) return one.key === key && one.value === value ? one : undefined
  const found = doubtful.find((record) => record.key === key && record.value === value)
  if (found !== undefined) acked.set(offset, found)
  return found
}

/** Resolves to the number of records that are left. */
async function verify(topic: KeyedTopic): Promise<number> {
  const read = await topic.readAll()
  for (const record of read) {
    if (known(record) === undefined) problems.push(`what is at ${record.offset} was never sent there`)
  }
  doubtful = []
  const left = new Map(read.map(({ offset, key }) => [offset, key]))
  const newest = new Map<string, number>()
  for (const [offset, { key }] of acked) newest.set(key, Math.max(offset, newest.get(key) ?? -1))
  const seen = new Set(read.map(({ key }) => key))
  for (const [key, offset] of newest) {
    if (left.has(offset)) continue
    if (acked.get(offset)?.value !== null) problems.push(`the last value of ${key}, at ${offset}, is lost`)
    else if (seen.has(key)) problems.push(`${key} came back: its tombstone at ${offset} is gone`)
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
const isCompacted = left < acknowledged * 0.8
if (!isCompacted) console.error(`${left} of ${acknowledged} records are left: the cycles prove nothing`)
console.log(JSON.stringify({ cycles, acknowledged, left, problems: problems.length }))
const failures = problems.length + (isCompacted ? 0 : 1)
console.log(`${cycles} cycles, ${failures} failed`)
process.exitCode = failures === 0 ? 0 : 1
