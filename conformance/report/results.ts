// What whole runs of the suites in this folder have found: a line of JSON each, from which the report card is written.

import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commitNow, evidenceFolder } from '../crash/harness/results.ts'

export interface Result {
  /** The row of the card. */
  readonly subject: string
  readonly broker: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** What was run, in what size, and what did not pass. */
  readonly note: string
}

export interface DatedResult extends Result {
  readonly date: string
  readonly commit: string
  readonly command: string
}

const file = join(evidenceFolder, 'conformance.jsonl')

/** Keeps the result of the command that runs now. */
export async function keepResult(result: Result): Promise<void> {
  const command = [
    'node',
    ...process.argv.slice(1).map((word) => word.replace(/^.*\/(?=conformance\/)/, ''))
  ].join(' ')
  const dated: DatedResult = {
    ...result,
    date: new Date().toISOString().slice(0, 10),
    commit: await commitNow(),
    command
  }
  await mkdir(evidenceFolder, { recursive: true })
  await appendFile(file, `${JSON.stringify(dated)}\n`)
}

export async function readResults(): Promise<DatedResult[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DatedResult)
}
