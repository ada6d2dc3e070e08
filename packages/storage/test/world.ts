/**
 * What a client of the storage knows, for crash tests: what was acknowledged, what was refused, and what is in
 * doubt because the machine stopped before the answer. After each start the storage is held against it.
 */
import assert from 'node:assert/strict'
import type { Uuid } from '@naru/base'
import type { SeededRandom } from '@naru/simulator'
import type { Storage } from '../src/index.ts'
import { suiteBatch, suiteRecords, suiteTopicId } from '../src/suite/index.ts'

interface PartitionWorld {
  /** Value by offset, as acknowledged. */
  readonly acked: Map<number, string>
  /** Values that may or may not be there. */
  readonly doubtful: Set<string>
  logStart: number
  /** A deletion up to here was asked for and may have happened. */
  logStartMax: number
  sequence: number
  /** The last batch of the producer, when nobody knows whether it arrived. */
  unanswered: { readonly sequence: number; readonly values: readonly string[] } | undefined
}

interface TopicWorld {
  readonly name: string
  readonly id: Uuid
  readonly partitions: readonly PartitionWorld[]
  /** Acknowledged, asked for, or neither. */
  created: 'yes' | 'maybe'
  removed: 'no' | 'maybe' | 'yes'
}

const producerId = 77

export class World {
  readonly topics: TopicWorld[] = []
  readonly #random: SeededRandom
  #values = 0
  ackedRecords = 0
  #current: Storage | undefined

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** From now on only this storage counts. */
  use(storage: Storage | undefined): void {
    this.#current = storage
  }

