/**
 * What clients of a compacted log know, for tests of compaction: the records that were acknowledged, by offset,
 * and the time at which each was sent. After each start, and in between, the log is held against it: every record
 * that is there is the one that was acknowledged, the last value of each key is there, a tombstone stays for as
 * long as it should and its key never comes back, offsets ascend, and every offset can be read from.
 * What lies below the log start, which may move, is of no interest.
 */
import assert from 'node:assert/strict'
import type { Uuid } from '@naru/base'
import type { ManualClock } from '@naru/base/node'
import {
  buildBatch,
  readBatchHeader,
  readRecordsSync,
  splitBatches,
  type CompressionCodec
} from '@naru/protocol'
import type { SeededRandom } from '@naru/simulator'
import type { AppendResult, Storage } from '../src/index.ts'
import { suiteTopicId } from '../src/suite/index.ts'

interface KeyedRecord {
  readonly key: string
  readonly value: string | null
  readonly sentMs: number
}

export interface KeyedTopic {
  readonly id: Uuid
  readonly name: string
}

interface LogEnds {
  readonly logStartOffset: number
  readonly highWatermark: number
}

const noState: LogEnds = { logStartOffset: 0, highWatermark: 0 }

/** One producer writes with sequences, so that its last batch has to be remembered. */
const producerId = 9

export class KeyedWorld {
  readonly topic: KeyedTopic = { id: suiteTopicId(), name: 'keyed' }
  readonly #random: SeededRandom
  readonly #keys: number
  readonly #deleteRetentionMs: number
  readonly #acked = new Map<number, KeyedRecord>()
  /** Sent, and not answered before the end of a life. */
  #doubtful: KeyedRecord[] = []
  #sequence = 0
  #lastOfProducer = -1
  #values = 0
  #created = false
  #endOffset = 0
  #logStartOffset = 0
  dropped = 0
  seen = 0

  constructor(random: SeededRandom, options: { readonly keys: number; readonly deleteRetentionMs: number }) {
    this.#random = random
    this.#keys = options.keys
    this.#deleteRetentionMs = options.deleteRetentionMs
  }

