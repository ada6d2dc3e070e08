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
}

const figure = (value: number): string => Math.round(value).toLocaleString('en-US')
const sum = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((total, row) => total + value(row), 0)
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
  return lines.length === 0 ? '' : `${HEAD}${lines.join('\n')}\n`
}

function simulationLine(rows: readonly SimulationRow[]): string {
  const what = [
    `${figure(sum(rows, ({ crashes }) => crashes))} crashes`,
    `${figure(sum(rows, ({ operations }) => operations))} operations`,
    `${figure(sum(rows, ({ acknowledged }) => acknowledged))} acknowledged`,
    `${figure(sum(rows, ({ virtualMs }) => virtualMs) / 3_600_000)} simulated hours`
  ].join(', ')
  const failures = figure(sum(rows, ({ failedSeeds }) => failedSeeds.length))
  const seeds = figure(sum(rows, (row) => row.seeds))
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
  const places = figure(sum(rows, ({ from, to }) => to - from))
  const failures = figure(sum(rows, (row) => row.failures.length))
  return `| damage: ${rows[0]?.test ?? ''} | ${places} | ${what} | ${failures} | ${days(rows)} | ${commits(rows)} |`
}
