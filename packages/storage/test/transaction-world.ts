/**
 * Transactional producers and their coordinator as crash tests need them: what was decided and acknowledged, what
 * is in doubt, and what readers of committed records may therefore see.
 */
import assert from 'node:assert/strict'
import type { SeededRandom } from '@naru/simulator'
import type { AppendBatch, AppendResult, Storage } from '../src/index.ts'
import { committedRecords, suiteBatch, suiteMarker, suiteTopicId } from '../src/suite/index.ts'

const partitionCount = 2
const producerCount = 4

/** What a transaction has written to one partition. */
interface Part {
  /** Value by offset, as acknowledged. */
  readonly acked: Map<number, string>
  sequence: number
  /** `ending`: its marker is on its way, or nobody knows whether it arrived. */
  status: 'open' | 'ending' | 'ended'
}

interface Transaction {
  readonly producerId: number
  readonly epoch: number
  readonly parts: Map<number, Part>
  decision: 'commit' | 'abort' | undefined
}

export class TransactionWorld {
  readonly topicId: ReturnType<typeof suiteTopicId> = suiteTopicId()
  readonly #random: SeededRandom
  readonly #transactions: Transaction[] = []
  readonly #open = new Map<number, Transaction>()
  readonly #epochs = new Map<number, number>()
  readonly #busy = new Set<number>()
  /** Records without a transaction, by partition and offset. */
  readonly #plain = Array.from({ length: partitionCount }, () => new Map<number, string>())
  readonly #plainDoubtful = new Set<string>()
  readonly #logStart: number[] = new Array<number>(partitionCount).fill(0)
  #values = 0
  #current: Storage | undefined
  committedSeen = 0

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** From now on only this storage counts. */
  use(storage: Storage | undefined): void {
    this.#current = storage
    this.#busy.clear()
  }

  async #heard<T>(storage: Storage, answer: Promise<T>): Promise<T> {
    const result = await answer
    if (storage !== this.#current) await new Promise<never>(() => undefined)
    return result
  }

