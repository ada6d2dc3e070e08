import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUuid, ZERO_UUID } from '@naru/base'
import { decodeRecord, encodeRecord } from './records.ts'
import type { GroupRecord } from './state.ts'

const hex = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex')

test('records round-trip, and the bytes begin with what they are', () => {
  const offset: GroupRecord = {
    kind: 'offset',
    groupId: 'g',
    topic: 't',
    partition: 3,
    value: {
      offset: 2 ** 40,
      leaderEpoch: 5,
      metadata: '메모',
      commitTimestampMs: 1_760_000_000_000,
      expireTimestampMs: -1,
      topicId: parseUuid('AAAAAAAAAAAAAAAAAAAAAQ')
    }
  }
  const { key, value } = encodeRecord(offset)
  assert.equal(hex(key), '0001' + '000167' + '000174' + '00000003')
  assert.ok(hex(value)?.startsWith('0004' + '0000010000000000' + '00000005' + '07'))
  assert.deepEqual(decodeRecord(key, value), offset)
})

test('an offset with a retention of its own is written in the version that can keep it', () => {
  const offset: GroupRecord = {
    kind: 'offset',
    groupId: 'g',
    topic: 't',
    partition: 0,
    value: {
      offset: 1,
      leaderEpoch: -1,
      metadata: '',
      commitTimestampMs: 10,
      expireTimestampMs: 20,
      topicId: ZERO_UUID
    }
  }
  const { key, value } = encodeRecord(offset)
  assert.ok(hex(value)?.startsWith('0001'))
  assert.deepEqual(decodeRecord(key, value), offset)
})

test('tombstones have no value', () => {
  const record: GroupRecord = { kind: 'group', groupId: 'g', value: null }
  const { key, value } = encodeRecord(record)
  assert.equal(hex(key), '0002' + '000167')
  assert.equal(value, null)
  assert.deepEqual(decodeRecord(key, value), record)
})

test('records of other kinds of groups are passed over', () => {
  assert.equal(decodeRecord(Buffer.from('0003000167', 'hex'), Buffer.from('000000000001', 'hex')), undefined)
})
