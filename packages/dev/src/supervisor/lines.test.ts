import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINE_CHARACTERS_MAX } from '../limits.ts'
import { Lines, eventLine } from './lines.ts'

function linesOf(...chunks: readonly string[]): readonly string[] {
  const found: string[] = []
  const lines = new Lines((line) => found.push(line))
  for (const chunk of chunks) lines.push(chunk)
  lines.end()
  return found
}

test('lines-are-put-together-across-chunks', () => {
  assert.deepEqual(linesOf('on', 'e\ntwo\r\nth', 'ree'), ['one', 'two', 'three'])
})

test('a-line-without-an-end-does-not-grow-for-ever', () => {
  const [first, second] = linesOf('x'.repeat(LINE_CHARACTERS_MAX + 1))
  assert.equal(first?.length, LINE_CHARACTERS_MAX)
  assert.equal(second, 'x')
})

test('only-the-line-of-json-with-the-event-is-the-event', () => {
  assert.deepEqual(eventLine('{"event":"ready","port":1}', 'ready'), { event: 'ready', port: 1 })
  assert.equal(eventLine('{"event":"other"}', 'ready'), undefined)
  assert.equal(eventLine('{"event"', 'ready'), undefined)
  assert.equal(eventLine('ready', 'ready'), undefined)
})
