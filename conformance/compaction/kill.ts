/**
 * `kill -9` of Naru under keyed writers while logs are compacted, again and again, on the same data: the last value of
 * each key is there, no deleted key comes back, every record that is left is the one that was acknowledged. Kills come at
 * random, or at a failpoint of compaction. A batch of cycles is one line of the result file, so that a run goes on where
 * it ended.
 *
 *     node conformance/compaction/kill.ts --cycles 200
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CompressionCodec } from '@naru/protocol'
import type { SeededRandom } from '@naru/simulator'
import { FAILPOINTS } from '@naru/storage'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from '../crash/harness/campaign.ts'
import { temporaryFolder } from '../crash/harness/at-exit.ts'
import { NaruVictim } from '../crash/harness/victim.ts'
import { freePorts } from '../process.ts'
import { KeptRecords } from './kept-records.ts'
import { KeyedTopic, type RecordToKeep } from './keyed-topic.ts'

const options = campaignOptions(200, { own: { keys: '300' } })
const keys = Number(options.own.keys)
const host = '127.0.0.1'
/** How long the broker lives before it is killed; it writes out, compacts and exchanges all the time. */
const lifeMsMin = 500
const lifeMsSpread = 2_500
const batchSize = 20
/** Between two batches, so that reading everything again after each start does not take most of the time. */
const pauseMs = 4
/** Padding that does not compress, so that segments of a MiB are full after a second or two. */
const paddingBytesMax = 800
/** Of what was acknowledged; with more left, kills have not met compaction. */
const leftShareMax = 0.5
/** What compaction changes on the disk, and the checkpoint that decides about it. */
const places = FAILPOINTS.filter((name) => /^(compaction|checkpoint)-/.test(name))

class Writer {
  readonly kept = new KeptRecords()
  readonly #topic: KeyedTopic
  readonly #random: SeededRandom
  readonly #padding: string
  #count = 0

  constructor(topic: KeyedTopic, random: SeededRandom) {
    this.#topic = topic
    this.#random = random
    this.#padding = Buffer.from(random.bytes(64 * 1024)).toString('base64')
  }

  #nextBatch(): readonly RecordToKeep[] {
    const random = this.#random
    return Array.from({ length: 1 + random.below(40) }, () => ({
      key: `key-${random.below(keys)}`,
      value: random.oneIn(5) ? null : `${++this.#count} ${this.#nextPadding()}`
    }))
  }

  #nextPadding(): string {
    const from = this.#random.below(this.#padding.length - paddingBytesMax)
    return this.#padding.slice(from, from + this.#random.below(paddingBytesMax))
  }

  /** Writes until the broker goes away; what was not answered may be there or not. */
  async write(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const records = this.#nextBatch()
      try {
        const compression = CompressionCodec.lz4
        const base = await this.#topic.write({ records, compression, timestampMs: Date.now() })
        this.kept.acknowledge(base, records)
        await sleep(pauseMs)
      } catch {
        this.kept.doubt(records)
        return
      }
    }
  }
}

/** Lives under load until it is killed, or kills itself; says where. */
async function oneLife(victim: NaruVictim, writer: Writer, lifeMs: number, place?: string): Promise<string> {
  let over = false
  const writing = writer.write(() => over)
  const ended = await victim.endsWithin(lifeMs)
  over = true
  await victim.kill()
  await writing
  return ended === undefined || place === undefined ? 'at random' : place
}

/** Starts, also when the place at which it is to die is in the start. */
async function start(victim: NaruVictim, env: Readonly<Record<string, string>>): Promise<boolean> {
  victim.env = { NARU_HASTE: '1', ...env }
  try {
    await victim.restart()
    return true
  } catch (error) {
    if (!String(error).includes('killed at')) throw error
    victim.env = { NARU_HASTE: '1' }
    await victim.restart()
    return false
  }
}

async function openTopic(port: number): Promise<KeyedTopic> {
  const topic = new KeyedTopic({ host, port }, 'compacted')
  await topic.create({
    'cleanup.policy': 'compact',
    'segment.bytes': '1048576',
    'min.cleanable.dirty.ratio': '0.001',
    'delete.retention.ms': '1000',
    'file.delete.delay.ms': '100'
  })
  return topic
}

async function runBatch({ random, repetitions }: Batch): Promise<BatchFindings> {
  await using folder = await temporaryFolder('compaction-kill', options.folder)
  const [port = 0] = await freePorts(1)
  const entry = join(import.meta.dirname, '../crash/harness/failpoint-broker.ts')
  await using victim = new NaruVictim({ data: join(folder.path, 'data'), logs: folder.path, entry }, port)
  const injected: Record<string, number> = {}
  const count = (what: string): void => void (injected[what] = (injected[what] ?? 0) + 1)
  const readyMs: number[] = []
  await start(victim, {})
  const topic = await openTopic(port)
  const writer = new Writer(topic, random)
  const { kept } = writer
  let left = 0
  let place: string | undefined
  for (let cycle = 0; cycle < repetitions && kept.problems.length === 0; cycle++) {
    count(await oneLife(victim, writer, lifeMsMin + random.below(lifeMsSpread), place))
    topic.close()
    place = random.oneIn(2) ? random.pick(places) : undefined
    const env = place === undefined ? {} : { NARU_KILL_AT: `${place} there ${random.below(3)}` }
    if (!(await start(victim, env))) count(`${place} in a start`)
    readyMs.push(Math.round(victim.startMs))
    const read = await topic.readAll().catch(() => undefined)
    // It died at its place while everything was read: the next life is read instead.
    if (read === undefined) continue
    kept.verify(read)
    left = read.length
  }
  await victim.kill()
  await start(victim, {})
  const read = await topic.readAll()
  kept.verify(read)
  left = read.length
  topic.close()
  const { acknowledged, lost, resurrected, foreign } = kept
  const problems = [...kept.problems]
  if (left >= acknowledged * leftShareMax)
    problems.push(`${left} of ${acknowledged} records are left: the cycles prove nothing`)
  return {
    broker: 'naru',
    injected,
    acknowledged,
    lost,
    duplicated: 0,
    reordered: 0,
    other: resurrected + foreign,
    readyMs,
    problems: problems.slice(0, 20),
    notes: { 'records left': left, 'tombstones resurrected': resurrected }
  }
}

await runCampaign({ name: 'compaction-kill-naru', options, batchSize, run: runBatch })
