/** `-o`: how data leaves on stdout. The shapes of json, jsonl and yaml are the same objects. */
import { type Command, Option } from 'commander'
import type { Setting } from '../program.ts'

export const FORMATS = ['table', 'json', 'jsonl', 'yaml'] as const
export type Format = (typeof FORMATS)[number]

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string | number | null | undefined
  readonly align?: 'left' | 'right'
}

export interface Listing<Row> {
  readonly rows: readonly Row[]
  readonly columns: ReadonlyArray<Column<Row>>
}

export function addFormatOption(command: Command, { messages }: Setting): Command {
  const option = new Option('-o, --output <format>', messages.text('option.output'))
  return command.addOption(option.choices(FORMATS).default('table'))
}

/** Writes objects in a format that programs read. */
export async function writeData(
  setting: Setting,
  format: Exclude<Format, 'table'>,
  items: readonly object[]
): Promise<void> {
  const { stdout } = setting.host
  switch (format) {
    case 'json':
      return stdout.write(`${JSON.stringify(items, null, 2)}\n`)
    case 'jsonl':
      return stdout.write(items.map((item) => `${JSON.stringify(item)}\n`).join(''))
    case 'yaml': {
      const { stringify } = await import('yaml')
      return stdout.write(stringify(items))
    }
  }
}

/** Rows as a table for people, or the same rows as data. */
export async function writeListing<Row extends object>(
  setting: Setting,
  format: Format,
  listing: Listing<Row>
): Promise<void> {
  if (format !== 'table') return writeData(setting, format, listing.rows)
  const { formatTable } = await import('./table.ts')
  return setting.host.stdout.write(formatTable(listing))
}
