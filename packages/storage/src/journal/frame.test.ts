import assert from 'node:assert/strict'
import { it } from 'node:test'
import { suiteBatch, suiteTopicId } from '../suite/index.ts'
import { FrameKind, type JournalFrame } from './commit-log.ts'
import {
  checkPayload,
  frameBytes,
  frameHeaderBytes,
  frameSeed,
  readFrameHeader,
  readStrayFrame,
  repairFrameHeader,
  repairPayload,
  writeFrame
} from './frame.ts'
import { journalPosition } from './journal-position.ts'

const seed = frameSeed(Buffer.from('secret'), 3)
const file = { generation: 3, seed }
const topicId = Buffer.from(suiteTopicId(), 'base64url')

function frameOf(kind: FrameKind, payload: Uint8Array): JournalFrame {
  return {
    kind,
    topicId,
    partition: 12,
    leaderEpoch: 0,
    baseOffset: 2 ** 40 + 5,
    lastOffset: 2 ** 40 + 7,
    appendTimeMs: 1_700_000_000_123,
    payload,
    onDurable: () => undefined,
    onFailed: () => undefined
  }
}

function written(frame: JournalFrame): Buffer {
  const bytes = Buffer.alloc(frameBytes(frame.payload.byteLength), 0xff)
  const durable = journalPosition(2, 40_960)
  assert.equal(
    writeFrame(bytes, 0, frame, { ...file, start: 0, sequence: 9, durable, following: 4 }),
    bytes.byteLength
  )
  return bytes
}

it('reads back what was written', () => {
  const bytes = written(frameOf(FrameKind.metadata, Buffer.from('hello')))
  const header = readFrameHeader(bytes, 0, file)
  assert.ok(header !== undefined)
  assert.equal(bytes.byteLength % 8, 0)
  assert.equal(header.kind, FrameKind.metadata)
  assert.equal(header.payloadBytes, 5)
  assert.equal(header.following, 4)
  assert.equal(header.sequence, 9)
  assert.equal(header.durable, journalPosition(2, 40_960))
  assert.deepEqual(Buffer.from(header.topicId), topicId)
  assert.equal(header.partition, 12)
  assert.equal(header.baseOffset, 2 ** 40 + 5)
  assert.equal(header.lastOffset, 2 ** 40 + 7)
  assert.equal(header.appendTimeMs, 1_700_000_000_123)
  assert.equal(checkPayload(header, bytes.subarray(frameHeaderBytes, frameHeaderBytes + 5)), true)
})

it('knows no frame of another generation or another data folder', () => {
  const bytes = written(frameOf(FrameKind.metadata, Buffer.from('hello')))
  assert.equal(readFrameHeader(bytes, 0, { generation: 4, seed }), undefined)
  assert.equal(readFrameHeader(bytes, 0, { generation: 3, seed: seed + 1 }), undefined)
  assert.equal(readFrameHeader(bytes, 8, file), undefined)
})

it('knows no frame in another place than its own, and tells where that is', () => {
  const bytes = written(frameOf(FrameKind.metadata, Buffer.from('hello')))
  const shifted = Buffer.concat([Buffer.alloc(1024), bytes])
  assert.equal(readFrameHeader(shifted, 1024, file), undefined)
  const stray = readStrayFrame(shifted, 1024, file)
  assert.equal(stray?.position, 0)
  assert.equal(stray.at, 1024)
  assert.deepEqual(stray.header, readFrameHeader(bytes, 0, file))
  assert.equal(readStrayFrame(bytes, 0, file), undefined)
})

it('puts right any single bit of a header, and refuses two', () => {
  const bytes = written(frameOf(FrameKind.metadata, Buffer.from('hello')))
  const expected = readFrameHeader(bytes, 0, file)
  for (let bit = 0; bit < frameHeaderBytes * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >>> 3] = (damaged[bit >>> 3] as number) ^ (1 << (bit & 7))
    assert.equal(readFrameHeader(damaged, 0, file), undefined)
    assert.deepEqual(repairFrameHeader(damaged, 0, file), expected)
    const other = (bit + 77) % (frameHeaderBytes * 8)
    damaged[other >>> 3] = (damaged[other >>> 3] as number) ^ (1 << (other & 7))
    assert.equal(repairFrameHeader(damaged, 0, file), undefined)
  }
})

it('notices every single bit of a batch, or restores it from the header', () => {
  const batch = suiteBatch({ topicId: suiteTopicId(), values: ['a', 'b', 'c'] })
  batch.bytes.set(Buffer.from('0000010000000005', 'hex'), 0)
  batch.bytes.fill(0, 12, 16)
  const bytes = written(frameOf(FrameKind.batch, batch.bytes))
  const header = readFrameHeader(bytes, 0, file)
  assert.ok(header !== undefined)
  let restored = 0
  for (let bit = 0; bit < batch.bytes.byteLength * 8; bit++) {
    const payload = Buffer.from(batch.bytes)
    payload[bit >>> 3] = (payload[bit >>> 3] as number) ^ (1 << (bit & 7))
    if (checkPayload(header, payload)) {
      assert.deepEqual(payload, Buffer.from(batch.bytes))
      restored++
    } else {
      assert.equal(repairPayload(header, payload), true)
      assert.deepEqual(payload, Buffer.from(batch.bytes))
    }
  }
  assert.equal(restored, 21 * 8)
})
