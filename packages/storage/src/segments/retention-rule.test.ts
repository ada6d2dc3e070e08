import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogConfig } from '../ports/index.ts'
import { expiredCount } from './retention-rule.ts'
import { smallConfig } from './testing/test-partition.ts'

const segment = (logBytes: number, maxTimestampMs: number, lastWrittenMs = 0) => ({
  logBytes,
  maxTimestampMs,
  lastWrittenMs
})

function expired(
  segments: ReadonlyArray<ReturnType<typeof segment>>,
  config: Partial<LogConfig>,
  now: { readonly wallMs?: number; readonly totalBytes?: number } = {}
): number {
  const totalBytes = now.totalBytes ?? segments.reduce((sum, one) => sum + one.logBytes, 0)
  const off = { retentionMs: -1, retentionBytes: -1 }
  return expiredCount(
    segments,
    { ...smallConfig, ...off, ...config },
    { wallMs: now.wallMs ?? 0, totalBytes }
  )
}

test('segments go by time while their newest record is too old, up to the first that is not', () => {
  const segments = [segment(10, 100), segment(10, 200), segment(10, 150), segment(10, 90)]
  assert.equal(expired(segments, { retentionMs: 50 }, { wallMs: 250 }), 1)
  assert.equal(expired(segments, { retentionMs: 50 }, { wallMs: 251 }), 4)
  assert.equal(expired(segments, { retentionMs: 50 }, { wallMs: 150 }), 0)
})

test('segments without timestamps go by the time of their last write', () => {
  assert.equal(expired([segment(10, -1, 500)], { retentionMs: 50 }, { wallMs: 550 }), 0)
  assert.equal(expired([segment(10, -1, 500)], { retentionMs: 50 }, { wallMs: 551 }), 1)
})

test('segments go by size only while what stays is not smaller than the limit', () => {
  const segments = [segment(10, 1), segment(20, 1), segment(30, 1)]
  assert.equal(expired(segments, { retentionBytes: 50 }), 1)
  assert.equal(expired(segments, { retentionBytes: 51 }), 0)
  assert.equal(expired(segments, { retentionBytes: 0 }), 3)
  assert.equal(expired(segments, { retentionBytes: 50 }, { totalBytes: 80 }), 2)
})

test('nothing goes without a limit or without the delete policy', () => {
  const segments = [segment(10, 1)]
  assert.equal(expired(segments, {}, { wallMs: 1e12 }), 0)
  const cleanupPolicy = { delete: false, compact: true }
  assert.equal(expired(segments, { cleanupPolicy, retentionMs: 1, retentionBytes: 0 }, { wallMs: 1e12 }), 0)
})
