/**
 * `npm run simulate`: runs seeds in two processes and adds up what they found.
 *
 *     npm run simulate -- --seeds 2000             seeds 1 to 2000
 *     npm run simulate -- --seeds 500 --from 9000  others
 *     npm run simulate -- --seed 4711 --trace      one seed, with everything that happened in it
 */
import { parseArgs } from 'node:util'
import { FaultCounts } from '@naru/simulator'
import { faultNames } from './fault-names.ts'
import { runSeed } from './simulation.ts'
import { runWorkers, type SeedReport } from './workers.ts'

/** From so many seeds on every fault has to have been hit. */
const seedsForAllFaults = 1_000
const failuresShown = 20
/** A line of progress goes to stderr this often. */
const progressMs = 10_000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    workers: { type: 'string', default: '2' },
    trace: { type: 'boolean', default: false },
    'trace-hash': { type: 'boolean', default: false }
  }
})

async function runOne(seed: number): Promise<number> {
  const log = values.trace ? (line: string): void => console.log(line) : undefined
  const { history, faults, anomalies, ...summary } = await runSeed({ seed, log })
  console.log(JSON.stringify(summary, undefined, 1))
  console.log(faults)
  for (const { name, where, detail } of anomalies) console.log(`${name} in ${where}: ${detail}`)
  console.log(`${history.length} operations, ${anomalies.length} anomalies`)
  return anomalies.length === 0 ? 0 : 1
}

async function runMany(seeds: number, from: number): Promise<number> {
  const started = performance.now()
  const counts = new FaultCounts(faultNames)
  const totals = { seeds: 0, events: 0, operations: 0, acknowledged: 0, crashes: 0, virtualMs: 0 }
  let healMsWorst = 0
  let failed = 0
  let toldAt = started
  const take = (report: SeedReport): void => {
    totals.seeds++
    if (performance.now() - toldAt >= progressMs) {
      toldAt = performance.now()
      console.error(
        `${totals.seeds} of ${seeds} seeds, ${failed} failed; resume with --from ${from + totals.seeds}`
      )
    }
    if (values['trace-hash']) console.log(`${report.seed} ${report.result?.traceHash ?? 'failed'}`)
    if (report.problems.length > 0 && failed++ < failuresShown) tell(report)
    const { result } = report
    if (result === undefined) return
    counts.add(result.faults)
    totals.events += result.events
    totals.operations += result.operations
    totals.acknowledged += result.acknowledged
    totals.crashes += result.crashes
    totals.virtualMs += result.virtualMs
    healMsWorst = Math.max(healMsWorst, result.healMs ?? 0)
  }
  await runWorkers({ seeds, from, workers: Number(values.workers) }, take)
  const seconds = (performance.now() - started) / 1000
  for (const [name, count] of Object.entries(counts.toRecord())) {
    console.log(`${String(count).padStart(9)}  ${name}`)
  }
  const hours = (totals.virtualMs / 3_600_000).toFixed(1)
  console.log(
    `${totals.seeds} seeds in ${seconds.toFixed(1)} s (${(totals.seeds / seconds).toFixed(1)} seeds/s): ` +
      `${totals.events} events, ${totals.operations} operations, ${totals.acknowledged} acknowledged sends, ` +
      `${totals.crashes} crashes, ${hours} virtual hours, healed within ${Math.round(healMsWorst)} ms`
  )
  const missing = totals.seeds >= seedsForAllFaults ? counts.missing : []
  if (missing.length > 0) console.log(`never hit: ${missing.join(', ')}`)
  console.log(`${totals.seeds - failed} passed, ${failed} failed`)
  return failed === 0 && missing.length === 0 && totals.seeds === seeds ? 0 : 1
}

function tell({ seed, problems }: SeedReport): void {
  console.log(`seed ${seed} failed; repeat it with: npm run simulate -- --seed ${seed}`)
  for (const problem of problems.slice(0, 3)) console.log(`  ${problem}`)
}

process.exitCode =
  values.seed === undefined
    ? await runMany(Number(values.seeds), Number(values.from))
    : await runOne(Number(values.seed))
