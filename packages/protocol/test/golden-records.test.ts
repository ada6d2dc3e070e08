// Batches that Apache's kafka-clients 4.2.0 wrote, read by us; and ours, compared with its bytes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  buildBatch,
  buildControlBatch,
  CompressionCodec,
  computeBatchCrc,
  controlTypeOf,
  coordinatorEpochOf,
  endTransactionMarker,
  findOffsetForTimestamp,
  leaderChangeRecord,
  readBatchHeader,
  readRecords,
  readRecordsSync,
  threadPoolCompression,
  TimestampType,
  validateProduceRecords,
  validateRecords,
  inflatePayload,
  type RecordToWrite
} from '@naru/protocol'

const time = 1_700_000_000_000
const rules = {
  batchBytesMax: 1_048_588,
  timestampType: TimestampType.createTime,
  timestampMsMin: 0,
  timestampMsMax: time + 3e11,
  keyRequired: false
}

function golden(name: string): Buffer {
  const text = readFileSync(new URL(`golden/records/${name}.hex`, import.meta.url), 'utf8')
  return Buffer.from(text.replaceAll('\n', ''), 'hex')
}

/** The records of `RecordVectors.java`. */
function shapes(): RecordToWrite[] {
  const headers = Array.from({ length: 20 }, (_, index) => ({
    key: `머리-${index}`,
    value: index % 3 === 0 ? null : Buffer.from('v'.repeat(index))
  }))
  return [
    { timestamp: time, key: Buffer.from('key'), value: Buffer.from('value') },
    { timestamp: time + 1, key: null, value: Buffer.from('no key') },
    { timestamp: time + 300, key: Buffer.from('no value'), value: null },
    { timestamp: time - 5, key: Buffer.from(''), value: Buffer.from('') },
    { timestamp: time + 200_000_000_000, key: null, value: null },
    { timestamp: time + 2, key: Buffer.from('주문'), value: Buffer.from('아메리카노 두 잔, 따뜻하게 ☕') },
    { timestamp: time + 3, key: Buffer.from('headers'), value: Buffer.from('twenty'), headers }
  ]
}

function many(count: number): RecordToWrite[] {
  return Array.from({ length: count }, (_, index) => ({
    timestamp: time + index * 10,
    key: Buffer.from(`taxi-${index % 13}`),
    value: Buffer.from(
      `event ${index} of a taxi that drives along the river 한강 at a steady pace, number ${index % 7}`
    )
  }))
}

type Comparable = {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly { readonly key: string; readonly value: Uint8Array | null }[]
}

function comparable(record: Comparable): unknown {
  const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('utf8'))
  const headers = (record.headers ?? []).map(({ key, value }) => [key, text(value)])
  return [record.timestamp, text(record.key), text(record.value), headers]
}

for (const [name, codec] of Object.entries(CompressionCodec)) {
  test(`${name}: Kafka's batch passes validation and gives the records that went in`, async () => {
    for (const [file, expected] of [
      [`shapes-${name}`, shapes()],
      ...(codec === CompressionCodec.none ? [] : [[`many-${name}`, many(2000)] as const])
    ] as const) {
      const bytes = golden(file)
      const verdict = validateProduceRecords(bytes, rules)
      assert.equal(verdict.kind, 'valid', file)
      const header = readBatchHeader(bytes)
      const payload = await inflatePayload(bytes, 0, threadPoolCompression)
      const records = validateRecords(payload, header, rules)
      assert.deepEqual(records, { kind: 'valid', maxTimestamp: header.maxTimestamp })
      assert.deepEqual(
        (await readRecords(bytes, 0, threadPoolCompression)).map(comparable),
        expected.map(comparable)
      )
      assert.deepEqual(readRecordsSync(bytes).map(comparable), expected.map(comparable))
    }
  })
}

for (const name of ['gzip', 'snappy', 'lz4', 'zstd']) {
  test(`${name}: content that does not compress is read as well`, () => {
    const [record] = readRecordsSync(golden(`noise-${name}`))
    assert.equal(record?.value?.length, 3000)
  })
}

test('an uncompressed batch of ours equals Kafka’s byte for byte', () => {
  assert.deepEqual(buildBatch({ records: shapes() }), golden('shapes-none'))
  const producer = { producerId: 1099511627777, producerEpoch: 3, baseSequence: 2147483646 }
  const idempotent = golden('idempotent')
  assert.deepEqual(buildBatch({ ...producer, records: many(5) }), idempotent)
  assert.deepEqual(
    readRecordsSync(idempotent).map(({ sequence }) => sequence),
    [2147483646, 2147483647, 0, 1, 2]
  )
  const transaction = { producerId: 4000, producerEpoch: 0, baseSequence: 0, transactional: true }
  assert.deepEqual(buildBatch({ ...transaction, records: many(2) }), golden('transactional'))
})

test('a batch with LogAppendTime has the time of its append in every record', () => {
  const bytes = golden('log-append-time')
  const options = { baseOffset: 77, logAppendTimeMs: time + 999 }
  assert.deepEqual(buildBatch({ ...options, records: many(3) }), bytes)
  const records = readRecordsSync(bytes)
  assert.deepEqual(
    records.map(({ offset, timestamp, timestampType }) => [offset, timestamp, timestampType]),
    [77, 78, 79].map((offset) => [offset, time + 999, TimestampType.logAppendTime])
  )
})

test('end markers and leader changes equal Kafka’s byte for byte', () => {
  const options = { partitionLeaderEpoch: 6, producerId: 4000, producerEpoch: 1, transactional: true }
  for (const [type, baseOffset] of [
    ['commit', 42],
    ['abort', 43]
  ] as const) {
    const record = endTransactionMarker(type, 9)
    const bytes = golden(`${type}-marker`)
    assert.deepEqual(buildControlBatch({ ...options, baseOffset, record, timestamp: time }), bytes)
    const [read] = readRecordsSync(bytes)
    assert.equal(controlTypeOf(read!.key), type === 'commit' ? 1 : 0)
    assert.equal(coordinatorEpochOf(read!.value!), 9)
  }
  const record = leaderChangeRecord({ leaderId: 3, voterIds: [3, 200], grantingVoterIds: [3] })
  const leaderChange = { baseOffset: 7, partitionLeaderEpoch: 2, record, timestamp: time }
  assert.deepEqual(buildControlBatch(leaderChange), golden('leader-change'))
})

test('control batches are refused from clients', () => {
  const marker = golden('commit-marker')
  marker.writeBigInt64BE(0n, 0)
  const verdict = validateProduceRecords(marker, rules)
  assert.equal(verdict.kind === 'invalid' && verdict.error, 87)
})

test('the offset for a timestamp is found inside compressed batches of Kafka', async () => {
  for (const name of ['gzip', 'snappy', 'lz4', 'zstd']) {
    const bytes = golden(`many-${name}`)
    const found = (search: { timestamp: number; fromOffset?: number }) =>
      findOffsetForTimestamp(bytes, 0, search, threadPoolCompression)
    assert.deepEqual(await found({ timestamp: time + 995 }), { offset: 100, timestamp: time + 1000 })
    assert.deepEqual(await found({ timestamp: 0, fromOffset: 7 }), { offset: 7, timestamp: time + 70 })
    assert.equal(await found({ timestamp: time + 20_000 }), undefined)
  }
})

test('the checksum of every golden batch is the one that Kafka stored', () => {
  for (const name of ['shapes-none', 'many-zstd', 'commit-marker', 'leader-change']) {
    const bytes = golden(name)
    assert.equal(computeBatchCrc(bytes, 0), readBatchHeader(bytes).crc)
  }
})
