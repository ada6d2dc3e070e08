/**
 * Writes `docs/evidence/reliability.md` from the result files of the long runs.
 *
 *     npm run evidence:report
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { repositoryRoot } from '../cache.ts'
import { runOrThrow } from '../process.ts'
import { damageFindings, damageLines } from './harness/damaged.ts'
import { commits, figure, period, share, total } from './harness/figures.ts'
import { PLAN, type PlannedTest } from './harness/plan.ts'
import { plantedSection } from './harness/planted.ts'
import { readRows, type StoredRow } from './harness/results.ts'
import { simulationFindings, simulationLines, transactionParagraph } from './harness/simulated.ts'

/** Figures of all rows under each name, added up, or the largest where the name says that it is an extreme. */
function sumUp(all: readonly Readonly<Record<string, number>>[]): string {
  const sums = new Map<string, number>()
  for (const one of all) {
    for (const [name, value] of Object.entries(one)) {
      const before = sums.get(name) ?? 0
      sums.set(name, /slowest|peak|MB of/.test(name) ? Math.max(before, value) : before + value)
    }
  }
  return [...sums].map(([name, value]) => `${name} ${figure(value)}`).join(', ')
}

function readyTimes(rows: readonly StoredRow[]): string {
  const all = rows.flatMap(({ readyMs }) => readyMs).toSorted((a, b) => a - b)
  if (all.length === 0) return '-'
  const at = (share: number): string =>
    figure(all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0)
  return `${at(0.5)} / ${at(0.99)} / ${figure(all.at(-1) ?? 0)}`
}

interface TestedRows {
  readonly test: PlannedTest
  readonly rows: readonly StoredRow[]
}

const repetitionsOf = ({ repetitions }: StoredRow): number => repetitions

/** What was found and explained since is told apart from what was not. */
function anomalies(rows: readonly StoredRow[], name: 'lost' | 'duplicated' | 'reordered' | 'other'): string {
  const explained = rows.filter((row) => row.remark !== undefined && row[name] > 0)
  const open = figure(total(rows, (row) => row[name]) - total(explained, (row) => row[name]))
  const mended = total(explained, (row) => row[name])
  return mended === 0
    ? open
    : `${open}; ${figure(mended)} at ${commits(explained, repetitionsOf)}, see findings`
}

function resultLine({ test, rows }: TestedRows): string {
  const cells = [
    test.title,
    rows[0]?.broker ?? (test.name.includes('kafka') ? 'kafka' : 'naru'),
    share(total(rows, repetitionsOf), test.repetitions),
    sumUp(rows.map(({ injected }) => injected)) || '-',
    figure(total(rows, ({ acknowledged }) => acknowledged)),
    ...(['lost', 'duplicated', 'reordered', 'other'] as const).map((name) => anomalies(rows, name)),
    readyTimes(rows)
  ]
  return `| ${cells.join(' | ')} |`
}

const unique = (values: readonly string[]): string => [...new Set(values)].join(', ')

function provenanceLine({ test, rows }: TestedRows): string {
  const seeds = rows.map(({ seed }) => seed)
  const args = [
    posix.join('conformance/crash', test.script),
    ...test.args,
    '--cycles',
    String(test.repetitions)
  ]
  const cells = [
    test.name,
    period(rows),
    commits(rows, repetitionsOf),
    `${seeds.slice(0, 2).join(', ')}${seeds.length > 2 ? `, ... (${seeds.length})` : ''}`,
    sumUp(rows.map(({ notes }) => notes ?? {})) || '-',
    `\`node ${args.join(' ')}\``
  ]
  return `| ${cells.join(' | ')} |`
}

function findings({ test, rows }: TestedRows): string[] {
  return rows
    .filter(({ problems }) => problems.length > 0)
    .map(
      ({ seed, commit, problems, remark }) =>
        `- ${test.name}, seed ${seed}, commit ${commit}: ${problems.slice(0, 3).join('; ')}.${remark === undefined ? '' : ` ${remark}`}`
    )
}

