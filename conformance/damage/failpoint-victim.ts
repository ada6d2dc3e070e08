/**
 * A process that writes to a data folder and kills itself at a failpoint: `node failpoint-victim.ts FOLDER NAME HIT`. What
 * was acknowledged goes to stdout, a line each. With `verify` for a name it writes what it finds instead.
 */
import { writeSync } from 'node:fs'
import { errorCode, type Uuid } from '@naru/base'
import { nodeClock, nodeRandom, nodeTimers } from '@naru/base/node'
import { buildBatch, lastOffsetOf, readBatchHeader, splitBatches } from '@naru/protocol'
import {
  DEFAULT_LOG_CONFIG,
  openLocalStorage,
  type AppendResult,
  type FailpointName,
  type Storage
} from '@naru/storage'
import { suiteBatch, suiteRecords, suiteTopicId } from '@naru/storage/suite'
import { diskFor } from './failing-disk.ts'

const [folder = '', name = '', hit = '1', life = '0'] = process.argv.slice(2)
/** A life that never comes to its failpoint ends by itself. */
const lifeMs = 6_000
const keys = 7

/** Before anything else happens: a kill may follow. The pipe may be full for a while. */
function tell(line: string): void {
  const bytes = Buffer.from(`${line}\n`)
  for (let at = 0; at < bytes.byteLength;) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error
    }
  }
}

let hits = 0
function failpoint(reached: FailpointName): void {
  if (reached !== name || ++hits < Number(hit)) return
  tell('killed')
  process.kill(process.pid, 'SIGKILL')
}

/** Small, so that a second is enough for files to roll, checkpoints to be made and segments to go. */
const limits = {
  journalFileBytes: 128 * 1024,
  journalBytesMax: 4_000_000,
  checkpointAfterBytes: 200_000,
  checkpointAfterMs: 600,
  tailWriteOutBytes: 2_000,
  directBytesMin: 4_096,
  tailQuietMs: 50,
  tailAgeMs: 100,
  cleanerBackoffMs: 100
}

const storage = await openLocalStorage({
  disk: diskFor(name),
  clock: nodeClock,
  timers: nodeTimers,
  random: nodeRandom,
  directory: folder,
  durability: 'fsync',
  logConfig: (topic) => ({
    ...DEFAULT_LOG_CONFIG,
    segmentBytes: 20_000,
    fileDeleteDelayMs: 50,
    minCleanableDirtyRatio: 0.1,
    cleanupPolicy: { delete: true, compact: topic === 'kept' }
  }),
  limits,
  failpoint
})

function topicOf(open: Storage, topic: string): Uuid | undefined {
  return open.metadata.image.topicsByName.get(topic)?.topicId
}

async function topicFor(topic: string): Promise<Uuid> {
  const known = topicOf(storage, topic)
  if (known !== undefined) return known
  const bytes = Buffer.from(suiteTopicId(), 'base64url')
  bytes.set(nodeRandom.bytes(8), 2)
  const topicId = bytes.toString('base64url') as Uuid
  await storage.metadata.change(() => ({
    records: [{ type: 'topic-created', name: topic, topicId, partitionCount: 1, internal: false }],
    answer: undefined
  }))
  return topicId
}

/** Undefined when there was no room, which one of the disks has now and then. */
async function append(topic: string, value: string): Promise<number | undefined> {
  const topicId = await topicFor(topic)
  return placeOf(await storage.log.append([suiteBatch({ topicId, values: [value] })]))
}

function placeOf([result]: readonly (AppendResult | undefined)[]): number | undefined {
  if (result?.kind === 'storage-error' && result.code === 'ENOSPC') return undefined
  if (result?.kind !== 'appended') throw new Error(`append answered ${result?.kind}`)
  return result.baseOffset
}

