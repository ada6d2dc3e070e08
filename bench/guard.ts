/**
 * Notices when Naru gets slower or larger, within minutes and on a noisy machine: `npm run bench:guard`.
 *
 * Rates are compared as ratios to the ack-only sink of the same run, with those of a baseline, and generously; the
 * CPU time per gigabyte, which a busy machine blurs less, more strictly. Loop delay and memory have budgets of their
 * own. `node bench/guard.ts --update` makes the ratios of this run the baseline; do that on a quiet machine.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { dataFolder } from './data-folder.ts'
import { loadMode, type Workload } from './workloads/workload.ts'
import { measuredRun, newRun } from './measured-run.ts'
import { readMetrics } from './measure/metrics.ts'
import { memoryOf } from './measure/process-figures.ts'
import { runLoad, type Figures } from './load-program.ts'
import { shortNumber } from './results/print.ts'
import { median } from './results/statistics.ts'
import { systemNamed, type StartedSystem } from './systems/index.ts'
import type { Run } from './workloads/index.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    data: { type: 'string', default: tmpdir() },
    update: { type: 'boolean', default: false }
  }
})

interface Ratio {
  /** Of megabytes per second; more is better. */
  readonly rate: number
  /** Of CPU seconds of the process per gigabyte; less is better. */
  readonly cpu: number
}

type Baseline = Readonly<Record<string, Ratio>>

/** What noise may do: a rate may fall to this share of its baseline, CPU time rise to these times of it. */
const rateShareMin = 0.4
const cpuTimesMax = 1.6
/** Under load, as long as the machine itself keeps its own pace; the delay of this idle process tells whether it does. */
const loopDelayMsMax = 50
const ownDelayTimesMax = 3
const peakMbMax = 350

const baselineFile = join(import.meta.dirname, 'baselines/guard.json')
const loadBytes = 100_000_000
const warmUpBytes = 200_000_000

function guarded(
  name: string,
  mode: 'raw-produce' | 'produce',
  parameters: Workload['parameters']
): Workload {
  return {
    name,
    what: name,
    group: 'guard',
    systems: ['naru', 'sink'],
    parameters: { bytes: loadBytes, ...parameters },
    figure: { name: 'megabytesPerSecond', unit: 'MB/s', better: 'higher' },
    run: loadMode(runLoad, mode)
  }
}

const consume: Workload = {
  ...guarded('consume-raw-1k', 'raw-produce', { passes: 8, size: 1_024 }),
  run: async ({ started, prepared }, parameters) => {
    const { bootstrap } = started.broker
    const { topic } = await prepared('read', (name) =>
      runLoad('raw-produce', { bootstrap, topic: name, size: 1_024, bytes: loadBytes })
    )
    return runLoad('raw-consume', { bootstrap, ...parameters, topic })
  }
}

const guards: readonly Workload[] = [
  guarded('produce-raw-1k', 'raw-produce', { size: 1_024 }),
  guarded('produce-raw-100b', 'raw-produce', { size: 100 }),
  guarded('produce-client-1k', 'produce', { size: 1_024 }),
  consume
]

interface Check {
  readonly what: string
  readonly value: number
  readonly bound: string
  readonly isMet: boolean
}

async function startedRun(name: 'naru' | 'sink', folder: string): Promise<Run> {
  const started = await systemNamed(name).start({ folder: await mkdtemp(join(folder, `${name}-`)) })
  const { bootstrap } = started.broker
  await runLoad('raw-produce', { bootstrap, topic: 'warm-up', size: 1_024, bytes: warmUpBytes })
  await runLoad('raw-consume', { bootstrap, topic: 'warm-up', size: 1_024 })
  return newRun(started, 1)
}

/** Both systems in turn; the ratios of the rounds, of which the medians count. */
async function measure(naru: Run, sink: Run): Promise<Baseline> {
  const ratios: Record<string, Ratio> = {}
  for (const workload of guards) {
    const rates: number[] = []
    const cpus: number[] = []
    for (let round = 0; round < Number(values.rounds); round++) {
      const ours = await measuredRun(workload, naru)
      const limit = await measuredRun(workload, sink)
      const ratio = (name: string): number => (ours[name] ?? Number.NaN) / (limit[name] ?? Number.NaN)
      rates.push(ratio('megabytesPerSecond'))
      cpus.push(ratio('brokerCpuSecondsPerGb'))
      say(workload.name, ours, limit)
    }
    ratios[workload.name] = { rate: median(rates), cpu: median(cpus) }
  }
  return ratios
}