  async create(storage: Storage): Promise<void> {
    if (storage.metadata.image.topicsById.has(this.topic.id)) this.#created = true
    if (this.#created) return
    const { id: topicId, name } = this.topic
    await storage.metadata.change(() => ({
      records: [{ type: 'topic-created', name, topicId, partitionCount: 1, internal: false }],
      answer: undefined
    }))
    this.#created = true
  }

  /** Appends a batch of random keys; now and then a value is a tombstone. */
  async append(storage: Storage, clock: ManualClock): Promise<void> {
    const random = this.#random
    const sentMs = clock.wallMs()
    const records = Array.from({ length: 1 + random.below(6) }, (): KeyedRecord => {
      const key = `k${random.below(this.#keys)}`
      const padding = 'x'.repeat(random.below(40))
      return { key, value: random.oneIn(4) ? null : `${++this.#values}${padding}`, sentMs }
    })
    const idempotent = random.oneIn(4)
    const bytes = buildBatch({
      compression: random.below(5) as CompressionCodec,
      ...(idempotent ? { producerId, producerEpoch: 0, baseSequence: this.#sequence } : {}),
      records: records.map(({ key, value }) => ({
        timestamp: sentMs,
        key: Buffer.from(key),
        value: value === null ? null : Buffer.from(value)
      }))
    })
    // A batch of an idempotent producer without an answer would have to be sent again; a new one has new numbers.
    if (idempotent) this.#sequence += records.length
    this.#doubtful.push(...records)
    const [result] = await storage.log.append([
      {
        topicId: this.topic.id,
        partition: 0,
        bytes,
        header: readBatchHeader(bytes),
        ownerEpoch: 0,
        pinnedBytes: bytes.byteLength
      }
    ])
    this.#answered(records, result, idempotent)
  }

  #answered(records: readonly KeyedRecord[], result: AppendResult | undefined, idempotent: boolean): void {
    assert.equal(result?.kind, 'appended')
    for (const [index, record] of records.entries()) {
      this.#acked.set(result.baseOffset + index, record)
      this.#doubtful.splice(this.#doubtful.indexOf(record), 1)
    }
    this.#endOffset = Math.max(this.#endOffset, result.baseOffset + records.length)
    if (idempotent) this.#lastOfProducer = result.baseOffset + records.length - 1
  }

  /** Moves the log start by a bit. */
  async deleteRecords(storage: Storage): Promise<void> {
    const { logStartOffset, highWatermark } = storage.log.state(this.topic.id, 0) ?? noState
    const before = logStartOffset + this.#random.below(1 + Math.ceil((highWatermark - logStartOffset) / 3))
    const result = await storage.log.deleteRecordsBefore(this.topic.id, 0, before)
    assert.equal(result.kind, 'deleted')
    this.#logStartOffset = Math.max(this.#logStartOffset, before)
  }

  /** Another life of the process: its producer begins with a new epoch elsewhere. */
  async newLife(storage: Storage): Promise<void> {
    const [producer] = storage.log.producers(this.topic.id, 0)
    if (producer !== undefined) this.#sequence = producer.lastSequence + 1
    await this.verify(storage, undefined)
    this.#doubtful = []
  }

  /** Reads everything and holds it against what is known; `clock` when the age of tombstones counts. */
  async verify(storage: Storage, clock: ManualClock | undefined): Promise<void> {
    const state = storage.log.state(this.topic.id, 0)
    if (state === undefined) return assert.equal(this.#acked.size, 0)
    const { logStartOffset } = state
    assert.ok(state.highWatermark >= this.#endOffset, 'the log is shorter than what was acknowledged')
    assert.ok(logStartOffset >= this.#logStartOffset, 'deleted records came back')
    const acked = new Map([...this.#acked].filter(([offset]) => offset >= logStartOffset))
    const nowMs = clock?.wallMs() ?? 0
    const { records, lastOfProducer } = await this.#readAll(storage, state)
    for (const [offset, { key, value }] of records) {
      const known = acked.get(offset) ?? this.#adopt(offset, key, value)
      assert.equal(key, known.key, `the key at ${offset}`)
      assert.equal(value, known.value, `the value at ${offset}`)
    }
    this.#verifyKeys(records, acked, nowMs, state.highWatermark)
    if (this.#lastOfProducer >= logStartOffset && clock !== undefined) {
      assert.ok(lastOfProducer >= this.#lastOfProducer, 'the last batch of a producer is gone')
    }
    this.seen = records.size
    this.dropped = acked.size - records.size
    await this.#readFrom(storage, records, state)
  }

  /** What nobody knew to be there, and may be. */
  #adopt(offset: number, key: string, value: string | null): KeyedRecord {
    const index = this.#doubtful.findIndex((one) => one.key === key && one.value === value)
    assert.ok(index >= 0, `what is at ${offset} was never sent, or is there twice`)
    const [record] = this.#doubtful.splice(index, 1) as [KeyedRecord]
    this.#acked.set(offset, record)
    return record
  }

  #verifyKeys(
    records: ReadonlyMap<number, { readonly key: string }>,
    acked: ReadonlyMap<number, KeyedRecord>,
    nowMs: number,
    endOffset: number
  ): void {
    const last = new Map<string, number>()
    for (const [offset, { key }] of [...acked].sort(([a], [b]) => a - b)) {
      if (offset < endOffset) last.set(key, offset)
    }
    const seen = new Map<string, number>()
    for (const [offset, { key }] of records) if (acked.has(offset)) seen.set(key, offset)
    for (const [key, offset] of last) {
      const { value, sentMs } = acked.get(offset) as KeyedRecord
      if (records.has(offset)) continue
      assert.equal(value, null, `the last value of ${key}, at ${offset}, is lost`)
      assert.ok(!seen.has(key), `${key} came back: its tombstone at ${offset} is gone`)
      const ageMs = nowMs - sentMs
      assert.ok(nowMs === 0 || ageMs >= this.#deleteRetentionMs, `the tombstone at ${offset} went early`)
    }
  }

  async #readAll(
    storage: Storage,
    { logStartOffset, highWatermark }: LogEnds
  ): Promise<{ records: Map<number, { key: string; value: string | null }>; lastOfProducer: number }> {
    const records = new Map<number, { key: string; value: string | null }>()
    let lastOfProducer = -1
    for (let offset = logStartOffset; offset < highWatermark;) {
      const { chunks, nextOffset } = await this.#read(storage, offset)
      for (const chunk of chunks) {
        for (const { at, header } of splitBatches(chunk).batches) {
          if (header.producerId === producerId) lastOfProducer = header.baseOffset + header.lastOffsetDelta
          for (const record of readRecordsSync(chunk, at)) {
            if (record.offset < offset) continue
            const key = Buffer.from(record.key ?? []).toString()
            records.set(record.offset, { key, value: record.value === null ? null : text(record.value) })
          }
        }
      }
      offset = nextOffset
    }
    return { records, lastOfProducer }
  }

  /** Some readers stand anywhere: each goes on with the next record that is there. */
  async #readFrom(
    storage: Storage,
    records: ReadonlyMap<number, unknown>,
    { logStartOffset, highWatermark }: LogEnds
  ): Promise<void> {
    const offsets = [...records.keys()]
    for (let count = 0; count < 5 && highWatermark > logStartOffset; count++) {
      const from = logStartOffset + this.#random.below(highWatermark - logStartOffset)
      const expected = offsets.find((offset) => offset >= from)
      let found: number | undefined
      for (let offset = from; offset < highWatermark && found === undefined;) {
        const { chunks, nextOffset } = await this.#read(storage, offset)
        const read = chunks.flatMap((chunk) =>
          splitBatches(chunk).batches.flatMap(({ at }) => readRecordsSync(chunk, at))
        )
        found = read.map((record) => record.offset).find((one) => one >= from)
        offset = nextOffset
      }
      if (expected !== undefined) assert.ok(found !== undefined && found <= expected, `nothing at ${from}`)
    }
  }

  async #read(
    storage: Storage,
    offset: number
  ): Promise<{ readonly chunks: readonly Uint8Array[]; readonly nextOffset: number }> {
    const result = await storage.log.read({
      topicId: this.topic.id,
      partition: 0,
      offset,
      maxBytes: 1 + this.#random.below(4_000),
      minOneBatch: true,
      isolation: 'read-uncommitted'
    })
    assert.equal(result.kind, 'records', `read at ${offset} answered ${result.kind}`)
    if (result.kind !== 'records') return { chunks: [], nextOffset: offset }
    assert.ok(result.bytes > 0, `nothing at ${offset}, before the end`)
    let nextOffset = offset
    for (const chunk of result.chunks) {
      for (const { header } of splitBatches(chunk).batches) {
        const last = header.baseOffset + header.lastOffsetDelta
        assert.ok(last >= nextOffset, 'batches are out of order')
        nextOffset = last + 1
      }
    }
    return { chunks: result.chunks, nextOffset }
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}
