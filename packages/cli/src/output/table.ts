/** Tables without lines: a head, aligned columns, nothing that a `cut` or a reader stumbles over. */
import stringWidth from 'string-width'
import type { Column, Listing } from './format.ts'
import { withoutControls } from './escape.ts'

const GAP = '  '
const NOTHING = '-'

/** Rows under a head; Korean counts as two columns wide, as terminals draw it. */
export function formatTable<Row>({ rows, columns }: Listing<Row>): string {
  const head = columns.map(({ title }) => title)
  const body = rows.map((row) => columns.map((column) => cell(column, row)))
  const widths = columns.map((_, index) =>
    Math.max(...[head, ...body].map((line) => stringWidth(line[index] ?? '')))
  )
  const lines = [head, ...body].map((line) =>
    line
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join(GAP)
      .trimEnd()
  )
  return `${lines.join('\n')}\n`
}

function cell<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row)
  return value === null || value === undefined ? NOTHING : withoutControls(String(value))
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return align === 'left' ? text + space : space + text
}