function say(name: string, ours: Figures, limit: Figures): void {
  const text = (figures: Figures): string =>
    `${shortNumber(figures['megabytesPerSecond'] ?? Number.NaN)} MB/s, CPU ${shortNumber(figures['brokerCpuSecondsPerGb'] ?? Number.NaN)} s/GB`
  console.error(`${name}: naru ${text(ours)}; sink ${text(limit)}`)
}

function judgeRatios(found: Baseline, baseline: Baseline): readonly Check[] {
  return Object.entries(baseline).flatMap(([name, { rate, cpu }]): readonly Check[] => {
    const { rate: rateNow = Number.NaN, cpu: cpuNow = Number.NaN } = found[name] ?? {}
    const rateMin = rate * rateShareMin
    const cpuMax = cpu * cpuTimesMax
    return [
      {
        what: `${name}, rate through the sink's`,
        value: rateNow,
        bound: `at least ${shortNumber(rateMin)} (baseline ${shortNumber(rate)})`,
        isMet: rateNow >= rateMin
      },
      {
        what: `${name}, CPU per GB through the sink's`,
        value: cpuNow,
        bound: `at most ${shortNumber(cpuMax)} (baseline ${shortNumber(cpu)})`,
        isMet: cpuNow <= cpuMax
      }
    ]
  })
}

/** Produce and consume at once, and what it did to the loop and to the memory. */
async function judgeBudgets({ started, topic }: Run): Promise<readonly Check[]> {
  const own = monitorEventLoopDelay({ resolution: 10 })
  await loopDelayMs(started)
  own.enable()
  const { bootstrap } = started.broker
  await runLoad('mixed', { bootstrap, topic: topic('budgets'), bytes: loadBytes, size: 1_024 })
  own.disable()
  const delayMs = await loopDelayMs(started)
  const delayMax = loopDelayMsMax + ownDelayTimesMax * (own.percentile(99) / 1e6)
  const { peakMb } = await memoryOf(started.broker.pid)
  return [
    {
      what: 'loop delay p99 under load',
      value: delayMs,
      bound: `at most ${shortNumber(delayMax)} ms on this machine now`,
      isMet: delayMs <= delayMax
    },
    {
      what: 'peak of the resident memory',
      value: peakMb,
      bound: `at most ${peakMbMax} MB`,
      isMet: peakMb <= peakMbMax
    }
  ]
}

/** Since the metrics were read last: reading resets the histogram. */
async function loopDelayMs({ metricsUrl = '' }: StartedSystem): Promise<number> {
  const metrics = await readMetrics(metricsUrl)
  return (metrics.get('nodejs_eventloop_lag_p99_seconds') ?? Number.NaN) * 1000
}

async function main(folder: string): Promise<number> {
  const sink = await startedRun('sink', folder)
  const naru = await startedRun('naru', folder)
  await using stack = new AsyncDisposableStack()
  stack.use(sink.started)
  stack.use(naru.started)
  const found = await measure(naru, sink)
  if (values.update) await writeFile(baselineFile, `${JSON.stringify(rounded(found), null, 2)}\n`)
  const baseline = JSON.parse(await readFile(baselineFile, 'utf8')) as Baseline
  const checks = [...judgeRatios(found, baseline), ...(await judgeBudgets(naru))]
  for (const { what, value, bound, isMet } of checks)
    console.log(`${isMet ? 'ok    ' : 'FAILED'} ${what}: ${shortNumber(value)}, ${bound}`)
  const failed = checks.filter(({ isMet }) => !isMet).length
  console.log(`${checks.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

function rounded(found: Baseline): Baseline {
  const short = (value: number): number => Number(value.toPrecision(2))
  return Object.fromEntries(
    Object.entries(found).map(([name, { rate, cpu }]) => [name, { rate: short(rate), cpu: short(cpu) }])
  )
}

process.exitCode = await main(dataFolder(values.data))
