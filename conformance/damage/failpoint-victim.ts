/**
 * A process that writes to a data folder and kills itself at a failpoint: `node failpoint-victim.ts FOLDER NAME HIT`. What
 * was acknowledged goes to stdout, a line each. With `verify` for a name it writes what it finds instead.
 */
import { writeSync } from 'node:fs'
import type { Uuid } from '@naru/base'
import { nodeClock, nodeDisk, nodeRandom, nodeTimers } from '@naru/base/node'
import { DEFAULT_LOG_CONFIG, openLocalStorage, type FailpointName, type Storage } from '@naru/storage'
import { suiteBatch, suiteRecords, suiteTopicId } from '@naru/storage/suite'

const [folder = '', name = '', hit = '1', life = '0'] = process.argv.slice(2)
/** A life that never comes to its failpoint ends by itself. */
const lifeMs = 6_000

let hits = 0
function failpoint(reached: FailpointName): void {
  if (reached !== name || ++hits < Number(hit)) return
  writeSync(1, 'killed\n')
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
  tailAgeMs: 100
}

const storage = await openLocalStorage({
  disk: nodeDisk,
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

async function append(topic: string, value: string): Promise<number> {
  const topicId = await topicFor(topic)
  const [result] = await storage.log.append([suiteBatch({ topicId, values: [value] })])
  if (result?.kind !== 'appended') throw new Error(`append answered ${result?.kind}`)
  return result.baseOffset
}

async function write(): Promise<void> {
  const until = performance.now() + lifeMs
  for (let count = 0; performance.now() < until; count++) {
    const value = `${life}-${count}-${'x'.repeat((count * 617) % 3_000)}`
    writeSync(1, `acked ${await append('orders', value)} ${life}-${count}\n`)
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
  if (deleted.kind === 'deleted') writeSync(1, `trimmed ${offset}\n`)
}

async function verify(): Promise<void> {
  const topicId = topicOf(storage, 'orders')
  const state = topicId === undefined ? undefined : storage.log.state(topicId, 0)
  if (topicId === undefined || state === undefined) return
  writeSync(1, `start ${state.logStartOffset}\n`)
  for (let offset = state.logStartOffset; offset < state.highWatermark;) {
    const wanted = { topicId, partition: 0, offset, maxBytes: 1_000_000, minOneBatch: true }
    const read = await storage.log.read({ ...wanted, isolation: 'read-uncommitted' })
    if (read.kind !== 'records') throw new Error(`${offset} answers ${read.kind}`)
    for (const record of suiteRecords(read.chunks)) {
      const [from, count] = (record.value ?? '').split('-')
      writeSync(1, `found ${record.offset} ${from}-${count}\n`)
      offset = record.offset + 1
    }
  }
}

if (name === 'verify') await verify()
else await write()
await storage.close()
