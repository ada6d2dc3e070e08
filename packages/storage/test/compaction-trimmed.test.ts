/**
 * Records are deleted while a pass of compaction waits for its checkpoint: a checkpoint that was noted before the pass
 * ended takes the first segment away, and with it the pass. A key that was deleted stays deleted all the same.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { buildBatch, readBatchHeader, readRecordsSync, splitBatches } from '@naru/protocol'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import type { FailpointName, Storage } from '../src/index.ts'
import { createTopic } from '../src/suite/engine.ts'
import { deleteRetentionMs, startCompacted } from './compaction-harness.ts'

const soon = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Deletes records, lets the next checkpoint note the partition, and only then lets the pass end. */
class Meeting {
  deleteRecords: (() => Promise<unknown>) | undefined
  #groups = 0
  #noted = false
  isOver = false

  readonly failpoint = async (name: FailpointName): Promise<void> => {
    if (this.deleteRecords === undefined || this.isOver) return
    if (name === 'compaction-synced' && ++this.#groups === 2) {
      await this.deleteRecords()
      while (!this.#noted) await soon()
    }
    if (name === 'checkpoint-renamed' && this.#groups === 2) {
      this.#noted = true
      for (let turn = 0; turn < 50; turn++) await soon()
      this.isOver = true
    }
  }
}

class Log {
  readonly #storage: Storage
  readonly #clock: ManualClock
  readonly #topicId: Uuid

  constructor(storage: Storage, clock: ManualClock, topicId: Uuid) {
    this.#storage = storage
    this.#clock = clock
    this.#topicId = topicId
  }

  async put(key: string, value: string | null): Promise<void> {
    const record = { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }
    const bytes = buildBatch({ records: [{ ...record, timestamp: this.#clock.wallMs() }] })
    const header = readBatchHeader(bytes)
    const batch = { topicId: this.#topicId, partition: 0, bytes, header, ownerEpoch: 0 }
    const [result] = await this.#storage.log.append([{ ...batch, pinnedBytes: bytes.byteLength }])
    assert.equal(result?.kind, 'appended')
  }

  /** Segments full of other keys. */
  async fill(records: number): Promise<void> {
    for (let index = 0; index < records; index++) await this.put(`filler ${index % 3}`, 'x'.repeat(180))
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      await this.#clock.advance(100)
      for (let turn = 0; turn < 3; turn++) await soon()
    }
  }

  /** The values of a key that readers get, tombstones as null. */
  async valuesOf(key: string): Promise<Array<string | null>> {
    const { log } = this.#storage
    const { logStartOffset = 0, highWatermark = 0 } = log.state(this.#topicId, 0) ?? {}
    const place = { topicId: this.#topicId, partition: 0, maxBytes: 1_000_000, minOneBatch: true }
    const values: Array<string | null> = []
    for (let offset = logStartOffset; offset < highWatermark;) {
      const read = await log.read({ ...place, offset, isolation: 'read-uncommitted' })
      assert.ok(read.kind === 'records' && read.bytes > 0)
      for (const chunk of read.chunks) {
        for (const { at, header } of splitBatches(chunk).batches) {
          offset = header.baseOffset + header.lastOffsetDelta + 1
          for (const record of readRecordsSync(chunk, at)) {
            if (Buffer.from(record.key ?? []).toString() !== key) continue
            values.push(record.value === null ? null : Buffer.from(record.value).toString())
          }
        }
      }
    }
    return values
  }
}

it('a deleted key stays deleted when records are deleted under a pass that waits for its checkpoint', async () => {
  const clock = new ManualClock()
  const meeting = new Meeting()
  const storage = await startCompacted({
    disk: new FaultyDisk({ seed: 1 }),
    clock,
    random: new SeededRandom(1),
    config: { cleanupPolicy: { delete: true, compact: true }, retentionMs: -1, retentionBytes: -1 },
    failpoint: meeting.failpoint
  })
  const topicId = await createTopic(storage, 'keyed')
  const log = new Log(storage, clock, topicId)
  await log.put('first', 'value')
  await log.fill(12)
  await log.put('deleted', 'old value')
  await log.fill(24)
  await log.pass(12_000)
  await log.put('deleted', null)
  await log.fill(14)
  meeting.deleteRecords = () => storage.log.deleteRecordsBefore(topicId, 0, 12)
  await log.pass(6_000)
  assert.ok(meeting.isOver, 'no checkpoint was noted while the pass was going on')
  assert.equal((await log.valuesOf('deleted')).at(-1), null)
  for (let round = 0; round < 3; round++) {
    await log.fill(40)
    await log.pass(1.5 * deleteRetentionMs)
  }
  assert.deepEqual(await log.valuesOf('deleted'), [])
})
