// The table that a run of the matrix ends with, and the sentences behind its cells.

import type { Outcome } from './case.ts'

export interface Row {
  readonly name: string
  readonly outcomes: ReadonlyMap<string, Outcome>
}

const words = { passed: 'ok', failed: 'FAILED', 'not applicable': 'n/a' } as const

function sentences(
  rows: readonly Row[],
  kind: Outcome['kind'],
  text: (outcome: Outcome) => string | undefined
): string[] {
  return rows.flatMap((row) =>
    [...row.outcomes].flatMap(([client, outcome]) => {
      const sentence = outcome.kind === kind ? text(outcome) : undefined
      return sentence === undefined ? [] : [`${words[kind]} ${row.name} ${client}: ${sentence}`]
    })
  )
}

/** Prints cells, then why a cell is n/a or failed; an empty cell is a case that is not about that client. */
export function printTable(
  clients: readonly string[],
  rows: readonly Row[]
): { passed: number; failed: number } {
  const nameWidth = Math.max(...rows.map((row) => row.name.length), 4)
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(nameWidth), ...cells.map((cell, index) => cell.padEnd(clients[index]?.length ?? 0))].join(
      '  '
    )
  console.log(`\n${line('case', clients)}`)
  for (const row of rows) {
    const cells = clients.map((client) => {
      const outcome = row.outcomes.get(client)
      return outcome === undefined ? '' : words[outcome.kind]
    })
    console.log(line(row.name, cells))
  }
  console.log('')
  const notes = sentences(rows, 'passed', (outcome) => (outcome.kind === 'passed' ? outcome.note : undefined))
  const reasons = sentences(rows, 'not applicable', (outcome) =>
    outcome.kind === 'not applicable' ? outcome.reason : undefined
  )
  const failures = sentences(rows, 'failed', (outcome) =>
    outcome.kind === 'failed' ? outcome.message : undefined
  )
  for (const sentence of [...notes, ...reasons, ...failures]) console.log(sentence)
  const outcomes = rows.flatMap((row) => [...row.outcomes.values()])
  return {
    passed: outcomes.filter((outcome) => outcome.kind === 'passed').length,
    failed: outcomes.filter((outcome) => outcome.kind === 'failed').length
  }
}