/** The next value of one of a few keys, of which compaction has to keep the last. */
async function keep(count: number): Promise<void> {
  const topicId = await topicFor('kept')
  const key = `key${count % keys}`
  const value = `${life}-${count}-${'y'.repeat(400)}`
  const records = [{ key: Buffer.from(key), value: Buffer.from(value), timestamp: nodeClock.wallMs() }]
  const bytes = buildBatch({ records })
  const header = readBatchHeader(bytes)
  const pinnedBytes = bytes.byteLength
  const batch = {
    topicId,
    partition: 0,
    bytes,
    header,
    ownerEpoch: 0,
    pinnedBytes,
    transactionGuard: undefined
  }
  const offset = placeOf(await storage.log.append([batch]))
  if (offset !== undefined) tell(`kept ${key} ${life}-${count}`)
}

async function write(): Promise<void> {
  const until = performance.now() + lifeMs
  for (let count = 0; performance.now() < until; count++) {
    const value = `${life}-${count}-${'x'.repeat((count * 617) % 3_000)}`
    const offset = await append('orders', value)
    if (offset !== undefined) tell(`acked ${offset} ${life}-${count}`)
    await keep(count)
    if (count % 3 === 0) await append('passing', value)
    if (count % 50 === 49) await storage.metadata.change(() => removal())
    if (count % 20 === 0) await storage.snapshots.save('group', { offset: count, bytes: Buffer.from(value) })
    if (count % 40 === 39) await trim()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function removal() {
  const topicId = topicOf(storage, 'passing')
  return {
    records: topicId === undefined ? [] : [{ type: 'topic-removed', topicId } as const],
    answer: undefined
  }
}

/** Lets the oldest segments go: half of what there is. */
async function trim(): Promise<void> {
  const topicId = await topicFor('orders')
  const state = storage.log.state(topicId, 0)
  if (state === undefined) return
  const offset = Math.floor((state.logStartOffset + state.highWatermark) / 2)
  const deleted = await storage.log.deleteRecordsBefore(topicId, 0, offset)
  if (deleted.kind === 'deleted') tell(`trimmed ${offset}`)
}

/** Every record of a topic, in order; what is damaged is told and passed over. */
async function readTopic(topic: string, take: (offset: number, value: string) => void): Promise<void> {
  const topicId = topicOf(storage, topic)
  const state = topicId === undefined ? undefined : storage.log.state(topicId, 0)
  if (topicId === undefined || state === undefined) return
  if (topic === 'orders') tell(`start ${state.logStartOffset}`)
  for (let offset = state.logStartOffset; offset < state.highWatermark;) {
    const wanted = { topicId, partition: 0, offset, maxBytes: 1_000_000, minOneBatch: true }
    const read = await storage.log.read({ ...wanted, isolation: 'read-uncommitted' })
    if (read.kind === 'corrupt') {
      tell(`corrupt ${topic} ${offset}`)
      offset++
      continue
    }
    if (read.kind !== 'records') throw new Error(`${topic} at ${offset} answers ${read.kind}`)
    // Where compaction took everything, a batch without records is left.
    const ends = read.chunks.flatMap((chunk) =>
      splitBatches(chunk).batches.map(({ header }) => lastOffsetOf(header))
    )
    for (const record of suiteRecords(read.chunks)) {
      if (record.offset >= offset) take(record.offset, record.value ?? '')
    }
    const last = ends.at(-1)
    if (last === undefined) return
    offset = last + 1
  }
}

function nameOf(value: string): string {
  return value.split('-').slice(0, 2).join('-')
}

async function verify(): Promise<void> {
  await readTopic('orders', (offset, value) => tell(`found ${offset} ${nameOf(value)}`))
  await readTopic('kept', (_, value) => tell(`last ${nameOf(value)}`))
}

if (name === 'verify') await verify()
else {
  // What is missing of an index is noticed by reading.
  if (name === 'segment-rebuild') await readTopic('orders', () => undefined)
  await write()
}
await storage.close()
