/**
 * Ten thousand random steps of transactional producers against a plain list: what committed readers are given, where
 * the log is stable, and which transactions they are told were aborted.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { lastOffsetOf, splitBatches } from '@naru/protocol'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import type { AppendResult, Storage, TransactionGuard } from '../src/index.ts'
import { suiteBatch, suiteMarker, suiteTopicId } from '../src/suite/index.ts'
import { startStorage } from './harness.ts'

const stepsPerSeed = 1_000
const seeds = 10
const producers = 6

interface ModelBatch {
  readonly baseOffset: number
  readonly lastOffset: number
}

interface ModelTransaction {
  readonly producerId: number
  readonly firstOffset: number
  /** Of the marker; undefined while it is open. */
  endOffset: number | undefined
  aborted: boolean
}

/** Everything that happened, in order. */
class Model {
  readonly batches: ModelBatch[] = []
  readonly transactions: ModelTransaction[] = []
  logStart = 0
  endOffset = 0

  get stableOffset(): number {
    const open = this.transactions.filter(({ endOffset }) => endOffset === undefined)
    const first = Math.min(...open.map(({ firstOffset }) => firstOffset))
    return Math.min(this.endOffset, Math.max(first, this.logStart))
  }

  openOf(producerId: number): ModelTransaction | undefined {
    return this.transactions.find((one) => one.producerId === producerId && one.endOffset === undefined)
  }

  add(records: number): number {
    const baseOffset = this.endOffset
    this.endOffset += records
    this.batches.push({ baseOffset, lastOffset: this.endOffset - 1 })
    return baseOffset
  }

  abortedIn(offset: number, endOffset: number): Array<{ producerId: number; firstOffset: number }> {
    return this.transactions
      .filter((one) => one.aborted && (one.endOffset ?? -1) >= offset && one.firstOffset < endOffset)
      .sort((a, b) => (a.endOffset ?? 0) - (b.endOffset ?? 0))
      .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
  }
}

class Run {
  readonly #random: SeededRandom
  readonly #model = new Model()
  readonly #epochs = new Map<number, number>()
  readonly #sequences = new Map<number, number>()
  readonly #topicId: Uuid = suiteTopicId()
  readonly #disk: FaultyDisk
  #clock = new ManualClock()
  #storage: Storage

  static async begin(seed: number): Promise<Run> {
    const disk = new FaultyDisk({ seed })
    const clock = new ManualClock()
    const run = new Run(seed, disk, clock, await startStorage(disk, clock))
    await run.#createTopic()
    return run
  }

  constructor(seed: number, disk: FaultyDisk, clock: ManualClock, storage: Storage) {
    this.#random = new SeededRandom(seed)
    this.#disk = disk
    this.#clock = clock
    this.#storage = storage
  }

