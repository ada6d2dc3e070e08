/**
 * `npm run simulate`: runs seeds in two processes and adds up what they found.
 */
import { parseArgs } from 'node:util'
import { faultNames } from './fault-names.ts'
import { ResultFile } from './result-file.ts'
import { runSeed } from './simulation.ts'
import { Totals } from './totals.ts'
import { SeedWorkers, type SeedRange, type SeedReport } from './workers.ts'

/** From so many seeds on every fault has to have been hit. */
const seedsForAllFaults = 1_000
const seedsPerLine = 100
const failuresShown = 20
/** A line of progress goes to stderr this often. */
const progressMs = 10_000

const usage = `npm run simulate -- --seeds 2000             seeds 1 to 2000
npm run simulate -- --seeds 500 --from 9000  others
npm run simulate -- --seed 4711 --trace      one seed, with everything that happened in it
npm run simulate -- --seeds 500 --failpoints every failpoint, and how often it was passed
npm run simulate -- --seeds 100000 --result .cache/evidence/simulation.jsonl
                                             a line per 100 seeds; a run that was stopped goes on where it was
--workers 2 is how many processes share the seeds, --trace-hash prints a sum of what happened in each.`

/** A wrong option is no bug of ours, and needs no stack trace. */
function orUsage<Value>(parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
}

const { values } = orUsage(() =>
  parseArgs({
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seeds: { type: 'string', default: '200' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      workers: { type: 'string', default: '2' },
      result: { type: 'string' },
      failpoints: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      'trace-hash': { type: 'boolean', default: false }
    }
  })
)

if (values.help) {
  console.log(usage)
  process.exit(0)
}

async function runOne(seed: number): Promise<number> {
  const log = values.trace ? (line: string): void => console.log(line) : undefined
  const { history, faults, anomalies, ...summary } = await runSeed({ seed, log })
  console.log(JSON.stringify(summary, undefined, 1))
  console.log(faults)
  for (const { name, where, detail } of anomalies) console.log(`${name} in ${where}: ${detail}`)
  console.log(`${history.length} operations, ${anomalies.length} anomalies`)
  return anomalies.length === 0 ? 0 : 1
}

/** Tells failures and progress of seeds as they end. */
class Teller {
  readonly #seeds: number
  #toldAt = performance.now()
  #done = 0
  #failed = 0

  constructor(seeds: number) {
    this.#seeds = seeds
  }

  take(report: SeedReport): void {
    this.#done++
    if (values['trace-hash']) console.log(`${report.seed} ${report.result?.traceHash ?? 'failed'}`)
    if (report.problems.length > 0 && this.#failed++ < failuresShown) tell(report)
    if (performance.now() - this.#toldAt < progressMs) return
    this.#toldAt = performance.now()
    console.error(`${this.#done} of ${this.#seeds} seeds, ${this.#failed} failed`)
  }
}

async function runBlock(range: SeedRange, workers: SeedWorkers, teller: Teller): Promise<Totals> {
  const started = performance.now()
  const totals = new Totals(faultNames)
  await workers.run(range, (report) => {
    totals.take(report)
    teller.take(report)
  })
  totals.seconds = (performance.now() - started) / 1000
  return totals
}

async function runMany(seeds: number, from: number): Promise<number> {
  const teller = new Teller(seeds)
  using workers = new SeedWorkers(Number(values.workers))
  if (values.result === undefined) return judge(await runBlock({ from, seeds }, workers, teller), seeds)
  const file = new ResultFile(values.result)
  for (let first = from; first < from + seeds; first += seedsPerLine) {
    if (file.has(first)) continue
    file.add(first, await runBlock({ from: first, seeds: seedsPerLine }, workers, teller))
  }
  return judge(file.totals(faultNames), seeds)
}

function judge(totals: Totals, seeds: number): number {
  for (const [name, count] of Object.entries(totals.faults.toRecord())) {
    if (values.failpoints && !name.startsWith('failpoint ')) continue
    console.log(`${String(count).padStart(9)}  ${name}`)
  }
  const hours = (totals.virtualMs / 3_600_000).toFixed(1)
  const failed = totals.failedSeeds.length
  console.log(
    `${totals.seeds} seeds in ${totals.seconds.toFixed(1)} s (${(totals.seeds / totals.seconds).toFixed(1)} seeds/s): ` +
      `${totals.events} events, ${totals.operations} operations, ${totals.acknowledged} acknowledged sends, ` +
      `${totals.crashes} crashes, ${hours} virtual hours, healed within ${Math.round(totals.healMsWorst)} ms`
  )
  const missing = totals.seeds >= seedsForAllFaults ? totals.faults.missing : []
  if (missing.length > 0) console.log(`never hit: ${missing.join(', ')}`)
  console.log(`${totals.seeds - failed} passed, ${failed} failed`)
  return failed === 0 && missing.length === 0 && totals.seeds >= seeds ? 0 : 1
}

function tell({ seed, problems }: SeedReport): void {
  console.log(`seed ${seed} failed; repeat it with: npm run simulate -- --seed ${seed}`)
  for (const problem of problems.slice(0, 3)) console.log(`  ${problem}`)
}

process.exitCode =
  values.seed === undefined
    ? await runMany(Number(values.seeds), Number(values.from))
    : await runOne(Number(values.seed))
