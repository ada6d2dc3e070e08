import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTable } from './table.ts'

interface Row {
  readonly name: string
  readonly count: number | null
}

const columns = [
  { title: 'NAME', value: (row: Row) => row.name },
  { title: 'COUNT', value: (row: Row) => row.count, align: 'right' as const }
]

test('columns-line-up-with-korean-and-with-missing-values', () => {
  const rows = [
    { name: '주문', count: 5 },
    { name: 'orders', count: null },
    { name: 'x', count: 12_345 }
  ]
  assert.equal(
    formatTable({ rows, columns }),
    ['NAME    COUNT', '주문        5', 'orders      -', 'x       12345', ''].join('\n')
  )
})

test('an-empty-table-still-has-its-head', () => {
  assert.equal(formatTable<Row>({ rows: [], columns }), 'NAME  COUNT\n')
})

test('a-cell-cannot-send-commands-to-the-terminal', () => {
  assert.match(formatTable({ rows: [{ name: '\u001b[2J', count: 1 }], columns }), /^NAME.*\n\\x1b\[2J/)
})
