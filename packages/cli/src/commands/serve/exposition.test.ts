import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counter, exposition, gauge } from './exposition.ts'

test('each-family-has-its-help-its-type-and-its-samples', () => {
  const text = exposition([
    counter('requests_total', 'Requests received.', () => [
      { value: 3, labels: { api: 'Fetch', version: 17 } },
      { value: 0.5, labels: { api: 'Produce', version: 12 } }
    ]),
    gauge('open', 'Open now.', () => [{ value: 7 }])
  ])
  assert.equal(
    text,
    [
      '# HELP requests_total Requests received.',
      '# TYPE requests_total counter',
      'requests_total{api="Fetch",version="17"} 3',
      'requests_total{api="Produce",version="12"} 0.5',
      '',
      '# HELP open Open now.',
      '# TYPE open gauge',
      'open 7',
      ''
    ].join('\n')
  )
})

test('a-histogram-names-its-parts', () => {
  const samples = [
    { value: 1, labels: { le: 0.1 }, suffix: '_bucket' },
    { value: 2, labels: { le: '+Inf' }, suffix: '_bucket' },
    { value: 4.5, suffix: '_sum' },
    { value: 2, suffix: '_count' }
  ] as const
  const text = exposition([
    { name: 'took_seconds', help: 'Time.', type: 'histogram', samples: () => samples }
  ])
  assert.deepEqual(text.split('\n').slice(2, 6), [
    'took_seconds_bucket{le="0.1"} 1',
    'took_seconds_bucket{le="+Inf"} 2',
    'took_seconds_sum 4.5',
    'took_seconds_count 2'
  ])
})

test('what-the-format-reserves-is-escaped', () => {
  const text = exposition([gauge('a', 'one\\two\nthree', () => [{ value: 1, labels: { b: 'x"y\\z\n' } }])])
  assert.match(text, /^# HELP a one\\\\two\\nthree$/m)
  assert.match(text, /^a\{b="x\\"y\\\\z\\n"\} 1$/m)
})

test('numbers-that-are-none-have-names', () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => ({ value }))
  assert.deepEqual(
    exposition([gauge('a', 'A.', () => values)])
      .split('\n')
      .slice(2, 5),
    ['a NaN', 'a +Inf', 'a -Inf']
  )
})
