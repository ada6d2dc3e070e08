/** What the runs inside one process left in the same folder: the simulation, and damage to files without a process. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { evidenceFolder } from './results.ts'

/** A line of `simulation.jsonl`; packages/broker/test/simulation writes them. */
interface SimulationRow {
  readonly date: string
  readonly commit: string
  readonly seeds: number
  readonly failedSeeds: readonly unknown[]
  readonly operations: number
  readonly acknowledged: number
  readonly crashes: number
  readonly virtualMs: number
  /** Faults and steps, each with how often it happened. */
  readonly faults: Readonly<Record<string, number>>
  /** What was found out about its failures later; written by hand. */
  readonly remark?: string
}

/** A line of `damage-<test>.jsonl`: places from `from` to `to` were damaged, and what came of it by kind of file. */
interface DamageRow {
  readonly date: string
  readonly commit: string
  readonly test: string
  readonly from: number
  readonly to: number
  readonly tally: Readonly<Record<string, number>>
  readonly failures: readonly unknown[]
  /** What was found out about its failures later; written by hand. */
  readonly remark?: string
}

/** A line of `planted.jsonl`: a mistake, and what saw it. */
interface PlantedRow {
  readonly date: string
  readonly commit: string
  readonly name: string
  readonly by: string
}

/** What the whole evidence asks for. */
const PLANNED_SEEDS = 100_000
const PLANNED_CASES: Readonly<Record<string, number>> = { cuts: 3 * 65_536, flips: 100_000, files: 2_000 }

/** How the simulation names requests that came late; see control-requests.ts beside it. */
const LATE = ['late EndTxn', 'late AddPartitionsToTxn', 'late Produce']

const figure = (value: number): string => Math.round(value).toLocaleString('en-US')
const sum = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((total, row) => total + value(row), 0)
const share = (count: number, planned: number): string =>
  count < planned ? `${figure(count)} of ${figure(planned)}` : figure(count)
const commits = (rows: readonly { readonly commit: string }[]): string =>
  [...new Set(rows.map(({ commit }) => commit.slice(0, 10)))].join(', ')
const days = (rows: readonly { readonly date: string }[]): string =>
  [...new Set(rows.map(({ date }) => date.slice(0, 10)))].join(', ')

async function readLines<T>(name: string): Promise<T[]> {
  const text = await readFile(join(evidenceFolder, name), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

const HEAD = `
## Inside one process

The production code on a virtual clock, disk and network (\`npm run simulate\`), and damage to every kind of file
before the production recovery.

| test | repetitions | what happened | failures | date | commit |
| --- | --- | --- | --- | --- | --- |
`

/** A section of the report; empty when nothing of the kind has been run. */
export async function simulatedSection(): Promise<string> {
  const simulation = await readLines<SimulationRow>('simulation.jsonl')
  const names = await readdir(evidenceFolder).catch((): string[] => [])
  const lines = simulation.length === 0 ? [] : [simulationLine(simulation)]
  for (const name of names.toSorted()) {
    const rows = /^damage-.*\.jsonl$/.test(name) ? await readLines<Partial<DamageRow>>(name) : []
    const damage = rows.filter((row): row is DamageRow => row.tally !== undefined)
    if (damage.length > 0) lines.push(damageLine(damage))
  }
  if (lines.length === 0) return ''
  return `${HEAD}${lines.join('\n')}\n${transactionParagraph(simulation)}${await plantedSection()}`
}

/** Findings of the runs inside one process, as a list. */
export async function simulatedFindings(): Promise<string[]> {
  const names = await readdir(evidenceFolder).catch((): string[] => [])
  const found: string[] = []
  for (const { failedSeeds, remark = '', commit } of await readLines<SimulationRow>('simulation.jsonl')) {
    if (failedSeeds.length === 0) continue
    found.push(`- simulation, seeds ${failedSeeds.join(', ')}, commit ${commit.slice(0, 10)}. ${remark}`)
  }
  for (const name of names.toSorted()) {
    const rows = /^damage-.*\.jsonl$/.test(name) ? await readLines<Partial<DamageRow>>(name) : []
    for (const { tally, failures = [], remark, commit, test } of rows) {
      if (tally === undefined || remark === undefined || failures.length === 0) continue
      found.push(`- damage: ${test}, commit ${commit?.slice(0, 10)}: ${String(failures[0])}. ${remark}`)
    }
  }
  return found
}

function transactionParagraph(rows: readonly SimulationRow[]): string {
  const count = (name: string): number => sum(rows, ({ faults }) => faults[name] ?? 0)
  const ended = count('operation: transaction-end ok')
  if (ended === 0) return ''
  const late = LATE.map((name) => `${figure(count(name))} ${name.slice('late '.length)}`).join(', ')
  return `
Transactions, in the seeds since they joined: ${figure(ended)} ended, ${figure(count('transaction-abandoned'))} abandoned. Of
their requests, ${late} came late over another connection: ${figure(count('control-request-delayed'))} delayed,
${figure(count('control-request-duplicated'))} twice, ${figure(count('control-request-reordered'))} behind later ones.
`
}

async function plantedSection(): Promise<string> {
  const rows = await readLines<PlantedRow>('planted.jsonl')
  // The newest line of each counts.
  const seen = new Map(rows.map((row) => [row.name, row]))
  if (seen.size === 0) return ''
  const lines = [...seen.values()].map(
    ({ name, by, commit }) => `| ${name} | ${by.replaceAll('|', '/')} | ${commit.slice(0, 10)} |`
  )
  return `
## Planted bugs

\`node conformance/planted/planted.ts\`: each mistake was planted by itself into the code of that commit, and this saw it.

| mistake | seen by | commit |
| --- | --- | --- |
${lines.join('\n')}
`
}

function simulationLine(rows: readonly SimulationRow[]): string {
  const what = [
    `${figure(sum(rows, ({ crashes }) => crashes))} crashes`,
    `${figure(sum(rows, ({ operations }) => operations))} operations`,
    `${figure(sum(rows, ({ acknowledged }) => acknowledged))} acknowledged`,
    `${figure(sum(rows, ({ virtualMs }) => virtualMs) / 3_600_000)} simulated hours`
  ].join(', ')
  const failures = figure(sum(rows, ({ failedSeeds }) => failedSeeds.length))
  const seeds = share(
    sum(rows, (row) => row.seeds),
    PLANNED_SEEDS
  )
  return `| simulation, seeds | ${seeds} | ${what} | ${failures} | ${days(rows)} | ${commits(rows)} |`
}

function damageLine(rows: readonly DamageRow[]): string {
  const outcomes = new Map<string, number>()
  for (const { tally } of rows) {
    for (const [key, count] of Object.entries(tally)) {
      const outcome = key.slice(key.indexOf(':') + 2)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count)
    }
  }
  const what = [...outcomes].map(([outcome, count]) => `${outcome} ${figure(count)}`).join(', ')
  const places = share(
    sum(rows, ({ from, to }) => to - from),
    PLANNED_CASES[rows[0]?.test ?? ''] ?? 0
  )
  const failures = figure(sum(rows, (row) => row.failures.length))
  return `| damage: ${rows[0]?.test ?? ''} | ${places} | ${what} | ${failures} | ${days(rows)} | ${commits(rows)} |`
}
