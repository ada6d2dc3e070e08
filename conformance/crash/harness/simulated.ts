/** What the simulation found: `simulation.jsonl`, which `npm run simulate -- --result` of packages/broker writes. */
import { join } from 'node:path'
import { repositoryRoot } from '../../cache.ts'
import { run } from '../../process.ts'
import { commits, figure, period, share, shortCommit, total } from './figures.ts'
import { commitNow, evidenceFolder, readLines } from './results.ts'

/** A block of seeds. */
interface SimulationRow {
  readonly date: string
  readonly commit: string
  readonly seeds: number
  readonly failedSeeds: readonly number[]
  readonly operations: number
  readonly acknowledged: number
  readonly crashes: number
  readonly virtualMs: number
  /** Faults and steps, each with how often it happened. */
  readonly faults: Readonly<Record<string, number>>
  /** What was found out about its failures later; written by hand. */
  readonly remark?: string
}

/** What the whole evidence asks for. */
const PLANNED_SEEDS = 100_000

/** How the simulation names requests that came late; see control-requests.ts beside it. */
const LATE = ['late EndTxn', 'late AddPartitionsToTxn', 'late Produce']

const RESULT_FILE = '.cache/evidence/simulation.jsonl'
const SCRIPT = 'packages/broker/test/simulation/simulate.ts'

const readSimulation = (): Promise<SimulationRow[]> => readLines(join(evidenceFolder, 'simulation.jsonl'))

/** A line of the table of what was run inside one process; none when no seed was run. */
export async function simulationLines(): Promise<string[]> {
  const rows = await readSimulation()
  if (rows.length === 0) return []
  const what = [
    `${figure(total(rows, ({ crashes }) => crashes))} crashes`,
    `${figure(total(rows, ({ operations }) => operations))} operations`,
    `${figure(total(rows, ({ acknowledged }) => acknowledged))} acknowledged`,
    `${figure(total(rows, ({ virtualMs }) => virtualMs) / 3_600_000)} simulated hours`
  ].join(', ')
  const seeds = total(rows, (row) => row.seeds)
  const failures = figure(total(rows, ({ failedSeeds }) => failedSeeds.length))
  const cells = [
    'simulation, seeds',
    share(seeds, PLANNED_SEEDS),
    what,
    failures,
    period(rows),
    commits(rows, (row) => row.seeds),
    `\`npm run simulate -- --seeds ${PLANNED_SEEDS} --result ${RESULT_FILE}\``
  ]
  return [`| ${cells.join(' | ')} |`]
}

/** What transactions went through in it; empty when there were none. */
export async function transactionParagraph(): Promise<string> {
  const rows = await readSimulation()
  const count = (name: string): number => total(rows, ({ faults }) => faults[name] ?? 0)
  const ended = count('operation: transaction-end ok')
  if (ended === 0) return ''
  const late = LATE.map((name) => `${figure(count(name))} ${name.slice('late '.length)}`).join(', ')
  return `
Transactions, in the seeds since they joined: ${figure(ended)} ended, ${figure(count('transaction-abandoned'))} abandoned. Of
their requests, ${late} came late over another connection: ${figure(count('control-request-delayed'))} delayed,
${figure(count('control-request-duplicated'))} twice, ${figure(count('control-request-reordered'))} behind later ones.
`
}

/** Each seed that failed: where, what it was, and what it does in the code as it is now. */
export async function simulationFindings(): Promise<string[]> {
  const rows = await readSimulation()
  const now = await commitNow()
  const found: string[] = []
  let failing = 0
  for (const { failedSeeds, remark, commit } of rows) {
    for (const seed of failedSeeds) {
      const isMended = await passes(seed)
      if (!isMended) failing++
      const told = [remark, await namedBy(seed, remark)].filter((part) => part !== undefined)
      const what = told.length === 0 ? 'Not explained yet.' : told.join(' ')
      const verdict = isMended ? 'passes' : '**fails**'
      found.push(
        `- simulation, seed ${seed}, failed at ${shortCommit(commit)}. ${what} At ${now} it ${verdict}.`
      )
    }
  }
  if (found.length === 0) return []
  const seeds = figure(total(rows, (row) => row.seeds))
  const summary = `- simulation: ${found.length} of ${seeds} seeds failed when they were run. At ${now} ${found.length - failing} of them pass, ${failing} fail.`
  return [summary, ...found]
}

/** The commits that name a seed in their message, as one does that mends what the seed showed; the evidence names them all. */
async function namedBy(seed: number, remark = ''): Promise<string | undefined> {
  const named = ['--perl-regexp', '--all-match', '--grep=\\bseeds?\\b', `--grep=\\b${seed}\\b`]
  const args = ['log', '--reverse', ...named, '--abbrev=7', '--format=%h %s', '--', '.', ':!docs/evidence']
  const { stdout } = await run('git', args, { cwd: repositoryRoot })
  const all = stdout.split('\n').filter((line) => line !== '' && !remark.includes(line.slice(0, 7)))
  return all.length === 0 ? undefined : `Commits that name it: ${all.join('; ')}.`
}

async function passes(seed: number): Promise<boolean> {
  const { code } = await run(process.execPath, [join(repositoryRoot, SCRIPT), '--seed', String(seed)])
  return code === 0
}
