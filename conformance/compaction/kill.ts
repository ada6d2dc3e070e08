/**
 * `kill -9` of Naru under keyed writers while logs are compacted, again and again, on the same data: the last value of
 * each key is there, no deleted key comes back, every record that is left is the one that was acknowledged. A batch of
 * cycles is one line of the result file, so that a run goes on where it ended.
 *
 *     node conformance/compaction/kill.ts --cycles 200
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { CompressionCodec } from '@naru/protocol'
import type { SeededRandom } from '@naru/simulator'
import type { RunningBroker } from '../broker.ts'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from '../crash/harness/campaign.ts'
import { temporaryFolder } from '../crash/harness/at-exit.ts'
import { startNaru } from '../naru/index.ts'
import { KeptRecords } from './kept-records.ts'
import { KeyedTopic, type RecordToKeep } from './keyed-topic.ts'

const options = campaignOptions(200, { own: { keys: '300' } })
const keys = Number(options.own.keys)
/** How long the broker lives before it is killed: segments are written out, compacted and exchanged meanwhile. */
const lifeMsMin = 1_000
const lifeMsSpread = 5_000
const batchSize = 20
/** Of what was acknowledged; with more left, kills have not met compaction. */
const leftShareMax = 0.8

class Writer {
  readonly kept = new KeptRecords()
  readonly #topic: KeyedTopic
  readonly #random: SeededRandom
  #count = 0

  constructor(topic: KeyedTopic, random: SeededRandom) {
    this.#topic = topic
    this.#random = random
  }

  #nextBatch(): readonly RecordToKeep[] {
    const random = this.#random
    return Array.from({ length: 1 + random.below(40) }, () => ({
      key: `key-${random.below(keys)}`,
      value: random.oneIn(5) ? null : `${++this.#count} ${'x'.repeat(random.below(800))}`
    }))
  }

  /** Writes until the broker goes away; what was not answered may be there or not. */
  async write(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const records = this.#nextBatch()
      try {
        const compression = CompressionCodec.lz4
        const base = await this.#topic.write({ records, compression, timestampMs: Date.now() })
        this.kept.acknowledge(base, records)
      } catch {
        this.kept.doubt(records)
        return
      }
    }
  }
}

async function oneLife(broker: RunningBroker, writer: Writer, lifeMs: number): Promise<void> {
  let over = false
  const writing = writer.write(() => over)
  await sleep(lifeMs)
  over = true
  await broker.kill()
  await writing
}

async function openTopic(broker: RunningBroker): Promise<KeyedTopic> {
  const topic = new KeyedTopic(broker, 'compacted')
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
  await using place = await temporaryFolder('compaction-kill', options.folder)
  const properties = { 'log.cleaner.backoff.ms': '100' }
  await using broker = await startNaru({ dataDir: place.path, properties })
  const topic = await openTopic(broker)
  const writer = new Writer(topic, random)
  const { kept } = writer
  const readyMs: number[] = []
  let left = 0
  for (let cycle = 0; cycle < repetitions && kept.problems.length === 0; cycle++) {
    await oneLife(broker, writer, lifeMsMin + random.below(lifeMsSpread))
    topic.close()
    await broker.restart()
    readyMs.push(Math.round(broker.startMs))
    const read = await topic.readAll()
    kept.verify(read)
    left = read.length
  }
  topic.close()
  const { acknowledged, lost, resurrected, foreign } = kept
  const problems = [...kept.problems]
  if (left >= acknowledged * leftShareMax)
    problems.push(`${left} of ${acknowledged} records are left: the cycles prove nothing`)
  return {
    broker: 'naru',
    injected: { kills: readyMs.length },
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
