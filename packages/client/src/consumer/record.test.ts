import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BatchOptions, CompressionCodec, RecordBatchBuilder, batchOffset, crc32c } from '@naru/protocol'
import { stringCodec } from '../codec.ts'
import { type FetchedBatch, nextOffset, openBatches } from './fetched-batches.ts'
import { decodeRecords, recordsOf } from './record.ts'

type Changes = BatchOptions & { readonly values?: readonly string[] }

function bytesOf({ values = ['a', 'b', 'c'], ...options }: Changes = {}): Buffer {
  const builder = new RecordBatchBuilder({ baseOffset: 10, ...options })
  for (const [index, value] of values.entries()) {
    const headers = [{ key: 'h', value: null }]
    builder.append({ timestamp: 1_000 + index, key: null, value: Buffer.from(value), headers })
  }
  return builder.build()
}

function batches(...changes: readonly Changes[]): Promise<readonly FetchedBatch[]> {
  return openBatches(Buffer.concat(changes.map(bytesOf)))
}

const codecs = { key: stringCodec, value: stringCodec }
const all = { topic: 't', partition: 2, from: 0, end: Infinity }

test('a-record-carries-its-place-its-time-and-its-headers', async () => {
  assert.deepEqual(decodeRecords(await batches({ values: ['a'] }), all, codecs), [
    {
      topic: 't',
      partition: 2,
      offset: 10,
      timestamp: 1_000,
      timestampType: 'create',
      key: null,
      value: 'a',
      headers: [['h', null]]
    }
  ])
})

test('records-outside-of-the-slice-are-left-out', async () => {
  const slice = { ...all, from: 11, end: 12 }
  const values = decodeRecords(await batches({}), slice, codecs).map(({ value }) => value)
  assert.deepEqual(values, ['b'])
})

test('with-log-append-time-every-record-has-the-time-of-the-batch', async () => {
  const records = decodeRecords(await batches({ logAppendTimeMs: 5_000 }), all, codecs)
  assert.deepEqual(new Set(records.map(({ timestamp }) => timestamp)), new Set([5_000]))
  assert.equal(records[0]?.timestampType, 'append')
})

test('markers-of-transactions-are-skipped-and-still-move-the-position', async () => {
  const found = await batches({}, { control: true, baseOffset: 13, values: ['m'] })
  assert.equal(decodeRecords(found, all, codecs).length, 3)
  assert.equal(nextOffset(found), 14)
  assert.equal(nextOffset([]), undefined)
})

test('what-a-transaction-wrote-that-was-aborted-is-left-out-until-its-marker', async () => {
  const producer = { producerId: 7, producerEpoch: 0, transactional: true }
  const found = await batches(
    { ...producer, baseOffset: 0, values: ['void'] },
    { ...producer, baseOffset: 1, values: ['m'], control: true },
    { ...producer, baseOffset: 2, values: ['kept'] }
  )
  const records = [...recordsOf(found, all, [{ producerId: 7, firstOffset: 0 }])]
  assert.deepEqual(
    records.map((record) => record.valueText()),
    ['kept']
  )
})

test('an-offset-beyond-53-bits-is-an-error-and-not-another-number', async () => {
  const bytes = bytesOf()
  bytes.writeBigInt64BE(2n ** 60n, batchOffset.baseOffset)
  await assert.rejects(openBatches(bytes), { code: 'OUT_OF_RANGE' })
})

test('a-changed-byte-is-noticed-and-a-batch-that-is-cut-short-waits-for-the-next-answer', async () => {
  const bytes = Buffer.concat([bytesOf(), bytesOf({ baseOffset: 13 })])
  const opened = await openBatches(bytes.subarray(0, bytes.length - 1))
  assert.equal(nextOffset(opened), 13)
  bytes[bytes.length - 1] = 1 + (bytes.at(-1) ?? 0)
  await assert.rejects(openBatches(bytes), { code: 'CORRUPT_MESSAGE', retriable: false })
  await assert.rejects(openBatches(Buffer.alloc(100)), { code: 'CORRUPT_MESSAGE' })
})

test('a-batch-that-holds-fewer-records-than-it-says-is-an-error-after-those-that-are-there', async () => {
  const bytes = bytesOf()
  bytes.writeInt32BE(4, batchOffset.recordCount)
  bytes.writeUInt32BE(crc32c(bytes, batchOffset.attributes), batchOffset.crc)
  const values: Array<string | null> = []
  const read = async (): Promise<void> => {
    for (const record of recordsOf(await openBatches(bytes), all)) values.push(record.valueText())
  }
  await assert.rejects(read(), { code: 'CORRUPT_MESSAGE', topic: 't', partition: 2 })
  assert.deepEqual(values, ['a', 'b', 'c'])
})

test('compressed-batches-read-the-same', async () => {
  for (const [name, compression] of Object.entries(CompressionCodec)) {
    const values = decodeRecords(await batches({ compression }), all, codecs).map(({ value }) => value)
    assert.deepEqual(values, ['a', 'b', 'c'], name)
  }
})

test('a-header-is-found-by-its-name-the-last-of-it-counts', async () => {
  const long = 'v'.repeat(300)
  const headers = [
    { key: 'ce_type', value: Buffer.from('첫째') },
    { key: 'ce_typo', value: Buffer.from('x') },
    { key: 'none', value: null },
    { key: '이름', value: Buffer.from(long) },
    { key: 'ce_type', value: Buffer.from('둘째') }
  ]
  const record = { timestamp: 0, key: Buffer.from([0, 255]), value: null, headers }
  const [found] = recordsOf(await openBatches(new RecordBatchBuilder().append(record).build()), all)
  assert.equal(found?.headerText('ce_type'), '둘째')
  assert.equal(found?.headerText('none'), undefined)
  assert.equal(found?.headerText('missing'), undefined)
  assert.equal(Buffer.from(found?.headers[3]?.[1] ?? []).toString(), long)
  assert.equal(found?.headers[3]?.[0], '이름')
  assert.equal(found?.keyText('latin1'), '\u0000\u00ff')
  assert.equal(found?.valueText(), null)
})
