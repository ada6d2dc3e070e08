import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMetrics } from './metrics.ts'

test('samples-without-labels-are-read-by-name', () => {
  const text = [
    '# HELP naru_tail_bytes Bytes.',
    '# TYPE naru_tail_bytes gauge',
    'naru_tail_bytes 4096',
    'nodejs_eventloop_lag_p99_seconds 0.0125',
    'naru_requests_total{api="Produce"} 7',
    ''
  ].join('\n')
  const samples = parseMetrics(text)
  assert.equal(samples.get('naru_tail_bytes'), 4096)
  assert.equal(samples.get('nodejs_eventloop_lag_p99_seconds'), 0.0125)
  assert.equal(samples.size, 2)
})
