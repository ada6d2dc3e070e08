/**
 * The frame of a long run: batches of repetitions with a seed each, progress on standard error, a result file that
 * lets it go on where it ended, one line of summary and an exit code.
 */
import { parseArgs } from 'node:util'
import { SeededRandom } from '@naru/simulator'
import { Heartbeat, isLate } from './held-up.ts'
import { appendRow, commitNow, machineNow, readRows, type Row, type StoredRow } from './results.ts'

export const EXIT_SKIPPED = 3

/** What a batch adds to a row. */
export type BatchFindings = Omit<Row, 'test' | 'seed' | 'repetitions'>

export interface Batch {
  readonly seed: number
  readonly random: SeededRandom
  readonly repetitions: number
  /** Of the first repetition, counted over the whole run. */
  readonly first: number
}

export interface Campaign {
  /** Name of the result file; one per test and variant. */
  readonly name: string
  readonly options: CampaignOptions
  readonly batchSize: number
  readonly run: (batch: Batch) => Promise<BatchFindings>
  /** A broker that is expected to lose proves that the checker sees: then a run without a loss has failed. */
  readonly expectLoss?: boolean
}

export interface CampaignOptions {
  /** Repetitions in all, those of earlier runs included. */
  readonly cycles: number
  readonly minutes: number
  readonly seed: number
  readonly broker: string
  /** Keeps no result file and takes up none. */
  readonly forget: boolean
  readonly folder: string | undefined
}

/** The options that every script takes, and those of its `own`, with their defaults. */
export function campaignOptions<Own extends string = never>(
  cycles: number,
  {
    args = process.argv.slice(2),
    own
  }: { args?: readonly string[]; own?: Readonly<Record<Own, string>> } = {}
): CampaignOptions & { readonly own: Readonly<Record<Own, string>> } {
  const ownNames = Object.entries<string>(own ?? {})
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(
        ownNames.map(([name, value]) => [name, { type: 'string', default: value } as const])
      ),
      cycles: { type: 'string', default: String(cycles) },
      minutes: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      broker: { type: 'string', default: 'naru' },
      forget: { type: 'boolean', default: false },
      folder: { type: 'string' }
    }
  })
  const given: Readonly<Record<string, unknown>> = values
  const chosen = Object.fromEntries(ownNames.map(([name]) => [name, String(given[name])]))
  return {
    own: chosen as Record<Own, string>,
    cycles: Number(values.cycles),
    minutes: Number(values.minutes),
    seed: Number(values.seed),
    broker: values.broker,
    forget: values.forget,
    folder: values.folder
  }
}

/** What a machine cannot do is said aloud, and has its own exit code: it is neither passed nor failed. */
export function skipWhenMissing(name: string, missing: string | undefined): void {
  if (missing === undefined) return
  console.log(`${name}: SKIPPED, ${missing}`)
  process.exit(EXIT_SKIPPED)
}

/** Runs what is missing, prints the summary and sets the exit code; gives the rows of this run. */
export async function runCampaign(campaign: Campaign): Promise<readonly StoredRow[]> {
  const { name, options, batchSize } = campaign
  const earlier = options.forget ? [] : await readRows(name)
  let done = earlier.reduce((sum, row) => sum + row.repetitions, 0)
  const endAt = performance.now() + options.minutes * 60_000
  const provenance = { commit: await commitNow(), machine: machineNow(), command: commandLine() }
  const rows: StoredRow[] = []
  while (done < options.cycles && performance.now() < endAt) {
    const repetitions = Math.min(batchSize, options.cycles - done)
    // Golden ratio steps: neighbouring runs share no seeds.
    const seed = (options.seed + Math.imul(done, 0x9e3779b1)) >>> 0
    const begun = performance.now()
    const batch = { seed, random: new SeededRandom(seed), repetitions, first: done }
    using heartbeat = new Heartbeat()
    const found = await campaign.run(batch)
    if (found.problems.length > 0 && found.problems.every(isLate) && heartbeat.wasHeldUp) {
      console.error(`${name}: again, the test stood still: ${found.problems.join('; ')}`)
      continue
    }
    const seconds = Math.round((performance.now() - begun) / 100) / 10
    const date = new Date().toISOString()
    const row = { test: name, seed, repetitions, ...found, date, ...provenance, seconds }
    rows.push(row)
    if (!options.forget) await appendRow(name, row)
    done += repetitions
    console.error(progress(row, done, options.cycles))
  }
  conclude(campaign, [...earlier, ...rows], done)
  return rows
}

const progress = (row: StoredRow, done: number, target: number): string =>
  `${row.test} ${done}/${target}: ${injectedOf(row)}, ${row.acknowledged} acknowledged, ${lossOf(row)}, ${row.seconds} s` +
  row.problems.map((problem) => `\n  ${problem}`).join('')

const injectedOf = (row: Row): string =>
  Object.entries({ ...row.injected, ...row.notes })
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

const lossOf = (row: Row): string =>
  `${row.lost} lost, ${row.duplicated} duplicated, ${row.reordered} reordered, ${row.other} other`

function conclude({ name, expectLoss }: Campaign, rows: readonly StoredRow[], done: number): void {
  const bad = rows.filter((row) => row.problems.length > 0)
  const acknowledged = rows.reduce((sum, row) => sum + row.acknowledged, 0)
  const lost = rows.reduce((sum, row) => sum + row.lost, 0)
  const ok = expectLoss === true ? lost > 0 : bad.length === 0
  console.log(
    `${name}: ${done} repetitions, ${acknowledged} acknowledged, ${lost} lost, ${bad.length} batches with findings`
  )
  for (const row of bad.slice(0, 5)) console.log(`  seed ${row.seed}: ${row.problems.join('; ')}`)
  if (expectLoss === true && !ok)
    console.log('  nothing was lost where a loss was expected: does the checker see?')
  if (!ok || done === 0) process.exitCode = 1
}

function commandLine(): string {
  const [, script = '', ...args] = process.argv
  return ['node', script.slice(script.indexOf('conformance/')), ...args].join(' ')
}
