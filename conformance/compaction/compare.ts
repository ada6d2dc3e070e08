/**
 * The same keyed input to Apache Kafka 4.2.0 and to Naru: after both have compacted it the same records are left, at
 * the same offsets. Then Kafka's DumpLogSegments reads Naru's cleaned segments, and a Kafka that knows nothing of
 * their origin serves them.
 *
 *     node conformance/compaction/compare.ts --batches 600
 */
import { copyFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { RunningBroker } from '../broker.ts'
import { kafkaTool } from '../kafka/tools.ts'
import { startKafka } from '../kafka/index.ts'
import { startNaru } from '../naru/index.ts'
import { keyedHistory } from './history.ts'
import { KeyedTopic, type KeyedRecord } from './keyed-topic.ts'

const { values } = parseArgs({
  options: {
    batches: { type: 'string', default: '600' },
    keys: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' }
  }
})

const topicName = 'compacted'
const foreignName = 'foreign'
const properties = { 'log.cleaner.backoff.ms': '500' }
const configs = {
  'cleanup.policy': 'compact',
  'segment.bytes': '1048576',
  'min.cleanable.dirty.ratio': '0.001',
  'file.delete.delay.ms': '100'
}
const timestampMs = Date.now() - 3_600_000
const compactedMsMax = 90_000

let passed = 0
let failed = 0

function check(holds: boolean, what: string): void {
  if (holds) passed++
  else failed++
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`)
}

/** Reads until nothing has changed for a while. */
async function settled(topic: KeyedTopic): Promise<KeyedRecord[]> {
  let last: KeyedRecord[] = []
  let since = performance.now()
  for (const start = since; performance.now() - start < compactedMsMax; await sleep(1_000)) {
    const read = await topic.readAll()
    if (read.length !== last.length) since = performance.now()
    last = read
    if (performance.now() - since > 15_000) break
  }
  return last
}

/** The first difference, in words. */
function difference(naru: readonly KeyedRecord[], kafka: readonly KeyedRecord[]): string | undefined {
  for (let index = 0; index < Math.max(naru.length, kafka.length); index++) {
    const [ours, theirs] = [JSON.stringify(naru[index]), JSON.stringify(kafka[index])]
    if (ours !== theirs) return `record ${index}: ${ours?.slice(0, 80)}, Apache Kafka ${theirs?.slice(0, 80)}`
  }
  return undefined
}

async function write(broker: RunningBroker): Promise<{ topic: KeyedTopic; written: number }> {
  const topic = new KeyedTopic(broker, topicName)
  await topic.create(configs)
  let written = 0
  const { batches, keys, seed } = values
  const history = { seed: Number(seed), batches: Number(batches), keys: Number(keys), timestampMs }
  for (const batch of keyedHistory(history)) {
    await topic.write(batch)
    written += batch.records.length
  }
  return { topic, written }
}

async function segmentFiles(folder: string, extension: string): Promise<string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => new RegExp(`^\\d{20}\\.${extension}$`).test(name))
    .map((name) => join(folder, name))
}

async function dump(folder: string): Promise<void> {
  const logs = await segmentFiles(folder, 'log')
  const indexes = await segmentFiles(folder, 'index')
  // The tool opens the offset index beside a time index; Naru makes no file for an index without entries.
  const hasIndex = (file: string): boolean => indexes.includes(file.replace(/timeindex$/, 'index'))
  const timeIndexes = (await segmentFiles(folder, 'timeindex')).filter(hasIndex)
  const files = [...logs, ...indexes, ...timeIndexes]
  const args = ['--files', files.join(','), '--deep-iteration']
  const { stdout, stderr, code } = await kafkaTool('kafka-dump-log', args)
  const complaint = /(mismatch|corrupt|invalid bytes|Missing|isvalid: false)[^\n]*/i.exec(stdout + stderr)
  check(
    code === 0 && complaint === null,
    `DumpLogSegments reads ${files.length} files: ${complaint?.[0] ?? 'sound'}`
  )
}

async function serveElsewhere(naru: RunningBroker, kafka: RunningBroker, expected: readonly KeyedRecord[]) {
  const topic = new KeyedTopic(kafka, foreignName)
  // Cleaning what is there again must not be what makes it equal.
  await topic.create({ ...configs, 'min.cleanable.dirty.ratio': '1' })
  await topic.write({ records: [{ key: 'x', value: 'x' }], compression: 0, timestampMs })
  topic.close()
  await kafka.stop()
  const source = join(naru.dataDir, `${topicName}-0`)
  const target = join(kafka.dataDir, `${foreignName}-0`)
  for (const name of await readdir(target)) if (/^\d{20}\./.test(name)) await rm(join(target, name))
  for (const file of await segmentFiles(source, 'log'))
    await copyFile(file, join(target, file.slice(source.length + 1)))
  await kafka.restart()
  const again = new KeyedTopic(kafka, foreignName)
  const served = await again.readAll()
  const found = difference(served, expected)
  check(
    found === undefined,
    `Apache Kafka serves Naru's cleaned segments: ${found ?? `${served.length} records`}`
  )
  const offset = await again.write({ records: [{ key: 'new', value: 'v' }], compression: 0, timestampMs })
  check(offset === (expected.at(-1)?.offset ?? -1) + 1, 'and goes on where they end')
  again.close()
}

await using kafka = await startKafka({ properties })
await using naru = await startNaru({ properties })
const [ours, theirs] = [await write(naru), await write(kafka)]
const [left, leftByKafka] = await Promise.all([settled(ours.topic), settled(theirs.topic)])
check(
  left.length < ours.written * 0.7,
  `${ours.written - left.length} of ${ours.written} records were compacted away`
)
const found = difference(left, leftByKafka)
check(found === undefined, `the same records are left: ${found ?? `${left.length} of them`}`)
await dump(join(naru.dataDir, `${topicName}-0`))
await naru.kill()
await naru.restart()
const restarted = new KeyedTopic(naru, topicName)
const after = difference(await restarted.readAll(), left)
check(after === undefined, `a kill and a restart change nothing: ${after ?? 'equal'}`)
// Everything is in segments by then.
await sleep(12_000)
await serveElsewhere(naru, kafka, left)
for (const topic of [ours.topic, theirs.topic, restarted]) topic.close()
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
