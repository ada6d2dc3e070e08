import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillBlocks } from './blocks.ts'
import { markdownTable } from './tables.ts'

test('only-what-stands-in-a-block-is-replaced-and-again-the-next-time', () => {
  const page = 'before\n<!-- figures: one -->\n<!-- end -->\nafter'
  const once = fillBlocks(page, (name) => name.toUpperCase())
  assert.equal(once, 'before\n<!-- figures: one -->\n\nONE\n\n<!-- end -->\nafter')
  assert.equal(
    fillBlocks(once, () => 'TWO'),
    once.replace('ONE', 'TWO')
  )
})

test('a-block-that-nobody-fills-is-an-error', () => {
  assert.throws(() => fillBlocks('<!-- figures: gone -->\n<!-- end -->', () => undefined), /gone/)
})

test('columns-of-a-table-are-aligned', () => {
  assert.equal(
    markdownTable(['a', 'long head'], [['wide cell', '1']]).split('\n')[2],
    '| wide cell | 1         |'
  )
})