  async createTopic(storage: Storage): Promise<void> {
    if (storage.metadata.image.topicsById.has(this.topicId)) return
    const topic = { name: 'orders', topicId: this.topicId, partitionCount, internal: false }
    const change = { records: [{ type: 'topic-created' as const, ...topic }], answer: undefined }
    await this.#heard(
      storage,
      storage.metadata.change(() => change)
    )
  }

  async step(storage: Storage): Promise<void> {
    const producerId = 1 + this.#random.below(producerCount)
    const dice = this.#random.below(100)
    if (dice < 15) return this.#appendPlain(storage)
    if (dice < 18) return this.#delete(storage)
    if (this.#busy.has(producerId)) return
    this.#busy.add(producerId)
    const transaction = this.#open.get(producerId)
    if (transaction === undefined || dice < 75) await this.#append(storage, producerId)
    else await this.#end(storage, transaction, this.#random.oneIn(2) ? 'commit' : 'abort')
    this.#busy.delete(producerId)
  }

  async #appendPlain(storage: Storage): Promise<void> {
    const partition = this.#random.below(partitionCount)
    const value = this.#value()
    this.#plainDoubtful.add(value)
    const batch = suiteBatch({ topicId: this.topicId, partition, values: [value] })
    const offset = appendedAt(await this.#send(storage, [batch]))
    this.#plainDoubtful.delete(value)
    this.#plain[partition]?.set(offset, value)
  }

  async #append(storage: Storage, producerId: number): Promise<void> {
    const partition = this.#random.below(partitionCount)
    const transaction = this.#open.get(producerId) ?? this.#begin(producerId)
    const { epoch, parts } = transaction
    const part: Part = parts.get(partition) ?? { acked: new Map(), sequence: 0, status: 'open' }
    parts.set(partition, part)
    const check = { producerId, producerEpoch: epoch, baseSequence: part.sequence }
    const guard = storage.log.transactionGuard({
      topicId: this.topicId,
      partition,
      ...check,
      transactionVersion: 2
    })
    const values = Array.from({ length: 1 + this.#random.below(2) }, () => this.#value())
    const batch = suiteBatch({
      topicId: this.topicId,
      partition,
      values,
      producer: { id: producerId, epoch, sequence: part.sequence },
      transactional: true,
      ...(guard.kind === 'verify' ? { guard: guard.guard } : {})
    })
    const offset = appendedAt(await this.#send(storage, [batch]))
    part.sequence += values.length
    for (const [index, value] of values.entries()) part.acked.set(offset + index, value)
  }

  #begin(producerId: number): Transaction {
    const epoch = this.#epochs.get(producerId) ?? 0
    const transaction: Transaction = { producerId, epoch, parts: new Map(), decision: undefined }
    this.#transactions.push(transaction)
    this.#open.set(producerId, transaction)
    return transaction
  }

  /** Ends a transaction in all its partitions; what is decided stays decided over crashes. */
  async #end(storage: Storage, transaction: Transaction, decision: 'commit' | 'abort'): Promise<void> {
    transaction.decision ??= decision
    const { producerId, epoch, parts, decision: type } = transaction
    const producer = { id: producerId, epoch: epoch + 1 }
    const markers = [...parts].map(([partition, part]) => {
      part.status = 'ending'
      return suiteMarker({ topicId: this.topicId, partition, producer, type, version: 2 })
    })
    for (const result of await this.#send(storage, markers)) appendedAt([result])
    for (const part of parts.values()) part.status = 'ended'
    this.#open.delete(producerId)
    this.#epochs.set(producerId, epoch + 1)
    await this.#tryLate(storage, transaction)
  }

  /** A batch that was sent before the end and comes after it is refused, whatever happened meanwhile. */
  async #tryLate(storage: Storage, { producerId, epoch, parts }: Transaction): Promise<void> {
    for (const [partition, { sequence }] of parts) {
      const producer = { id: producerId, epoch, sequence }
      const late = { topicId: this.topicId, partition, values: ['late'], producer, transactional: true }
      const [result] = await this.#send(storage, [suiteBatch({ ...late, guard: 'unguarded' })])
      assert.equal(result?.kind, 'fenced')
    }
  }

  async #send(storage: Storage, batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> {
    return this.#heard(storage, storage.log.append(batches))
  }

  async #delete(storage: Storage): Promise<void> {
    const partition = this.#random.below(partitionCount)
    const { logStartOffset, highWatermark } = this.#stateOf(storage, partition)
    const offset = logStartOffset + this.#random.below(Math.min(8, highWatermark - logStartOffset) + 1)
    await this.#heard(storage, storage.log.deleteRecordsBefore(this.topicId, partition, offset))
  }

  #value(): string {
    return `v${++this.#values}${this.#random.oneIn(8) ? 'x'.repeat(this.#random.below(9_000)) : ''}`
  }

  #stateOf(storage: Storage, partition: number) {
    const state = storage.log.state(this.topicId, partition)
    assert.ok(state !== undefined)
    return state
  }

  /** Holds what is visible against what is known, with whatever is in doubt either way. */
  async verify(storage: Storage): Promise<void> {
    for (let partition = 0; partition < partitionCount; partition++) await this.#verify(storage, partition)
    // What is behind an open transaction may still come to light.
    if (this.#open.size === 0) this.#plainDoubtful.clear()
  }

  async #verify(storage: Storage, partition: number): Promise<void> {
    const { logStartOffset, lastStableOffset, highWatermark } = this.#stateOf(storage, partition)
    assert.ok(logStartOffset >= (this.#logStart[partition] ?? 0), 'the log start went back')
    this.#logStart[partition] = logStartOffset
    const maxBytes = 1 + this.#random.below(20_000)
    const read = committedRecords(storage, this.topicId, { offset: logStartOffset, partition, maxBytes })
    const seen = new Map((await this.#heard(storage, read)).map(({ offset, value }) => [offset, value]))
    const from = logStartOffset
    const allowed = new Map<number, string>()
    for (const [offset, value] of this.#plain[partition] ?? []) allowed.set(offset, value)
    for (const { parts, decision } of this.#transactions) {
      const part = parts.get(partition)
      if (part === undefined) continue
      const offsets = [...part.acked.keys()].filter((offset) => offset >= from)
      const visible = offsets.filter((offset) => seen.has(offset))
      const [first] = part.acked.keys()
      const isHeld = part.status === 'open' && first !== undefined
      if (isHeld) assert.ok(lastStableOffset <= Math.max(from, first), 'readers pass an open transaction')
      if (part.status === 'open' || decision === 'abort') assert.deepEqual(visible, [], 'taken back or open')
      else if (part.status === 'ended')
        for (const offset of offsets) allowed.set(offset, part.acked.get(offset) ?? '')
      else {
        // Another transaction that is open may still hold back the rest of it.
        const readable = offsets.filter((offset) => offset < lastStableOffset)
        assert.ok(visible.length === 0 || visible.length === readable.length, 'a transaction is torn')
        for (const offset of visible) allowed.set(offset, part.acked.get(offset) ?? '')
      }
    }
    for (const [offset, value] of allowed) {
      if (offset >= from && offset < lastStableOffset)
        assert.equal(seen.get(offset), value, `offset ${offset}`)
    }
    for (const [offset, value] of seen) {
      const isKnown = allowed.get(offset) === value || this.#plainDoubtful.has(value)
      assert.ok(isKnown, `${value.slice(0, 20)} at ${offset} must not be seen`)
      if (!allowed.has(offset)) this.#plain[partition]?.set(offset, value)
    }
    this.committedSeen += seen.size
    const anyOpen = [...this.#open.values()].some(({ parts }) => parts.has(partition))
    if (!anyOpen) assert.equal(lastStableOffset, highWatermark)
  }

  /** What a coordinator does at its start: it ends what was being ended, and aborts what was open. */
  async recover(storage: Storage): Promise<void> {
    for (const transaction of Array.from(this.#open.values())) await this.#end(storage, transaction, 'abort')
    for (let partition = 0; partition < partitionCount; partition++) {
      const { lastStableOffset, highWatermark } = this.#stateOf(storage, partition)
      assert.equal(lastStableOffset, highWatermark, 'a transaction is left hanging')
    }
  }
}

function appendedAt([result]: readonly AppendResult[]): number {
  assert.ok(result?.kind === 'appended', `append answered ${result?.kind}`)
  return result.baseOffset
}
