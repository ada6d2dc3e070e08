/** A data folder on a virtual disk that holds every kind of file, and what its records are. */
import type { Uuid } from '@naru/base'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import { DEFAULT_LOG_CONFIG, openLocalStorage, type Storage } from '@naru/storage'
import { suiteBatch, suiteMarker, suiteTopicId } from '@naru/storage/suite'
import { inPlaceCompression } from '@naru/protocol'

/** Small, so that a few hundred batches roll files, fill segments and make checkpoints due. */
const limits = {
  tailBytesMax: 2_000_000,
  journalFileBytes: 512 * 1024,
  journalBytesMax: 4_000_000,
  checkpointAfterBytes: 600_000,
  checkpointAfterMs: 3_000,
  tailWriteOutBytes: 4_000,
  directBytesMin: 4_096,
  waitingEntryBytesMax: 24,
  tailQuietMs: 1_500,
  tailAgeMs: 1_000
}

export const directory = '/data'
const segmentBytes = 150_000

/** A start of the engine, as production makes it. */
export function startOn(disk: FaultyDisk, clock: ManualClock = new ManualClock()): Promise<Storage> {
  return openLocalStorage({
    disk: disk.mount(),
    clock,
    timers: clock,
    random: nodeRandom,
    directory,
    durability: 'fsync',
    logConfig: () => ({ ...DEFAULT_LOG_CONFIG, segmentBytes, fileDeleteDelayMs: 1_000 }),
    limits,
    compression: inPlaceCompression
  })
}

export interface LogPlace {
  readonly topicId: Uuid
  readonly partition: number
}

export interface DataFolder {
  readonly disk: FaultyDisk
  /** The same folder some time ago, for files that are put back from a backup. */
  readonly earlier: FaultyDisk
  readonly logs: readonly LogPlace[]
}

class Writer {
  readonly #random = new SeededRandom(7)
  readonly #storage: Storage
  readonly #plain: Uuid
  readonly #transactional: Uuid
  #count = 0

  constructor(storage: Storage, topics: { readonly plain: Uuid; readonly transactional: Uuid }) {
    this.#storage = storage
    this.#plain = topics.plain
    this.#transactional = topics.transactional
  }

  /** Batches one after another, so that each has a write of the journal to itself. */
  async write(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await this.#append(this.#plain, round % 2, 1 + this.#random.below(3))
      if (round % 8 === 0) await this.#transaction(round % 16 === 0 ? 'abort' : 'commit')
    }
  }

  async #append(topicId: Uuid, partition: number, records: number): Promise<void> {
    const values = Array.from({ length: records }, () => this.#value())
    await this.#storage.log.append([suiteBatch({ topicId, partition, values })])
  }

  async #transaction(type: 'abort' | 'commit'): Promise<void> {
    const id = 1_000 + this.#count
    const topicId = this.#transactional
    const producer = { id, epoch: 0, sequence: 0 }
    const values = [this.#value()]
    const batch = suiteBatch({ topicId, values, producer, transactional: true, guard: 'unguarded' })
    await this.#storage.log.append([batch])
    await this.#storage.log.append([suiteMarker({ topicId, producer: { id, epoch: 0 }, type })])
  }

  #value(): string {
    const bytes = this.#random.oneIn(10) ? 4_000 + this.#random.below(9_000) : this.#random.below(900)
    return `${this.#count++} ${this.#random.next().toString(36)} ${'.'.repeat(bytes)}`
  }
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) await clock.advance(500)
}

/** What a process left that was killed some time after its last checkpoint. */
export async function buildFolder(): Promise<DataFolder> {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const storage = await startOn(disk, clock)
  const topics = { plain: suiteTopicId(), transactional: suiteTopicId() }
  await storage.metadata.change(() => ({
    records: [
      { type: 'topic-created', name: 'plain', topicId: topics.plain, partitionCount: 2, internal: false },
      {
        type: 'topic-created',
        name: 'paid',
        topicId: topics.transactional,
        partitionCount: 1,
        internal: false
      }
    ],
    answer: undefined
  }))
  const writer = new Writer(storage, topics)
  await writer.write(150)
  await pass(clock, 8_000)
  await storage.snapshots.save('group', { offset: 1, bytes: Buffer.alloc(600, 'a') })
  const earlier = disk.clone({ seed: 1 })
  await writer.write(150)
  await pass(clock, 8_000)
  await storage.snapshots.save('group', { offset: 2, bytes: Buffer.alloc(600, 'b') })
  await writer.write(120)
  await clock.advance(100)
  disk.kill()
  const logs = [
    { topicId: topics.plain, partition: 0 },
    { topicId: topics.plain, partition: 1 },
    { topicId: topics.transactional, partition: 0 }
  ]
  return { disk, earlier, logs }
}