const HEADER = `# Reliability: what was done to it, and what it lost

Written by \`npm run evidence:report\` from the result files of \`npm run evidence\`; conformance/crash/README.md says how
each test works and what it cannot see. Naru runs in its default mode (\`fsync\`); Apache Kafka is 4.2.0 as one node,
\`kafka\` with its defaults and \`kafka-flush\` with \`log.flush.interval.messages=1\`. Its rows are there because a checker that
never finds anything proves nothing.

A history of what the clients were told (acknowledged, refused, no answer) and of what they read goes through the same checker as
the simulation's. _Lost_ counts acknowledged values that are nowhere when everything is read at the end; _other_ are the
checker's remaining anomalies, such as two values at one offset or a group's offset that went back. Ready: from the start of
the process to its first answer in ms, median / 99th percentile / worst, on a machine that did other work at the same time.

Repetitions of several commits add up; the last table says how many were made at which. Up to 6a22204 journal and segments
were written through the page cache, since then past it. Of the failing calls the first thousand are each of the calls 1 to 1,000
with the data left in the page cache, the second thousand the same with nothing done, the third after a short write.
`

const RESULT_HEAD = `
| test | broker | repetitions | injected | acknowledged | lost | duplicated | reordered | other | ready ms |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
`

const SIMULATED_HEAD = `
## Inside one process

The production code on a virtual clock, disk and network, and damage to every kind of file before the production
recovery. Runs of several commits add up; what a seed or a place showed is told below, with what mended it. A date is UTC,
a number behind a commit says how much was done at it.

| test | repetitions | what happened | failures | date | commit | command |
| --- | --- | --- | --- | --- | --- | --- |
`

const FINDINGS_HEAD = `
## Findings in Naru

What these runs showed, the ones that newer runs have replaced included. A seed draws other faults when the code has
changed, so that a mend is proved by its test, not by the seed that passes.

`

const PROVENANCE_HEAD = `
## Where the figures come from

| result file | date (UTC) | commit | seeds | measured on the way | command |
| --- | --- | --- | --- | --- | --- |
`

const all = await Promise.all(PLAN.map(async (test) => ({ test, rows: await readRows(test.name) })))
const tested = all.filter(({ rows }) => rows.length > 0)
const missing = all.filter(({ rows }) => rows.length === 0)
const isOurs = ({ test }: TestedRows): boolean => !test.name.includes('kafka')
const inProcess = [...(await simulationLines()), ...(await damageLines())]
const found = [
  ...tested.filter(isOurs).flatMap(findings),
  ...(await simulationFindings()),
  ...(await damageFindings())
]
const text = [
  HEADER,
  RESULT_HEAD,
  tested.map(resultLine).join('\n'),
  missing.length > 0 ? `\n\nNot run yet: ${missing.map(({ test }) => test.name).join(', ')}.\n` : '\n',
  inProcess.length > 0 ? `${SIMULATED_HEAD}${inProcess.join('\n')}\n` : '',
  await transactionParagraph(),
  await plantedSection(),
  FINDINGS_HEAD,
  found.length === 0 ? 'None in these runs.\n' : `${found.join('\n')}\n`,
  PROVENANCE_HEAD,
  tested.map(provenanceLine).join('\n'),
  `\n\nMachine: ${unique(tested.flatMap(({ rows }) => rows.map(({ machine }) => machine)))}.\n`
].join('')
const file = join(repositoryRoot, 'docs/evidence/reliability.md')
await mkdir(dirname(file), { recursive: true })
await writeFile(file, text)
// The tables are aligned as all others are.
await runOrThrow('npx', ['oxfmt', file], { cwd: repositoryRoot })
console.log(`${tested.length} tests reported, ${missing.length} not run yet, ${found.length} findings`)
