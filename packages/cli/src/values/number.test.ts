import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadMessages } from '../i18n/messages.ts'
import { duration, durationMs, wholeNumber } from './number.ts'

test('durations-have-units', () => {
  const expected: Readonly<Record<string, number | undefined>> = {
    '500ms': 500,
    '10s': 10_000,
    '1.5m': 90_000,
    '2h': 7_200_000,
    '7d': 604_800_000,
    '10': undefined,
    '10 s': undefined,
    '-1s': undefined
  }
  for (const [text, ms] of Object.entries(expected)) assert.equal(durationMs(text), ms, text)
})

test('a-bare-number-is-seconds-where-only-a-duration-makes-sense', async () => {
  const parse = duration(await loadMessages('en'))
  assert.equal(parse('5'), 5_000)
  for (const bad of ['0', 'x', '']) assert.throws(() => parse(bad), /500ms, 10s or 5m/)
})

test('numbers-outside-of-their-range-are-refused', async () => {
  const parse = wholeNumber(await loadMessages('en'), { min: 1, max: 10 })
  assert.equal(parse('10'), 10)
  for (const bad of ['0', '11', '1.5', '-1', '', '1e1']) assert.throws(() => parse(bad), /from 1 to 10/, bad)
})