  /** What an earlier life still has to say is not heard: its answers never reached anybody. */
  async #heard<T>(storage: Storage, answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } finally {
      if (storage !== this.#current) await new Promise<never>(() => undefined)
    }
  }

  get living(): TopicWorld[] {
    return this.topics.filter((topic) => topic.created === 'yes' && topic.removed === 'no')
  }

  async createTopic(storage: Storage): Promise<void> {
    const name = `t${this.#random.below(3)}`
    if (this.topics.some((topic) => topic.name === name && topic.removed !== 'yes')) return
    const partitionCount = 1 + this.#random.below(3)
    const topic: TopicWorld = {
      name,
      id: suiteTopicId(),
      partitions: Array.from({ length: partitionCount }, newPartition),
      created: 'maybe',
      removed: 'no'
    }
    this.topics.push(topic)
    try {
      const created = storage.metadata.change(() => ({
        records: [{ type: 'topic-created', name, topicId: topic.id, partitionCount, internal: false }],
        answer: undefined
      }))
      await this.#heard(storage, created)
      topic.created = 'yes'
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'KAFKA_STORAGE_ERROR')
      // When the disk failed for good, nobody knows what it has taken.
      if (!storage.failed.aborted) this.topics.splice(this.topics.indexOf(topic), 1)
    }
  }

  async removeTopic(storage: Storage): Promise<void> {
    const topic = this.#pick(this.living)
    if (topic === undefined) return
    topic.removed = 'maybe'
    try {
      const removed = storage.metadata.change(() => ({
        records: [{ type: 'topic-removed', topicId: topic.id }],
        answer: undefined
      }))
      await this.#heard(storage, removed)
      topic.removed = 'yes'
    } catch {
      if (!storage.failed.aborted) topic.removed = 'no'
    }
  }

  /** Appends a batch, sometimes a large one, sometimes as an idempotent producer. */
  async append(storage: Storage): Promise<void> {
    const topic = this.#pick(this.living)
    if (topic === undefined) return
    const index = this.#random.below(topic.partitions.length)
    const partition = topic.partitions[index] as PartitionWorld
    const idempotent = this.#random.oneIn(3)
    if (idempotent && partition.unanswered !== undefined) return
    const padding = this.#random.oneIn(10) ? 'x'.repeat(this.#random.below(20_000)) : ''
    const values = Array.from(
      { length: 1 + this.#random.below(3) },
      () => `${topic.name}/${index}/${++this.#values}${padding}`
    )
    const { sequence } = partition
    if (idempotent) {
      partition.sequence += values.length
      partition.unanswered = { sequence, values }
    }
    for (const value of values) partition.doubtful.add(value)
    const producer = idempotent ? { producer: { id: producerId, epoch: 0, sequence } } : {}
    const batch = suiteBatch({ topicId: topic.id, partition: index, values, ...producer })
    const [result] = await this.#heard(storage, storage.log.append([batch]))
    if (result?.kind === 'appended') {
      this.#acked(partition, values, result.baseOffset)
      if (idempotent) partition.unanswered = undefined
      return
    }
    if (result?.kind === 'unknown-partition' && topic.removed !== 'no') return
    assert.equal(result?.kind, 'storage-error', `append answered ${result?.kind}`)
    if (storage.failed.aborted) return
    for (const value of values) partition.doubtful.delete(value)
    if (idempotent) {
      partition.sequence = sequence
      partition.unanswered = undefined
    }
  }

  #acked(partition: PartitionWorld, values: readonly string[], baseOffset: number): void {
    for (const [index, value] of values.entries()) {
      assert.equal(partition.acked.has(baseOffset + index), false, 'two batches got the same offset')
      partition.acked.set(baseOffset + index, value)
      partition.doubtful.delete(value)
      this.ackedRecords++
    }
  }

  async deleteRecords(storage: Storage): Promise<void> {
    const topic = this.#pick(this.living)
    if (topic === undefined) return
    const index = this.#random.below(topic.partitions.length)
    const partition = topic.partitions[index] as PartitionWorld
    const end = storage.log.state(topic.id, index)?.highWatermark ?? 0
    const offset = this.#random.below(end + 1)
    partition.logStartMax = Math.max(partition.logStartMax, offset)
    const result = await this.#heard(storage, storage.log.deleteRecordsBefore(topic.id, index, offset))
    if (result.kind === 'deleted') partition.logStart = Math.max(partition.logStart, result.logStartOffset)
  }

  /** Holds everything that the storage shows against what is known. */
  async verify(storage: Storage): Promise<void> {
    for (const topic of this.topics) this.#verifyTopic(storage, topic)
    for (const topic of this.living) {
      for (const index of topic.partitions.keys()) await this.#verifyPartition(storage, topic, index)
    }
  }

  #verifyTopic(storage: Storage, topic: TopicWorld): void {
    const exists = storage.metadata.image.topicsById.has(topic.id)
    if (topic.created === 'yes' && topic.removed === 'no') assert.ok(exists, `${topic.name} is lost`)
    if (topic.removed === 'yes') assert.ok(!exists, `${topic.name} came back`)
    assert.equal(storage.log.state(topic.id, 0) !== undefined, exists)
    if (topic.created === 'maybe') {
      if (!exists) topic.removed = 'yes'
      topic.created = 'yes'
    }
    if (topic.removed === 'maybe') topic.removed = exists ? 'no' : 'yes'
  }

  async #verifyPartition(storage: Storage, topic: TopicWorld, index: number): Promise<void> {
    const partition = topic.partitions[index] as PartitionWorld
    const state = storage.log.state(topic.id, index)
    assert.ok(state !== undefined)
    const where = `${topic.name}-${index}`
    assert.ok(state.logStartOffset >= partition.logStart, `${where}: the log start went back`)
    assert.ok(state.logStartOffset <= partition.logStartMax, `${where}: the log start ran ahead`)
    partition.logStart = state.logStartOffset
    partition.logStartMax = state.logStartOffset
    const seen = await this.#heard(
      storage,
      readAll(storage, { id: topic.id, index, from: state.logStartOffset })
    )
    assert.equal(seen.size, state.highWatermark - state.logStartOffset, `${where}: offsets are not dense`)
    for (const [offset, value] of partition.acked) {
      if (offset < state.logStartOffset) continue
      assert.equal(seen.get(offset), value, `${where}: acknowledged record at ${offset}`)
    }
    const known = new Set(partition.acked.values())
    for (const [offset, value] of seen) {
      if (partition.acked.has(offset)) continue
      assert.ok(!known.has(value), `${where}: ${value} is there twice`)
      known.add(value)
      assert.ok(
        partition.doubtful.has(value),
        `${where}: ${value} at ${offset} was never appended or refused`
      )
      partition.acked.set(offset, value)
    }
    // What did not make it so far never will, unless its producer tries again.
    partition.doubtful.clear()
    await this.#retry(storage, topic, index)
  }

  /** The idempotent producer repeats what was not answered: it must end up there exactly once. */
  async #retry(storage: Storage, topic: TopicWorld, index: number): Promise<void> {
    const partition = topic.partitions[index] as PartitionWorld
    const { unanswered } = partition
    if (unanswered === undefined) return
    const { sequence, values } = unanswered
    for (const value of values) partition.doubtful.add(value)
    const batch = suiteBatch({
      topicId: topic.id,
      partition: index,
      values,
      producer: { id: producerId, epoch: 0, sequence }
    })
    const [result] = await this.#heard(storage, storage.log.append([batch]))
    const there = [...partition.acked].find(([, value]) => value === values[0])
    if (there !== undefined) {
      assert.equal(
        result?.kind,
        'duplicate',
        `${topic.name}-${index}: a batch that is there was not recognised`
      )
      assert.equal(result.baseOffset, there[0])
      for (const value of values) partition.doubtful.delete(value)
    } else if (result?.kind === 'appended') {
      this.#acked(partition, values, result.baseOffset)
    } else {
      // Deleted records took the batch along, and its producer is remembered all the same.
      assert.equal(result?.kind, 'duplicate')
      assert.ok(result.baseOffset < partition.logStart)
      for (const value of values) partition.doubtful.delete(value)
    }
    partition.unanswered = undefined
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[this.#random.below(items.length)]
  }
}

function newPartition(): PartitionWorld {
  return {
    acked: new Map(),
    doubtful: new Set(),
    logStart: 0,
    logStartMax: 0,
    sequence: 0,
    unanswered: undefined
  }
}

async function readAll(
  storage: Storage,
  from: { readonly id: Uuid; readonly index: number; readonly from: number }
): Promise<Map<number, string>> {
  const seen = new Map<number, string>()
  for (let offset = from.from; ;) {
    const result = await storage.log.read({
      topicId: from.id,
      partition: from.index,
      offset,
      maxBytes: 50_000,
      minOneBatch: true,
      isolation: 'read-uncommitted'
    })
    assert.equal(result.kind, 'records', `read at ${offset} answered ${result.kind}`)
    if (result.kind !== 'records' || result.bytes === 0) return seen
    for (const record of suiteRecords(result.chunks)) {
      if (record.offset < offset) continue
      assert.equal(record.offset, offset, 'records are out of order')
      seen.set(record.offset, record.value)
      offset++
    }
  }
}
