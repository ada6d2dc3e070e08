import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutControls } from './escape.ts'

test('escape-sequences-become-text', () => {
  assert.equal(withoutControls('\u001b]0;title\u0007red\u001b[31m'), '\\x1b]0;title\\x07red\\x1b[31m')
  assert.equal(withoutControls('a\u009bb\u007f'), 'a\\x9bb\\x7f')
})

test('text-that-hides-or-turns-text-becomes-visible', () => {
  assert.equal(withoutControls('a\u202eb\u200bc'), 'a\\u202eb\\u200bc')
})

test('lines-and-tabs-stay-in-one-row', () => {
  assert.equal(withoutControls('a\r\nb\tc'), 'a\\r\\nb c')
})

test('korean-and-emoji-stay', () => {
  assert.equal(withoutControls('나루 🛶 é'), '나루 🛶 é')
})
