/** Breaks between contracts, as rows, and as the end of a command that found some. */
import { ExitCode } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import { type Format, writeListing } from '../../output/format.ts'
import type { Setting } from '../../program.ts'

export interface BreakRow {
  readonly event: string
  readonly field: string
  readonly reason: string
  readonly writer: string
  readonly reader: string
}

/** Shows the breaks; ends with 4 when there are any. */
export async function tellBreaks(setting: Setting, format: Format, rows: readonly BreakRow[]): Promise<void> {
  const { host, messages } = setting
  if (rows.length > 0 || format !== 'table') {
    await writeListing(setting, format, {
      rows,
      columns: [
        { title: 'EVENT', value: ({ event }) => event },
        { title: 'FIELD', value: ({ field }) => (field === '' ? null : field) },
        { title: 'WRITER', value: ({ writer }) => writer },
        { title: 'READER', value: ({ reader }) => reader },
        { title: 'REASON', value: ({ reason }) => reason }
      ]
    })
  }
  if (rows.length === 0) return host.stderr.write(`${messages.text('contract.compatible')}\n`)
  throw new Failure(ExitCode.refused, messages.text('contract.incompatible', { count: rows.length }))
}
