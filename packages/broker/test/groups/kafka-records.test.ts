/** What Apache Kafka 4.2 wrote into `__consumer_offsets` while it was told the story: we read it, and write it alike. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readRecordsSync, splitBatches, type BatchRecord } from '@naru/protocol'
import { decodeRecord, encodeRecord } from '../../src/groups/records.ts'
import { slotOf } from '../../src/coordinator/slots.ts'
import { SlotState } from '../../src/groups/state.ts'

const golden = join(import.meta.dirname, '..', 'golden', 'consumer-offsets.json')
const segments = Object.entries(JSON.parse(readFileSync(golden, 'utf8')) as Record<string, string>)

function recordsOf(hex: string): BatchRecord[] {
  const bytes = Buffer.from(hex, 'hex')
  return splitBatches(bytes).batches.flatMap(({ at }) => readRecordsSync(bytes, at))
}

test('every record of Kafka is understood, and written again as the same bytes', () => {
  const kinds = new Map<string, number>()
  for (const [name, hex] of segments) {
    for (const { key, value } of recordsOf(hex)) {
      const record = decodeRecord(key, value)
      assert.ok(record !== undefined)
      const again = encodeRecord(record)
      assert.equal(Buffer.from(again.key).toString('hex'), Buffer.from(key ?? []).toString('hex'))
      assert.deepEqual(
        again.value === null ? null : Buffer.from(again.value),
        value === null ? null : Buffer.from(value)
      )
      assert.equal(name, `__consumer_offsets-${slotOf(record.groupId, 50)}`)
      const kind = `${record.kind}${record.value === null ? ' tombstone' : ''}`
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
  }
  for (const kind of ['group', 'offset', 'group tombstone', 'offset tombstone'])
    assert.ok((kinds.get(kind) ?? 0) > 0, kind)
})

test('the records of Kafka give the groups that it had', () => {
  const state = new SlotState()
  for (const [, hex] of segments) {
    for (const { key, value } of recordsOf(hex)) {
      const record = decodeRecord(key, value)
      if (record !== undefined) state.apply(record)
    }
  }
  assert.equal(state.groups.get('reader')?.members.length, 1)
  assert.equal(state.groups.get('life')?.generation, 3)
  assert.equal(state.groups.has('simple'), false)
  assert.equal(state.offsets.get({ groupId: 'reader', topic: 'read', partition: 0 })?.offset, 1)
  assert.equal(state.offsets.get({ groupId: 'reader', topic: 'other', partition: 1 }), undefined)
})