  async #createTopic(): Promise<void> {
    const topic = { name: 'orders', topicId: this.#topicId, partitionCount: 1, internal: false }
    await this.#storage.metadata.change(() => ({
      records: [{ type: 'topic-created', ...topic }],
      answer: undefined
    }))
  }

  async step(): Promise<void> {
    const dice = this.#random.below(1_000)
    const producerId = 1 + this.#random.below(producers)
    if (dice < 420) await this.#append(producerId, true)
    else if (dice < 500) await this.#append(producerId, false)
    else if (dice < 700) await this.#end(producerId)
    else if (dice < 720) await this.#delete()
    else if (dice < 800) await this.#clock.advance(this.#random.below(3_000))
    else if (dice < 803) await this.#reopen()
    else await this.#read()
    const state = this.#storage.log.state(this.#topicId, 0)
    assert.equal(state?.highWatermark, this.#model.endOffset)
    assert.equal(state.lastStableOffset, this.#model.stableOffset)
  }

  async #append(producerId: number, transactional: boolean): Promise<void> {
    const open = this.#model.openOf(producerId)
    const epoch = this.#epochs.get(producerId) ?? 0
    const sequence = this.#sequences.get(producerId) ?? 0
    const values = Array.from({ length: 1 + this.#random.below(3) }, () =>
      'v'.repeat(this.#random.below(300))
    )
    const batch = { topicId: this.#topicId, values, producer: { id: producerId, epoch, sequence } }
    const guard = transactional ? this.#guard(producerId, open !== undefined) : undefined
    const result = await this.#send(
      suiteBatch({ ...batch, transactional, ...(guard === undefined ? {} : { guard }) })
    )
    if (!transactional && open !== undefined) {
      assert.equal(result?.kind, 'transaction-open')
      return
    }
    const baseOffset = this.#model.add(values.length)
    assert.ok(result?.kind === 'appended')
    assert.equal(result.baseOffset, baseOffset)
    this.#sequences.set(producerId, sequence + values.length)
    if (!transactional || open !== undefined) return
    this.#model.transactions.push({
      producerId,
      firstOffset: baseOffset,
      endOffset: undefined,
      aborted: false
    })
  }

  /** Undefined when the producer needs none. */
  #guard(producerId: number, isOpen: boolean): TransactionGuard | undefined {
    const guard = this.#storage.log.transactionGuard({
      topicId: this.#topicId,
      partition: 0,
      producerId,
      producerEpoch: this.#epochs.get(producerId) ?? 0,
      baseSequence: this.#sequences.get(producerId) ?? 0,
      transactionVersion: 2
    })
    assert.equal(guard.kind, isOpen ? 'ongoing' : 'verify')
    return guard.kind === 'verify' ? guard.guard : undefined
  }

  /** Also ends transactions that are not open, as a coordinator does that tries again. */
  async #end(producerId: number): Promise<void> {
    const epoch = (this.#epochs.get(producerId) ?? 0) + 1
    const aborted = this.#random.oneIn(2)
    const type = aborted ? 'abort' : 'commit'
    const marker = { topicId: this.#topicId, producer: { id: producerId, epoch }, type, version: 2 } as const
    const result = await this.#send(suiteMarker(marker))
    const offset = this.#model.add(1)
    assert.ok(result?.kind === 'appended')
    assert.equal(result.baseOffset, offset)
    const open = this.#model.openOf(producerId)
    if (open !== undefined) {
      open.endOffset = offset
      open.aborted = aborted
    }
    this.#epochs.set(producerId, epoch)
    this.#sequences.set(producerId, 0)
  }

  async #send(batch: Parameters<Storage['log']['append']>[0][number]): Promise<AppendResult | undefined> {
    const [result] = await this.#storage.log.append([batch])
    return result
  }

  async #delete(): Promise<void> {
    const { logStart, endOffset } = this.#model
    const offset = logStart + this.#random.below(Math.min(30, endOffset - logStart) + 1)
    const result = await this.#storage.log.deleteRecordsBefore(this.#topicId, 0, offset)
    assert.equal(result.kind, 'deleted')
    this.#model.logStart = offset
  }

  async #reopen(): Promise<void> {
    if (this.#random.oneIn(2)) await this.#storage.close()
    else await this.#storage.abandon()
    this.#clock = new ManualClock(this.#clock.wallMs() + 1_000)
    this.#storage = await startStorage(this.#disk, this.#clock)
    assert.deepEqual(this.#storage.recovery.damage, [])
  }

  async #read(): Promise<void> {
    const { logStart, endOffset, stableOffset } = this.#model
    const offset = logStart + this.#random.below(endOffset - logStart + 1)
    const result = await this.#storage.log.read({
      topicId: this.#topicId,
      partition: 0,
      offset,
      maxBytes: this.#random.below(4_000),
      minOneBatch: this.#random.oneIn(2),
      isolation: 'read-committed'
    })
    assert.ok(result.kind === 'records', `read at ${offset} answered ${result.kind}`)
    const given = result.chunks.flatMap((chunk) => splitBatches(chunk).batches.map(({ header }) => header))
    const readable = this.#model.batches.filter(
      ({ lastOffset }) => lastOffset >= offset && lastOffset < stableOffset
    )
    assert.deepEqual(
      given.map((header) => header.baseOffset),
      readable.slice(0, given.length).map(({ baseOffset }) => baseOffset)
    )
    const last = given.at(-1)
    const expected = last === undefined ? [] : this.#model.abortedIn(offset, lastOffsetOf(last) + 1)
    assert.deepEqual(result.abortedTransactions, expected)
  }

  async finish(): Promise<void> {
    await this.#reopen()
    for (let count = 0; count < 20; count++) await this.#read()
    await this.#storage.close()
  }
}

for (let seed = 1; seed <= seeds; seed++) {
  it(`agrees with a plain list about ${stepsPerSeed} steps of transactions (seed ${seed})`, async () => {
    const run = await Run.begin(seed)
    for (let count = 0; count < stepsPerSeed; count++) await run.step()
    await run.finish()
  })
}
